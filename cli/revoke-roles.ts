import { formatInstant, minuteMs } from '../functions/core/instants.js';
import type { UserName } from '../functions/core/names.js';
import { type SessionOutlook, notRevoked } from '../functions/core/revocation/plan.js';
import type { ListedRole } from '../functions/shell/env.js';
import type { Journal } from '../functions/shell/journal.js';
import { revokeSessions } from '../functions/shell/revoke-sessions.js';
import type { Connection } from './connection.js';

/** IAM shows a new version after seconds. */
const patienceMs = 2 * minuteMs;

/**
 * Ends a leaver's sessions of the listed roles with an operator's rights, as the function `revoke` does. A role that fails
 * holds up no departure: its sessions are told of as left.
 */
export async function revokeRoles(
  roles: readonly ListedRole[],
  userName: UserName,
  { clients, clock }: Connection,
  { journal, settleMs, leaseMs }: { journal: Journal; settleMs: number; leaseMs: number },
): Promise<SessionOutlook[]> {
  // A session that begins before the deny has reached everybody is dead as it begins.
  const before = clock.now() + leaseMs;
  const leaver = { userName, before, since: before };
  const outlooks: SessionOutlook[] = [];
  for (const role of roles) {
    const giveUpAt = clock.now() + patienceMs;
    const revoker = { clients, clock, journal, settleMs, giveUpAt, mayWrite: true };
    outlooks.push(
      await revokeSessions(role, leaver, revoker).catch((error: unknown) =>
        notRevoked(
          role.roleArn,
          error instanceof Error ? `${error.name}: ${error.message}` : String(error),
          leaver,
        ),
      ),
    );
  }
  return outlooks;
}

/** In a sentence, for whoever runs the departure. */
export function describeOutlook(
  userName: UserName,
  { roleArn, revoked, why, sessionsEndBy }: SessionOutlook,
): string {
  const what =
    revoked === 'no'
      ? 'were not ended'
      : revoked === 'user'
        ? 'of this user are ended'
        : 'of everybody are ended';
  const until = sessionsEndBy === null ? '' : `; the last of them ends by ${formatInstant(sessionsEndBy)}`;
  return `${userName}: sessions of ${roleArn} ${what}: ${why}${until}.`;
}
