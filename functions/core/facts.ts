import type { Instant } from './instants.js';
import { type AccessKeyId, type UserName, keyIdOf, sameName } from './names.js';
import type { CredentialKind, Target } from './steps.js';
import { type Tags, tag, tagValueRule } from './tags.js';

/** Facts are what a read of the account showed. They judge nothing; `null` is "looked and there is none". */

/** What GetUser shows. */
export interface UserFacts {
  readonly name: UserName;
  /** The unique id (AIDA…), which no other user ever had or will have. */
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: Instant;
  readonly tags: Tags;
  readonly boundaryArn: string | null;
}

export interface LastUse {
  readonly at: Instant;
  readonly service: string;
  readonly region: string;
}

/** One access key, from ListAccessKeys and, where it was needed, GetAccessKeyLastUsed. */
export interface KeyFacts {
  readonly id: AccessKeyId;
  readonly status: 'Active' | 'Inactive' | 'Expired';
  readonly createdAt: Instant;
  readonly lastUse: LastUse | 'never' | 'unread';
}

/** One credential that is neither an access key nor a password, from the listing of its kind. */
export interface CredentialFacts {
  readonly kind: CredentialKind;
  readonly id: string;
  readonly status: 'Active' | 'Inactive' | 'Expired';
}

/**
 * A secret without its values: which version each staging label names, from DescribeSecret. The SSM parameters of a
 * user whose key is kept there are told of in the same way: the description of the credentials names the keys.
 */
export interface SecretFacts {
  /** Of the secret, or of the credentials parameter. */
  readonly arn: string;
  /** Staging label -> version id. */
  readonly stages: Readonly<Record<string, string>>;
  /** When its deletion was asked for; it can be restored until its recovery window ends. */
  readonly deletedAt: Instant | null;
  /** Only of a secret that is replicated: the regions of its replicas. */
  readonly replicaRegions?: readonly string[];
  /** Only of parameters: some of them are older than the credentials, so that they still hold another key. */
  readonly isTorn?: boolean;
}

/** What a rotation looks at. */
export interface RotationFacts {
  readonly user: UserFacts;
  readonly keys: readonly KeyFacts[];
  readonly secret: SecretFacts | null;
  /** The key that was made and passed its test in this very run. */
  readonly verified: AccessKeyId | null;
}

/** What a deny is decided by; `user` is null where no user has that name. */
export interface StandingFacts {
  readonly user: UserFacts | null;
  readonly policyArns: readonly string[];
}

/** What an offboarding looks at. */
export interface OffboardingFacts extends StandingFacts {
  readonly keys: readonly KeyFacts[];
  readonly secret: SecretFacts | null;
  readonly inlinePolicyNames: readonly string[];
  readonly groupNames: readonly string[];
  readonly hasLoginProfile: boolean;
  /** The secret that the console password was handed out with. */
  readonly loginSecret: SecretFacts | null;
  readonly credentials: readonly CredentialFacts[];
  /** Of every kind of device that is enabled for the user, and of the virtual one whose removal was begun. */
  readonly mfaSerialNumbers: readonly string[];
}

/** A user that has nothing beside its policies, or of which no more is known yet. */
export const noHoldings: Omit<OffboardingFacts, keyof StandingFacts> = {
  keys: [],
  secret: null,
  inlinePolicyNames: [],
  groupNames: [],
  hasLoginProfile: false,
  loginSecret: null,
  credentials: [],
  mfaSerialNumbers: [],
};

/** What the answer to a leaked key looks at; `user` is null where no user has that name. */
export interface ResponseFacts extends StandingFacts {
  readonly keys: readonly KeyFacts[];
  readonly secret: SecretFacts | null;
}

/** What an onboarding looks at. */
export interface OnboardingFacts {
  readonly user: UserFacts;
  readonly policyArns: readonly string[];
  readonly groupNames: readonly string[];
}

/** The staging labels of Secrets Manager that a rotation uses. */
export const stage = { current: 'AWSCURRENT', pending: 'AWSPENDING', previous: 'AWSPREVIOUS' } as const;

/** The pin that a step carries. */
export function targetOf({ name, id }: UserFacts): Target {
  return { name, id };
}

/** Whom the functions can write to at all; the deployment's permissions say the same. */
export interface Territory {
  /** Everybody below this IAM path, such as /lifecycle/. */
  readonly userPath: string;
  /** And these users elsewhere, each by its ARN: they were there before, and no user can be moved without a new ARN. */
  readonly adoptedArns: readonly string[];
}

/** The territory of whom nobody was adopted into. */
export function below(userPath: string): Territory {
  return { userPath, adoptedArns: [] };
}

export function isWithin({ path, arn }: UserFacts, { userPath, adoptedArns }: Territory): boolean {
  return path.startsWith(userPath) || adoptedArns.includes(arn);
}

/** Ours: within our territory, which is the security anchor, and tagged, which is the second. */
export function isManaged(user: UserFacts, territory: Territory): boolean {
  return whyNotManaged(user, territory) === null;
}

/** What is missing for a user to be ours; null where nothing is. */
export function whyNotManaged(user: UserFacts, territory: Territory): string | null {
  if (!isWithin(user, territory))
    return `the user lives under ${user.path}, not under ${territory.userPath}, and is not among the adopted`;
  return user.tags[tag.managed] === 'true' ? null : `the user lacks the tag ${tag.managed}=true`;
}

/** The key that a staging label names; null where the label is missing or names a version that is not ours. */
export function keyAtStage(secret: SecretFacts | null, stage: string): AccessKeyId | null {
  const versionId = secret?.stages[stage];
  return versionId === undefined ? null : keyIdOf(versionId);
}

/** A virtual MFA device exists beside its user and stays when it is deactivated; a hardware or FIDO device does not. */
export function isVirtualMfaDevice(serialNumber: string): boolean {
  return /^arn:[^:]+:iam::\d{12}:mfa\//.test(serialNumber);
}

/** The record of a removal that is begun. A tag cannot hold every name that a device may have: such a one goes without. */
export function mfaRemovalTags(serialNumber: string): Tags {
  return tagValueRule.pattern.test(serialNumber) ? { [tag.mfaRemoval]: serialNumber } : {};
}

/** Is this the user that a message means? Without an id the name alone decides. */
export function isSameUser(user: UserFacts, name: string, id: string | null): boolean {
  return id === null ? sameName(user.name, name) : user.id === id;
}
