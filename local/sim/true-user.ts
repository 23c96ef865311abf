import { type AccessKeyId, keyIdOf } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import type { TrueKey, TrueUser } from '../fake-aws/truth.js';
import type { TrueKeyStore } from './key-store.js';

export function livingKeys(user: TrueUser): readonly TrueKey[] {
  return user.keys.filter((key) => key.deletedAt === undefined);
}

/** Ids of all that lets the user in and is Active: keys, and what else can be made Inactive. An MFA device lets nobody in. */
export function activeCredentials(user: TrueUser): string[] {
  return [...livingKeys(user), ...user.otherCredentials.filter(({ kind }) => kind !== 'mfa')].flatMap(
    ({ id, status }) => (status === 'Active' ? [id] : []),
  );
}

export function tagOf(user: TrueUser, key: string): string | undefined {
  return user.tags.find((entry) => entry.Key === key)?.Value;
}

/** Offboarded, and no later decision has voided it. */
export function isTombstoned(user: TrueUser): boolean {
  const offboardedAt = tagOf(user, tag.offboarded);
  return offboardedAt !== undefined && offboardedAt > (tagOf(user, tag.restored) ?? '');
}

/** The key that a label names in truth. */
export function keyAt(secret: TrueKeyStore, label: string): AccessKeyId | null {
  const version = secret.versions.find(({ stages }) => stages.includes(label));
  return version ? keyIdOf(version.id) : null;
}
