import type {
  CredentialFacts,
  KeyFacts,
  OffboardingFacts,
  OnboardingFacts,
  ResponseFacts,
  RotationFacts,
  SecretFacts,
  UserFacts,
} from './facts.js';
import { mfaRemovalTags, stage } from './facts.js';
import { type Instant, formatInstant } from './instants.js';
import { type AccessKeyId, versionIdOf } from './names.js';
import type { Step } from './steps.js';
import { keyInstantTag, tag } from './tags.js';

/** What a step showed that could not be known before it. */
export type Outcome =
  | { readonly step: 'CreateUser'; readonly user: UserFacts }
  | {
      readonly step: 'MintKey';
      readonly keyId: AccessKeyId;
      readonly createdAt: Instant;
      readonly secretArn: string;
      /** Stored as the current version at once: there was none. */
      readonly isCurrent: boolean;
    }
  | { readonly step: Exclude<Step['step'], 'CreateUser' | 'MintKey'> };

/**
 * The facts after a step that succeeded, so that the next one is planned without asking IAM, whose reads trail its
 * writes. A test holds this against the simulated account: advancing is the same as looking again.
 */
export function advanceUser(user: UserFacts, step: Step): UserFacts {
  switch (step.step) {
    case 'TagUser':
      return { ...user, tags: { ...user.tags, ...step.tags } };
    case 'UntagUser': {
      const left = Object.entries(user.tags).filter(([key]) => !step.tagKeys.includes(key));
      return { ...user, tags: Object.fromEntries(left) };
    }
    case 'SetBoundary':
      return { ...user, boundaryArn: step.boundaryArn };
    case 'MintKey':
      return { ...user, tags: { ...user.tags, [tag.mintIntent]: formatInstant(step.intentAt) } };
    case 'DeactivateKey':
      return step.recordAt === null
        ? user
        : withTag(user, tag.deactivated, keyInstantTag(step.keyId, step.recordAt));
    case 'ReactivateKey':
      return step.recordAt === null
        ? user
        : withTag(user, tag.reactivated, keyInstantTag(step.keyId, step.recordAt));
    case 'DeleteVirtualMfaDevice':
      return { ...user, tags: { ...user.tags, ...mfaRemovalTags(step.serialNumber) } };
    default:
      return user;
  }
}

export function advanceRotation(seen: RotationFacts, step: Step, outcome: Outcome): RotationFacts {
  return {
    user: advanceUser(seen.user, step),
    keys: advanceKeys(seen.keys, step, outcome),
    secret: advanceSecret(seen.secret, step, outcome),
    verified: outcome.step === 'MintKey' ? outcome.keyId : seen.verified,
  };
}

export function advanceOffboarding(seen: OffboardingFacts, step: Step, outcome: Outcome): OffboardingFacts {
  const next: OffboardingFacts = {
    ...seen,
    user: seen.user && step.step !== 'DeleteUser' ? advanceUser(seen.user, step) : null,
    keys: advanceKeys(seen.keys, step, outcome),
    secret: advanceSecret(seen.secret, step, outcome),
    loginSecret: isDeleted(seen.loginSecret, step) ? null : withoutReplicas(seen.loginSecret, step),
    credentials: advanceCredentials(seen.credentials, step),
    policyArns: advancePolicies(seen.policyArns, step),
    groupNames: advanceGroups(seen.groupNames, step),
  };
  switch (step.step) {
    case 'DeleteInlinePolicy':
      return {
        ...next,
        inlinePolicyNames: seen.inlinePolicyNames.filter((name) => name !== step.policyName),
      };
    case 'DeleteLoginProfile':
      return { ...next, hasLoginProfile: false };
    case 'DeactivateMfaDevice':
    case 'DeleteVirtualMfaDevice':
      return {
        ...next,
        mfaSerialNumbers: seen.mfaSerialNumbers.filter((serialNumber) => serialNumber !== step.serialNumber),
      };
    default:
      return next;
  }
}

export function advanceResponse(seen: ResponseFacts, step: Step, outcome: Outcome): ResponseFacts {
  return {
    ...seen,
    user: seen.user && advanceUser(seen.user, step),
    keys: advanceKeys(seen.keys, step, outcome),
    policyArns: advancePolicies(seen.policyArns, step),
  };
}

export function advanceOnboarding(
  seen: OnboardingFacts | null,
  step: Step,
  outcome: Outcome,
): OnboardingFacts | null {
  if (outcome.step === 'CreateUser') return { user: outcome.user, policyArns: [], groupNames: [] };
  if (!seen) return null;
  return {
    user: advanceUser(seen.user, step),
    policyArns: advancePolicies(seen.policyArns, step),
    groupNames: advanceGroups(seen.groupNames, step),
  };
}

