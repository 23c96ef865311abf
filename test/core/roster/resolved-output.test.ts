import { expect, test } from '@jest/globals';
import { resolvedOutput } from '../../../functions/core/roster/resolved-output.js';
import { readRoster } from '../../../functions/shell/read-roster.js';

interface Output {
  readonly users: readonly Readonly<Record<string, unknown>>[];
}

const outputOf = (text: string): Output =>
  resolvedOutput(readRoster(`accountId: "123456789012"\n${text}`, 'roster.yaml')) as Output;
const userOf = (text: string) => outputOf(text).users[0]!;

test("the module's first example: its name, tags and parameter paths", () => {
  // The path is ours: the module's default is /, where no function of ours may write.
  const user = userOf(
    'systemUsers: [{ label: { namespace: eg, stage: circleci, name: assets }, ssm_enabled: true }]',
  );
  expect(user).toEqual({
    kind: 'systemUser',
    name: 'eg-circleci-assets',
    nameFull: 'eg-circleci-assets',
    path: '/lifecycle/',
    tags: { Name: 'eg-circleci-assets', Namespace: 'eg', Stage: 'circleci' },
    enabled: true,
    roles: [],
    groups: [],
    policyArns: [],
    inlinePolicies: {},
    permissionsBoundary: 'arn:aws:iam::123456789012:policy/IamLifecycleBoundary',
    createAccessKey: true,
    store: {
      type: 'ssm',
      basePath: '/system_user',
      kmsKeyId: null,
      paths: {
        access_key_id: '/system_user/eg-circleci-assets/access_key_id',
        secret_access_key: '/system_user/eg-circleci-assets/secret_access_key',
        credentials: '/system_user/eg-circleci-assets/credentials',
      },
    },
    loginProfile: null,
    sshPublicKey: null,
    forceDestroy: false,
    quarantine: null,
    outputs: {
      user_name: 'eg-circleci-assets',
      user_arn: 'arn:aws:iam::123456789012:user/lifecycle/eg-circleci-assets',
      ssm_enabled: true,
      access_key_id_ssm_path: '/system_user/eg-circleci-assets/access_key_id',
      secret_access_key: null,
      secret_access_key_ssm_path: '/system_user/eg-circleci-assets/secret_access_key',
      ses_smtp_password_v4: null,
      ses_smtp_password_v4_ssm_path: null,
    },
  });
});

test("the module's second example: its policies as well", () => {
  const document =
    '{"Version":"2012-10-17","Statement":[{"Action":["s3:PutObjectAcl","s3:PutObject","s3:ListBucket","s3:GetObjectAcl","s3:GetObject"],"Effect":"Allow","Resource":["arn:aws:s3:::bucket_name/*","arn:aws:s3:::bucket_name/"]}]}';
  const user = userOf(`
systemUsers:
  - label: { namespace: eg, stage: dev, name: fluentd }
    ssm_enabled: true
    policy_arns_map: { logs: arn:aws:iam::aws:policy/CloudWatchLogsFullAccess }
    inline_policies_map: { s3: '${document}' }`);
  expect(user['name']).toBe('eg-dev-fluentd');
  expect(user['tags']).toEqual({ Name: 'eg-dev-fluentd', Namespace: 'eg', Stage: 'dev' });
  expect(user['policyArns']).toEqual(['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess']);
  expect(user['inlinePolicies']).toEqual({ s3: JSON.parse(document) });
  expect(user['outputs']).toMatchObject({
    user_name: 'eg-dev-fluentd',
    access_key_id_ssm_path: '/system_user/eg-dev-fluentd/access_key_id',
    secret_access_key_ssm_path: '/system_user/eg-dev-fluentd/secret_access_key',
  });
});

test.each([
  [
    'a user without a key has no store, whatever its switch says',
    '{ name: a, create_iam_access_key: false, ssm_enabled: true }',
    { createAccessKey: false, store: null },
    { user_name: 'a', ssm_enabled: false, access_key_id_ssm_path: null },
  ],
  [
    'a secret is named after its user, with a comma as /2C',
    '{ name: "a,b" }',
    { store: { type: 'secretsmanager', secretName: 'iam-lifecycle/a/2Cb', kmsKeyId: null } },
    { ssm_enabled: false, secret_access_key_ssm_path: null },
  ],
  [
    'a disabled label gives out nothing',
    '{ label: { name: a, enabled: false }, ssm_enabled: true }',
    { name: '', enabled: false, store: null, tags: {} },
    { user_name: '', user_arn: '', ssm_enabled: false, access_key_id_ssm_path: null },
  ],
  [
    "one region's SMTP password is where the module has it",
    '{ name: a, store: { type: ssm, sesSmtpPassword: [us-east-2] } }',
    {},
    { ses_smtp_password_v4_ssm_path: '/system_user/a/ses_smtp_password_v4' },
  ],
])('%s', (_, entry, fields, outputs) => {
  const user = userOf(`systemUsers: [${entry}]`);
  expect(user).toMatchObject(fields);
  expect(user['outputs']).toMatchObject(outputs);
});

test('the whole of it can be printed as JSON', () => {
  const output = outputOf('people: { bob: { description: Bob, roles: [] } }\npasswordPolicy: {}\n');
  expect(JSON.parse(JSON.stringify(output))).toEqual(output);
  expect(output).toMatchObject({ accountId: '123456789012', userPath: '/lifecycle/', groups: [] });
  expect(output.users[0]).toMatchObject({ kind: 'person', description: 'Bob' });
});

test('groups and policies are told with their ARNs, of the partition of the roles', () => {
  const output = outputOf(`
assumableRoles: { admin: arn:aws-cn:iam::123456789012:role/AdminRole }
groups: { groupPath: /teams/ }`) as unknown as Record<'groups' | 'policies', { name: string; arn: string }[]>;
  const arnOf = (kind: 'groups' | 'policies', wanted: string) =>
    output[kind].find(({ name }) => name === wanted)!.arn;
  expect(arnOf('groups', 'full-access')).toBe('arn:aws-cn:iam::123456789012:group/teams/full-access');
  expect(arnOf('policies', 'iam-user-self-mgmt')).toBe(
    'arn:aws-cn:iam::123456789012:policy/teams/iam-user-self-mgmt',
  );
  expect(arnOf('policies', 'AssumeAdminRolePolicy')).toBe(
    'arn:aws-cn:iam::123456789012:policy/AssumeAdminRolePolicy',
  );
});
