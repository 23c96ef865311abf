import type {
  KeyFacts,
  OffboardingFacts,
  RotationFacts,
  SecretFacts,
  UserFacts,
} from '../../functions/core/facts.js';
import type { AccessKeyId, UserName } from '../../functions/core/names.js';
import type { Plan, Step } from '../../functions/core/steps.js';
import type { Tags } from '../../functions/core/tags.js';

/** Small parts of an account, written down as AWS would show them. */

/** Milliseconds of "2026-03-01T00:00:00Z". */
export function at(iso: string): number {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new Error(`${iso} is no instant`);
  return instant;
}

export const aliceName = 'alice' as UserName;
export const aliceId = 'AIDAALICE00000000001';
export const alice = { name: aliceName, id: aliceId };
export const boundaryArn = 'arn:aws:iam::123456789012:policy/LifecycleBoundary';
export const denyAllArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
export const secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:iam-lifecycle/alice-AbCdEf';

/** The key that is current, its successor, its predecessor, and one that nobody knows. */
export const currentKey = 'AKIACURRENT000000001' as AccessKeyId;
export const nextKey = 'AKIANEXT000000000001' as AccessKeyId;
export const oldKey = 'AKIAOLD0000000000001' as AccessKeyId;
export const strangeKey = 'AKIASTRANGE000000001' as AccessKeyId;

export function managedUser(tags: Tags = {}, more: Partial<UserFacts> = {}): UserFacts {
  return {
    name: aliceName,
    id: aliceId,
    arn: 'arn:aws:iam::123456789012:user/lifecycle/alice',
    path: '/lifecycle/',
    createdAt: at('2025-06-01T00:00:00Z'),
    tags: { 'iam-lifecycle:managed': 'true', ...tags },
    boundaryArn,
    ...more,
  };
}

export function key(id: AccessKeyId, createdAt: string, more: Partial<KeyFacts> = {}): KeyFacts {
  return { id, status: 'Active', createdAt: at(createdAt), lastUse: 'unread', ...more };
}

export function used(by: string, usedAt: string): KeyFacts['lastUse'] {
  return { at: at(usedAt), service: by, region: 'eu-central-1' };
}

/** A secret whose labels name keys: "AWSCURRENT" -> key id. */
export function secretOf(
  labels: Readonly<Record<string, string>>,
  deletedAt: number | null = null,
): SecretFacts {
  const stages = Object.entries(labels).map(([label, keyId]) => [label, `iam-access-key-${keyId}`]);
  return { arn: secretArn, stages: Object.fromEntries(stages), deletedAt };
}

export function rotationFacts(more: Partial<RotationFacts>): RotationFacts {
  return { user: managedUser(), keys: [], secret: null, verified: null, ...more };
}

export function offboardingFacts(more: Partial<OffboardingFacts> = {}): OffboardingFacts {
  return {
    user: managedUser(),
    keys: [],
    secret: null,
    policyArns: [],
    inlinePolicyNames: [],
    groupNames: [],
    hasLoginProfile: false,
    loginSecret: null,
    credentials: [],
    mfaSerialNumbers: [],
    ...more,
  };
}

/** A plan's steps as short texts: "DeleteKey AKIA…", so that a table can hold them. */
export function stepTexts({ steps }: Plan<{ phase: string }>): string[] {
  return steps.map(stepText);
}

export function stepText(step: Step): string {
  const { step: name, ...input } = step;
  const object = [
    'keyId',
    'policyArn',
    'policyName',
    'groupName',
    'boundaryArn',
    'versionId',
    'credentialId',
    'serialNumber',
  ].flatMap((field) => {
    const value = (input as Readonly<Record<string, unknown>>)[field];
    return typeof value === 'string' ? [value] : [];
  });
  const regions = step.step === 'RemoveReplicas' ? step.regions : [];
  return [name, ...object, ...regions].join(' ');
}
