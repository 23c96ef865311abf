import {
  GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  GetSSHPublicKeyCommand,
  ListSSHPublicKeysCommand,
} from '@aws-sdk/client-iam';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { describe, expect, test } from '@jest/globals';
import { observeRoster } from '../../functions/aws/observe-roster.js';
import type { KeyWish } from '../../functions/core/key-wish.js';
import { secretArn } from '../support/account.js';
import { awsError, mockClients } from '../support/mock-clients.js';
import { entryOf, login, passwordPolicy, rosterOf } from './roster.js';

const accountId = '123456789012';
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
/** As IAM tells it: URL-encoded, with the white space of its author. */
const told = (spaces: number) => encodeURIComponent(JSON.stringify(document, null, spaces));
const canonical = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';

const user = (name: string) => ({
  UserName: name,
  UserId: `AIDA${name}`,
  Arn: `arn:aws:iam::${accountId}:user/lifecycle/${name}`,
  Path: '/lifecycle/',
  CreateDate: new Date(7),
  Tags: [{ Key: 'Iam-Lifecycle:managed', Value: 'true' }],
});

/** Two pages of users, a group and a policy; no secret, no parameter. */
function prepared() {
  const mocked = mockClients();
  mocked.iam
    .on(GetAccountAuthorizationDetailsCommand)
    .resolves({
      GroupDetailList: [
        {
          GroupName: 'devs',
          Path: '/teams/',
          GroupPolicyList: [{ PolicyName: 'own', PolicyDocument: told(0) }],
          AttachedManagedPolicies: [{ PolicyName: 'p', PolicyArn: 'arn:p' }],
        },
      ],
      Policies: [
        {
          Arn: 'arn:aws:iam::123456789012:policy/app/p',
          PolicyVersionList: [
            { VersionId: 'v11', IsDefaultVersion: false, Document: told(0) },
            { VersionId: 'v10', IsDefaultVersion: true, Document: told(2) },
            { VersionId: 'v9', IsDefaultVersion: false, Document: told(0) },
          ],
        },
      ],
      UserDetailList: [
        {
          ...user('ann'),
          UserPolicyList: [{ PolicyName: 'in', PolicyDocument: told(4) }],
          GroupList: ['devs'],
          AttachedManagedPolicies: [{ PolicyName: 'p', PolicyArn: 'arn:p' }],
          PermissionsBoundary: { PermissionsBoundaryArn: 'arn:boundary' },
        },
      ],
      IsTruncated: true,
      Marker: 'more',
    })
    .on(GetAccountAuthorizationDetailsCommand, { Marker: 'more' })
    .resolves({ UserDetailList: [user('Ben')], IsTruncated: false });
  mocked.secretsManager.on(ListSecretsCommand).resolves({ SecretList: [] });
  const observe = (users: Parameters<typeof rosterOf>[0] = {}) =>
    observeRoster(mocked.clients, rosterOf(users), accountId);
  return { ...mocked, observe };
}

