import { formatSpan } from '../functions/core/instants.js';
import type { UserName } from '../functions/core/names.js';
import type { OffboardingPhase } from '../functions/core/offboarding.js';
import { type Step, describe } from '../functions/core/steps.js';
import type { PersonResult } from './results.js';
import type { Session } from './session.js';
import type { UserRuns } from './user-runs.js';

interface Departed {
  readonly at: OffboardingPhase;
  readonly why: string;
  readonly steps: readonly Step[];
}

/**
 * Waits until the containment is there for all to see, and deletes the user: the settle time, which no quarantine
 * undercuts. Where nobody asked for that, the user stays in its quarantine.
 */
export async function finishPurge(
  session: Session,
  runs: UserRuns,
  { userName, userId }: { readonly userName: UserName; readonly userId: string | null },
  first: Departed,
  isImmediate: boolean,
): Promise<Departed> {
  if (!isImmediate || first.at.phase !== 'Quarantined') return first;
  const { clock } = await session.connect();
  const waitMs = Math.max(0, first.at.until - clock.now());
  session.tell(`Waiting ${formatSpan(waitMs)} until the loss of power is visible everywhere.`);
  await clock.sleep(waitMs);
  const last = await runs.offboard(userName, { kind: 'continue', userName, userId, absentSince: null });
  return { ...last, steps: [...first.steps, ...last.steps] };
}

/** Looks a second time at a user that is gone, a settle time later, which signs its departure off. */
export async function finishAbsence(
  session: Session,
  runs: UserRuns,
  { userName: name, userId: id }: { readonly userName: UserName; readonly userId: string | null },
  last: Departed,
): Promise<Departed> {
  if (last.at.phase !== 'Absent' || (await runs.evidenceBucket(name)) === null) return last;
  const { clock } = await session.connect();
  const waitMs = Math.max(0, last.at.until - clock.now());
  session.tell(`Waiting ${formatSpan(waitMs)} for the second look, which signs the departure off.`);
  await clock.sleep(waitMs);
  const confirmed = await runs.confirmAbsence({ name, id, until: last.at.until });
  return { ...confirmed, steps: last.steps };
}

export function offboardingResult(userName: UserName, { at, why, steps }: Departed): PersonResult {
  const isDeleted = steps.some(({ step }) => step === 'DeleteUser') && ['Absent', 'Gone'].includes(at.phase);
  return {
    userName,
    phase: isDeleted ? 'Deleted' : at.phase,
    why: isDeleted
      ? `the user is deleted; its secret can be restored for 30 days${at.phase === 'Gone' ? '; the record of it is signed off' : ''}`
      : why,
    steps: steps.map(describe),
    until: !isDeleted && 'until' in at ? at.until : null,
    isWell: !['Blocked', 'Namesake', 'Superseded'].includes(at.phase),
  };
}
