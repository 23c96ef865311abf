import { type AccessKeyId, keyIdOf } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import type { TrueKey, TrueUser } from '../fake-aws/truth.js';
import type { TrueKeyStore } from './key-store.js';

export function livingKeys(user: TrueUser): readonly TrueKey[] {
  return user.keys.filter((key) => key.deletedAt === undefined);
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