describe('the account, for a plan of a roster', () => {
  test('is one listing of users, groups and policies, with documents in canonical form', async () => {
    const { observe, secretsManager, calls } = prepared();
    secretsManager.on(ListSecretsCommand).resolves({
      SecretList: [{ Name: 'iam-lifecycle/ann', ARN: secretArn, CreatedDate: new Date(5) }],
    });
    expect(await observe({ users: [entryOf('ann')] })).toEqual({
      accountId,
      users: [
        {
          user: {
            name: 'ann',
            id: 'AIDAann',
            arn: 'arn:aws:iam::123456789012:user/lifecycle/ann',
            path: '/lifecycle/',
            createdAt: 7,
            tags: { 'iam-lifecycle:managed': 'true' },
            boundaryArn: 'arn:boundary',
          },
          policyArns: ['arn:p'],
          groupNames: ['devs'],
          inlinePolicies: { in: canonical },
        },
        {
          user: expect.objectContaining({ name: 'Ben', boundaryArn: null }),
          policyArns: [],
          groupNames: [],
          inlinePolicies: {},
        },
      ],
      groups: [{ name: 'devs', path: '/teams/', policyArns: ['arn:p'], inlinePolicyNames: ['own'] }],
      // The oldest first, by number: v9 is older than v11, whatever its spelling.
      policies: [
        {
          arn: 'arn:aws:iam::123456789012:policy/app/p',
          name: 'p',
          document: canonical,
          otherVersionIds: ['v9', 'v11'],
        },
      ],
      secrets: [{ userName: 'ann', arn: secretArn, stages: {}, deletedAt: null, changedAt: 5 }],
      parameterNames: [],
      logins: [],
      sshKeys: {},
      passwordPolicy: null,
    });
    const Filter = ['User', 'Group', 'LocalManagedPolicy'];
    // The paginators write their token into one and the same input.
    expect(calls().toSorted(([one], [other]) => one.localeCompare(other))).toMatchObject([
      ['GetAccountAuthorizationDetails', { Filter, MaxItems: 1000 }],
      ['GetAccountAuthorizationDetails', { Filter, MaxItems: 1000, Marker: 'more' }],
      [
        'ListSecrets',
        {
          Filters: [{ Key: 'name', Values: ['iam-lifecycle/'] }],
          IncludePlannedDeletion: true,
          MaxResults: 100,
        },
      ],
    ]);
  });

  test.each(['identities', 'secrets'])('a page of %s that fails fails it all', async (which) => {
    const { observe, iam, secretsManager } = prepared();
    if (which === 'identities')
      iam.on(GetAccountAuthorizationDetailsCommand, { Marker: 'more' }).rejects(awsError('Throttling'));
    else secretsManager.on(ListSecretsCommand).rejects(awsError('Throttling'));
    await expect(observe()).rejects.toThrow('Throttling');
  });
});

const inSsm = (basePath: string): KeyWish => ({ store: 'ssm', kmsKeyId: null, basePath, sesRegions: [] });

describe('parameters', () => {
  test('are looked for once below each base path, fifty a page', async () => {
    const { observe, ssm, calls } = prepared();
    ssm
      .on(DescribeParametersCommand)
      .resolves({ Parameters: [{ Name: '/a/ann/credentials' }], NextToken: 'more' })
      .on(DescribeParametersCommand, { NextToken: 'more' })
      .resolves({ Parameters: [{ Name: '/a/ben/credentials' }] });
    const users = [
      entryOf('ann', { key: inSsm('/a') }),
      entryOf('ben', { key: inSsm('/a') }),
      // Below /a, and so read with it.
      entryOf('cat', { key: inSsm('/a/b') }),
      entryOf('dan', { key: { store: 'secretsmanager', kmsKeyId: null } }),
    ];
    expect((await observe({ users })).parameterNames).toEqual(['/a/ann/credentials', '/a/ben/credentials']);
    const ParameterFilters = [{ Key: 'Path', Option: 'Recursive', Values: ['/a'] }];
    expect(calls().filter(([name]) => name === 'DescribeParameters')).toMatchObject([
      ['DescribeParameters', { ParameterFilters, MaxResults: 50 }],
      ['DescribeParameters', { ParameterFilters, MaxResults: 50, NextToken: 'more' }],
    ]);
  });

  test.each([
    ['paths that only look alike are two', ['/a', '/ab'], ['/a', '/ab']],
    ['the root holds all others', ['', '/a'], ['/']],
  ])('%s', async (_, basePaths, asked) => {
    const { observe, ssm, calls } = prepared();
    ssm.on(DescribeParametersCommand).resolves({ Parameters: [] });
    await observe({ users: basePaths.map((path, index) => entryOf(`u${index}`, { key: inSsm(path) })) });
    const inputs = calls().flatMap(([name, input]) =>
      name === 'DescribeParameters' ? [input as { ParameterFilters: { Values: string[] }[] }] : [],
    );
    expect(inputs.flatMap(({ ParameterFilters }) => ParameterFilters[0]?.Values)).toEqual(asked);
  });

  test('a page that fails fails it all', async () => {
    const { observe, ssm } = prepared();
    ssm.on(DescribeParametersCommand).rejects(awsError('ThrottlingException'));
    await expect(observe({ users: [entryOf('ann', { key: inSsm('/a') })] })).rejects.toThrow(
      'ThrottlingException',
    );
  });
});

