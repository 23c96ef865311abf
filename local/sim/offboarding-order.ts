import { denyAllPolicyArn } from '../../functions/core/steps.js';
import { readInstant } from '../../functions/core/instants.js';
import { tag } from '../../functions/core/tags.js';
import type { Call } from '../fake-aws/fake-aws.js';
import type { TrueUser } from '../fake-aws/truth.js';
import { activeCredentials, isTombstoned, livingKeys, tagOf } from './true-user.js';

/** What destroys, and so must wait for the containment and for the end of the quarantine. */
const purging = new Set([
  'RemoveUserFromGroup',
  'DeleteUserPolicy',
  'DetachUserPolicy',
  'DeleteAccessKey',
  'DeleteSSHPublicKey',
  'DeleteSigningCertificate',
  'DeleteServiceSpecificCredential',
  'DeactivateMFADevice',
  'DeleteUser',
]);

/**
 * The order of an offboarding (F1), judged by the state before the call: safety first, evidence last. Answers what is
 * wrong, or null. A restored user's deny may be detached, since its tombstone is gone by then.
 */
export function checkOffboardingOrder(call: Call, user: TrueUser, now: number): string | null {
  if (!isTombstoned(user)) {
    const departs =
      call.operation === 'AttachUserPolicy' &&
      call.input.PolicyArn === denyAllPolicyArn &&
      call.caller !== 'respond';
    if (departs) return `the deny was attached to ${user.name} before its tombstone`;
    return call.operation === 'DeleteUser' ? `${user.name} was deleted without a tombstone` : null;
  }
  if (!purging.has(call.operation)) return null;
  const purgeAfter = readInstant(tagOf(user, tag.purgeAfter) ?? '');
  if (purgeAfter === null || now < purgeAfter)
    return `${call.operation} on ${user.name} before its quarantine was over`;
  const isDeny = call.operation === 'DetachUserPolicy' && call.input.PolicyArn === denyAllPolicyArn;
  if (call.operation !== 'DeleteUser' && !isDeny) {
    const isDenied = user.attached.includes(denyAllPolicyArn) || user.boundaryArn === denyAllPolicyArn;
    if (!isDenied) return `${call.operation} on ${user.name} without the deny`;
    const [active] = activeCredentials(user);
    if (active !== undefined) return `${call.operation} on ${user.name} while ${active} is Active`;
    if (user.loginProfile) return `${call.operation} on ${user.name} while it has a password`;
  }
  const [left] = [...livingKeys(user), ...user.otherCredentials];
  if (isDeny && left) return `the deny was detached from ${user.name} before ${left.id} was gone`;
  return null;
}
