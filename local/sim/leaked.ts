import { denyAllPolicyArn, denySessionsPolicyName } from '../../functions/core/steps.js';
import { hourMs } from '../../functions/core/instants.js';
import type { Call, FakeAws } from '../fake-aws/fake-aws.js';
import type { TrueUser } from '../fake-aws/truth.js';
import { isTombstoned, livingKeys } from './true-user.js';

/** The longest session of a user's own key, by the STS API reference. */
const longestSessionMs = 36 * hourMs;

/** The keys that AWS has told of, with the instant of its first word: what the functions make of it is another matter. */
export function announcedLeaks({ truth }: FakeAws): ReadonlyMap<string, number> {
  const leaks = new Map<string, number>();
  for (const { event } of truth.events()) {
    if (event.source !== 'aws.health') continue;
    const entities = event.detail['affectedEntities'] as { entityValue: string }[];
    for (const { entityValue } of entities)
      if (!leaks.has(entityValue)) leaks.set(entityValue, Date.parse(event.time));
  }
  return leaks;
}

/**
 * What may not be done about a leak (K1 to K4), judged by the state before the call: a leaked key never works again, the
 * deny comes before its end, its successor after it, and no session is let in before all have run out.
 */
export function checkLeakAnswer(
  call: Call,
  user: TrueUser,
  leaks: ReadonlyMap<string, number>,
  now: number,
): string | null {
  const keys = livingKeys(user).filter(({ id }) => leaks.has(id));
  const keyId = typeof call.input.AccessKeyId === 'string' ? call.input.AccessKeyId : '';
  if (call.operation === 'UpdateAccessKey' && leaks.has(keyId)) {
    if (call.input.Status === 'Active') return `K1 the leaked key ${keyId} was made Active again`;
    if (call.caller === 'respond' && isActive(user, keyId) && !isDenied(user))
      return `K2 the leaked key ${keyId} was deactivated while ${user.name} was not denied`;
  }
  const active = keys.find(({ status }) => status === 'Active');
  if (call.operation === 'CreateAccessKey' && active)
    return `K3 a successor was minted while the leaked key ${active.id} was Active`;
  const isLift = call.operation === 'DetachUserPolicy' || call.operation === 'PutUserPermissionsBoundary';
  const sessionsLive = user.keys.some(({ id }) => now < (leaks.get(id) ?? -Infinity) + longestSessionMs);
  const lets = isLift && (isEnd(call, user, denyAllPolicyArn) || isEnd(call, user, denySessionsPolicyName));
  if (!lets || !sessionsLive || isTombstoned(user)) return null;
  if (isEnd(call, user, denySessionsPolicyName))
    return isDenied(user) ? null : 'K4 sessions of a leaked key were let in';
  const keepsOut = user.attached.some((arn) => arn.endsWith(`/${denySessionsPolicyName}`));
  return keepsOut ? null : `K4 the deny was lifted from ${user.name} and nothing keeps the sessions out`;
}

function isEnd({ operation, input }: Call, { boundaryArn }: TrueUser, policy: string): boolean {
  const arn = typeof input.PolicyArn === 'string' ? input.PolicyArn : '';
  if (operation === 'PutUserPermissionsBoundary')
    return (
      policy === denyAllPolicyArn &&
      boundaryArn === denyAllPolicyArn &&
      input.PermissionsBoundary !== denyAllPolicyArn
    );
  return arn.endsWith(policy);
}

function isActive(user: TrueUser, keyId: string): boolean {
  return livingKeys(user).some(({ id, status }) => id === keyId && status === 'Active');
}

function isDenied({ attached, boundaryArn }: TrueUser): boolean {
  return attached.includes(denyAllPolicyArn) || boundaryArn === denyAllPolicyArn;
}
