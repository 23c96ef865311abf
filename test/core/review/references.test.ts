import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type UserName, parseUserName } from '../../../functions/core/names.js';
import { findReferences } from '../../../functions/core/review/references.js';
import type { Subject } from '../../../functions/core/review/subject.js';

const bobId = 'AIDABOBBOBBOBBOBBOB23';
const bobArn = 'arn:aws:iam::123456789012:user/lifecycle/bob';
const bob: Subject = {
  name: parseUserName('bob'),
  accountId: '123456789012',
  ids: [bobId],
  arns: [bobArn],
  owned: [
    {
      what: 'its secret',
      arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/bob-AbCdEf',
      strangerArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/\0-AbCdEf',
    },
  ],
  livingIds: null,
};

function sourceOf(document: string) {
  return { what: 'a policy', arn: 'arn:of:it', document };
}

function referencesIn(statement: object, subject: Subject = bob) {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  return findReferences([sourceOf(document)], subject).found;
}

/** The certainty of the one reference; null for none. */
function certaintyOf(statement: object, subject: Subject = bob): string | null {
  const found = referencesIn(statement, subject);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.certainty ?? null;
}

describe('a principal', () => {
  test.each([
    ['its ARN', { AWS: bobArn }, 'certain'],
    ['its ARN among others', { AWS: ['arn:aws:iam::123456789012:root', bobArn] }, 'certain'],
    ['its unique id, as IAM shows a user that is gone', { AWS: bobId }, 'certain'],
    [
      'a role session of its name',
      { AWS: 'arn:aws:sts::123456789012:assumed-role/DataEngineerRole/bob' },
      'certain',
    ],
    ['its name by another path', { AWS: 'arn:aws:iam::123456789012:user/bob' }, 'possible'],
    ['its name in another spelling', { AWS: 'arn:aws:iam::123456789012:user/lifecycle/Bob' }, 'possible'],
    ['everybody', { AWS: '*' }, null],
    ['everybody, in short', '*', null],
    ['the account', { AWS: '123456789012' }, null],
    ['a name that begins with its own', { AWS: 'arn:aws:iam::123456789012:user/lifecycle/bobby' }, null],
    ['a name that ends with its own', { AWS: 'arn:aws:iam::123456789012:user/lifecycle/jimbob' }, null],
    ['a user of its name in another account', { AWS: 'arn:aws:iam::999999999999:user/bob' }, null],
    ['a role of its name', { AWS: 'arn:aws:iam::123456789012:role/bob' }, null],
    ['a folder of its name', { AWS: 'arn:aws:iam::123456789012:user/bob/eve' }, null],
    [
      'a pattern, which principals do not have',
      { AWS: 'arn:aws:iam::123456789012:user/lifecycle/bo?' },
      null,
    ],
    ['a service', { Service: 'lambda.amazonaws.com' }, null],
    ['a service that is called as the user is', { Service: bobArn }, null],
    ['a federation', { Federated: 'arn:aws:iam::123456789012:saml-provider/bob' }, null],
    ['the id of another user that is gone', { AWS: 'AIDAEVEEVEEVEEVEEVE23' }, null],
  ])('that is %s', (_name, Principal, expected) => {
    expect(certaintyOf({ Action: 'sts:AssumeRole', Principal })).toBe(expected);
  });

  test('that is excepted is named too', () => {
    const [reference] = referencesIn({ Effect: 'Deny', NotPrincipal: { AWS: [bobArn] }, Action: '*' });
    expect(reference).toEqual({
      what: 'a policy',
      arn: 'arn:of:it',
      statement: '#1',
      effect: 'Deny',
      place: 'NotPrincipal',
      value: bobArn,
      as: 'its ARN',
      certainty: 'certain',
    });
  });

  test('that is an id of nobody may have been the user, where its own id is not known', () => {
    const gone = { ...bob, ids: [], livingIds: new Set(['AIDAEVEEVEEVEEVEEVE23']) };
    const trusts = (AWS: string) => certaintyOf({ Action: 'sts:AssumeRole', Principal: { AWS } }, gone);
    expect(trusts(bobId)).toBe('possible');
    expect(trusts('AIDAEVEEVEEVEEVEEVE23')).toBeNull();
    expect(trusts('AROAROLEROLEROLEROLE2')).toBeNull();
  });
});

