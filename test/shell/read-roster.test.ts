import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Roster, RosterUser } from '../../functions/core/roster/roster.js';
import { readRoster } from '../../functions/shell/read-roster.js';

const account = 'accountId: "123456789012"\n';
const read = (text: string): Roster => readRoster(account + text, 'roster.yaml');
const readUser = (text: string): RosterUser => read(text).users[0]!;
const boundary = 'arn:aws:iam::123456789012:policy/IamLifecycleBoundary';
const assume = (name: string) => `arn:aws:iam::123456789012:policy/Assume${name}Policy`;

test('the shortest roster with a person and a system user has every default in place', () => {
  const roster = read(`
assumableRoles: { data_engineer: arn:aws:iam::123456789012:role/DataEngineerRole }
people:
  bob@example.com: { description: Bob - Data Engineer, roles: [data_engineer] }
systemUsers:
  - label: { namespace: eg, stage: dev, name: fluentd }
    policy_arns_map: { logs: arn:aws:iam::aws:policy/CloudWatchLogsFullAccess }
`);
  expect({ ...roster, policies: roster.policies.map(({ arn }) => arn) }).toEqual({
    accountId: '123456789012',
    userPath: '/lifecycle/',
    assumableRoles: { data_engineer: 'arn:aws:iam::123456789012:role/DataEngineerRole' },
    users: [
      {
        kind: 'person',
        name: 'bob@example.com',
        nameFull: 'bob@example.com',
        enabled: true,
        path: '/lifecycle/',
        boundaryArn: boundary,
        tags: { Name: 'bob@example.com', Description: 'Bob - Data Engineer', Roles: 'data_engineer' },
        roles: ['data_engineer'],
        policyArns: [assume('DataEngineerRole')],
        inlinePolicies: {},
        groupNames: [],
        key: null,
        login: null,
        sshPublicKey: null,
        forceDestroy: false,
        quarantine: null,
      },
      {
        kind: 'systemUser',
        name: 'eg-dev-fluentd',
        nameFull: 'eg-dev-fluentd',
        enabled: true,
        path: '/lifecycle/',
        boundaryArn: boundary,
        tags: { Name: 'eg-dev-fluentd', Namespace: 'eg', Stage: 'dev' },
        roles: [],
        policyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
        inlinePolicies: {},
        groupNames: [],
        key: { store: 'secretsmanager', kmsKeyId: null },
        login: null,
        sshPublicKey: null,
        forceDestroy: false,
        quarantine: null,
      },
    ],
    groups: [],
    policies: [boundary, assume('DataEngineerRole')],
    passwordPolicy: null,
  });
});

test("the tutorial's three users have its policies and tags, without the characters that no tag may hold", () => {
  const { users, policies } = read(`
assumable_roles:
  admin: arn:aws:iam::123456789012:role/AdminRole
  data_engineer: arn:aws:iam::123456789012:role/DataEngineerRole
  infrastructure_admin: arn:aws:iam::123456789012:role/InfrastructureAdminRole
iam_users:
  alice: { description: Alice - Platform Engineer (promoted), roles: [infrastructure_admin, admin] }
  bob@example.com: { description: Bob - Data Engineer, roles: [data_engineer] }
  carol: { description: Carol - Leaver, roles: [] }
`);
  expect(users.map(({ name, policyArns, tags }) => ({ name, policyArns, tags }))).toEqual([
    {
      name: 'alice',
      policyArns: [assume('InfrastructureAdminRole'), assume('AdminRole')],
      tags: {
        Name: 'alice',
        Description: 'Alice - Platform Engineer promoted',
        Roles: 'admin infrastructure_admin',
      },
    },
    {
      name: 'bob@example.com',
      policyArns: [assume('DataEngineerRole')],
      tags: { Name: 'bob@example.com', Description: 'Bob - Data Engineer', Roles: 'data_engineer' },
    },
    { name: 'carol', policyArns: [], tags: { Name: 'carol', Description: 'Carol - Leaver', Roles: '' } },
  ]);
  expect(policies.map(({ name }) => name)).toEqual([
    'IamLifecycleBoundary',
    'AssumeAdminRolePolicy',
    'AssumeDataEngineerRolePolicy',
    'AssumeInfrastructureAdminRolePolicy',
  ]);
  expect(policies[1]!.document).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::123456789012:role/AdminRole' },
    ],
  });
});

