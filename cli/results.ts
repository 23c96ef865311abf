import { type Instant, formatInstant } from '../functions/core/instants.js';
import { formatMinute, formatTable } from './output.js';
import type { Session } from './session.js';

/** Where one user came to rest, or would. */
export interface PersonResult {
  readonly userName: string;
  readonly phase: string;
  readonly why: string;
  /** In words, in order. */
  readonly steps: readonly string[];
  /** When something is due next. */
  readonly until: Instant | null;
  /** False: what was asked for is not done. */
  readonly isWell: boolean;
  /** What a restore could not give back, in words. */
  readonly lost?: readonly string[];
}

export function printResults(session: Session, results: readonly PersonResult[], none = ''): void {
  const data = results.map(({ userName, phase, why, steps, until, lost }) => ({
    userName,
    phase,
    why,
    steps,
    until: until === null ? null : formatInstant(until),
    ...(lost === undefined ? {} : { lost }),
  }));
  session.print(data, () => (results.length === 0 ? `${none}\n` : formatResults(results)));
}

function formatResults(results: readonly PersonResult[]): string {
  return formatTable(
    ['USER', 'PHASE', 'STEPS', 'NEXT', 'WHY'],
    results.map(({ userName, phase, steps, until, why }) => [
      userName,
      phase,
      steps.length === 0 ? '-' : steps.join('\n'),
      until === null ? '-' : formatMinute(until),
      why,
    ]),
  );
}
