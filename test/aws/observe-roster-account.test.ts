import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { expect, test } from '@jest/globals';
import { observeRoster } from '../../functions/aws/observe-roster.js';
import { newAccount, policy, sshKey } from '../local/fake-aws/account.js';
import { entryOf, login, passwordPolicy, rosterOf } from './roster.js';

const accountId = '123456789012';
const Path = '/lifecycle/';
const inSsm = { store: 'ssm', kmsKeyId: null, basePath: '/system_user', sesRegions: [] } as const;

test('an account is seen as it is, in pages of any size', async () => {
  const { aws, iam, ssm, clients } = newAccount({ pageSize: (_operation, max) => Math.min(max, 2) });
  const PolicyDocument = policy('Allow', 's3:*');
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument }));
  const PolicyArn = Policy!.Arn!;
  const spaced = JSON.stringify(JSON.parse(policy('Allow', 'sqs:*')), null, 2);
  for (const SetAsDefault of [false, true])
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: spaced, SetAsDefault }));
  await iam.send(new CreateGroupCommand({ GroupName: 'devs', Path: '/teams/' }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'devs', PolicyName: 'in', PolicyDocument }));
  const made: string[] = [];
  for (const UserName of ['ann', 'ben', 'cat']) {
    const { User } = await iam.send(
      new CreateUserCommand({ UserName, Path, Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    made.push(User!.UserId!);
    const [Name, Value] = [`/system_user/${UserName}/credentials`, '{}'];
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
  }
  await iam.send(new AttachUserPolicyCommand({ UserName: 'ben', PolicyArn }));
  await iam.send(new PutUserPolicyCommand({ UserName: 'ben', PolicyName: 'in', PolicyDocument: spaced }));
  await iam.send(new AddUserToGroupCommand({ UserName: 'ben', GroupName: 'devs' }));
  await iam.send(new CreateLoginProfileCommand({ UserName: 'ben', Password: 'aB3$aB3$aB3$aB3$' }));
  await iam.send(new UploadSSHPublicKeyCommand({ UserName: 'ben', SSHPublicKeyBody: `${sshKey(1)} ben@x` }));
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 16, MaxPasswordAge: 30 }));
  const ben = entryOf('ben', { login, sshPublicKey: sshKey(1), key: inSsm });
  const roster = rosterOf({ users: [ben, entryOf('ann', { login, key: inSsm })], passwordPolicy });
  const seen = await observeRoster(clients, roster, accountId);
  expect(seen.users.map(({ user }) => [user.name, user.id, user.path, user.tags])).toEqual(
    ['ann', 'ben', 'cat'].map((name, index) => [name, made[index], Path, { a: 'b' }]),
  );
  expect(seen.users[1]).toMatchObject({
    policyArns: [PolicyArn],
    groupNames: ['devs'],
    inlinePolicies: { in: policy('Allow', 'sqs:*') },
  });
  expect(seen.groups).toEqual([
    { name: 'devs', path: '/teams/', policyArns: [PolicyArn], inlinePolicyNames: ['in'] },
  ]);
  expect(seen.policies).toEqual([
    { arn: PolicyArn, name: 'p', document: policy('Allow', 'sqs:*'), otherVersionIds: ['v1', 'v2'] },
  ]);
  expect(seen.parameterNames).toEqual(
    ['ann', 'ben', 'cat'].map((name) => `/system_user/${name}/credentials`),
  );
  expect(seen.logins).toEqual(['ben']);
  expect(seen.sshKeys).toEqual({ ben: [{ id: expect.stringMatching(/^APKA/), body: sshKey(1) }] });
  expect(seen.passwordPolicy).toMatchObject({ minimumPasswordLength: 16, maxPasswordAge: 30 });
  expect(aws.calls.filter((call) => call.outcome !== 'ok').map((call) => call.operation)).toEqual([
    // ann has no login.
    'GetLoginProfile',
  ]);
});

test('5,000 users with a key each are seen in at most 70 calls', async () => {
  const { aws, iam, secretsManager, clients } = newAccount();
  const names = Array.from({ length: 5000 }, (_value, index) => `user-${index}`);
  for (const UserName of names) {
    await iam.send(new CreateUserCommand({ UserName, Path }));
    await secretsManager.send(
      new CreateSecretCommand({ Name: `iam-lifecycle/${UserName}`, SecretString: '{}' }),
    );
  }
  aws.clearCalls();
  const users = names.map((name) => entryOf(name, { key: { store: 'secretsmanager', kmsKeyId: null } }));
  const seen = await observeRoster(clients, rosterOf({ users, passwordPolicy }), accountId);
  expect([seen.users.length, seen.secrets.length]).toEqual([5000, 5000]);
  // 5 pages of users, 50 of secrets, the password policy.
  expect(aws.calls).toHaveLength(56);
});
