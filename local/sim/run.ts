import { createHash } from 'node:crypto';
import { InvalidValue } from '../../functions/core/invalid-value.js';
import type { Call, Fault, FakeAwsOptions } from '../fake-aws/fake-aws.js';
import { type Simulation, live, simulate, surroundingsCaller } from '../simulation.js';
import { Oracle } from './oracle.js';
import { Violation } from './violation.js';
import { createRecorder } from './recorder.js';
import { findLeaks, judgeRest } from './rest.js';
import { type ActOptions, type ScenarioName, scenarios } from './scenarios.js';

/** One run, wholly determined by this. */
export interface RunPlan extends ActOptions {
  readonly scenario: ScenarioName;
  /** Which of the functions' calls while faults are on goes wrong, counted from 0, and how. */
  readonly faults: ReadonlyMap<number, Fault>;
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
    >
  >;
  /** Called with each counted call, for faults that are drawn and not listed. */
  readonly drawFault?: (call: Call) => Fault | undefined;
}

export interface RunResult {
  /** How many of the functions' calls were counted while faults were on. */
  readonly counted: number;
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
  /** SHA-256 over the trace of all calls: equal for equal plans. */
  readonly hash: string;
}

const startAt = Date.parse('2026-01-01T00:00:00Z');
/** A converged account is looked at once more: it must not be written to. */
const quietWrites = new Set([
  'PutItem',
  'DeleteItem',
  'SendMessage',
  'SendMessageBatch',
  'GenerateCredentialReport',
]);

/** Lives a scenario under faults (safety), then without them (liveness), and answers every broken invariant. */
export async function run(plan: RunPlan): Promise<RunResult> {
  const scenario = scenarios[plan.scenario];
  const faulty = { isOn: false, counted: 0 };
  const clockOf = () => simulation.clock;
  const journal = createRecorder(clockOf);
  const intervene = (call: Call): Fault | undefined => {
    const isCounted = call.caller !== surroundingsCaller && (plan.callers?.includes(call.caller) ?? true);
    if (!faulty.isOn || !isCounted) return undefined;
    const index = faulty.counted++;
    return plan.faults.get(index) ?? plan.drawFault?.(call);
  };
  const simulation: Simulation = await simulate({
    startAt,
    journal,
    account: { ...whileOn(plan.temper ?? {}, faulty), intervene },
  });
  const { account, clock, env } = simulation;
  const oracle = new Oracle(account, { env, surroundingsCaller }, () => clock.now());
  const violations = await clock.run(async () => {
    await scenario.prepare(simulation);
    faulty.isOn = true;
    try {
      await scenario.act(simulation, plan);
    } catch (error) {
      if (error instanceof Violation) return [error];
      throw error;
    }
    faulty.isOn = false;
    await live(simulation, { until: clock.now() + scenario.recoveryMs, scanEveryMs: scenario.scanEveryMs });
    return [
      ...judgeRest(simulation, clock.now()),
      ...(await judgeQuiet(simulation)),
      ...findLeaks(simulation, journal.lines),
    ];
  });
  const complaint = scenario.judge(
    simulation,
    journal.attentions.map(({ why }) => why),
  );
  return {
    counted: faulty.counted,
    violations: [
      ...oracle.violations,
      ...violations,
      ...(complaint === null ? [] : [new Violation('goal', complaint)]),
    ],
    trace: [...journal.lines],
    hash: hashOf(account.calls),
  };
}

/** C1: once all has settled, another scan and what it asks for write nothing. */
async function judgeQuiet({ account, system }: Simulation): Promise<Violation[]> {
  const from = account.calls.length;
  await system.scan();
  await system.drain();
  return account.calls
    .slice(from)
    .filter((call) => call.mutating && call.caller !== surroundingsCaller && !quietWrites.has(call.operation))
    .map(
      (call) =>
        new Violation('C1', `a converged account was written to: ${call.operation} by ${call.caller}`),
    );
}

/** Lag and the like only plague the account while faults are on. */
function whileOn(
  temper: NonNullable<RunPlan['temper']>,
  faulty: { readonly isOn: boolean },
): NonNullable<RunPlan['temper']> {
  const { lagMs, keyUsableAfterMs, keyUsableAfterDeleteMs } = temper;
  return {
    ...temper,
    ...(lagMs ? { lagMs: (call: Call) => (faulty.isOn ? lagMs(call) : 0) } : {}),
    ...(keyUsableAfterMs ? { keyUsableAfterMs: () => (faulty.isOn ? keyUsableAfterMs() : 0) } : {}),
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
export function formatFaults(faults: ReadonlyMap<number, Fault>): string {
  return [...faults].map(([index, fault]) => `${index}:${fault}`).join(',');
}

export function parseFaults(text: string): ReadonlyMap<number, Fault> {
  return new Map(
    text
      .split(',')
      .filter(Boolean)
      .map((part) => {
        const [index, name] = part.split(':');
        const fault = faultNames.find((known) => known === name);
        if (!/^\d+$/.test(index ?? '') || !fault)
          throw new InvalidValue(
            '--faults',
            part,
            `<call>:<fault>, where a fault is one of ${faultNames.join(', ')}`,
          );
        return [Number(index), fault];
      }),
  );
}
