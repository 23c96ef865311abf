import { expect, test } from '@jest/globals';
import { InvalidConfig, parseConfig } from '../../infra/config.js';
import { nobodyRevoked } from '../../functions/core/revocation/document.js';
import { fullConfig, sampleConfig } from './configs.js';
import { synthesise } from './synth.js';

const full = synthesise(fullConfig);
const revocations = full
  .all('AWS::IAM::ManagedPolicy')
  .filter(([, { Properties }]) => Properties.ManagedPolicyName.startsWith('IamLifecycleRevoked-'));

test('each listed role has a policy of its own that denies nobody, is attached to it, and outlives the stack', () => {
  expect(
    revocations.map(([, { Properties, DeletionPolicy }]) => [
      Properties.ManagedPolicyName,
      Properties.Roles,
      Properties.PolicyDocument,
      DeletionPolicy,
    ]),
  ).toEqual([
    ['IamLifecycleRevoked-data_engineer', ['DataEngineerRole'], nobodyRevoked, 'Retain'],
    ['IamLifecycleRevoked-admin', ['AdminRole'], nobodyRevoked, 'Retain'],
  ]);
});

test('without the setting nothing of it is deployed', () => {
  const sample = synthesise(sampleConfig);
  expect(JSON.stringify(sample.json)).not.toMatch(/IamLifecycleRevoked|iam-lifecycle-revoke/);
});

test('whoever deploys is told which roles need a boundary', () => {
  expect(full.warnings).toEqual([expect.stringMatching(/DataEngineerRole, AdminRole.*permissions boundary/)]);
});

test.each([
  [
    'a role that is not named',
    { account: '123456789012', revokeSessions: { payroll: 'role' } },
    /payroll.*key of one/,
  ],
  ['no account', { revokeSessions: { admin: 'role' } }, /account must be given/],
  [
    'a role of another account',
    { account: '999999999999', region: 'eu-west-1', revokeSessions: { admin: 'role' } },
    /must be of the account 999999999999/,
  ],
  ['something else to do', { account: '123456789012', revokeSessions: { admin: 'no' } }, /report or role/],
])('%s is refused', (_case, settings, rule) => {
  const parse = () => parseConfig({ ...sampleConfig, ...settings });
  expect(parse).toThrow(InvalidConfig);
  expect(parse).toThrow(rule);
});