function advanceGroups(groupNames: readonly string[], step: Step): readonly string[] {
  if (step.step === 'JoinGroup') return [...groupNames, step.groupName];
  if (step.step === 'LeaveGroup') return groupNames.filter((name) => name !== step.groupName);
  return groupNames;
}

function advancePolicies(policyArns: readonly string[], step: Step): readonly string[] {
  if (step.step === 'AttachPolicy') return [...policyArns, step.policyArn];
  if (step.step === 'DetachPolicy') return policyArns.filter((arn) => arn !== step.policyArn);
  return policyArns;
}

function withTag(user: UserFacts, key: string, value: string): UserFacts {
  return { ...user, tags: { ...user.tags, [key]: value } };
}

function advanceKeys(keys: readonly KeyFacts[], step: Step, outcome: Outcome): readonly KeyFacts[] {
  const setStatus = (keyId: AccessKeyId, status: KeyFacts['status']) =>
    keys.map((key) => (key.id === keyId ? { ...key, status } : key));
  switch (step.step) {
    case 'MintKey': {
      if (outcome.step !== 'MintKey') return keys;
      const minted: KeyFacts = {
        id: outcome.keyId,
        status: 'Active',
        createdAt: outcome.createdAt,
        lastUse: 'unread',
      };
      return [...keys, minted];
    }
    case 'DeactivateKey':
      return setStatus(step.keyId, 'Inactive');
    case 'ReactivateKey':
      return setStatus(step.keyId, 'Active');
    case 'DeleteKey':
      return keys.filter((key) => key.id !== step.keyId);
    default:
      return keys;
  }
}

function advanceCredentials(credentials: readonly CredentialFacts[], step: Step): readonly CredentialFacts[] {
  const setStatus = (credentialId: string, status: CredentialFacts['status']) =>
    credentials.map((one) => (one.id === credentialId ? { ...one, status } : one));
  switch (step.step) {
    case 'DeactivateCredential':
      return setStatus(step.credentialId, 'Inactive');
    case 'ReactivateCredential':
      return setStatus(step.credentialId, 'Active');
    case 'DeleteCredential':
      return credentials.filter(({ id }) => id !== step.credentialId);
    default:
      return credentials;
  }
}

function advanceSecret(secret: SecretFacts | null, step: Step, outcome: Outcome): SecretFacts | null {
  if (outcome.step === 'MintKey') return advanceMinted(secret, outcome);
  if (!secret) return null;
  switch (step.step) {
    case 'PromoteKey':
      return { ...secret, stages: promote(secret.stages, versionIdOf(step.keyId)) };
    case 'ClearPending':
      return { ...secret, stages: without(secret.stages, stage.pending) };
    case 'RestoreSecret':
      return { ...secret, deletedAt: null };
    case 'MendParameters':
      return { ...secret, isTorn: false };
    case 'RemoveReplicas':
      return withoutReplicas(secret, step);
    case 'DeleteSecret':
      return isDeleted(secret, step) ? null : secret;
    case 'DeleteParameters':
      return null;
    default:
      return secret;
  }
}

function isDeleted(secret: SecretFacts | null, step: Step): boolean {
  return step.step === 'DeleteSecret' && step.secretArn === secret?.arn;
}

function withoutReplicas(secret: SecretFacts | null, step: Step): SecretFacts | null {
  if (step.step !== 'RemoveReplicas' || step.secretArn !== secret?.arn) return secret;
  const { arn, stages, deletedAt } = secret;
  return { arn, stages, deletedAt };
}

function advanceMinted(secret: SecretFacts | null, outcome: Outcome & { step: 'MintKey' }): SecretFacts {
  const versionId = versionIdOf(outcome.keyId);
  const stages = secret?.stages ?? {};
  return {
    arn: outcome.secretArn,
    deletedAt: null,
    stages: outcome.isCurrent ? promote(stages, versionId) : { ...stages, [stage.pending]: versionId },
  };
}

/** AWSPREVIOUS follows AWSCURRENT by itself. */
function promote(stages: SecretFacts['stages'], versionId: string): SecretFacts['stages'] {
  const previous = stages[stage.current];
  return {
    ...stages,
    [stage.current]: versionId,
    ...(previous === undefined ? {} : { [stage.previous]: previous }),
  };
}

function without(stages: SecretFacts['stages'], label: string): SecretFacts['stages'] {
  return Object.fromEntries(Object.entries(stages).filter(([key]) => key !== label));
}
