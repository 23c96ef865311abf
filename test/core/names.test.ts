import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidValue } from '../../functions/core/invalid-value.js';
import {
  type UserName,
  keyIdOf,
  parseAccessKeyId,
  parseRoleArn,
  parseUserArn,
  parseUserName,
  roleNameOf,
  sameName,
  loginSecretNameOf,
  secretNameOf,
  userNameOfSecret,
  versionIdOf,
} from '../../functions/core/names.js';

const userNameCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-'.split('');
const anyUserName = fc
  .array(fc.constantFrom(...userNameCharacters, ',', ','), { minLength: 1, maxLength: 64 })
  .map((characters) => characters.join('') as UserName);

describe('a user name', () => {
  test.each(
    Object.entries({
      'of one character': 'a',
      'of 64 characters': 'a'.repeat(64),
      'of every legal sign': '+=,.@_-',
      'that is an e-mail address': 'alice+ci@example.com',
      'with a comma': 'doe,jane',
    }),
  )('%s is taken as it is', (_, name) => {
    expect(parseUserName(name)).toBe(name);
  });

  test.each(
    Object.entries({
      'that is empty': '',
      'of 65 characters': 'a'.repeat(65),
      'with a slash': 'a/b',
      'with a space': 'a b',
      'with a line end': 'alice\n',
      'with an umlaut': 'jürgen',
      'with a colon': 'arn:aws',
      'with a parenthesis': 'a(b)',
    }),
  )('%s is refused', (_, name) => {
    expect(() => parseUserName(name)).toThrow(InvalidValue);
  });

  test('the refusal names field, value and rule', () => {
    expect(() => parseUserName('a b', 'detail.userName')).toThrow(
      'detail.userName is "a b": it must be 1 to 64 letters, digits or any of + = , . @ - _',
    );
  });

  test('the refusal carries its parts for a program to read', () => {
    let caught: unknown;
    try {
      parseUserName('a/b');
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'InvalidValue', field: 'userName', value: 'a/b' });
  });

  test('case does not tell names apart', () => {
    expect(sameName('Alice@Example.com', 'aLICE@example.COM')).toBe(true);
    expect(sameName('alice', 'alice1')).toBe(false);
  });
});

describe('a role ARN', () => {
  test.each(
    Object.entries({
      'in the common partition': ['arn:aws:iam::123456789012:role/AdminRole', 'AdminRole'],
      'in China': ['arn:aws-cn:iam::123456789012:role/AdminRole', 'AdminRole'],
      'in GovCloud': ['arn:aws-us-gov:iam::123456789012:role/AdminRole', 'AdminRole'],
      'with a path': ['arn:aws:iam::123456789012:role/teams/data/DataEngineerRole', 'DataEngineerRole'],
      'with a path of 512 characters': [
        `arn:aws:iam::123456789012:role/${'p'.repeat(510)}/AdminRole`,
        'AdminRole',
      ],
      'with a name of 64 characters': [`arn:aws:iam::123456789012:role/${'r'.repeat(64)}`, 'r'.repeat(64)],
      'with every legal sign in its name': ['arn:aws:iam::123456789012:role/a_+=,.@-', 'a_+=,.@-'],
    }),
  )('%s is taken, and its name is its last part', (_, [arn, name]) => {
    expect(roleNameOf(parseRoleArn(arn!))).toBe(name);
  });

  test.each(
    Object.entries({
      'with a wildcard for a name': 'arn:aws:iam::123456789012:role/*',
      'with a wildcard in its name': 'arn:aws:iam::123456789012:role/Admin*',
      'with a question mark in its name': 'arn:aws:iam::123456789012:role/Admin?',
      'with a wildcard in its path': 'arn:aws:iam::123456789012:role/team*/AdminRole',
      'with a question mark in its path': 'arn:aws:iam::123456789012:role/team?/AdminRole',
      'with a wildcard account': 'arn:aws:iam::*:role/AdminRole',
      'with an account of 11 digits': 'arn:aws:iam::12345678901:role/AdminRole',
      'with an account of 13 digits': 'arn:aws:iam::1234567890123:role/AdminRole',
      'behind something else': 'x arn:aws:iam::123456789012:role/AdminRole',
      'of a user': 'arn:aws:iam::123456789012:user/alice',
      'of an assumed role': 'arn:aws:sts::123456789012:assumed-role/AdminRole/alice',
      'without a name': 'arn:aws:iam::123456789012:role/',
      'with a path of 513 characters': `arn:aws:iam::123456789012:role/${'p'.repeat(511)}/AdminRole`,
      'with a name of 65 characters': `arn:aws:iam::123456789012:role/${'r'.repeat(65)}`,
      'with a policy variable': 'arn:aws:iam::123456789012:role/${aws:username}',
      'with a line end': 'arn:aws:iam::123456789012:role/AdminRole\n',
      'that is a lone star': '*',
    }),
  )('%s is refused', (_, arn) => {
    expect(() => parseRoleArn(arn)).toThrow(/^roleArn is ".*": it must be the ARN of one IAM role/s);
  });
});

