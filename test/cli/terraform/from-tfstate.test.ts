import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { fromTfstate } from '../../../cli/terraform/from-tfstate.js';
import { countSecrets } from '../../../cli/terraform/state.js';
import { writeRoster } from '../../../cli/write-roster.js';
import { importRoster } from '../../../functions/core/roster/import.js';
import { readRoster } from '../../../functions/shell/read-roster.js';
import { type Resource, account, policyArn, stateOf, tutorial, user } from './states.js';

const everything = { userPath: '/lifecycle/', pathPrefix: '/', managedOnly: false };

function rosterOf(state: Record<string, unknown>) {
  const { facts } = fromTfstate(state, null);
  const { text, draft } = writeRoster(importRoster(facts, everything));
  return { input: draft.input, text, roster: readRoster(text, 'roster.yaml') };
}

/** The real module's resources, which the conformance file has flat, as a state has them. */
async function moduleState(name: string): Promise<Record<string, unknown>> {
  const file = new URL('../../conformance/system-user-readme.json', import.meta.url);
  const { cases } = JSON.parse(await readFile(file, 'utf8')) as {
    cases: Record<string, { resources: { resource: string; index: string | number }[] }>;
  };
  const module = `module.${name}`;
  return stateOf(
    cases[name]!.resources.map(({ resource, index, ...attributes }): Resource => ({
      type: resource,
      module,
      instances: { [String(index)]: attributes },
    })),
  );
}

describe('a state of the tutorial', () => {
  test('is its users with their roles, of the account in the ARNs', () => {
    const { input } = rosterOf(tutorial);
    expect(input).toEqual({
      accountId: account,
      assumableRoles: {
        admin: `arn:aws:iam::${account}:role/AdminRole`,
        data_engineer: `arn:aws:iam::${account}:role/DataEngineerRole`,
      },
      defaults: { userPath: '/lifecycle/' },
      people: {
        alice: { description: 'Alice - Platform', roles: ['admin'] },
        'bob@example.com': { roles: ['admin', 'data_engineer'] },
      },
      // Of its policy the state does not tell what it gives.
      systemUsers: [{ name: 'carol', policyArns: [policyArn('AssumeRolesPolicy')], createAccessKey: false }],
    });
  });

  test('gives the attachments of the state, and no others', () => {
    const { roster } = rosterOf(tutorial);
    expect(Object.fromEntries(roster.users.map(({ name, policyArns }) => [name, policyArns]))).toEqual({
      alice: [policyArn('AssumeAdminRolePolicy')],
      'bob@example.com': [policyArn('AssumeAdminRolePolicy'), policyArn('AssumeDataEngineerRolePolicy')],
      carol: [policyArn('AssumeRolesPolicy')],
    });
  });
});

describe('a state of the system-user module', () => {
  test('is a user with its tags, and a key in the parameters that the module wrote', async () => {
    const { input, roster } = rosterOf(await moduleState('fluentd_user'));
    expect(input.systemUsers).toEqual([
      {
        name: 'eg-dev-fluentd',
        tags: { Name: 'eg-dev-fluentd', Namespace: 'eg', Stage: 'dev' },
        policyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
        inlinePoliciesMap: {
          'eg-dev-fluentd20261122014238915400000002': {
            Version: '2012-10-17',
            Statement: [
              {
                Action: [
                  's3:PutObjectAcl',
                  's3:PutObject',
                  's3:ListBucket',
                  's3:GetObjectAcl',
                  's3:GetObject',
                ],
                Effect: 'Allow',
                Resource: ['arn:aws:s3:::bucket_name/*', 'arn:aws:s3:::bucket_name/'],
              },
            ],
          },
        },
        store: { type: 'ssm', basePath: '/system_user' },
      },
    ]);
    expect(roster.users[0]!.key).toEqual({
      store: 'ssm',
      kmsKeyId: null,
      basePath: '/system_user',
      sesRegions: [],
    });
  });
});

