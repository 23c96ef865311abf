import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { dayMs } from '../../functions/core/instants.js';
import { InvalidValue } from '../../functions/core/invalid-value.js';
import { queueNames } from '../deployment.js';
import { type Call, type FakeAwsOptions, type Fault, Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, live, simulate, surroundingsCaller } from '../simulation.js';
import { queueEnv } from '../system.js';
import { Oracle } from './oracle.js';
import { Violation } from './violation.js';
import { createRecorder } from './recorder.js';
import { findSecrets } from './canaries.js';
import { judgeRest, recordsOf } from './rest.js';
import { type Marks, mark } from './marks.js';
import { type ActOptions, type Scenario, type ScenarioName, scenarios } from './scenarios.js';

/** By the number of a call, counted from 0, or as the n-th call of one operation, counted from 1: "DeleteUser#1". */
export type Faults = ReadonlyMap<number | string, Fault>;

/** One run, wholly determined by this. */
export interface RunPlan extends ActOptions {
  readonly scenario: ScenarioName;
  /** Which of the functions' calls while faults are on go wrong, and how. */
  readonly faults: Faults;
  /** Counts the calls of these functions alone; all where it is not given. */
  readonly callers?: readonly string[];
  /** The account's temper while faults are on. */
  readonly temper?: Partial<
    Pick<
      FakeAwsOptions,
      | 'seed'
      | 'latencyMs'
      | 'lagMs'
      | 'keyUsableAfterMs'
      | 'keyUsableAfterDeleteMs'
      | 'atomicKeyLimit'
      | 'pageSize'
      | 'deliveryDelayMs'
    >
  >;
  /** Just before this counted call, another worker gets a copy of the same messages and runs to its end. */
  readonly interruptAt?: number;
  /** The other worker finds no lease: somebody lost the table. */
  readonly losesLease?: boolean;
  /** Longer than the scenario's own, where a fault may leave more to wait for. */
  readonly recoveryMs?: number;
  /** Calls after which the run is taken to have no end. */
  readonly longestRun?: number;
  /** Called with each counted call, for faults that are drawn and not listed. */
  readonly drawFault?: (call: Call) => Fault | undefined;
}

export interface RunResult {
  /** How many of the functions' calls were counted while faults were on. */
  readonly counted: number;
  /** Of each of them, whether it writes. */
  readonly writes: readonly boolean[];
  readonly violations: readonly Violation[];
  /** How many were searched for secrets. */
  readonly records: number;
  readonly marks: Marks;
  readonly trace: readonly string[];
  /** SHA-256 over the trace of all calls: equal for equal plans. */
  readonly hash: string;
}

/** Calls of a run that will never come to rest; the longest that does makes a tenth of them. */
const usualLongestRun = 12_000;
const startAt = Date.parse('2026-01-01T00:00:00Z');
/** A converged account is looked at once more: it must not be written to. */
const quietWrites = new Set([
  'PutItem',
  'DeleteItem',
  'SendMessage',
  'SendMessageBatch',
  'GenerateCredentialReport',
  // Somebody is told again, under the same id.
  'PutEvents',
]);

/** Lives a scenario under faults (safety), then without them (liveness), and answers every broken invariant. */
export function run(plan: RunPlan): Promise<RunResult> {
  return runLife(scenarios[plan.scenario], plan);
}

/** As run, for a scenario that has no name because a seed made it. */
export async function runLife(scenario: Scenario, plan: Omit<RunPlan, 'scenario'>): Promise<RunResult> {
  const { longestRun = usualLongestRun } = plan;
  const faulty: Faulty = { isOn: false, counted: 0 };
  const writes: boolean[] = [];
  const faultAt = faultsOf(plan);
  const marks = new Map<string, number>();
  const clockOf = () => simulation.clock;
  const journal = createRecorder(clockOf);
  const answers: string[] = [];
  const intervene = async (call: Call): Promise<Fault | undefined> => {
    if (call.caller === surroundingsCaller && call.seq > longestRun)
      throw new Violation('L1', `no rest after ${longestRun} calls`);
    const isCounted = call.caller !== surroundingsCaller && (plan.callers?.includes(call.caller) ?? true);
    if (!faulty.isOn || !isCounted) return undefined;
    const index = faulty.counted++;
    writes.push(call.mutating);
    if (index === plan.interruptAt) await interrupt(simulation, plan.losesLease ?? false);
    const fault = faultAt(index, call);
    mark(marks, call, fault);
    return fault;
  };
  const simulation: Simulation = await simulate({
    startAt,
    journal,
    ...(scenario.settings ? { settings: scenario.settings } : {}),
    onResult: (result) => answers.push(JSON.stringify(result)),
    account: { ...whileOn(plan.temper ?? {}, faulty), intervene },
  });
  const { account, clock } = simulation;
  const oracle = oracleOf(simulation, scenario, plan);
  const violations = await clock.run(() => liveThrough(simulation, scenario, plan, faulty));
  const records = recordsOf(simulation, [...journal.lines, ...answers]);
  oracle.judgeRecords();
  const complaint = scenario.judge(
    simulation,
    journal.attentions.map(({ userName, why }) => (userName === null ? why : `${userName}: ${why}`)),
  );
  return {
    counted: faulty.counted,
    writes,
    violations: [
      ...oracle.violations,
      ...violations.filter((violation) => !scenario.oracle?.isExcused?.(violation)),
      ...findSecrets(account.mintedSecrets, records),
      ...(complaint === null ? [] : [new Violation('goal', complaint)]),
    ],
    records: records.length,
    marks,
    trace: [...journal.lines],
    hash: hashOf(account.calls),
  };
}