describe('a resource', () => {
  test.each([
    ['its ARN', bobArn, 'certain'],
    ['a pattern that fits it', 'arn:aws:iam::123456789012:user/lifecycle/b*', 'pattern'],
    ['a pattern over paths and accounts', 'arn:aws:iam::*:user/*/bob', 'pattern'],
    ['a pattern of one character', 'arn:aws:iam::123456789012:user/lifecycle/b?b', 'pattern'],
    ['a pattern that is too short', 'arn:aws:iam::123456789012:user/lifecycle/b?', null],
    ['everything', '*', null],
    ['every user', 'arn:aws:iam::123456789012:user/*', null],
    ['every user of the path', 'arn:aws:iam::123456789012:user/lifecycle/*', null],
    ['whoever asks', 'arn:aws:iam::123456789012:user/lifecycle/${aws:username}', null],
    ['whoever asks, with more behind', 'arn:aws:iam::*:user/*${aws:username}', null],
    ['a star by its escape', 'arn:aws:iam::123456789012:user/lifecycle/b${*}', null],
    [
      'its secret',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/bob-AbCdEf',
      'certain',
    ],
    ['its secret with any suffix', 'arn:aws:secretsmanager:*:*:secret:iam-lifecycle/bob-??????', 'pattern'],
    ['every secret of ours', 'arn:aws:secretsmanager:*:*:secret:iam-lifecycle/*', null],
    ['the secret of bobby', 'arn:aws:secretsmanager:*:*:secret:iam-lifecycle/bobby-??????', null],
    ['a bucket with a dot, which is no wildcard', 'arn:aws:iam::123456789012:user/lifecycle/b.b', null],
  ])('that is %s', (_name, Resource, expected) => {
    expect(certaintyOf({ Action: '*', Resource })).toBe(expected);
    expect(certaintyOf({ Action: '*', Resource: ['arn:aws:s3:::photos', Resource] })).toBe(expected);
    expect(certaintyOf({ Action: '*', NotResource: Resource })).toBe(expected);
  });
});