test.each([
  ['users of roles alone have a boundary of their roles', '{ roles: [admin] }', 'AssumeListedRoles'],
  [
    'a group beside a role needs the broad one',
    '{ roles: [admin], groups: [made-elsewhere] }',
    'WhateverPoliciesGive',
  ],
  ['so does a console login', '{ createLoginProfile: true }', 'WhateverPoliciesGive'],
])('%s', (_, person, sid) => {
  const { policies } = read(`
assumableRoles: { admin: arn:aws:iam::123456789012:role/AdminRole }
groups: { enableIamGroups: false, existing: [made-elsewhere] }
people: { alice: ${person} }`);
  expect(policies[0]!.document.Statement[0]).toMatchObject({ Sid: sid });
});

test('a roster whose users all have boundaries of their own declares none', () => {
  const own = 'arn:aws:iam::123456789012:policy/Own';
  const { users, policies } = read(`
defaults: { permissionsBoundary: ${own} }
people: { alice: { permissions_boundary: null }, bob: { permissions_boundary: ${own}2 } }`);
  expect(users.map(({ boundaryArn }) => boundaryArn)).toEqual([own, `${own}2`]);
  expect(policies).toEqual([]);
});

test("the S3 article's user has its policy, whole, and a login whose password must be changed", () => {
  const document = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: 'arn:aws:s3:::*' },
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:GetObject', 's3:ListBucket', 's3:ListAllMyBuckets'],
        Resource: ['arn:aws:s3:::your-bucket-name', 'arn:aws:s3:::your-bucket-name/*'],
      },
    ],
  };
  const user = readUser(`
people:
  my_app_user:
    jsonPolicies: { my_app_s3_upload_policy: ${JSON.stringify(JSON.stringify(document))} }
    createAccessKey: true
    createLoginProfile: true`);
  expect(user.inlinePolicies).toEqual({ my_app_s3_upload_policy: JSON.stringify(document) });
  expect(user.key).toEqual({ store: 'secretsmanager', kmsKeyId: null });
  expect(user.login).toEqual({ passwordLength: 20, passwordResetRequired: true, pgpKey: null });
});

