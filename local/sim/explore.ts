import { dayMs } from '../../functions/core/instants.js';
import type { Fault } from '../fake-aws/fake-aws.js';
import { type RunPlan, type RunResult, allFaults, formatFaults, run } from './run.js';
import type { ScenarioName } from './scenarios.js';

/** A run that broke an invariant, and the command that lives it again. */
export interface Failure {
  readonly replay: string;
  readonly violations: readonly string[];
}

export interface Exploration {
  readonly runs: number;
  /** Failures beyond the first few are counted, not kept. */
  readonly failed: number;
  readonly failures: readonly Failure[];
}

type Interruption = Pick<RunPlan, 'interruptAt' | 'losesLease' | 'recoveryMs'>;
type Base = Pick<RunPlan, 'scenario' | 'callers' | 'temper' | 'pollers' | 'copies'>;

const keptFailures = 5;
/** Calls beyond which not every pair is tried: it would take minutes. */
const longScenario = 60;

/** For a write, the three that differ in what the caller knows and what was applied; a read cannot be half done. */
function pairFaults(isWrite: boolean | undefined): readonly Fault[] {
  return isWrite ? ['fail', 'timeout-applied', 'crash-after'] : ['crash-after'];
}

/**
 * Of a long scenario: a look ends whichever of its reads fails, so the first in a row stands for all of them; and the second
 * of two faults was applied or not. Singles try everything.
 */
function fewerFaults(writes: readonly boolean[], index: number, isSecond: boolean): readonly Fault[] {
  if (!writes[index]) return index === 0 || writes[index - 1] ? pairFaults(false) : [];
  return isSecond ? ['fail', 'crash-after'] : pairFaults(true);
}

/** Every fault at every call, one a run. */
export async function exploreSingles(base: Base): Promise<Exploration> {
  const tally = new Tally(base);
  const { counted } = await tally.run(new Map());
  for (let index = 0; index < counted; index += 1) {
    for (const fault of allFaults) await tally.run(new Map([[index, fault]]));
  }
  return tally;
}

/** Every two faults at every two calls; fewer where there are many calls. The second is tried on each call that still happens after the first. `every`: of the pairs, each n-th in order. */
export async function explorePairs(base: Base, every = 1): Promise<Exploration> {
  const tally = new Tally(base);
  let pairs = 0;
  const { counted, writes } = await tally.run(new Map());
  const isLong = counted > longScenario;
  for (const [first, isWrite] of writes.entries()) {
    for (const fault of isLong ? fewerFaults(writes, first, false) : pairFaults(isWrite)) {
      const alone = await tally.run(new Map([[first, fault]]));
      for (let second = first + 1; second < alone.counted; second += 1) {
        const others = isLong ? fewerFaults(alone.writes, second, true) : pairFaults(alone.writes[second]);
        for (const another of others) {
          if (pairs++ % every !== 0) continue;
          await tally.run(
            new Map([
              [first, fault],
              [second, another],
            ]),
          );
        }
      }
    }
  }
  return tally;
}

/** Another worker, with a copy of the message, at every call: with the lease held, and with the lease lost. */
export async function exploreInterruptions(base: Base): Promise<Exploration> {
  const tally = new Tally(base);
  const { counted } = await tally.run(new Map());
  for (let interruptAt = 0; interruptAt < counted; interruptAt += 1) {
    await tally.run(new Map(), { interruptAt });
    await tally.run(new Map(), { interruptAt, losesLease: true, recoveryMs: lostLeaseRecoveryMs });
  }
  return tally;
}

/** Two workers without a lease may each mint a key; the older one then lives through a whole retirement. */
export const lostLeaseRecoveryMs = 24 * dayMs;

class Tally implements Exploration {
  runs = 0;
  failed = 0;
  readonly failures: Failure[] = [];

  constructor(private readonly base: Base) {}

  async run(faults: ReadonlyMap<number, Fault>, interruption: Interruption = {}): Promise<RunResult> {
    const result = await run({ ...this.base, ...interruption, faults });
    this.runs += 1;
    if (result.violations.length === 0) return result;
    this.failed += 1;
    if (this.failures.length < keptFailures) {
      this.failures.push({
        replay: replayOf(this.base, faults, interruption),
        violations: result.violations.map(({ message }) => message),
      });
    }
    return result;
  }
}

function replayOf(
  { scenario, callers, pollers, copies }: Base,
  faults: ReadonlyMap<number, Fault>,
  interruption: Interruption,
): string {
  const { interruptAt, losesLease } = interruption;
  const options = [
    `--scenario ${scenario}`,
    ...(faults.size > 0 ? [`--faults ${formatFaults(faults)}`] : []),
    ...(callers ? [`--callers ${callers.join(',')}`] : []),
    ...(interruptAt === undefined ? [] : [`--interrupt ${interruptAt}`]),
    ...(losesLease ? ['--lose-lease'] : []),
    ...(pollers > 1 ? [`--pollers ${pollers}`] : []),
    ...(copies > 1 ? [`--copies ${copies}`] : []),
  ];
  return `npm run sim -- ${options.join(' ')}`;
}

/** The functions at whose calls pairs of faults are tried; a scan only reads, and singles cover it. */
export const pairCallers: Readonly<Partial<Record<ScenarioName, readonly string[]>>> = {
  rotate: ['rotate'],
  offboard: ['offboard'],
};
