import type { UserFacts } from './facts.js';
import type { Rule } from './invalid-value.js';
import { type UserName, secretNameOf } from './names.js';
import { type Tags, tag } from './tags.js';

/**
 * Where a user's access key is kept, and whether one is wanted at all. It stands in the user's tags, where whoever
 * rotates finds it: a user without any of these tags wants a key in Secrets Manager.
 */
export type KeyWish =
  | { readonly store: 'secretsmanager'; readonly kmsKeyId: string | null }
  | {
      readonly store: 'ssm';
      readonly kmsKeyId: string | null;
      /** Normalised: one leading slash, no other than single slashes, none at the end; '' for the root. */
      readonly basePath: string;
      /** Regions for which the SES SMTP password is kept too; the first has the module's own parameter name. */
      readonly sesRegions: readonly string[];
    };

const noKey = 'none';

/** The tags that say so; none for what goes without saying. */
export function keyWishTags(wish: KeyWish | null): Tags {
  if (wish === null) return { [tag.keyStore]: noKey };
  return {
    ...(wish.store === 'ssm' ? { [tag.keyStore]: 'ssm', [tag.ssmPath]: wish.basePath || '/' } : {}),
    ...(wish.store === 'ssm' && wish.sesRegions.length > 0
      ? { [tag.sesRegions]: wish.sesRegions.join(' ') }
      : {}),
    ...(wish.kmsKeyId === null ? {} : { [tag.kmsKey]: wish.kmsKeyId }),
  };
}

const storeRule: Rule = { says: 'none, ssm or secretsmanager', pattern: /^(none|ssm|secretsmanager)$/ };

/** What is wrong with the tag of the store; null where nothing is. */
export function keyWishFault(tags: Tags): string | null {
  const store = tags[tag.keyStore];
  return store === undefined || storeRule.pattern.test(store)
    ? null
    : `the tag ${tag.keyStore} is ${JSON.stringify(store)}: it must be ${storeRule.says}`;
}

/** null: no key is wanted. A store that is none counts as Secrets Manager; keyWishFault tells of it. */
export function readKeyWish(tags: Tags): KeyWish | null {
  const store = tags[tag.keyStore];
  if (store === noKey) return null;
  const kmsKeyId = tags[tag.kmsKey] ?? null;
  if (store !== 'ssm') return { store: 'secretsmanager', kmsKeyId };
  return {
    store: 'ssm',
    kmsKeyId,
    basePath: normaliseBasePath(tags[tag.ssmPath] ?? '/'),
    sesRegions: (tags[tag.sesRegions] ?? '').split(' ').filter((region) => region !== ''),
  };
}

/** "foo//bar/" becomes "/foo/bar", "/" and "" become "": SSM takes a hierarchical name only with a leading slash. */
export function normaliseBasePath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => `/${part}`)
    .join('');
}

/** Where each part of a user's key is kept. */
export interface SsmPaths {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The pair as one JSON value, which no reader ever finds torn. */
  readonly credentials: string;
  /** Region -> parameter. */
  readonly sesSmtpPasswordV4: Readonly<Record<string, string>>;
}

/** Where a reader finds the user's key: the name of the secret, or of the credentials parameter. */
export function keyStoreNameOf(user: Pick<UserFacts, 'name' | 'tags'>): string {
  const wish = readKeyWish(user.tags);
  return wish?.store === 'ssm' ? ssmPathsOf(user.name, wish).credentials : secretNameOf(user.name);
}

/** All of them, the credentials first. */
export function parameterNamesOf(userName: UserName, wish: KeyWish & { store: 'ssm' }): string[] {
  const { accessKeyId, secretAccessKey, credentials, sesSmtpPasswordV4 } = ssmPathsOf(userName, wish);
  return [credentials, accessKeyId, secretAccessKey, ...Object.values(sesSmtpPasswordV4)];
}

export function ssmPathsOf(userName: UserName, wish: KeyWish & { store: 'ssm' }): SsmPaths {
  const base = `${wish.basePath}/${userName}`;
  const ses = `${base}/ses_smtp_password_v4`;
  return {
    accessKeyId: `${base}/access_key_id`,
    secretAccessKey: `${base}/secret_access_key`,
    credentials: `${base}/credentials`,
    sesSmtpPasswordV4: Object.fromEntries(
      wish.sesRegions.map((region, index) => [region, index === 0 ? ses : `${ses}/${region}`]),
    ),
  };
}
