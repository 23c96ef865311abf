import { describe, expect, test } from '@jest/globals';
import { judgeSessionPin } from '../../../functions/core/revocation/session-pin.js';

const accountId = '123456789012';
const account = { AWS: 'arn:aws:iam::123456789012:root' };
const byName = { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } };
const bySource = { StringEquals: { 'sts:SourceIdentity': '${aws:username}' } };

interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: object;
}

/** A trust policy of statements that allow sts:AssumeRole to the account unless they say otherwise. */
function trust(...statements: readonly Statement[]): object {
  const usual = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: account };
  return { Version: '2012-10-17', Statement: statements.map((one) => ({ ...usual, ...one })) };
}

describe('a trust policy pins the name', () => {
  test.each<[string, object, string]>([
    ['the session name is demanded', trust({ Condition: byName }), 'session-name'],
    ['the source identity is demanded', trust({ Condition: bySource }), 'source-identity'],
    [
      'it is demanded in the form of the IAM user guide',
      trust({ Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}' } } }),
      'session-name',
    ],
    [
      'the key is spelt otherwise and the value is a list of one',
      trust({ Condition: { StringEquals: { 'STS:rolesessionname': ['${AWS:UserName}'] } } }),
      'session-name',
    ],
    [
      'another condition narrows it further',
      trust({ Condition: { ...byName, Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      'session-name',
    ],
    [
      'both are demanded',
      trust({ Condition: { StringEquals: { ...byName.StringEquals, ...bySource.StringEquals } } }),
      'session-name',
    ],
    ['each statement demands it', trust({ Condition: byName }, { Condition: byName }), 'session-name'],
    [
      'users and roles of the account are trusted by name',
      trust({
        Principal: {
          AWS: ['arn:aws:iam::123456789012:user/lifecycle/ada', '123456789012', 'AIDAQ3EGPRDE4EXAMPLE'],
        },
        Condition: byName,
      }),
      'session-name',
    ],
    [
      'a session of the account is trusted',
      trust({
        Principal: { AWS: 'arn:aws:sts::123456789012:assumed-role/AppRole/ada' },
        Condition: byName,
      }),
      'session-name',
    ],
    [
      'it is demanded whatever its case',
      trust({ Condition: { StringEqualsIgnoreCase: { 'sts:RoleSessionName': '${aws:username}' } } }),
      'session-name',
    ],
    [
      'a statement beside it allows a context, which begins no session',
      trust({ Condition: byName }, { Action: 'sts:SetContext' }),
      'session-name',
    ],
    [
      'a statement beside it allows tags, which begin no session',
      trust({ Condition: bySource }, { Action: ['sts:TagSession', 'sts:SetSourceIdentity'] }),
      'source-identity',
    ],
    ['a statement beside it denies', trust({ Condition: byName }, { Effect: 'Deny' }), 'session-name'],
    [
      'the only statement is no list',
      {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'sts:*', Principal: account, Condition: byName },
      },
      'session-name',
    ],
  ])('where %s', (_case, document, pin) => {
    expect(judgeSessionPin(document, accountId)).toEqual({ pin });
  });
});

describe('a trust policy pins nothing', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing is demanded', trust({}), /demands neither/],
    ['one of two statements demands nothing', trust({ Condition: byName }, {}), /demands neither/],
    [
      'a statement beside it names what it does not allow, and so lets sessions begin',
      trust({ Condition: byName }, { Action: undefined }),
      /demands neither/,
    ],
    [
      'a statement beside it allows tags and sessions',
      trust({ Condition: byName }, { Action: ['sts:TagSession', 'sts:AssumeRole'] }),
      /demands neither/,
    ],
    [
      'each statement demands another thing',
      trust({ Condition: byName }, { Condition: bySource }),
      /demands neither/,
    ],
    [
      'the name is a part of the session name',
      trust({ Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}*' } } }),
      /demands neither/,
    ],
    [
      'another value will do too',
      trust({ Condition: { StringEquals: { 'sts:RoleSessionName': ['${aws:username}', 'ops'] } } }),
      /demands neither/,
    ],
    [
      'the test is skipped where the key is missing',
      trust({ Condition: { StringEqualsIfExists: { 'sts:SourceIdentity': '${aws:username}' } } }),
      /demands neither/,
    ],
    [
      'the test is the other way round',
      trust({ Condition: { StringNotEquals: { 'sts:RoleSessionName': '${aws:username}' } } }),
      /demands neither/,
    ],
    [
      'a user of another account may have the same name',
      trust({ Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Condition: byName }),
      /trusts arn:aws:iam::999999999999:root/,
    ],
    [
      'what is trusted is no principal of IAM',
      trust({ Principal: { AWS: 'arn:aws:ec2::123456789012:instance/ada' }, Condition: byName }),
      /trusts arn:aws:ec2::123456789012:instance/,
    ],
    [
      'a unique id has something before it',
      trust({ Principal: { AWS: 'XAIDAQ3EGPRDE4EXAMPLE' }, Condition: byName }),
      /trusts XAIDAQ3EGPRDE4EXAMPLE/,
    ],
    [
      'a unique id has something behind it',
      trust({ Principal: { AWS: 'AIDAQ3EGPRDE4EXAMPLE-x' }, Condition: byName }),
      /trusts AIDAQ3EGPRDE4EXAMPLE-x/,
    ],
    ['everybody is trusted', trust({ Principal: '*', Condition: byName }), /trusts \*/],
    [
      'a service is trusted, which names sessions as it likes',
      trust({ Condition: byName }, { Principal: { Service: 'lambda.amazonaws.com' } }),
      /trusts Service:lambda\.amazonaws\.com/,
    ],
    [
      'an identity provider is trusted',
      trust(
        { Condition: byName },
        {
          Action: 'sts:AssumeRoleWithSAML',
          Principal: { Federated: 'arn:aws:iam::123456789012:saml-provider/idp' },
        },
      ),
      /trusts Federated:/,
    ],
    [
      'it names whom it does not mean',
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', NotPrincipal: account, Condition: byName }],
      },
      /trusts NotPrincipal/,
    ],
    [
      'variables are mere text in its version',
      {
        Version: '2008-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: account, Condition: byName }],
      },
      /Version 2012-10-17/,
    ],
    ['it lets nobody in', trust({ Effect: 'Deny' }), /lets nobody/],
    ['there is none', null, /lets nobody/],
  ])('where %s', (_case, document, why) => {
    const verdict = judgeSessionPin(document, accountId);
    expect(verdict).toEqual({ pin: null, why: expect.stringMatching(why) });
  });
});
