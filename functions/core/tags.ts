import { type Instant, formatInstant, readInstant } from './instants.js';
import { type AccessKeyId, accessKeyIdRule } from './names.js';

/** A user's tags by key, as IAM has them. */
export type Tags = Readonly<Record<string, string>>;

/** Every tag that we write on a user; see "The life of a managed user" in docs/design.md. */
export const tag = {
  /** 'true' on every user under management; the second anchor, after the path. */
  managed: 'iam-lifecycle:managed',
  /** Who asked for the user: api, roster or adopted. */
  origin: 'iam-lifecycle:origin',
  owner: 'iam-lifecycle:owner',
  /** Instant written before each CreateAccessKey: the write-ahead record by which a lost key is known as ours. */
  mintIntent: 'iam-lifecycle:mint-intent',
  /** "<key id> <instant>": when the old key was made Inactive, from which its quarantine counts. */
  deactivated: 'iam-lifecycle:deactivated-at',
  /** "<key id> <instant>": when the old key was made Active again on request. */
  reactivated: 'iam-lifecycle:reactivated-at',
  /** Instant of the decision to offboard: the tombstone. */
  offboarded: 'iam-lifecycle:offboarded-at',
  /** Instant of the first decision of this departure, which later ones do not move: its evidence is filed under it. */
  departed: 'iam-lifecycle:departed-at',
  /** Instant from which the user may be purged. */
  purgeAfter: 'iam-lifecycle:purge-after',
  /** Instant of the decision to restore: an offboarding decided before it is void. */
  restored: 'iam-lifecycle:restored-at',
  reason: 'iam-lifecycle:offboard-reason',
  /** Ids, with spaces between, of the credentials beside access keys that an offboarding found Active: a return gives them back. */
  deactivatedCredentials: 'iam-lifecycle:deactivated-credentials',
  /** Serial number of the virtual MFA device that a purge is removing: once it is deactivated, no listing says whose it was. */
  mfaRemoval: 'iam-lifecycle:mfa-removal',
  /** Instant until which the key is not rotated. */
  exemptUntil: 'iam-lifecycle:exempt-until',
  /** Where the key is kept: none (no key is wanted), ssm, or secretsmanager, which goes without saying. */
  keyStore: 'iam-lifecycle:key-store',
  /** Base path of the SSM parameters. */
  ssmPath: 'iam-lifecycle:ssm-path',
  /** Regions of SES for which an SMTP password is kept, with spaces between. */
  sesRegions: 'iam-lifecycle:ses-regions',
  /** The KMS key that the key's store is encrypted with, where it is not the deployment's. */
  kmsKey: 'iam-lifecycle:kms-key',
  /** ISO 8601 duration: how long this user can be restored, where whoever offboards it does not say. */
  quarantine: 'iam-lifecycle:quarantine',
  /** The unique id of the user that this one was restored from, after that was purged. */
  restoredFrom: 'iam-lifecycle:restored-from',
  /** While that is not finished: under which instant the departure of that one is filed. */
  restoring: 'iam-lifecycle:restoring',
  /** 'true': a user that the roster no longer names leaves without quarantine. */
  forceDestroy: 'iam-lifecycle:force-destroy',
  /** Instant at which the roster was first found not to name the user any more. */
  unlistedSince: 'iam-lifecycle:unlisted-since',
  /** 'true': AWSDenyAll was attached because a key leaked, and goes again with the answer to the leak. */
  leakDenied: 'iam-lifecycle:leak-denied',
  /** Instant at which AWS's quarantine policy was first found on the user, and its keys were taken for leaked. */
  suspected: 'iam-lifecycle:keys-suspected-at',
  name: 'Name',
  description: 'Description',
  roles: 'Roles',
} as const;

/** Set from what a request says beside its tags. */
const fieldTags: readonly string[] = [tag.name, tag.description, tag.roles].map((key) => key.toLowerCase());

/** The tags that callers chose themselves: neither ours nor AWS's, nor those that stand for other fields. */
export function ownTagsOf(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => isOwnTagKey(key)));
}

function isOwnTagKey(key: string): boolean {
  return !isReservedTagKey(key) && !fieldTags.includes(key.toLowerCase());
}

/** What makes a user ours, said when it is made or adopted. */
export const originTags: readonly string[] = [tag.managed, tag.origin, tag.owner];

/** Where a user's key is kept, and how the user leaves: said at its creation, and changed with the roster alone. */
export const rosterTags: readonly string[] = [
  tag.keyStore,
  tag.ssmPath,
  tag.sesRegions,
  tag.kmsKey,
  tag.forceDestroy,
  tag.quarantine,
];

export const tagPrefix = 'iam-lifecycle:';

/**
 * Any tag key of the prefix's form, in any case, as a condition of IAM can say it: three characters, a hyphen, nine more,
 * a colon. IAM takes a user's tag keys in any case for one and the same, and has no operator for a beginning in any case.
 */
export const tagPrefixPattern = '???-?????????:*';

const reservedTagKey = /^(aws:|.{3}-.{9}:)/isu;

/** Is this key AWS's, or ours as far as IAM can tell? Nobody else may use it. */
export function isReservedTagKey(key: string): boolean {
  return reservedTagKey.test(key);
}

/** IAM user guide, "Rules for tagging in IAM and AWS STS". */
export const tagKeyRule = {
  says: '1 to 128 letters, digits, spaces or any of _ . : / = + - @',
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
};
export const tagValueRule = {
  says: 'at most 256 letters, digits, spaces or any of _ . : / = + - @',
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
};
/** IAM's quota of tags on a user. */
export const maxTags = 50;

/** Ids as one tag value: as many of them as fit, each of them whole. */
export function idsTag(ids: readonly string[]): string {
  return ids.reduce((all, id) => (all.length + 1 + id.length > 256 ? all : `${all} ${id}`.trim()), '');
}

/** The ids that such a tag holds; none where it is missing. */
export function readIdsTag(tags: Tags, key: string): string[] {
  return (tags[key] ?? '').split(' ').filter((id) => id !== '');
}

/** Free text as a tag value: what IAM refuses becomes a space, and the text is cut at 256 characters. */
export function toTagValue(text: string): string {
  const allowed = text
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  // Cut between characters, not between the halves of one.
  return Array.from(allowed).slice(0, 256).join('').trim();
}

/** Role keys as one tag value. The tutorial's comma is not allowed in a tag; a space is, and no role key has one. */
export function rolesTag(roleKeys: readonly string[]): string {
  return roleKeys.toSorted().join(' ');
}

/** The instant that a tag holds; null where the tag is missing or holds none. */
export function instantTag(tags: Tags, key: string): Instant | null {
  const text = tags[key];
  return text === undefined ? null : readInstant(text);
}

/** The value of a tag that says when something was done to a key. */
export function keyInstantTag(keyId: AccessKeyId, at: Instant): string {
  return `${keyId} ${formatInstant(at)}`;
}

/** When that was done to this very key; null where the tag is missing or speaks of another key. */
export function readKeyInstantTag(tags: Tags, key: string, keyId: AccessKeyId): Instant | null {
  const [id = '', instant = ''] = (tags[key] ?? '').split(' ');
  return accessKeyIdRule.pattern.test(id) && id === keyId ? readInstant(instant) : null;
}
