import { describe, expect, test } from '@jest/globals';
import { accountInTfvars, fromTfvars } from '../../../cli/terraform/from-tfvars.js';
import { writeRoster } from '../../../cli/write-roster.js';
import { readRoster } from '../../../functions/shell/read-roster.js';

const account = '123456789012';
const context = { accountId: account, userPath: '/lifecycle/', region: null };

function read(variables: Record<string, unknown>, more: Partial<Parameters<typeof fromTfvars>[1]> = {}) {
  const { text, draft } = writeRoster(fromTfvars(variables, { ...context, ...more }));
  return { input: draft.input, draft, text, roster: readRoster(text, 'roster.yaml') };
}

describe("the tutorial's variables", () => {
  const variables = {
    iam_users: {
      alice: { description: 'Alice - Platform Engineer (promoted)', roles: ['admin', 'data_engineer'] },
      bob: { description: 'Bob', roles: [] },
    },
    assumable_roles: { admin: `arn:aws:iam::${account}:role/AdminRole` },
  };

  test('are people with roles; a role that they do not say has its name from its key', () => {
    const { input, text, roster } = read(variables);
    expect(input).toEqual({
      accountId: account,
      assumableRoles: {
        admin: `arn:aws:iam::${account}:role/AdminRole`,
        data_engineer: `arn:aws:iam::${account}:role/DataEngineerRole`,
      },
      defaults: { userPath: '/lifecycle/' },
      people: {
        alice: { description: 'Alice - Platform Engineer (promoted)', roles: ['admin', 'data_engineer'] },
        bob: { description: 'Bob', roles: [] },
      },
    });
    expect(roster.users[0]!.policyArns).toEqual([
      `arn:aws:iam::${account}:policy/AssumeAdminRolePolicy`,
      `arn:aws:iam::${account}:policy/AssumeDataEngineerRolePolicy`,
    ]);
    expect(text).toMatch(/# The variables do not say which role this is.*\n\s+data_engineer:/);
  });

  test('may have their roles as the attributes of resources, in whose ARNs the account is', () => {
    const roles = { admin: { name: 'AdminRole', arn: 'arn:aws:iam::210987654321:role/AdminRole' } };
    expect(accountInTfvars({ ...variables, assumable_roles: roles })).toBe('210987654321');
    const { input } = read({ iam_users: {}, assumable_roles: roles });
    expect(input.assumableRoles).toEqual({ admin: 'arn:aws:iam::210987654321:role/AdminRole' });
  });
});

describe("Gruntwork's variables", () => {
  const variables = {
    aws_account_id: account,
    aws_region: 'eu-west-1',
    users: {
      'jane.doe': {
        groups: ['full-access', 'platform'],
        tags: { team: 'core' },
        create_login_profile: true,
        pgp_key: 'keybase:jane',
        path: '/humans/',
        permissions_boundary: null,
        favourite_colour: 'blue',
      },
      '_machine.jenkins': {
        groups: ['_machine.ecs-auto-deploy'],
        create_access_keys: true,
        store_access_keys_in_secrets_mgr: true,
        inline_iam_policies: {
          s3: {
            resources: ['arn:aws:s3:::b/*'],
            actions: ['s3:GetObject'],
            effect: 'Allow',
            force_mfa: false,
          },
        },
      },
    },
    minimum_password_length: 24,
    password_reset_required: false,
    should_create_iam_group_auto_deploy: true,
    auto_deploy_permissions: ['ecs:UpdateService'],
    iam_groups_for_cross_account_access: [
      { group_name: '_account.prod', iam_role_arns: ['arn:aws:iam::210987654321:role/allow-dev'] },
    ],
    max_session_duration_human_users: 43200,
  };

  test('are people, groups and defaults, under the names of here', () => {
    const { input } = read(variables);
    expect(input).toEqual({
      accountId: account,
      defaults: {
        userPath: '/lifecycle/',
        passwordResetRequired: false,
        passwordLength: 24,
        region: 'eu-west-1',
      },
      groups: {
        shouldCreateIamGroupAutoDeploy: true,
        autoDeployPermissions: ['ecs:UpdateService'],
        iamGroupsForCrossAccountAccess: [
          { groupName: '_account.prod', iamRoleArns: ['arn:aws:iam::210987654321:role/allow-dev'] },
        ],
        existing: ['platform'],
      },
      people: {
        'jane.doe': {
          groups: ['full-access', 'platform'],
          tags: { team: 'core' },
          createLoginProfile: true,
          pgpKey: 'keybase:jane',
        },
        '_machine.jenkins': {
          groups: ['_machine.ecs-auto-deploy'],
          createAccessKey: true,
          storeAccessKeysInSecretsMgr: true,
          inlineIamPolicies: {
            s3: {
              resources: ['arn:aws:s3:::b/*'],
              actions: ['s3:GetObject'],
              effect: 'Allow',
              forceMfa: false,
            },
          },
        },
      },
    });
  });

  test('say what is not taken over', () => {
    const { draft } = read(variables);
    const jane = draft.notes.filter(({ path }) => path[1] === 'jane.doe').map(({ says }) => says);
    expect(jane).toEqual([
      expect.stringContaining('Its path was /humans/'),
      'Not taken over, since a roster has no such field: favourite_colour.',
    ]);
  });

  test('make the groups that the module makes by default', () => {
    const { roster } = read({ aws_account_id: account, users: {} });
    expect(roster.groups.map(({ name }) => name).toSorted()).toEqual([
      'full-access',
      'iam-user-self-mgmt',
      'ssh-grunt-sudo-users',
      'ssh-grunt-users',
    ]);
  });
});

describe("cloudposse's variables", () => {
  test('of a system user are a label and the rest, with its key in SSM as by default', () => {
    const { input, roster } = read({
      namespace: 'eg',
      stage: 'dev',
      name: 'fluentd',
      tags: { team: 'logs' },
      force_destroy: true,
      policy_arns_map: { logs: 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess' },
      path: '/',
    });
    expect(input.systemUsers).toEqual([
      {
        label: { namespace: 'eg', stage: 'dev', name: 'fluentd', tags: { team: 'logs' } },
        forceDestroy: true,
        policyArnsMap: { logs: 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess' },
        ssmEnabled: true,
      },
    ]);
    expect(roster.users[0]).toMatchObject({
      name: 'eg-dev-fluentd',
      path: '/lifecycle/',
      key: { store: 'ssm', basePath: '/system_user' },
    });
  });

  test('with an SMTP password need the region, which the provider has', () => {
    const variables = { name: 'mail', ssm_ses_smtp_password_enabled: true };
    expect(read(variables, { region: 'eu-west-1' }).roster.users[0]!.key).toMatchObject({
      sesRegions: ['eu-west-1'],
    });
    const { roster, text } = read(variables);
    expect(roster.users[0]!.key).toMatchObject({ store: 'ssm', sesRegions: [] });
    expect(text).toContain('add sesSmtpPassword: [REGION] to its store');
  });

  test.each([
    [{ name: 'ci', create_iam_access_key: false }, null],
    [
      { name: 'ci', ssm_enabled: false, ssm_base_path: '/x' },
      { store: 'secretsmanager', kmsKeyId: null },
    ],
    [
      { name: 'ci', ssm_base_path: '/x//' },
      { store: 'ssm', kmsKeyId: null, basePath: '/x', sesRegions: [] },
    ],
  ])('%j have the key %j', (variables, key) => {
    expect(read(variables).roster.users[0]!.key).toEqual(key);
  });

  test('of an S3 user keep its key out of SSM unless they say otherwise', () => {
    const variables = { name: 'app', s3_resources: ['arn:aws:s3:::bucket/*'] };
    expect(read(variables).roster.users[0]).toMatchObject({
      key: { store: 'secretsmanager' },
      inlinePolicies: {
        app: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::bucket/*"]}]}',
      },
    });
    expect(read({ ...variables, ssm_enabled: true }).roster.users[0]!.key).toMatchObject({
      store: 'ssm',
      basePath: '/s3_user',
    });
  });
});

test.each([
  [{ colour: 'blue' }, 'variables is "colour": it must be of a known module'],
  [{ iam_users: ['bob'] }, 'iam_users is "object": it must be a map by user name'],
  [{ users: { bob: { groups: 'ops' } } }, 'people.bob.groups is "(not shown)": it must be a list'],
  [
    { iam_users: {}, assumable_roles: { admin: {} } },
    'assumable_roles.admin is "object": it must be the ARN of a role',
  ],
])('%j is refused', (variables, says) => {
  expect(() => fromTfvars(variables, context)).toThrow(says);
});