describe('console logins', () => {
  test('are asked for of those alone that exist, are enabled and are to have one', async () => {
    const { observe, iam, calls } = prepared();
    iam
      .on(GetLoginProfileCommand)
      .rejects(awsError('NoSuchEntityException'))
      .on(GetLoginProfileCommand, { UserName: 'Ben' })
      .resolves({ LoginProfile: { UserName: 'Ben', CreateDate: new Date(1) } });
    // IAM takes both spellings for one name, and tells its own.
    const users = [entryOf('ann', { login }), entryOf('BEN', { login }), entryOf('yet-to-come', { login })];
    expect((await observe({ users })).logins).toEqual(['Ben']);
    expect(calls().filter(([name]) => name === 'GetLoginProfile')).toEqual([
      ['GetLoginProfile', { UserName: 'ann' }],
      ['GetLoginProfile', { UserName: 'Ben' }],
    ]);
    const before = calls().length;
    await observe({ users: [entryOf('ann'), entryOf('ben', { login, enabled: false })] });
    expect(calls().length - before).toBe(3);
  });

  test('a failed look is no missing login', async () => {
    const { observe, iam } = prepared();
    iam.on(GetLoginProfileCommand).rejects(awsError('AccessDenied'));
    await expect(observe({ users: [entryOf('ann', { login })] })).rejects.toThrow('AccessDenied');
  });
});

test('SSH keys are read with their bodies, of those that are to have one', async () => {
  const { observe, iam, calls } = prepared();
  iam.on(ListSSHPublicKeysCommand, { UserName: 'ann' }).resolves({
    SSHPublicKeys: [
      { UserName: 'ann', SSHPublicKeyId: 'APKA1', Status: 'Active', UploadDate: new Date(1) },
      { UserName: 'ann', SSHPublicKeyId: 'APKA2', Status: 'Active', UploadDate: new Date(1) },
    ],
    IsTruncated: false,
  });
  for (const SSHPublicKeyId of ['APKA1', 'APKA2']) {
    const SSHPublicKeyBody = `ssh-rsa ${SSHPublicKeyId}`;
    const rest = { UserName: 'ann', Fingerprint: 'f', Status: 'Active' as const };
    iam
      .on(GetSSHPublicKeyCommand, { SSHPublicKeyId, Encoding: 'SSH' })
      .resolves({ SSHPublicKey: { SSHPublicKeyId, SSHPublicKeyBody, ...rest } });
  }
  const users = [entryOf('ann', { sshPublicKey: 'ssh-rsa A' }), entryOf('ben')];
  expect((await observe({ users })).sshKeys).toEqual({
    ann: [
      { id: 'APKA1', body: 'ssh-rsa APKA1' },
      { id: 'APKA2', body: 'ssh-rsa APKA2' },
    ],
  });
  expect(calls()).toHaveLength(6);
});

describe('the password policy', () => {
  test('is asked for where the roster has one; rules that it lacks are 0 and false', async () => {
    const { observe, iam } = prepared();
    iam.on(GetAccountPasswordPolicyCommand).resolves({
      PasswordPolicy: { MinimumPasswordLength: 14, RequireSymbols: true, ExpirePasswords: false },
    });
    expect((await observe({ passwordPolicy })).passwordPolicy).toEqual({
      minimumPasswordLength: 14,
      requireLowercaseCharacters: false,
      requireUppercaseCharacters: false,
      requireNumbers: false,
      requireSymbols: true,
      allowUsersToChangePassword: false,
      hardExpiry: false,
      maxPasswordAge: 0,
      passwordReusePrevention: 0,
    });
  });

  test('may be missing; another failure is no missing policy', async () => {
    const { observe, iam } = prepared();
    iam.on(GetAccountPasswordPolicyCommand).rejects(awsError('NoSuchEntityException'));
    expect((await observe({ passwordPolicy })).passwordPolicy).toBeNull();
    iam.on(GetAccountPasswordPolicyCommand).rejects(awsError('AccessDenied'));
    await expect(observe({ passwordPolicy })).rejects.toThrow('AccessDenied');
  });
});
