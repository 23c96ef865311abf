import {
  type OffboardingFacts,
  type SecretFacts,
  type UserFacts,
  isVirtualMfaDevice,
  keyAtStage,
  stage,
  targetOf,
} from './facts.js';
import { parameterNamesOf, readKeyWish } from './key-wish.js';
import { isLeaked } from './leaks.js';
import { type Step, type Target, denyAllPolicyArn } from './steps.js';
import { idsTag, readIdsTag, tag } from './tags.js';

/** What a departure takes, in which order, and what a return gives back. When that is due is offboarding.ts's business. */

/** IAM's default quota of managed policies on one user. */
export const maxPolicies = 10;

/** Takes every power away at once: all that is left to do can wait for a read that failed. */
export function planDeny(seen: OffboardingFacts, facts: UserFacts, isPurgeDue: boolean): Step[] {
  const user = targetOf(facts);
  // A purge that was cut short between the deny and the user has nothing left to deny.
  if (isDenied(seen, facts) || (isPurgeDue && !hasCredentials(seen))) return [];
  return [
    seen.policyArns.length < maxPolicies
      ? { step: 'AttachPolicy', user, policyArn: denyAllPolicyArn }
      : { step: 'SetBoundary', user, boundaryArn: denyAllPolicyArn },
  ];
}

/**
 * Makes Inactive what lets a user in, and destroys nothing that cannot be given back, but the password. MFA stays: it lets
 * nobody in, and whoever comes back still has it.
 */
export function planContainment(seen: OffboardingFacts, facts: UserFacts, isPurgeDue: boolean): Step[] {
  const user = targetOf(facts);
  const steps: Step[] = isPurgeDue ? [] : recordCredentials(seen, facts);
  for (const key of seen.keys.filter(({ status }) => status === 'Active')) {
    steps.push({ step: 'DeactivateKey', user, keyId: key.id, recordAt: null });
  }
  for (const { kind, id } of seen.credentials.filter(({ status }) => status === 'Active')) {
    steps.push({ step: 'DeactivateCredential', user, kind, credentialId: id });
  }
  if (seen.hasLoginProfile) steps.push({ step: 'DeleteLoginProfile', user });
  if (isThere(seen.loginSecret)) steps.push(...deleteSecret(user, seen.loginSecret));
  return steps;
}

/**
 * Which credentials will be made Inactive, which nothing else could tell from those that were so before. It is written
 * once, even where there are none: what somebody makes after it is not given back.
 */
function recordCredentials({ credentials }: OffboardingFacts, facts: UserFacts): Step[] {
  if (facts.tags[tag.deactivatedCredentials] !== undefined) return [];
  const active = credentials.filter(({ status }) => status === 'Active').map(({ id }) => id);
  return [{ step: 'TagUser', user: targetOf(facts), tags: { [tag.deactivatedCredentials]: idsTag(active) } }];
}

export function isDenied(
  { policyArns }: Pick<OffboardingFacts, 'policyArns'>,
  { boundaryArn }: Pick<UserFacts, 'boundaryArn'>,
): boolean {
  return policyArns.includes(denyAllPolicyArn) || boundaryArn === denyAllPolicyArn;
}

function hasCredentials(seen: OffboardingFacts): boolean {
  return seen.hasLoginProfile || [...seen.keys, ...seen.credentials, ...seen.mfaSerialNumbers].length > 0;
}

/** Secrets Manager deletes no secret that has replicas. */
function deleteSecret(user: Target, { arn: secretArn, replicaRegions: regions = [] }: SecretFacts): Step[] {
  const replicas: Step[] = regions.length === 0 ? [] : [{ step: 'RemoveReplicas', user, secretArn, regions }];
  return [...replicas, { step: 'DeleteSecret', user, secretArn }];
}

/** It exists, and its deletion was not asked for yet. */
function isThere(secret: SecretFacts | null): secret is SecretFacts {
  return secret !== null && secret.deletedAt === null;
}

/** Removes what DeleteUser demands gone. The deny outlives every credential. */
export function planPurge(seen: OffboardingFacts, facts: UserFacts): Step[] {
  const user = targetOf(facts);
  const detach = (policyArn: string): Step => ({ step: 'DetachPolicy', user, policyArn });
  return [
    ...seen.mfaSerialNumbers.map((serialNumber): Step => ({
      step: isVirtualMfaDevice(serialNumber) ? 'DeleteVirtualMfaDevice' : 'DeactivateMfaDevice',
      user,
      serialNumber,
    })),
    ...seen.credentials.map(({ kind, id }): Step => ({
      step: 'DeleteCredential',
      user,
      kind,
      credentialId: id,
    })),
    ...seen.groupNames.map((groupName): Step => ({ step: 'LeaveGroup', user, groupName })),
    ...seen.inlinePolicyNames.map((policyName): Step => ({ step: 'DeleteInlinePolicy', user, policyName })),
    ...seen.policyArns.filter((policyArn) => policyArn !== denyAllPolicyArn).map(detach),
    ...seen.keys.map((key): Step => ({ step: 'DeleteKey', user, keyId: key.id })),
    ...seen.policyArns.filter((policyArn) => policyArn === denyAllPolicyArn).map(detach),
    ...forgetKeys(seen.secret, facts),
    { step: 'DeleteUser', user },
  ];
}

/** The secret with its recovery window, or the parameters, which SSM deletes for good. */
function forgetKeys(secret: SecretFacts | null, facts: UserFacts): Step[] {
  if (!isThere(secret)) return [];
  const user = targetOf(facts);
  const wish = readKeyWish(facts.tags);
  if (wish?.store !== 'ssm') return deleteSecret(user, secret);
  return [{ step: 'DeleteParameters', user, names: parameterNamesOf(facts.name, wish) }];
}

/**
 * Gives back the current key and what the tombstone says was Active, the boundary, and last the permissions. A password
 * cannot be given back.
 */
export function planReturn(seen: OffboardingFacts, facts: UserFacts, boundaryArn: string): Step[] {
  const user = targetOf(facts);
  const current = seen.keys.find((key) => key.id === keyAtStage(seen.secret, stage.current));
  const recorded = readIdsTag(facts.tags, tag.deactivatedCredentials);
  const steps: Step[] = [];
  if (current?.status === 'Inactive' && !isLeaked(facts, current.id))
    steps.push({ step: 'ReactivateKey', user, keyId: current.id, recordAt: null });
  for (const { kind, id, status } of seen.credentials) {
    if (status === 'Inactive' && recorded.includes(id))
      steps.push({ step: 'ReactivateCredential', user, kind, credentialId: id });
  }
  // Who comes back with a leaked key stays denied until the answer to the leak is done.
  if (facts.tags[tag.leakDenied] !== undefined) return steps;
  if (facts.boundaryArn === denyAllPolicyArn) steps.push({ step: 'SetBoundary', user, boundaryArn });
  if (seen.policyArns.includes(denyAllPolicyArn))
    steps.push({ step: 'DetachPolicy', user, policyArn: denyAllPolicyArn });
  return steps;
}
