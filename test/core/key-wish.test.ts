import { describe, expect, test } from '@jest/globals';
import {
  type KeyWish,
  keyStoreNameOf,
  keyWishFault,
  keyWishTags,
  normaliseBasePath,
  readKeyWish,
  ssmPathsOf,
} from '../../functions/core/key-wish.js';
import type { UserName } from '../../functions/core/names.js';

const circleci = 'eg-circleci-assets' as UserName;
const ssm = {
  store: 'ssm',
  kmsKeyId: null,
  basePath: '/system_user',
  sesRegions: [],
} as const satisfies KeyWish;

describe('what a user wants of its key stands in its tags', () => {
  test.each<[string, KeyWish | null, Record<string, string>]>([
    ['a key in Secrets Manager goes without saying', { store: 'secretsmanager', kmsKeyId: null }, {}],
    ['no key', null, { 'iam-lifecycle:key-store': 'none' }],
    [
      'a key in Secrets Manager under a KMS key of its own',
      { store: 'secretsmanager', kmsKeyId: 'alias/ci' },
      { 'iam-lifecycle:kms-key': 'alias/ci' },
    ],
    ['a key in SSM', ssm, { 'iam-lifecycle:key-store': 'ssm', 'iam-lifecycle:ssm-path': '/system_user' }],
    [
      'a key in SSM at the root, with SMTP passwords for two regions',
      { ...ssm, basePath: '', sesRegions: ['us-east-1', 'eu-west-1'] },
      {
        'iam-lifecycle:key-store': 'ssm',
        'iam-lifecycle:ssm-path': '/',
        'iam-lifecycle:ses-regions': 'us-east-1 eu-west-1',
      },
    ],
  ])('%s', (_, wish, tags) => {
    expect(keyWishTags(wish)).toEqual(tags);
    expect(readKeyWish(tags)).toEqual(wish);
    expect(keyWishFault(tags)).toBeNull();
  });

  test('a store that there is not is told of', () => {
    expect(keyWishFault({ 'iam-lifecycle:key-store': 'vault' })).toBe(
      'the tag iam-lifecycle:key-store is "vault": it must be none, ssm or secretsmanager',
    );
  });
});

test.each([
  ['/system_user/', '/system_user'],
  ['/a//', '/a'],
  ['foo//bar/', '/foo/bar'],
  ['', ''],
  ['/', ''],
])('the base path %j is %j', (path, normalised) => {
  expect(normaliseBasePath(path)).toBe(normalised);
});

test('the parameters have the names of the module, and the pair has one of its own', () => {
  expect(ssmPathsOf(circleci, { ...ssm, sesRegions: ['us-east-1', 'eu-west-1'] })).toEqual({
    accessKeyId: '/system_user/eg-circleci-assets/access_key_id',
    secretAccessKey: '/system_user/eg-circleci-assets/secret_access_key',
    credentials: '/system_user/eg-circleci-assets/credentials',
    sesSmtpPasswordV4: {
      'us-east-1': '/system_user/eg-circleci-assets/ses_smtp_password_v4',
      'eu-west-1': '/system_user/eg-circleci-assets/ses_smtp_password_v4/eu-west-1',
    },
  });
});

test('a reader finds the key where the tags say', () => {
  expect(keyStoreNameOf({ name: circleci, tags: {} })).toBe('iam-lifecycle/eg-circleci-assets');
  expect(keyStoreNameOf({ name: circleci, tags: keyWishTags(ssm) })).toBe(
    '/system_user/eg-circleci-assets/credentials',
  );
});
