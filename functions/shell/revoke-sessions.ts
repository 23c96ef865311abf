import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { observeRevocations, writeRevocations } from '../aws/revocations.js';
import { type Instant, secondMs } from '../core/instants.js';
import { type Leaver, type SessionOutlook, notRevoked, planRevocation } from '../core/revocation/plan.js';
import { wholeFrom } from '../core/revocation/versions.js';
import type { ListedRole } from './env.js';
import type { Journal } from './journal.js';

export interface Revoker {
  readonly clients: Pick<Clients, 'iam'>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** After this long a look at IAM shows every earlier write. */
  readonly settleMs: number;
  /** No look begins later than this. */
  readonly giveUpAt: Instant;
  /** False: says what would become of the sessions, and writes nothing. */
  readonly mayWrite: boolean;
}

/** IAM did not show in time what it had been given. The message comes back, and the next run begins by looking. */
export class RevocationsUnseen extends Error {
  override readonly name = 'RevocationsUnseen';
}

const pauseMs = secondMs;

/**
 * Revokes a leaver's sessions of one role. Two runs may be at it at once, and a look may be late: IAM's numbering of the
 * versions tells. Where the number of a new version is not the next after those that were seen, somebody else's came
 * between, and what it said is missing from ours; so this looks again until it sees its own, and adds what is missing.
 */
export async function revokeSessions(
  listed: ListedRole,
  leaver: Leaver,
  { clients: { iam }, clock, journal, settleMs, giveUpAt, mayWrite }: Revoker,
): Promise<SessionOutlook> {
  const { roleArn, policyArn, unpinned } = listed;
  for (let made = 0; ; await clock.sleep(pauseMs)) {
    const seen = await observeRevocations(iam, listed);
    if (typeof seen === 'string') return notRevoked(roleArn, seen, leaver);
    const newest = Math.max(0, ...seen.versions.map(({ number }) => number));
    if (newest >= made && clock.now() >= wholeFrom(seen.versions, settleMs)) {
      const { revocations, outlook } = planRevocation(seen, leaver, unpinned, clock.now());
      if (revocations === null || !mayWrite) return outlook;
      made = await writeRevocations(iam, seen, revocations);
      journal.note('revoked sessions', { userName: leaver.userName, roleArn, policyArn, version: made });
      if (made === newest + 1) return outlook;
    }
    if (clock.now() + pauseMs > giveUpAt)
      throw new RevocationsUnseen(`IAM does not show every version of ${policyArn} yet`);
  }
}
