import { type Instant, formatInstant } from './instants.js';
import type { KeyWish } from './key-wish.js';
import { type AccessKeyId, type UserName, keyIdOf } from './names.js';
import type { Tags } from './tags.js';

/** The user that a step acts on, pinned by its unique id so that a late step never hits a namesake. */
export interface Target {
  readonly name: UserName;
  readonly id: string;
}

/** SSM parameters that a key goes into. */
export interface ParameterTarget {
  readonly wish: KeyWish & { readonly store: 'ssm' };
  /** The key that was current before, which the credentials' description goes on naming. */
  readonly replaces: AccessKeyId | null;
  readonly tags: Tags;
}

/** What lets a user in beside its access keys and its password, and can be made Inactive. */
export type CredentialKind = 'service-credential' | 'ssh-key' | 'certificate';

export const denyAllPolicyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** The deployed policy that denies whatever a user asks for with temporary credentials, and nothing that it signs with a key. */
export const denySessionsPolicyName = 'IamLifecycleDenySessions';

/**
 * One change to the account. Steps are data: they can be compared, printed and stored, and hold no secret.
 * What each does to AWS is said once, in functions/aws/apply.ts.
 */
export type Step =
  | { step: 'CreateUser'; name: UserName; path: string; tags: Tags; boundaryArn: string }
  | { step: 'AttachPolicy'; user: Target; policyArn: string }
  | { step: 'DetachPolicy'; user: Target; policyArn: string }
  | { step: 'DeleteInlinePolicy'; user: Target; policyName: string }
  | { step: 'JoinGroup'; user: Target; groupName: string }
  | { step: 'LeaveGroup'; user: Target; groupName: string }
  | { step: 'SetBoundary'; user: Target; boundaryArn: string }
  | { step: 'TagUser'; user: Target; tags: Tags }
  | { step: 'UntagUser'; user: Target; tagKeys: readonly string[] }
  /** Intent, CreateAccessKey, store, test. With `storeIsPromote` the test comes before the store. */
  | {
      step: 'MintKey';
      user: Target;
      secretArn: string | null;
      intentAt: Instant;
      storeIsPromote: boolean;
      /** The user's own KMS key; null: the deployment's. */
      kmsKeyId: string | null;
      /** Where the key is kept in SSM and not in a secret. */
      parameters: ParameterTarget | null;
    }
  /** Writes the other parameters anew from the credentials, which a cut-off mint left ahead of them. */
  | { step: 'MendParameters'; user: Target; keyId: AccessKeyId; parameters: ParameterTarget }
  | { step: 'DeleteParameters'; user: Target; names: readonly string[] }
  | { step: 'PromoteKey'; user: Target; secretArn: string; keyId: AccessKeyId; fromVersionId: string | null }
  | { step: 'ClearPending'; user: Target; secretArn: string; versionId: string }
  | { step: 'RestoreSecret'; user: Target; secretArn: string }
  /** `recordAt` is written down first, so that the quarantine is never counted from too early. */
  | { step: 'DeactivateKey'; user: Target; keyId: AccessKeyId; recordAt: Instant | null }
  | { step: 'ReactivateKey'; user: Target; keyId: AccessKeyId; recordAt: Instant | null }
  | { step: 'DeleteKey'; user: Target; keyId: AccessKeyId }
  | { step: 'DeactivateCredential'; user: Target; kind: CredentialKind; credentialId: string }
  | { step: 'ReactivateCredential'; user: Target; kind: CredentialKind; credentialId: string }
  | { step: 'DeleteCredential'; user: Target; kind: CredentialKind; credentialId: string }
  /** A hardware or FIDO device: nothing of it stays in the account. */
  | { step: 'DeactivateMfaDevice'; user: Target; serialNumber: string }
  /** Deactivates the device, then deletes it. Its serial number is written down first, since no listing has it in between. */
  | { step: 'DeleteVirtualMfaDevice'; user: Target; serialNumber: string }
  | { step: 'DeleteLoginProfile'; user: Target }
  /** For good: a replica has no recovery window. */
  | { step: 'RemoveReplicas'; user: Target; secretArn: string; regions: readonly string[] }
  | { step: 'DeleteSecret'; user: Target; secretArn: string }
  | { step: 'DeleteUser'; user: Target };

