import type * as eb from '@aws-sdk/client-eventbridge';
import { awsError } from './errors.js';
import { checkPattern, matchesPattern, type Pattern } from './event-pattern.js';
import { notModelled, writes } from './operation.js';
import type { Queues } from './sqs.js';
import type { Operations } from './types.js';
import type { World } from './world.js';

const MAX_ENTRIES = 10;
const MAX_ENTRY_BYTES = 262_144;

/** An event as a target receives it. */
export interface FakeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Rule {
  readonly pattern: Pattern;
  readonly isEnabled: boolean;
  readonly targets: Map<string, string>;
}

export class EventBridgeState {
  /** Rules by name, by bus. */
  readonly buses = new Map<string, Map<string, Rule>>([['default', new Map()]]);
  readonly events: { readonly bus: string; readonly event: FakeEvent }[] = [];

  constructor(
    readonly world: World,
    readonly queues: Queues,
  ) {}

  rules(bus: string | undefined): Map<string, Rule> {
    return this.buses.get(bus ?? 'default') ?? missing(`Event bus ${bus} does not exist.`);
  }

  publish(bus: string, event: FakeEvent): void {
    this.events.push({ bus, event });
    for (const rule of this.rules(bus).values()) {
      if (!rule.isEnabled || !matchesPattern(rule.pattern, event)) continue;
      for (const arn of rule.targets.values())
        this.queues.get(arn.split(':').at(-1) ?? '')?.send(JSON.stringify(event));
    }
  }
}

/** An event of AWS's own services, which nobody else may put on a bus: it comes on the default one. */
export function serviceEvent(
  world: World,
  source: `aws.${string}`,
  detailType: string,
  detail: FakeEvent['detail'],
): FakeEvent {
  return eventFrom(world, { Source: source, DetailType: detailType, Detail: JSON.stringify(detail) });
}

export function eventBridgeOperations(state: EventBridgeState): Operations {
  return {
    CreateEventBus: writes<eb.CreateEventBusCommandInput, eb.CreateEventBusCommandOutput>(
      ['Name'],
      (input) => {
        const name = input.Name ?? '';
        if (state.buses.has(name))
          throw awsError('events', 'ResourceAlreadyExistsException', 400, `Event bus ${name} exists.`);
        state.buses.set(name, new Map());
        return { EventBusArn: arn(state.world, `event-bus/${name}`) };
      },
    ),
    PutRule: putRule(state),
    PutTargets: putTargets(state),
    PutEvents: putEvents(state),
  };
}

function putRule(state: EventBridgeState) {
  return writes<eb.PutRuleCommandInput, eb.PutRuleCommandOutput>(
    ['Name', 'EventPattern', 'EventBusName', 'State', 'Description'],
    (input) => {
      const name = input.Name ?? '';
      const rules = state.rules(input.EventBusName);
      const pattern = checkPattern(input.EventPattern);
      const targets = rules.get(name)?.targets ?? new Map<string, string>();
      rules.set(name, { pattern, isEnabled: input.State !== 'DISABLED', targets });
      return { RuleArn: arn(state.world, `rule/${input.EventBusName ?? 'default'}/${name}`) };
    },
  );
}

function putTargets(state: EventBridgeState) {
  return writes<eb.PutTargetsCommandInput, eb.PutTargetsCommandOutput>(
    ['Rule', 'EventBusName', 'Targets'],
    (input) => {
      const rule =
        state.rules(input.EventBusName).get(input.Rule ?? '') ??
        missing(`Rule ${input.Rule} does not exist.`);
      for (const { Id, Arn = '', ...others } of input.Targets ?? []) {
        for (const name of Object.keys(others)) notModelled(`parameter ${name} of a target`);
        const queue = state.queues.get(Arn.split(':').at(-1) ?? '');
        if (queue?.arn !== Arn) notModelled(`the target ${Arn}, which is no queue of this account,`);
        rule.targets.set(Id ?? '', Arn);
      }
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  );
}

function putEvents(state: EventBridgeState) {
  return writes<eb.PutEventsCommandInput, eb.PutEventsCommandOutput>(['Entries'], (input, { call }) => {
    const entries = input.Entries ?? [];
    if (entries.length === 0 || entries.length > MAX_ENTRIES) {
      throw awsError(
        'events',
        'ValidationException',
        400,
        `${entries.length} entries, must be 1 to ${MAX_ENTRIES}`,
      );
    }
    const results = entries.map((entry, index): eb.PutEventsResultEntry => {
      if (state.world.failEntry(call, index))
        return { ErrorCode: 'InternalFailure', ErrorMessage: 'Try again.' };
      const refusal = problemOf(state, entry);
      if (refusal !== undefined) return refusal;
      const event = eventFrom(state.world, entry);
      state.publish(entry.EventBusName ?? 'default', event);
      return { EventId: event.id };
    });
    return {
      FailedEntryCount: results.filter((one) => one.ErrorCode !== undefined).length,
      Entries: results,
    };
  });
}

/** Why an entry is not taken although the request is. */
function problemOf(
  state: EventBridgeState,
  entry: eb.PutEventsRequestEntry,
): eb.PutEventsResultEntry | undefined {
  const { Source, DetailType, Detail, EventBusName, Time: _time, Resources: _resources, ...others } = entry;
  for (const name of Object.keys(others)) notModelled(`parameter ${name} of an entry of PutEvents`);
  if (!Source || !DetailType || !Detail)
    return problem('InvalidArgument', 'Source, DetailType and Detail are required.');
  if (Source.startsWith('aws.'))
    return problem('NotAuthorizedForSourceException', `Not authorized for the source ${Source}.`);
  if (Buffer.byteLength(Detail + Source + DetailType) > MAX_ENTRY_BYTES)
    return problem('InvalidArgument', 'The entry is too large.');
  if (!isJsonObject(Detail)) return problem('MalformedDetail', 'Detail is malformed.');
  if (!state.buses.has(EventBusName ?? 'default'))
    return problem('ResourceNotFoundException', `No bus ${EventBusName}.`);
  return undefined;
}

function problem(ErrorCode: string, ErrorMessage: string): eb.PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function isJsonObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function eventFrom(world: World, entry: eb.PutEventsRequestEntry): FakeEvent {
  const at = entry.Time ?? new Date(world.clock.now());
  return {
    version: '0',
    id: world.random.uuid(),
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account: world.accountId,
    time: at.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: world.region,
    resources: entry.Resources ?? [],
    detail: JSON.parse(entry.Detail ?? '{}') as Record<string, unknown>,
  };
}

function arn(world: World, rest: string): string {
  return `arn:aws:events:${world.region}:${world.accountId}:${rest}`;
}

function missing(message: string): never {
  throw awsError('events', 'ResourceNotFoundException', 400, message);
}
