import { expect, test } from '@jest/globals';
import type { Roster, RosterUser } from '../../functions/core/roster/roster.js';
import { readRoster } from '../../functions/shell/read-roster.js';

const account = 'accountId: "123456789012"\n';
const read = (text: string): Roster => readRoster(account + text, 'roster.yaml');
const readUser = (text: string): RosterUser => read(text).users[0]!;

const ssm = { store: 'ssm', kmsKeyId: null, basePath: '/system_user', sesRegions: [] };
test.each([
  ['no key', '{ create_iam_access_key: false, ssm_enabled: true }', null],
  ['a store by its type', '{ store: ssm }', ssm],
  ['the switch of the module', '{ ssm_enabled: true }', ssm],
  [
    'a base path of the module, which has its store',
    '{ ssm_base_path: "/a//b/" }',
    { ...ssm, basePath: '/a/b' },
  ],
  ['an empty base path, which is the root', '{ ssm_base_path: "" }', { ...ssm, basePath: '' }],
  ['ssm switched off', '{ ssm_enabled: false }', { store: 'secretsmanager', kmsKeyId: null }],
  [
    'a key of KMS',
    '{ store: { type: secretsmanager, kmsKeyId: alias/ci } }',
    { store: 'secretsmanager', kmsKeyId: 'alias/ci' },
  ],
  [
    'SMTP passwords of regions',
    '{ store: { type: ssm, base_path: x, ses_smtp_password: [eu-west-1, us-east-1] } }',
    { ...ssm, basePath: '/x', sesRegions: ['eu-west-1', 'us-east-1'] },
  ],
  [
    'the SMTP password of the default region',
    '{ ssm_ses_smtp_password_enabled: true }',
    { ...ssm, sesRegions: ['eu-central-1'] },
  ],
])('%s', (_, fields, key) => {
  const entry = fields.replace('{', '{ name: a,');
  expect(readUser(`defaults: { region: eu-central-1 }\nsystemUsers: [${entry}]`).key).toEqual(key);
});

test('the default store holds for whoever says nothing, and its fields for whoever has the same type', () => {
  const { users } = read(`
defaults: { store: { type: ssm, basePath: /ci/, kmsKeyId: alias/ci } }
systemUsers: [{ name: a }, { name: b, store: { type: ssm, basePath: /b } }, { name: c, store: secretsmanager }]`);
  expect(users.map(({ key }) => key)).toEqual([
    { store: 'ssm', basePath: '/ci', kmsKeyId: 'alias/ci', sesRegions: [] },
    { store: 'ssm', basePath: '/b', kmsKeyId: 'alias/ci', sesRegions: [] },
    { store: 'secretsmanager', kmsKeyId: null },
  ]);
});

test('a password is as long as the policy of the account asks for', () => {
  const { users, passwordPolicy } = read(`
defaults: { password_reset_required: false }
password_policy: { minimum_password_length: 24, max_password_age: 30 }
people: { a: { create_login_profile: true }, b: { create_login_profile: true, passwordLength: 30 } }`);
  expect(users.map(({ login }) => login)).toEqual([
    { passwordLength: 24, passwordResetRequired: false, pgpKey: null },
    { passwordLength: 30, passwordResetRequired: false, pgpKey: null },
  ]);
  expect(passwordPolicy).toMatchObject({
    minimumPasswordLength: 24,
    maxPasswordAge: 30,
    requireSymbols: true,
  });
});
