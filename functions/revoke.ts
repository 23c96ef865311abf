import { createEventBridge, createIam } from './aws/clients.js';
import { formatInstant, secondMs } from './core/instants.js';
import type { SessionOutlook } from './core/revocation/plan.js';
import { type EnvKey, type ListedRole, announceKeys } from './shell/env.js';
import type { Deps } from './shell/lambda.js';
import { type RevokeMessage, revokeMessage } from './shell/messages.js';
import { queueFunction } from './shell/queue-function.js';
import { revokeSessions } from './shell/revoke-sessions.js';

export const revokeEnv = [...announceKeys, 'REVOCABLE_ROLES', 'SETTLE'] as const satisfies readonly EnvKey[];

const revokeClients = () => ({ iam: createIam(), eventBridge: createEventBridge() });

type RevokeDeps = Deps<(typeof revokeEnv)[number], keyof ReturnType<typeof revokeClients>>;

/** Time that is left at the end of an invocation for a look that has begun. */
const lastLookMs = 20 * secondMs;

/** A leaver's sessions of some roles may live on; the journal says which roles, and why. */
class RolesFailed extends Error {
  override readonly name = 'RolesFailed';
}

/** Ends what sessions a leaver has of the roles that the configuration lists, and tells of those that it cannot end. */
async function revoke({ userName, before }: RevokeMessage, deps: RevokeDeps): Promise<void> {
  const giveUpAt = deps.deadlineAt - lastLookMs;
  const revoker = { ...deps, settleMs: deps.env.SETTLE, giveUpAt, mayWrite: true };
  const leaver = { userName, before, since: before };
  const failed: string[] = [];
  for (const role of Object.values(deps.env.REVOCABLE_ROLES)) {
    const failure = await tryRole(role, () => revokeSessions(role, leaver, revoker), userName, deps);
    if (failure !== null) failed.push(failure);
  }
  if (failed.length > 0) throw new RolesFailed(failed.join('; '));
}

/** One role's failure stops no other; at the end the message fails for it. */
async function tryRole(
  { roleArn }: ListedRole,
  run: () => Promise<SessionOutlook>,
  userName: string,
  { journal }: RevokeDeps,
): Promise<string | null> {
  try {
    tell(await run(), userName, journal);
    return null;
  } catch (error) {
    return `${roleArn}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

function tell(
  { roleArn, revoked, why, sessionsEndBy }: SessionOutlook,
  userName: string,
  journal: RevokeDeps['journal'],
): void {
  if (sessionsEndBy === null)
    return journal.note('sessions are revoked', { userName, roleArn, revoked, why });
  const until = formatInstant(sessionsEndBy);
  journal.attention(
    'SessionsLeft',
    userName,
    `sessions of ${roleArn} that ${userName} may have begun were not revoked: ${why}. The last of them ends by ${until}`,
  );
}

export const createHandler = queueFunction({
  name: 'revoke',
  env: revokeEnv,
  clients: revokeClients,
  message: revokeMessage,
  run: revoke,
});
export const handler = createHandler();