describe('a condition', () => {
  test.each<[string, string, string, string | string[], string | null]>([
    ['its name', 'StringEquals', 'aws:username', 'bob', 'certain'],
    ['its name in a list', 'StringEquals', 'aws:username', ['eve', 'bob'], 'certain'],
    ['its name, the key in any case', 'StringEquals', 'AWS:UserName', 'bob', 'certain'],
    ['not its name', 'StringNotEquals', 'aws:username', 'bob', 'certain'],
    ['its name, if there is one', 'StringEqualsIfExists', 'aws:username', 'bob', 'certain'],
    ['its name, for any value', 'ForAnyValue:StringLike', 'aws:username', 'bob', 'certain'],
    ['its name in another case', 'StringEquals', 'aws:username', 'BOB', 'possible'],
    ['its name without regard to case', 'StringEqualsIgnoreCase', 'aws:username', 'BOB', 'certain'],
    ['a pattern', 'StringLike', 'aws:username', 'bo*', 'pattern'],
    ['a pattern where there are none', 'StringEquals', 'aws:username', 'bo*', null],
    ['anybody', 'StringLike', 'aws:username', '*', null],
    ['a longer name', 'StringEquals', 'aws:username', 'bobby', null],
    ['a shorter name', 'StringEquals', 'aws:username', 'bo', null],
    ['whoever asks', 'StringEquals', 'sts:RoleSessionName', '${aws:username}', null],
    ['its name as a session', 'StringEquals', 'sts:RoleSessionName', 'bob', 'certain'],
    ['its name as a source identity', 'StringLike', 'sts:SourceIdentity', 'bob', 'certain'],
    ['its name as the identity of a session', 'StringEquals', 'aws:SourceIdentity', 'bob', 'certain'],
    ['its id', 'StringEquals', 'aws:userid', bobId, 'certain'],
    ["its name behind a role's id", 'StringEquals', 'aws:userid', 'AROAROLEROLEROLEROLE2:bob', 'certain'],
    ["its name behind any role's id", 'StringLike', 'aws:userid', '*:bob', 'certain'],
    ['any session of a role', 'StringLike', 'aws:userid', 'AROAROLEROLEROLEROLE2:*', null],
    ['any user by id', 'StringLike', 'aws:userid', 'AIDA*', null],
    ['its ARN', 'ArnEquals', 'aws:PrincipalArn', bobArn, 'certain'],
    ['a pattern of ARNs', 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*/bob', 'pattern'],
    ['ArnEquals with a pattern', 'ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*/bob', 'pattern'],
    ['an ARN that is no pattern', 'StringEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*/bob', null],
    ['every user', 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::123456789012:user/*', null],
    [
      'its session in any account',
      'ArnLike',
      'aws:PrincipalArn',
      'arn:aws:sts::*:assumed-role/X/bob',
      'certain',
    ],
    ['another key', 'StringEquals', 'aws:PrincipalTag/team', 'bob', null],
    ['an operator that compares no names', 'Null', 'aws:username', 'bob', null],
  ])('on %s', (_name, operator, key, value, expected) => {
    expect(certaintyOf({ Action: '*', Resource: '*', Condition: { [operator]: { [key]: value } } })).toBe(
      expected,
    );
  });

  test('is told with its operator and key', () => {
    const Condition = { StringLike: { 'aws:username': ['eve', 'bo*'] } };
    const [reference] = referencesIn({ Sid: 'Friends', Action: '*', Resource: '*', Condition });
    expect(reference).toMatchObject({
      statement: 'Friends',
      place: 'StringLike aws:username',
      value: 'bo*',
      as: 'its name',
      certainty: 'pattern',
    });
  });
});

describe('a document', () => {
  const statement = `{"Effect":"Allow","Principal":{"AWS":"${bobArn}"},"Action":"sts:AssumeRole"}`;

  test.each([
    ['URL-encoded, as IAM answers it', encodeURIComponent(`{"Statement":[${statement}]}`)],
    ['with one statement instead of a list', `{"Statement":${statement}}`],
    ['with white space', `\n {"Statement": [ ${statement} ]}`],
    ['with JSON escapes', `{"Statement":[${statement.replaceAll('/', '\\/').replace('bob', '\\u0062ob')}]}`],
    ['with elements in another case', `{"statement":[${statement.replace('Principal', 'principal')}]}`],
  ])('%s is read', (_name, document) => {
    expect(findReferences([sourceOf(document)], bob).found).toMatchObject([{ value: bobArn }]);
  });

  test.each([
    ['no JSON', '{"Statement":['],
    ['badly encoded', '%7B%ZZ'],
    ['a list', '[]'],
    ['of statements that are none', '{"Statement":["Allow"]}'],
  ])('that is %s is told of, and not taken for one that names nobody', (_name, document) => {
    expect(findReferences([sourceOf(document)], bob)).toEqual({ found: [], unreadable: ['a policy'] });
  });

  test('without statements names nobody', () => {
    expect(findReferences([sourceOf('{"Version":"2012-10-17"}')], bob)).toEqual({
      found: [],
      unreadable: [],
    });
  });

  test('that names the user in several places is told of for each', () => {
    const found = referencesIn({
      Principal: { AWS: [bobArn, bobId] },
      Action: 's3:*',
      Resource: 'arn:aws:s3:::photos/*',
      Condition: { StringEquals: { 'aws:username': 'bob', 'aws:userid': bobId } },
    });
    expect(found.map(({ place, value }) => [place, value])).toEqual([
      ['Principal', bobArn],
      ['Principal', bobId],
      ['StringEquals aws:username', 'bob'],
      ['StringEquals aws:userid', bobId],
    ]);
  });
});

const letters = 'abzAB019+=,.@_-'.split('');
const anyName = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 64 });
const subjectOf = (userName: string): Subject => ({
  ...bob,
  name: userName as UserName,
  arns: [`arn:aws:iam::123456789012:user/lifecycle/${userName}`],
  owned: [],
});
const naming = (userName: string) => ({
  Principal: { AWS: `arn:aws:iam::123456789012:user/lifecycle/${userName}` },
  Action: '*',
  Resource: `arn:aws:iam::123456789012:user/lifecycle/${userName}`,
  Condition: { StringLike: { 'aws:username': userName } },
});

describe('of any two names', () => {
  test('a policy that names a user names it three times, certainly', () => {
    fc.assert(
      fc.property(anyName, (userName) => {
        const found = referencesIn(naming(userName), subjectOf(userName));
        expect(found.map(({ certainty }) => certainty)).toEqual(['certain', 'certain', 'certain']);
      }),
    );
  });

  test('a policy that names one never names the other', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase());
        expect(referencesIn(naming(one), subjectOf(other))).toEqual([]);
      }),
    );
  });

  test('a part of a name with a star before or behind fits it by pattern alone', () => {
    fc.assert(
      fc.property(anyName, fc.nat(63), fc.boolean(), (userName, at, isHead) => {
        const part = isHead ? userName.slice(0, at + 1) : userName.slice(-at - 1);
        const pattern = isHead ? `${part}*` : `*${part}`;
        const Condition = { StringLike: { 'aws:username': pattern } };
        expect(certaintyOf({ Action: '*', Resource: '*', Condition }, subjectOf(userName))).toBe('pattern');
      }),
    );
  });
});