function oracleOf(
  { account, clock, env }: Simulation,
  { oracle }: Scenario,
  { losesLease = false }: Omit<RunPlan, 'scenario'>,
): Oracle {
  const options = { surroundingsCaller, leasesAreLost: losesLease, ...oracle };
  return new Oracle(account, { ...options, env: { ...env, ...oracle?.leastWindows } }, () => clock.now());
}

/** The fault of each counted call, asked in their order. */
function faultsOf({
  faults,
  drawFault,
}: Omit<RunPlan, 'scenario'>): (index: number, call: Call) => Fault | undefined {
  const timesOf = new Map<string, number>();
  return (index, call) => {
    const nth = (timesOf.get(call.operation) ?? 0) + 1;
    timesOf.set(call.operation, nth);
    return faults.get(index) ?? faults.get(`${call.operation}#${nth}`) ?? drawFault?.(call);
  };
}

/** Whether faults are on, and how many calls were counted while they were. */
interface Faulty {
  isOn: boolean;
  counted: number;
}

/** Safety under faults, then liveness without them. A run that never comes to rest ends with that violation. */
async function liveThrough(
  simulation: Simulation,
  scenario: Scenario,
  plan: Omit<RunPlan, 'scenario'>,
  faulty: Faulty,
): Promise<Violation[]> {
  const { clock } = simulation;
  try {
    await scenario.prepare(simulation);
    faulty.isOn = true;
    await scenario.act(simulation, plan);
    faulty.isOn = false;
    const until = clock.now() + (plan.recoveryMs ?? scenario.recoveryMs);
    // A long recovery waits for days to pass: a scan a day shows it as well as one an hour.
    const scanEveryMs = plan.recoveryMs === undefined ? scenario.scanEveryMs : dayMs;
    await live(simulation, { until, scanEveryMs, look: scenario.look });
    return [...judgeRest(simulation, clock.now()), ...(await judgeQuiet(simulation, scenario))];
  } catch (error) {
    if (error instanceof Violation) return [error];
    throw error;
  }
}

/** Delivers a copy of every message that is being worked on, as SQS may, to another worker. */
async function interrupt({ account, env, system }: Simulation, losesLease: boolean): Promise<void> {
  const { sqs, dynamodb } = account.clients(new Invocation(surroundingsCaller));
  if (losesLease) {
    const names = [...account.truth.table(env.LEASE_TABLE)!.items.keys()];
    for (const name of names)
      await dynamodb.send(new DeleteItemCommand({ TableName: env.LEASE_TABLE, Key: { name: { S: name } } }));
  }
  for (const queue of system.queues) {
    const QueueUrl = env[queueEnv[queue]];
    for (const { body } of account.truth.queue(queueNames[queue])!.inFlight) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    }
    await system.deliver(queue);
  }
}

/** C1: once all has settled, another scan and what it asks for write nothing. */
async function judgeQuiet(simulation: Simulation, { look }: Scenario): Promise<Violation[]> {
  const { account, system } = simulation;
  const from = account.calls.length;
  await (look ? look(simulation) : system.scan());
  await system.drain();
  return (
    account.calls
      .slice(from)
      .filter(
        (call) => call.mutating && call.caller !== surroundingsCaller && !quietWrites.has(call.operation),
      )
      // Evidence is written once: a look that comes later tries, and writes nothing.
      .filter(({ outcome }) => outcome !== 'PreconditionFailed')
      .map(
        (call) =>
          new Violation('C1', `a converged account was written to: ${call.operation} by ${call.caller}`),
      )
  );
}

/** Lag and the like only plague the account while faults are on. */
function whileOn(
  temper: NonNullable<RunPlan['temper']>,
  faulty: { readonly isOn: boolean },
): NonNullable<RunPlan['temper']> {
  const { lagMs, keyUsableAfterMs, keyUsableAfterDeleteMs, deliveryDelayMs } = temper;
  return {
    ...temper,
    ...(lagMs ? { lagMs: (call: Call) => (faulty.isOn ? lagMs(call) : 0) } : {}),
    ...(keyUsableAfterMs ? { keyUsableAfterMs: () => (faulty.isOn ? keyUsableAfterMs() : 0) } : {}),
    ...(deliveryDelayMs ? { deliveryDelayMs: () => (faulty.isOn ? deliveryDelayMs() : 0) } : {}),
    ...(keyUsableAfterDeleteMs
      ? { keyUsableAfterDeleteMs: () => (faulty.isOn ? keyUsableAfterDeleteMs() : 0) }
      : {}),
  };
}

function hashOf(calls: readonly Call[]): string {
  const hash = createHash('sha256');
  for (const call of calls)
    hash.update(`${call.at} ${call.caller} ${call.service} ${call.operation} ${call.outcome}\n`);
  return hash.digest('hex');
}

const faultNames = [
  'throttle',
  'fail',
  'timeout-unapplied',
  'timeout-applied',
  'crash-before',
  'crash-after',
] as const;
export const allFaults: readonly Fault[] = faultNames;

/** "7:crash-after,9:fail": the faults of a run as its failure prints them. */
export function formatFaults(faults: Faults): string {
  return [...faults].map(([index, fault]) => `${index}:${fault}`).join(',');
}

export function parseFaults(text: string): Faults {
  return new Map(
    text
      .split(',')
      .filter(Boolean)
      .map((part) => {
        const [which = '', name] = part.split(':');
        const fault = faultNames.find((known) => known === name);
        if (!/^(\d+|[A-Z]\w*#[1-9]\d*)$/.test(which) || !fault)
          throw new InvalidValue(
            '--faults',
            part,
            `<call>:<fault>, where a call is a number or as in DeleteUser#1, and a fault is one of ${faultNames.join(', ')}`,
          );
        return [/^\d+$/.test(which) ? Number(which) : which, fault];
      }),
  );
}