test('an S3 user has one inline policy of its own name', () => {
  const user = readUser(
    'systemUsers: [{ name: uploads, s3_resources: ["arn:aws:s3:::b/*"], ssm_enabled: true }]',
  );
  expect(JSON.parse(user.inlinePolicies['uploads']!)).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/*'] }],
  });
  expect(user.key).toEqual({ store: 'ssm', kmsKeyId: null, basePath: '/s3_user', sesRegions: [] });
});

test('a label inherits the label of the defaults, and its own tags win', () => {
  const { users } = read(`
defaults: { label: { namespace: eg, stage: prod, tags: { Team: a, Stage: live } }, tags: { Team: z, Cost: z } }
systemUsers:
  - label: { name: app }
    tags: { Team: b }
  - label: { name: app, stage: dev, context: { attributes: [x] } }`);
  expect(users.map(({ name, tags }) => ({ name, tags }))).toEqual([
    {
      name: 'eg-prod-app',
      tags: { Cost: 'z', Team: 'b', Stage: 'live', Name: 'eg-prod-app', Namespace: 'eg' },
    },
    {
      name: 'eg-dev-app-x',
      tags: { Cost: 'z', Team: 'a', Stage: 'live', Name: 'eg-dev-app-x', Namespace: 'eg', Attributes: 'x' },
    },
  ]);
});

test('a name over the limit is cut, and the full one is told too', () => {
  const user = readUser(
    'systemUsers: [{ label: { namespace: eg, stage: prod, name: longername, id_length_limit: 9 } }]',
  );
  expect([user.name, user.nameFull]).toEqual(['eg-130a1f', 'eg-prod-longername']);
});

test('disabled entries stay in the roster, a disabled label without a name', () => {
  const { users } = read(
    'systemUsers: [{ name: a, enabled: false }, { label: { name: b, enabled: false } }]',
  );
  expect(users.map(({ name, enabled }) => [name, enabled])).toEqual([
    ['a', false],
    ['', false],
  ]);
});

test('a managed policy that is named in several ways is attached once', () => {
  const user = readUser(`
systemUsers:
  - name: a
    policyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess, arn:aws:iam::123456789012:policy/team/own]
    policyArnsMap: { read: arn:aws:iam::aws:policy/ReadOnlyAccess }
    awsManagedPolicyNames: [ReadOnlyAccess, job-function/Billing]
    customerManagedPolicyNames: [team/own, other]`);
  expect(user.policyArns).toEqual([
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'arn:aws:iam::123456789012:policy/team/own',
    'arn:aws:iam::123456789012:policy/other',
    'arn:aws:iam::aws:policy/job-function/Billing',
  ]);
});

test('inline policies of a list are named after their documents, however those are written', () => {
  const text = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}';
  const asText = readUser(`systemUsers: [{ name: a, inlinePolicies: ['${text}'] }]`).inlinePolicies;
  const asMap = readUser(`systemUsers: [{ name: a, inlinePolicies: [${text}, '${text}'] }]`).inlinePolicies;
  // md5 of {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}, by md5sum.
  expect(asText).toEqual({ 'inline-946a0c3d0d35': text.replaceAll(/[ ]/g, '') });
  expect(asMap).toEqual(asText);
});

test("Gruntwork's inline policies become documents", () => {
  const user = readUser(`
users:
  jane.doe:
    inline_iam_policies: { logs: { actions: ["logs:*"], resources: ["*"], effect: Allow, force_mfa: true } }`);
  expect(JSON.parse(user.inlinePolicies['logs']!)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:*'],
        Resource: ['*'],
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ],
  });
});

test("Gruntwork's switches and names make the groups, and members name them in any case", () => {
  const { groups, users } = read(`
groups:
  should_create_iam_group_full_access: false
  should_create_iam_group_billing: true
  iam_group_name_billing: Money
  iam_groups_for_cross_account_access: [{ group_name: _account.dev, iam_role_arns: [arn:aws:iam::210987654321:role/dev] }]
  iam_group_names_ssh_grunt_sudo_users: []
  existing: [made-elsewhere]
people: { alice: { groups: [money, made-elsewhere] } }`);
  expect(groups.map(({ name }) => name)).toEqual([
    'Money',
    'iam-user-self-mgmt',
    '_account.dev',
    '_all-accounts',
    'ssh-grunt-users',
  ]);
  expect(users[0]!.groupNames).toEqual(['Money', 'made-elsewhere']);
});

test('the partition of the roles is that of everything', () => {
  const { users, policies } = read(`
assumableRoles: { admin: arn:aws-us-gov:iam::123456789012:role/AdminRole }
people: { alice: { roles: [admin], awsManagedPolicyNames: [ReadOnlyAccess] } }`);
  expect([users[0]!.boundaryArn, ...users[0]!.policyArns]).toEqual([
    'arn:aws-us-gov:iam::123456789012:policy/IamLifecycleBoundary',
    'arn:aws-us-gov:iam::123456789012:policy/AssumeAdminRolePolicy',
    'arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess',
  ]);
  expect(policies[0]!.arn).toBe('arn:aws-us-gov:iam::123456789012:policy/IamLifecycleBoundary');
});

test('a name with a comma is tagged without it', () => {
  expect(readUser('people: { "doe,jane": {} }').tags).toEqual({ Name: 'doe jane' });
});

test('the roster at the root of the project can be read', () => {
  const { users, groups } = readRoster(readFileSync('roster.yaml', 'utf8'), 'roster.yaml');
  expect(users.map(({ name }) => name)).toEqual([
    'alice@example.com',
    'bob@example.com',
    'carol@example.com',
    'eg-circleci-assets',
    'eg-dev-fluentd',
    'newsletter',
    'uploads',
  ]);
  expect(groups.map(({ name }) => name)).toEqual([
    'read-only',
    'iam-user-self-mgmt',
    '_account.staging',
    '_all-accounts',
  ]);
});