/** What a planner answers: where the user is in its life, what to do now, in order, and why. */
export interface Plan<Phase extends { readonly phase: string }> {
  readonly at: Phase;
  readonly steps: readonly Step[];
  readonly why: string;
}

/** A step in words, for logs, plans and the demo. */
export function describe(step: Step): string {
  switch (step.step) {
    case 'CreateUser':
      return `create user ${step.name} under ${step.path} with its boundary and tags`;
    case 'AttachPolicy':
      return `attach ${shortArn(step.policyArn)}`;
    case 'DetachPolicy':
      return `detach ${shortArn(step.policyArn)}`;
    case 'DeleteInlinePolicy':
      return `delete inline policy ${step.policyName}`;
    case 'JoinGroup':
      return `join group ${step.groupName}`;
    case 'LeaveGroup':
      return `leave group ${step.groupName}`;
    case 'SetBoundary':
      return `set the permissions boundary to ${shortArn(step.boundaryArn)}`;
    case 'TagUser':
      return `tag ${Object.entries(step.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')}`;
    case 'UntagUser':
      return `remove the tags ${step.tagKeys.join(', ')}`;
    case 'MintKey':
      if (step.parameters !== null) return 'mint a key, test it, store it in SSM';
      return step.storeIsPromote
        ? 'mint the first key, test it, store it'
        : 'mint a key, store it as pending';
    case 'MendParameters':
      return `write the parameters of ${step.keyId} anew from its credentials`;
    case 'DeleteParameters':
      return `delete the parameters ${step.names.join(', ')}`;
    case 'PromoteKey':
      return `make ${step.keyId} the current key`;
    case 'ClearPending':
      return `clear the pending label from ${keyIdOf(step.versionId) ?? step.versionId}`;
    case 'RestoreSecret':
      return 'cancel the deletion of the secret';
    case 'DeactivateKey':
      return `deactivate ${step.keyId}${step.recordAt === null ? '' : ` as of ${formatInstant(step.recordAt)}`}`;
    case 'ReactivateKey':
      return `reactivate ${step.keyId}`;
    case 'DeleteKey':
      return `delete ${step.keyId}`;
    case 'DeleteLoginProfile':
      return 'delete the login profile';
    case 'RemoveReplicas':
      return `remove the replicas of ${shortArn(step.secretArn)} from ${step.regions.join(', ')}`;
    case 'DeleteSecret':
      return `delete the secret ${shortArn(step.secretArn)}, with its recovery window`;
    case 'DeleteUser':
      return 'delete the user';
    default:
      return describeCredentialStep(step);
  }
}

type CredentialStep = Step & {
  step:
    | 'DeactivateCredential'
    | 'ReactivateCredential'
    | 'DeleteCredential'
    | 'DeactivateMfaDevice'
    | 'DeleteVirtualMfaDevice';
};

const credentialWords: Readonly<Record<CredentialKind, string>> = {
  'service-credential': 'service-specific credential',
  'ssh-key': 'SSH public key',
  certificate: 'signing certificate',
};

function describeCredentialStep(step: CredentialStep): string {
  switch (step.step) {
    case 'DeactivateCredential':
      return `deactivate ${credentialWords[step.kind]} ${step.credentialId}`;
    case 'ReactivateCredential':
      return `reactivate ${credentialWords[step.kind]} ${step.credentialId}`;
    case 'DeleteCredential':
      return `delete ${credentialWords[step.kind]} ${step.credentialId}`;
    case 'DeactivateMfaDevice':
      return `deactivate MFA device ${step.serialNumber}`;
    case 'DeleteVirtualMfaDevice':
      return `deactivate and delete virtual MFA device ${step.serialNumber}`;
  }
}

/** "policy/AWSDenyAll" of "arn:aws:iam::aws:policy/AWSDenyAll". */
export function shortArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
