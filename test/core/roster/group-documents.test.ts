import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../functions/core/assume-policy.js';
import {
  autoDeployDocument,
  billingDocument,
  crossAccountDocument,
  developersDocument,
  fullAccessDocument,
  iamAdminDocument,
  logsDocument,
  requireMfaDocument,
  selfMgmtDocument,
  supportDocument,
  useExistingIamRolesDocument,
} from '../../../functions/core/roster/group-documents.js';
import { session, userMay } from '../../support/user-simulation.js';

const account = { accountId: '123456789012', partition: 'aws' };
const iam = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const developers = (services: string[], isMfaRequired = true) =>
  developersDocument(
    { developersPermittedServices: services, developersS3BucketPrefix: 'acme.user-' },
    account,
    isMfaRequired,
  );
const statementsOf = (document: PolicyDocument) => document.Statement as Record<string, unknown>[];

describe('the document', () => {
  const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

  test.each(
    Object.entries({
      'of full-access': [
        fullAccessDocument(true),
        [{ Sid: 'FullAccess', Effect: 'Allow', Action: '*', Resource: '*', Condition: mfa }],
      ],
      'of full-access where MFA is not required': [
        fullAccessDocument(false),
        [{ Sid: 'FullAccess', Effect: 'Allow', Action: '*', Resource: '*' }],
      ],
      'of iam-admin': [
        iamAdminDocument(true),
        [{ Sid: 'IamAdmin', Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition: mfa }],
      ],
      'of support': [
        supportDocument(true),
        [{ Effect: 'Allow', Action: ['support:*', 'support-console:*'], Resource: '*', Condition: mfa }],
      ],
      'of use-existing-iam-roles': [
        useExistingIamRolesDocument(true),
        [
          {
            Effect: 'Allow',
            Action: ['iam:PassRole', 'iam:GetRole', 'iam:ListRoles', 'iam:ListInstanceProfiles'],
            Resource: '*',
            Condition: mfa,
          },
        ],
      ],
      'of developers': [
        developers(['ec2', 'rds:DescribeDBInstances']),
        [
          {
            Effect: 'Allow',
            Action: ['ec2:*', 'rds:DescribeDBInstances'],
            Resource: '*',
            Condition: mfa,
          },
          {
            Effect: 'Allow',
            Action: 's3:*',
            Resource: ['arn:aws:s3:::acme.user-${aws:username}', 'arn:aws:s3:::acme.user-${aws:username}/*'],
            Condition: mfa,
          },
        ],
      ],
      'of auto-deploy, which is for machines': [
        autoDeployDocument(['ecs:*', 'sts:TagSession']),
        [{ Effect: 'Allow', Action: ['ecs:*', 'sts:TagSession'], Resource: '*' }],
      ],
      'of a cross-account group, whose roles ask for MFA themselves': [
        crossAccountDocument(['arn:aws:iam::210987654321:role/R']),
        [
          {
            Effect: 'Allow',
            Action: ['sts:AssumeRole', 'sts:TagSession'],
            Resource: ['arn:aws:iam::210987654321:role/R'],
          },
        ],
      ],
    }),
  )('%s', (_, [document, statements]) => {
    expect(document).toEqual({ Version: '2012-10-17', Statement: statements });
  });

  test('of developers without a service is about their bucket alone', () => {
    expect(statementsOf(developers([])).map(({ Action }) => Action)).toEqual(['s3:*']);
  });

  test('of billing has the 18 entries of the job function', () => {
    const [statement] = statementsOf(billingDocument(true));
    expect(statement).toMatchObject({ Effect: 'Allow', Resource: '*', Condition: mfa });
    expect(statement!['Action']).toHaveLength(18);
  });

  test('of logs decrypts with a key where one is given', () => {
    expect(statementsOf(logsDocument(null, true))).toHaveLength(1);
    expect(statementsOf(logsDocument(keyArn, true))[1]).toEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Resource: keyArn,
      Condition: mfa,
    });
  });

  test('that requires MFA denies all but its set-up and the password', () => {
    const [statement, ...more] = statementsOf(requireMfaDocument());
    expect(more).toEqual([]);
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    });
    expect(new Set(statement!['NotAction'] as string[])).toEqual(
      new Set([
        'iam:CreateVirtualMFADevice',
        'iam:EnableMFADevice',
        'iam:GetUser',
        'iam:ListMFADevices',
        'iam:ListVirtualMFADevices',
        'iam:ResyncMFADevice',
        'sts:GetSessionToken',
        'iam:ChangePassword',
      ]),
    );
  });
});

describe('a member of full-access', () => {
  const alice = { user: 'alice', policies: [fullAccessDocument(true), selfMgmtDocument(account, true)] };
  const createUser = { action: 'iam:CreateUser', resource: iam('user/bob') };

  test('does anything with MFA', async () => {
    expect(await userMay(alice, { ...createUser, context: session.withMfa })).toBe(true);
    expect(
      await userMay(alice, { action: 'ec2:DescribeInstances', resource: '*', context: session.withMfa }),
    ).toBe(true);
  });

  test.each(['withoutMfa', 'longLivedKey'] as const)('does nothing %s', async (kind) => {
    expect(await userMay(alice, { ...createUser, context: session[kind] })).toBe(false);
  });

  test('sets up MFA without having it', async () => {
    const request = { resource: iam('user/alice'), context: session.withoutMfa };
    expect(await userMay(alice, { ...request, action: 'iam:EnableMFADevice' })).toBe(true);
    expect(await userMay(alice, { ...request, action: 'iam:ChangePassword' })).toBe(true);
  });
});

