import { describe, expect, test } from '@jest/globals';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { newAccount, outcome, policy, START } from './account.js';

const UserName = 'deploy';
const ROLE = 'arn:aws:iam::123456789012:role/app';
const OTHER_ROLE = 'arn:aws:iam::123456789012:role/other';
const USER_ARN = 'arn:aws:iam::123456789012:user/deploy';
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

function trust(principal: unknown, condition?: object): string {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [condition ? { ...statement, Condition: condition } : statement],
  });
}

/** A user with a key, and a role that trusts the account unless told otherwise. */
async function setUp(trustPolicy = trust({ AWS: 'arn:aws:iam::123456789012:root' })) {
  const account = newAccount();
  const { iam, sts } = account;
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: trustPolicy }));
  const key = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  const assume = (session = UserName, RoleArn = ROLE) =>
    sts(key).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: session }));
  const allow = (document: string) =>
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'assume', PolicyDocument: document }));
  const makePolicy = async (document: string) =>
    (await iam.send(new CreatePolicyCommand({ PolicyName: 'made', PolicyDocument: document }))).Policy!.Arn!;
  return { ...account, assume, allow, makePolicy };
}

describe('AssumeRole', () => {
  test('gives temporary credentials for an hour where both sides agree', async () => {
    const { assume, allow } = await setUp();
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    const { Credentials, AssumedRoleUser } = await assume();
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.Expiration).toEqual(new Date(START + 3_600_000));
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/app/deploy');
  });

  test.each([
    ['nothing allows it', policy('Allow', 's3:*'), 'AccessDenied'],
    ['another role is allowed', policy('Allow', 'sts:AssumeRole', OTHER_ROLE), 'AccessDenied'],
    ['the ARN is a prefix only', policy('Allow', 'sts:AssumeRole', ROLE.slice(0, -1)), 'AccessDenied'],
    ['a wildcard allows it', policy('Allow', 'sts:*', 'arn:aws:iam::*:role/a?p'), 'ok'],
    ['the action is spelt otherwise', policy('Allow', 'STS:assumerole', ROLE), 'ok'],
  ])('where %s', async (_case, document, expected) => {
    const { assume, allow } = await setUp();
    await allow(document);
    expect(await outcome(assume())).toBe(expected);
  });

  test('an explicit deny wins', async () => {
    const { iam, assume, allow } = await setUp();
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: DENY_ALL }));
    expect(await outcome(assume())).toBe('AccessDenied');
  });

  test('the boundary must allow it too', async () => {
    const { iam, assume, allow, makePolicy } = await setUp();
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    const PermissionsBoundary = await makePolicy(policy('Allow', 's3:*'));
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    expect(await outcome(assume())).toBe('AccessDenied');
  });

  test('a group may grant it', async () => {
    const { iam, assume, makePolicy } = await setUp();
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }));
    const PolicyArn = await makePolicy(policy('Allow', 'sts:AssumeRole', ROLE));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn }));
    expect(await outcome(assume())).toBe('AccessDenied');
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'devs' }));
    expect(await outcome(assume())).toBe('ok');
  });

  test.each([
    ['the user', { AWS: USER_ARN }, 'ok'],
    ['the account by number', { AWS: '123456789012' }, 'ok'],
    ['another account', { AWS: 'arn:aws:iam::999999999999:root' }, 'AccessDenied'],
    ['a service', { Service: 'lambda.amazonaws.com' }, 'AccessDenied'],
  ])('a role that trusts %s', async (_case, principal, expected) => {
    const { assume, allow } = await setUp(trust(principal));
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    expect(await outcome(assume())).toBe(expected);
  });

  test('a trust policy may demand the user name as session name', async () => {
    const condition = { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } };
    const { assume, allow } = await setUp(trust({ AWS: '123456789012' }, condition));
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    expect(await outcome(assume('deploy'))).toBe('ok');
    expect(await outcome(assume('somebody'))).toBe('AccessDenied');
  });

  test('conditions that are not modelled are refused loudly', async () => {
    const { assume, allow } = await setUp(
      trust({ AWS: '123456789012' }, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    );
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    await expect(assume()).rejects.toThrow('fake-aws: the condition operator IpAddress is not modelled');
  });

  test('a session may what its role may at that instant, until it expires', async () => {
    const { aws, iam, later, assume, allow } = await setUp();
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    const token = (await assume()).Credentials!.SessionToken!;
    expect(aws.sessionMay(token, 's3:GetObject')).toBe(false);
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'app',
        PolicyName: 'own',
        PolicyDocument: policy('Allow', 's3:*'),
      }),
    );
    expect([aws.sessionMay(token, 's3:GetObject'), aws.sessionMay(token, 'ec2:RunInstances')]).toEqual([
      true,
      false,
    ]);
    await later(3_600_000);
    expect(aws.sessionMay(token, 's3:GetObject')).toBe(false);
  });

  test.each<[string, object, boolean]>([
    ['its name in any case', { StringEqualsIgnoreCase: { 'aws:userid': ['ID:DEPLOY'] } }, false],
    ["another's name", { StringEqualsIgnoreCase: { 'aws:userid': ['ID:deploy2'] } }, true],
    ['its name of another role', { StringEqualsIgnoreCase: { 'aws:userid': ['AROAOTHER:deploy'] } }, true],
    [
      'a source identity that it lacks',
      { StringEqualsIgnoreCase: { 'aws:SourceIdentity': ['deploy'] } },
      true,
    ],
    [
      'what began before a second later',
      { DateLessThan: { 'aws:TokenIssueTime': '2026-03-01T12:00:01Z' } },
      false,
    ],
    [
      'what began before a second earlier',
      { DateLessThan: { 'aws:TokenIssueTime': '2026-03-01T11:59:59Z' } },
      true,
    ],
  ])('a session that is denied by %s', async (_case, condition, isAlive) => {
    const { aws, iam, assume, allow } = await setUp();
    await allow(policy('Allow', 'sts:AssumeRole', ROLE));
    const token = (await assume()).Credentials!.SessionToken!;
    const Condition = JSON.parse(
      JSON.stringify(condition).replace('ID:', `${aws.truth.role('app')!.id}:`),
    ) as object;
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition };
    const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }, deny];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'app', PolicyName: 'own', PolicyDocument }));
    expect(aws.sessionMay(token, 's3:GetObject')).toBe(isAlive);
  });

  test("a role's attached policies are listed, and attached or detached one by one", async () => {
    const { iam, makePolicy } = await setUp();
    const PolicyArn = await makePolicy(policy('Allow', 's3:*'));
    const attached = async () =>
      (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'app' }))).AttachedPolicies;
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'app', PolicyArn }));
    expect(await attached()).toEqual([{ PolicyName: 'made', PolicyArn }]);
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'app', PolicyArn }));
    expect(await attached()).toEqual([]);
    expect(await outcome(iam.send(new DetachRolePolicyCommand({ RoleName: 'app', PolicyArn })))).toBe(
      'NoSuchEntityException',
    );
  });

  test('a role that does not exist is access denied, not absence', async () => {
    const { assume, allow } = await setUp();
    await allow(policy('Allow', 'sts:AssumeRole'));
    expect(await outcome(assume(UserName, OTHER_ROLE))).toBe('AccessDenied');
  });
});