describe('the ARN of a user', () => {
  test.each(
    Object.entries({
      'in the common partition': 'arn:aws:iam::123456789012:user/bob',
      'in China': 'arn:aws-cn:iam::123456789012:user/bob',
      'in GovCloud': 'arn:aws-us-gov:iam::123456789012:user/bob',
      'with a path': 'arn:aws:iam::123456789012:user/ops/eu/bob',
      'with a name of 64 characters': `arn:aws:iam::123456789012:user/${'b'.repeat(64)}`,
      'with every legal sign in its name': 'arn:aws:iam::123456789012:user/b_+=,.@-',
    }),
  )('%s is taken as it is', (_, arn) => {
    expect(parseUserArn(arn)).toBe(arn);
  });

  test.each(
    Object.entries({
      'of a role': 'arn:aws:iam::123456789012:role/bob',
      'behind something else': 'x arn:aws:iam::123456789012:user/bob',
      'with a line end': 'arn:aws:iam::123456789012:user/bob\n',
      'with an account of 13 digits': 'arn:aws:iam::1234567890123:user/bob',
      'with a wildcard in its name': 'arn:aws:iam::123456789012:user/b*',
      'with a wildcard in its path': 'arn:aws:iam::123456789012:user/o*s/bob',
      'with a name of 65 characters': `arn:aws:iam::123456789012:user/${'b'.repeat(65)}`,
      'that is the root': 'arn:aws:iam::123456789012:root',
    }),
  )('%s is refused', (_, arn) => {
    expect(() => parseUserArn(arn)).toThrow(
      /^userArn is ".*": it must be the ARN of one IAM user, as in arn:aws:iam::123456789012:user\/ops\/bob, without a wildcard$/s,
    );
  });
});

describe('an access key id and the secret version that holds its key', () => {
  test.each(
    Object.entries({
      'the 20 characters that AWS gives today': ['AKIAIOSFODNN7EXAMPLE', 35],
      'the shortest that fits a version': ['A'.repeat(17), 32],
      'the longest that fits a version': ['A'.repeat(49), 64],
    }),
  )('%s make a version id of 32 to 64 characters, and back', (_, [id, length]) => {
    const versionId = versionIdOf(parseAccessKeyId(String(id)));
    expect(versionId).toBe(`iam-access-key-${id}`);
    expect(versionId).toHaveLength(Number(length));
    expect(keyIdOf(versionId)).toBe(id);
  });

  test.each(
    Object.entries({
      'of 16 characters': 'A'.repeat(16),
      'of 50 characters': 'A'.repeat(50),
      'with a small letter': 'AKIAIOSFODNN7EXAMPLe',
      'with a sign': 'AKIAIOSFODNN7-XAMPLE',
    }),
  )('%s is refused', (_, id) => {
    expect(() => parseAccessKeyId(id)).toThrow(
      `accessKeyId is "${id}": it must be 17 to 49 capital letters or digits`,
    );
  });

  test.each(
    Object.entries({
      'a version that Secrets Manager named': '7d1b2c3e-0000-4000-8000-1234567890ab',
      'the prefix alone': 'iam-access-key-',
      'a key id without the prefix': 'AKIAIOSFODNN7EXAMPLE',
      'our prefix before something else': 'iam-access-key-not a key id at all',
    }),
  )('%s holds no key of ours', (_, versionId) => {
    expect(keyIdOf(versionId)).toBeNull();
  });
});

describe('the name of a secret', () => {
  test.each(
    Object.entries({
      'a plain name': ['alice', 'iam-lifecycle/alice'],
      'a name with a comma': ['a,b', 'iam-lifecycle/a/2Cb'],
      'a name that looks like the escape': ['a2Cb', 'iam-lifecycle/a2Cb'],
      'a name of commas': [',,', 'iam-lifecycle//2C/2C'],
    }),
  )('%s', (_, [userName, secretName]) => {
    expect(secretNameOf(userName as UserName)).toBe(secretName);
    expect(userNameOfSecret(secretName!)).toBe(userName);
  });

  test('every user name comes back from its secret, in characters that Secrets Manager takes', () => {
    fc.assert(
      fc.property(anyUserName, (name) => {
        const secretName = secretNameOf(name);
        expect(secretName).toMatch(/^iam-lifecycle\/[A-Za-z0-9/_+=.@-]{1,497}$/);
        expect(userNameOfSecret(secretName)).toBe(name);
      }),
    );
  });

  test('two user names never share a secret', () => {
    fc.assert(
      fc.property(anyUserName, anyUserName, (one, other) => {
        expect(secretNameOf(one) === secretNameOf(other)).toBe(one === other);
      }),
    );
  });

  test("the secret of a login is nobody's secret of a key", () => {
    expect(loginSecretNameOf('a,b' as UserName)).toBe('iam-lifecycle-login/a/2Cb');
    fc.assert(
      fc.property(anyUserName, anyUserName, (one, other) => {
        expect(loginSecretNameOf(one)).toMatch(/^[A-Za-z0-9/_+=.@-]{1,512}$/);
        expect(loginSecretNameOf(one)).not.toBe(secretNameOf(other));
        expect(userNameOfSecret(loginSecretNameOf(one))).toBeNull();
        expect(loginSecretNameOf(one) === loginSecretNameOf(other)).toBe(one === other);
      }),
    );
  });

  test.each(
    Object.entries({
      'a secret of another system': 'prod/database',
      'a name below the user': 'iam-lifecycle/alice/old',
      'the prefix alone': 'iam-lifecycle/',
      'a prefix that only looks alike': 'iam-lifecycle-alice',
    }),
  )('%s is nobody’s secret', (_, secretName) => {
    expect(userNameOfSecret(secretName)).toBeNull();
  });
});
