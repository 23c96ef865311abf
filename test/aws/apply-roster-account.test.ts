import { GetAccountPasswordPolicyCommand, ListPolicyVersionsCommand } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { applyOperatorStep } from '../../functions/aws/apply-roster.js';
import { applyUserStep } from '../../functions/aws/apply-user.js';
import { storeLoginSecret } from '../../functions/aws/login-secret.js';
import { observeRoster } from '../../functions/aws/observe-roster.js';
import { observeUser } from '../../functions/aws/observe.js';
import { parseUserName } from '../../functions/core/names.js';
import type { OperatorStep } from '../../functions/core/roster/roster-steps.js';
import { newAccount, sshKey } from '../local/fake-aws/account.js';
import { entryOf, login, passwordPolicy, rosterOf } from './roster.js';

const accountId = '123456789012';
const boundaryArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const name = parseUserName('alice');
const document = (action: string) =>
  ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  }) as const;
const policyOf = (action: string) => ({
  name: 'Logs',
  path: '/lifecycle/',
  arn: `arn:aws:iam::${accountId}:policy/lifecycle/Logs`,
  description: '',
  document: document(action),
});

/** An account with alice, and a way to take steps on it. */
async function accountWithAlice() {
  const account = newAccount();
  const { clients, clock } = account;
  await applyUserStep({ step: 'CreateUser', name, path: '/lifecycle/', tags: {}, boundaryArn }, clients);
  const alice = (await observeUser(clients.iam, name))!;
  const apply = (step: OperatorStep) =>
    applyOperatorStep(step, {
      clients,
      minimumPasswordLength: 32,
      deliverPassword: async (_userName, password) => {
        await storeLoginSecret(clients, clock, alice, password);
      },
    });
  return { ...account, alice, apply };
}

test('steps make an account what they say, and repeated ones change nothing', async () => {
  const { clients, alice, apply } = await accountWithAlice();
  const logs = policyOf('logs:*');
  const steps: OperatorStep[] = [
    { step: 'SetPasswordPolicy', policy: passwordPolicy },
    { step: 'CreatePolicy', policy: logs },
    { step: 'CreateGroup', groupName: 'devs', path: '/lifecycle/' },
    { step: 'AttachGroupPolicy', groupName: 'devs', policyArn: logs.arn },
    { step: 'AttachGroupPolicy', groupName: 'devs', policyArn: boundaryArn },
    { step: 'DetachGroupPolicy', groupName: 'devs', policyArn: boundaryArn },
    {
      step: 'PutInlinePolicy',
      user: alice,
      policyName: 'own',
      document: JSON.stringify(document('sqs:*')),
    },
    { step: 'UploadSshKey', user: alice, body: `${sshKey(1)} alice@laptop` },
  ];
  const users = [entryOf('alice', { login, sshPublicKey: sshKey(1) })];
  const observe = () => observeRoster(clients, rosterOf({ users, passwordPolicy }), accountId);
  for (const step of steps) await apply(step);
  const seen = await observe();
  expect(seen).toMatchObject({
    users: [{ inlinePolicies: { own: JSON.stringify(document('sqs:*')) } }],
    groups: [{ name: 'devs', path: '/lifecycle/', policyArns: [logs.arn], inlinePolicyNames: [] }],
    policies: [{ arn: logs.arn, document: JSON.stringify(logs.document), otherVersionIds: [] }],
    sshKeys: { alice: [{ body: sshKey(1) }] },
    passwordPolicy,
  });
  for (const step of steps) await apply(step);
  expect(await observe()).toEqual(seen);
});

test('a policy is updated any number of times, the oldest version making room', async () => {
  const { clients, apply } = await accountWithAlice();
  await apply({ step: 'CreatePolicy', policy: policyOf('logs:0') });
  for (let change = 1; change <= 8; change += 1) {
    const { policies } = await observeRoster(clients, rosterOf(), accountId);
    const { otherVersionIds } = policies[0]!;
    const pruneVersionId = otherVersionIds.length === 4 ? otherVersionIds[0]! : null;
    await apply({ step: 'UpdatePolicy', policy: policyOf(`logs:${change}`), pruneVersionId });
  }
  const { policies } = await observeRoster(clients, rosterOf(), accountId);
  expect(policies[0]).toMatchObject({
    document: JSON.stringify(document('logs:8')),
    otherVersionIds: ['v5', 'v6', 'v7', 'v8'],
  });
  const PolicyArn = policyOf('').arn;
  const { Versions } = await clients.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions).toHaveLength(5);
});

test("a login's password follows the account's policy, and its user finds it in a secret", async () => {
  const { aws, clients, alice, apply } = await accountWithAlice();
  await apply({ step: 'SetPasswordPolicy', policy: { ...passwordPolicy, minimumPasswordLength: 32 } });
  expect(
    (await clients.iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy?.MinimumPasswordLength,
  ).toBe(32);
  await apply({ step: 'CreateLogin', user: alice, login });
  expect(aws.truth.user('alice')?.loginProfile).toMatchObject({ passwordResetRequired: true });
  const { userName, password } = aws.truth.secret('iam-lifecycle-login/alice')!.versions[0]!.parsed as {
    readonly userName: string;
    readonly password: string;
  };
  expect(userName).toBe('alice');
  expect(password).toHaveLength(32);
  expect(JSON.stringify(aws.calls)).not.toContain(password);
  await expect(apply({ step: 'CreateLogin', user: alice, login })).rejects.toThrow('is void');
});
