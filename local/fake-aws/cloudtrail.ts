import type * as ct from '@aws-sdk/client-cloudtrail';
import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { notModelled, reads, takePage } from './operation.js';
import type { Kept } from './snapshot.js';
import type { Call, Operations } from './types.js';
import { eventText, isRecorded, type RecordedEvent, type SessionRecord } from './trail-record.js';

const EVENTS_PER_PAGE = 50;
const HISTORY_MS = 90 * 86_400_000;
const CALLS_PER_SECOND = 2;
/** An account in a file is read and written by each command. */
const EVENTS_IN_SNAPSHOT = 1000;

interface Dumped {
  readonly recorded: number;
  readonly events: readonly RecordedEvent[];
  readonly sessions: readonly (readonly [string, SessionRecord])[];
}

/** CloudTrail's event history: what was asked of the account, by whom, and what came of it. */
export class TrailState implements Kept {
  /** In the order of time. */
  private events: RecordedEvent[] = [];
  /** Every session of a role, by the id of its temporary key. */
  private readonly sessions = new Map<string, SessionRecord>();
  private recorded = 0;
  private readonly asked = new Map<string, number[]>();

  constructor(readonly iam: IamState) {}

  /** Writes a call down once it has had its effect, or was refused. */
  record(call: Call, accessKeyId: string | undefined, output: object, error: string | undefined): void {
    if (!isRecorded(call, accessKeyId)) return;
    const { world } = this.iam;
    const answer = output as {
      Credentials?: { AccessKeyId: string; Expiration: Date };
      AssumedRoleUser?: SessionRecord;
    };
    const { Credentials, AssumedRoleUser } = answer;
    if (Credentials && AssumedRoleUser) this.sessions.set(Credentials.AccessKeyId, AssumedRoleUser);
    this.recorded += 1;
    this.events.push({
      number: this.recorded,
      at: world.clock.now(),
      service: call.service,
      name: call.operation,
      region: call.service === 'iam' || call.service === 'sts' ? 'us-east-1' : world.region,
      caller: call.caller,
      isReadOnly: !call.mutating,
      input: call.input,
      error,
      accessKeyId,
      user: this.userOf(accessKeyId),
      session: this.sessions.get(accessKeyId ?? ''),
      issued: Credentials && {
        accessKeyId: Credentials.AccessKeyId,
        expiration: Credentials.Expiration.getTime(),
        assumedRole: AssumedRoleUser,
      },
    });
  }

  /** The latest first. */
  find(region: string, from: number, to: number): RecordedEvent[] {
    const earliest = Math.max(from, this.iam.world.clock.now() - HISTORY_MS);
    return this.events
      .filter((event) => event.region === region && event.at >= earliest && event.at <= to)
      .toReversed();
  }

  /** Two requests a second for each region. */
  throttle(region: string): void {
    const now = this.iam.world.clock.now();
    const recent = (this.asked.get(region) ?? []).filter((at) => at > now - 1000);
    this.asked.set(region, [...recent, now]);
    if (recent.length >= CALLS_PER_SECOND)
      throw awsError('cloudtrail', 'ThrottlingException', 400, 'Rate exceeded');
  }

  dump(): Dumped {
    const { recorded, events, sessions } = this;
    return { recorded, events: events.slice(-EVENTS_IN_SNAPSHOT), sessions: [...sessions] };
  }

  load({ recorded, events, sessions }: Dumped): void {
    this.recorded = recorded;
    this.events = [...events];
    for (const [id, session] of sessions) this.sessions.set(id, session);
  }

  private userOf(accessKeyId: string | undefined): RecordedEvent['user'] {
    const user = accessKeyId === undefined ? undefined : this.iam.ownerOf(accessKeyId);
    return user && { name: user.name, id: user.id, arn: user.arn };
  }
}

type Attribute = 'EventName' | 'EventId' | 'Username' | 'AccessKeyId' | 'EventSource' | 'ReadOnly';

export function cloudTrailOperations(state: TrailState): Operations {
  return { LookupEvents: lookupEvents(state) };
}

function lookupEvents(state: TrailState) {
  return reads<ct.LookupEventsCommandInput, ct.LookupEventsCommandOutput>(
    ['LookupAttributes', 'StartTime', 'EndTime', 'MaxResults', 'NextToken'],
    (input, { region, now }) => {
      state.throttle(region);
      const {
        StartTime: from = new Date(0),
        EndTime: to = new Date(now),
        MaxResults: max = EVENTS_PER_PAGE,
      } = input;
      if (from > to) refuse('InvalidTimeRangeException', 'The start time is later than the end time.');
      if (max < 1 || max > EVENTS_PER_PAGE) refuse('InvalidMaxResultsException', `MaxResults ${max}`);
      const wanted = attributeOf(input.LookupAttributes ?? []);
      const events = state
        .find(region, from.getTime(), to.getTime())
        .map((event) => shownEvent(event, state.iam.world.accountId))
        .filter((event) => wanted === undefined || event[wanted.name] === wanted.value);
      const { page, next } = takePage(state.iam.world, {
        service: 'cloudtrail',
        operation: 'LookupEvents',
        items: events,
        keyOf: ({ order }) => order,
        max,
        marker: input.NextToken,
        badMarker: 'InvalidNextTokenException',
      });
      const Events = page.map(({ order: _order, EventTime, ...event }) => ({
        ...event,
        EventTime: new Date(EventTime),
      }));
      return { Events, ...(next !== undefined && { NextToken: next }) };
    },
  );
}

function attributeOf(
  attributes: readonly ct.LookupAttribute[],
): { name: Attribute; value: string } | undefined {
  const [attribute, ...others] = attributes;
  if (others.length > 0) refuse('InvalidLookupAttributesException', 'You can specify one attribute.');
  if (attribute === undefined) return undefined;
  const { AttributeKey: name = '', AttributeValue: value = '' } = attribute;
  if (name === 'ResourceName' || name === 'ResourceType')
    notModelled(`the attribute ${name} of LookupEvents`);
  return { name: name as Attribute, value };
}

/** Later events have smaller orders: the latest come first. */
function shownEvent(event: RecordedEvent, accountId: string) {
  const text = eventText(event, accountId);
  const { user, session, accessKeyId } = event;
  return {
    order: String(Number.MAX_SAFE_INTEGER - event.number),
    EventId: text.eventID,
    EventName: event.name,
    EventSource: text.eventSource,
    EventTime: event.at,
    ReadOnly: String(event.isReadOnly),
    Username: user?.name ?? session?.Arn.split('/').at(-1) ?? event.caller,
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    Resources: [],
    CloudTrailEvent: JSON.stringify(text),
  } satisfies Partial<Record<Attribute, string>> & Record<string, unknown>;
}

function refuse(name: string, message: string): never {
  throw awsError('cloudtrail', name, 400, message);
}
