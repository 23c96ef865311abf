import { type OffboardingFacts, type UserFacts, keyAtStage, stage } from './facts.js';
import { type Instant, formatInstant } from './instants.js';
import { type CredentialKind, denyAllPolicyArn } from './steps.js';
import type { Tags } from './tags.js';

export const snapshotForm = 'iam-lifecycle snapshot 1';

type Status = 'Active' | 'Inactive' | 'Expired';

/**
 * A user as one look showed it, as it is filed: instants as ISO 8601 texts. It holds no secret; from the first of a
 * departure a user can be made again.
 */
export interface Snapshot {
  readonly form: typeof snapshotForm;
  /** Under which the departure is filed. */
  readonly departedAt: string;
  readonly takenAt: string;
  readonly user: SnapshotUser;
  readonly policyArns: readonly string[];
  readonly groupNames: readonly string[];
  /** Name -> document, as JSON text. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly hasLoginProfile: boolean;
  readonly keys: readonly { readonly id: string; readonly status: Status; readonly createdAt: string }[];
  /** The one that the stored secret names as current. */
  readonly currentKeyId: string | null;
  readonly credentials: readonly {
    readonly kind: CredentialKind;
    readonly id: string;
    readonly status: Status;
  }[];
  readonly mfaSerialNumbers: readonly string[];
  /** Of the secrets, or of the SSM parameter, in which its key and its password were handed out. */
  readonly secretArns: readonly string[];
}

export interface SnapshotUser {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: string;
  readonly tags: Tags;
  /** Null: none, or the deny had taken its place. */
  readonly boundaryArn: string | null;
}

/**
 * What is kept of a look. The deny is left out: it is ours, and nobody's grant.
 * `inlinePolicies`: the documents of the policies that `seen` names.
 */
export function snapshotOf(
  user: UserFacts,
  seen: OffboardingFacts,
  inlinePolicies: Snapshot['inlinePolicies'],
  departedAt: Instant,
  takenAt: Instant,
): Snapshot {
  const { name, id, arn, path, tags, boundaryArn } = user;
  return {
    form: snapshotForm,
    departedAt: formatInstant(departedAt),
    takenAt: formatInstant(takenAt),
    user: {
      name,
      id,
      arn,
      path,
      createdAt: formatInstant(user.createdAt),
      tags,
      boundaryArn: boundaryArn === denyAllPolicyArn ? null : boundaryArn,
    },
    policyArns: seen.policyArns.filter((policyArn) => policyArn !== denyAllPolicyArn),
    groupNames: seen.groupNames,
    inlinePolicies,
    hasLoginProfile: seen.hasLoginProfile,
    keys: seen.keys.map(({ id: keyId, status, createdAt }) => ({
      id: keyId,
      status,
      createdAt: formatInstant(createdAt),
    })),
    currentKeyId: keyAtStage(seen.secret, stage.current),
    credentials: seen.credentials.map(({ kind, id: credentialId, status }) => ({
      kind,
      id: credentialId,
      status,
    })),
    mfaSerialNumbers: seen.mfaSerialNumbers,
    secretArns: [seen.secret, seen.loginSecret].flatMap((secret) => (secret === null ? [] : [secret.arn])),
  };
}