describe.each(['alice', 'people/alice'])('%s, who has the policy for the own account,', (user) => {
  const alice = { user, policies: [selfMgmtDocument(account, true)] };
  const own = iam(`user/${user}`);
  const ownActions = [
    'iam:ChangePassword',
    'iam:GetUser',
    'iam:GetLoginProfile',
    'iam:UpdateLoginProfile',
    'iam:CreateAccessKey',
    'iam:DeleteAccessKey',
    'iam:ListAccessKeys',
    'iam:UpdateAccessKey',
    'iam:UploadSigningCertificate',
    'iam:UploadSSHPublicKey',
    'iam:CreateServiceSpecificCredential',
    'iam:DeactivateMFADevice',
    'iam:EnableMFADevice',
    'iam:ListMFADevices',
    'iam:ResyncMFADevice',
  ];

  test.each(ownActions)('may %s on itself with MFA, and on nobody else', async (action) => {
    expect(await userMay(alice, { action, resource: own, context: session.withMfa })).toBe(true);
    for (const other of [
      'user/bob',
      'user/malice',
      'user/people/bob',
      'user/people/malice',
      'user/alice/bob',
    ])
      expect(await userMay(alice, { action, resource: iam(other), context: session.withMfa })).toBe(false);
  });

  test.each(['alice', 'alices-phone', 'any.name'])(
    'may create and delete a device named %s',
    async (device) => {
      const resource = iam(`mfa/${device}`);
      const create = { action: 'iam:CreateVirtualMFADevice', resource };
      expect(await userMay(alice, { ...create, context: session.withoutMfa })).toBe(true);
      const remove = { action: 'iam:DeleteVirtualMFADevice', resource };
      expect(await userMay(alice, { ...remove, context: session.withMfa })).toBe(true);
    },
  );

  test.each([
    'iam:CreateAccessKey',
    'iam:UpdateLoginProfile',
    'iam:UploadSSHPublicKey',
    'iam:DeactivateMFADevice',
  ])('may not %s with a stolen access key', async (action) => {
    for (const context of [session.longLivedKey, session.withoutMfa])
      expect(await userMay(alice, { action, resource: own, context })).toBe(false);
  });

  test.each([
    'iam:GetAccountPasswordPolicy',
    'iam:GetAccountSummary',
    'iam:ListVirtualMFADevices',
    'iam:ListUsers',
  ])('may %s', async (action) => {
    expect(await userMay(alice, { action, resource: '*' })).toBe(true);
  });

  test('may give itself no right', async () => {
    for (const action of ['iam:AttachUserPolicy', 'iam:PutUserPolicy', 'iam:CreateLoginProfile'])
      expect(await userMay(alice, { action, resource: own, context: session.withMfa })).toBe(false);
  });
});

test('where MFA is not required, the own account is managed without', async () => {
  const alice = { user: 'alice', policies: [selfMgmtDocument(account, false)] };
  const request = { action: 'iam:CreateAccessKey', resource: iam('user/alice') };
  expect(await userMay(alice, { ...request, context: session.withoutMfa })).toBe(true);
});

describe('a member of developers', () => {
  const dave = { user: 'dave', policies: [developers(['ec2', 'lambda', 'rds:DescribeDBInstances'])] };
  const may = (
    action: string,
    resource: string,
    context: Readonly<Record<string, string>> = session.withMfa,
  ) => userMay(dave, { action, resource, context });

  test('has the listed services and actions, with MFA', async () => {
    const instance = 'arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0';
    const database = 'arn:aws:rds:eu-west-1:123456789012:db:orders';
    expect(await may('ec2:StopInstances', instance)).toBe(true);
    expect(await may('ec2:StopInstances', instance, session.withoutMfa)).toBe(false);
    expect(await may('rds:DescribeDBInstances', database)).toBe(true);
    expect(await may('rds:DeleteDBInstance', database)).toBe(false);
  });

  test('has its own bucket, and no other one', async () => {
    expect(await may('s3:PutObject', 'arn:aws:s3:::acme.user-dave/notes.txt')).toBe(true);
    expect(await may('s3:PutObject', 'arn:aws:s3:::acme.user-erin/notes.txt')).toBe(false);
    expect(await may('s3:PutObject', 'arn:aws:s3:::acme.user-dave2/notes.txt')).toBe(false);
  });

  test('cannot touch IAM', async () => {
    expect(await may('iam:CreateAccessKey', iam('user/dave'))).toBe(false);
    expect(await may('iam:AttachUserPolicy', iam('user/dave'))).toBe(false);
    expect(await may('iam:PassRole', iam('role/Admin'))).toBe(false);
    expect(await may('sts:AssumeRole', iam('role/Admin'))).toBe(false);
  });
});

describe('who has a policy of AWS beside the one that requires MFA', () => {
  const readAll: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:Get*', 's3:List*', 'iam:Get*', 'iam:List*'], Resource: '*' }],
  };
  const rita = {
    user: 'rita',
    policies: [readAll, requireMfaDocument(), selfMgmtDocument(account, true)],
  };
  const read = { action: 's3:GetObject', resource: 'arn:aws:s3:::acme-reports/one' };

  test('reads with MFA, and neither without it nor with a long-lived key', async () => {
    expect(await userMay(rita, { ...read, context: session.withMfa })).toBe(true);
    expect(await userMay(rita, { ...read, context: session.withoutMfa })).toBe(false);
    expect(await userMay(rita, { ...read, context: session.longLivedKey })).toBe(false);
  });

  test('sets up MFA without having it', async () => {
    const context = session.withoutMfa;
    for (const [action, resource] of [
      ['iam:CreateVirtualMFADevice', 'mfa/phone'],
      ['iam:EnableMFADevice', 'user/rita'],
      ['iam:ChangePassword', 'user/rita'],
    ] as const)
      expect(await userMay(rita, { action, resource: iam(resource), context })).toBe(true);
  });
});
