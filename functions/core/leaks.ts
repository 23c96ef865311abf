import type { KeyFacts, UserFacts } from './facts.js';
import { type Instant, formatInstant, hourMs, readInstant } from './instants.js';
import { type AccessKeyId, accessKeyIdRule } from './names.js';
import type { Tags } from './tags.js';

/**
 * What is known of leaked keys, written on their user. Each key has a tag of its own, so that two answers at once never
 * overwrite each other's record: there is nothing to read before it is written.
 */
const prefix = 'iam-lifecycle:leaked/';

/** Every tag of this kind, as a condition of IAM names them. */
export const leakTagPattern = `${prefix}*`;

/**
 * How long a session lives at the longest that was opened with a user's own key: GetFederationToken and GetSessionToken
 * take up to 129,600 seconds (AWS STS API reference). It is judged by the user's policies and survives the key.
 */
export const longestSessionMs = 36 * hourMs;

/** IAM takes a user's tag keys in any case for one and the same; ours are known in lower case. */
export function leakTag(keyId: AccessKeyId): string {
  return prefix + keyId.toLowerCase();
}

/** The record that a key leaked, as of an instant. */
export function leakTags(keyIds: readonly AccessKeyId[], at: Instant): Tags {
  return Object.fromEntries(keyIds.map((keyId) => [leakTag(keyId), formatInstant(at)]));
}

/** The leaked keys of a user, with the instant of the record; null where somebody wrote something else there. */
export function leaksOf(tags: Tags): ReadonlyMap<AccessKeyId, Instant | null> {
  return new Map(
    Object.entries(tags).flatMap(([key, value]): [AccessKeyId, Instant | null][] => {
      const id = key.startsWith(prefix) ? key.slice(prefix.length).toUpperCase() : '';
      return accessKeyIdRule.pattern.test(id) ? [[id as AccessKeyId, readInstant(value)]] : [];
    }),
  );
}

export function isLeaked({ tags }: Pick<UserFacts, 'tags'>, keyId: AccessKeyId | null): boolean {
  return keyId !== null && leaksOf(tags).has(keyId);
}

/** When the last of them was recorded; 0 where there is none, null where a record cannot be read. */
export function lastLeakAt(tags: Tags): Instant | null {
  const instants = [...leaksOf(tags).values()];
  return instants.includes(null) ? null : Math.max(0, ...(instants as Instant[]));
}

/**
 * When the last session of any of these keys has run out. A record is never older than the settle time when its key is
 * made Inactive, which is when the last session may begin. Null: a record cannot be read, so nobody knows.
 */
export function sessionsEndAt(tags: Tags, settleMs: number): Instant | null {
  const at = lastLeakAt(tags);
  return at === null ? null : at + longestSessionMs + settleMs;
}

/** The records that have served: their keys are gone, and so are the sessions. */
export function servedRecords(
  tags: Tags,
  keys: readonly KeyFacts[],
  settleMs: number,
  now: Instant,
): string[] {
  return [...leaksOf(tags)].flatMap(([keyId, at]) => {
    const isOver = at !== null && now >= at + longestSessionMs + settleMs;
    return isOver && keys.every(({ id }) => id !== keyId) ? [leakTag(keyId)] : [];
  });
}
