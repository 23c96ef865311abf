import { type Instant, formatInstant } from '../functions/core/instants.js';
import type { SessionOutlook } from '../functions/core/revocation/plan.js';
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
  /** Of a departure: what became of the user's sessions of each listed role. */
  readonly sessions?: readonly SessionOutlook[];
  /** What a restore could not give back, in words. */
  readonly lost?: readonly string[];
}

export function printResults(session: Session, results: readonly PersonResult[], none = ''): void {
  const data = results.map(({ userName, phase, why, steps, until, lost, sessions }) => ({
    userName,
    phase,
    why,
    steps,
    until: until === null ? null : formatInstant(until),
    ...(lost === undefined ? {} : { lost }),
    ...(sessions === undefined ? {} : { sessions: sessions.map(sessionData) }),
  }));
  session.print(data, () => (results.length === 0 ? `${none}\n` : formatResults(results)));
}

function sessionData({ sessionsEndBy, ...outlook }: SessionOutlook): object {
  return { ...outlook, sessionsEndBy: sessionsEndBy === null ? null : formatInstant(sessionsEndBy) };
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