test('groups, logins, SSH keys, boundaries, SMTP passwords and the password policy are read too', () => {
  const ssh = `ssh-rsa ${'B'.repeat(150)} laptop`;
  const state = stateOf([
    {
      type: 'aws_iam_user',
      module: 'module.users["eu"]',
      instances: {
        dora: user('dora', { permissions_boundary: policyArn('Fence') }),
        mail: user('mail'),
      },
    },
    { type: 'aws_iam_group', instances: { developers: { name: 'developers' }, ops: { name: 'ops' } } },
    {
      type: 'aws_iam_user_group_membership',
      instances: { '0': { user: 'dora', groups: ['developers', 'ops'] } },
    },
    { type: 'aws_iam_group_membership', instances: { '': { group: 'ops', users: ['dora', 'mail'] } } },
    { type: 'aws_iam_user_login_profile', instances: { dora: { user: 'dora', password: null } } },
    { type: 'aws_iam_user_ssh_key', instances: { dora: { username: 'dora', public_key: ssh } } },
    { type: 'aws_iam_access_key', instances: { '0': { user: 'mail', secret: null } } },
    {
      type: 'aws_ssm_parameter',
      instances: Object.fromEntries(
        ['access_key_id', 'secret_access_key', 'ses_smtp_password_v4'].map((last) => [
          last,
          {
            name: `/team/mail/${last}`,
            type: 'SecureString',
            key_id: 'alias/team',
            arn: `arn:aws:ssm:eu-west-1:${account}:parameter/team/mail/${last}`,
          },
        ]),
      ),
    },
    {
      type: 'aws_iam_account_password_policy',
      instances: {
        '': {
          minimum_password_length: 14,
          require_lowercase_characters: true,
          require_uppercase_characters: true,
          require_numbers: true,
          require_symbols: false,
          allow_users_to_change_password: true,
          hard_expiry: null,
          max_password_age: 90,
          password_reuse_prevention: 24,
        },
      },
    },
  ]);
  const { input } = rosterOf(state);
  expect(input).toMatchObject({
    people: {
      dora: {
        permissionsBoundary: policyArn('Fence'),
        groups: ['developers', 'ops'],
        createLoginProfile: true,
        sshPublicKey: ssh,
      },
    },
    systemUsers: [
      {
        name: 'mail',
        groups: ['ops'],
        store: { type: 'ssm', basePath: '/team', kmsKeyId: 'alias/team', sesSmtpPassword: ['eu-west-1'] },
      },
    ],
    groups: { enableIamGroups: false, existing: ['developers', 'ops'] },
    passwordPolicy: {
      minimumPasswordLength: 14,
      requireSymbols: false,
      hardExpiry: false,
      maxPasswordAge: 90,
      passwordReusePrevention: 24,
    },
  });
});

test('a user that the state names and does not make is left out, and a data source makes nobody', () => {
  const state = stateOf([
    { type: 'aws_iam_user', mode: 'data', instances: { '': user('eve') } },
    {
      type: 'aws_iam_user_policy_attachment',
      instances: { '': { user: 'eve', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
    },
  ]);
  const { facts, strangers } = fromTfstate(state, account);
  expect(facts.users).toEqual([]);
  expect(strangers).toEqual([{ name: 'eve', why: 'the state gives it something, and does not make it' }]);
});

describe('secrets in a state', () => {
  const state = stateOf(
    [
      { type: 'aws_iam_user', instances: { '': user('ci') } },
      {
        type: 'aws_iam_access_key',
        instances: {
          '': { user: 'ci', id: 'AKIAEXAMPLE', secret: 'SECRET-ONE', ses_smtp_password_v4: 'SECRET-TWO' },
        },
      },
      {
        type: 'aws_ssm_parameter',
        instances: {
          a: { name: '/a', type: 'SecureString', value: 'SECRET-THREE' },
          b: { name: '/b', type: 'String', value: 'no secret' },
        },
      },
      {
        type: 'aws_iam_user_login_profile',
        instances: {
          plain: { user: 'ci', password: 'SECRET-FOUR' },
          pgp: { user: 'ci', password: '', encrypted_password: 'wcFMA' },
        },
      },
    ],
    {
      outputs: {
        key: { value: 'SECRET-FIVE', type: 'string', sensitive: true },
        name: { value: 'ci', type: 'string' },
      },
    },
  );

  test('are counted', () => {
    // Two of the access key, one parameter, one password, one output.
    expect(countSecrets(state)).toBe(5);
  });

  test('are in nothing that is read or written', () => {
    const { facts } = fromTfstate(state, null);
    expect(JSON.stringify(facts)).not.toContain('SECRET');
    expect(rosterOf(state).text).not.toContain('SECRET');
  });
});

test.each([
  [{ ...stateOf([]), version: 3 }, 'version is "3": it must be 4'],
  [stateOf([{ type: 'aws_iam_user', instances: { '': { name: 7 } } }]), 'name is "number": it must be text'],
  [stateOf([]), 'accountId is "": it must be named with --account-id'],
])(
  'what is no state of version 4, or has other attributes, is refused without a value of it',
  (state, says) => {
    expect(() => fromTfstate(state, null)).toThrow(says);
  },
);
