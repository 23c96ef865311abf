import {
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyVersionCommand,
  GetAccountPasswordPolicyCommand,
  GetGroupPolicyCommand,
  GetSSHPublicKeyCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  PasswordPolicyViolationException,
  PutGroupPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  AddTagsToResourceCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  ListTagsForResourceCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../functions/aws/clock.js';
import { FakeAws } from '../../local/fake-aws/fake-aws.js';
import { serve, type WireServer } from '../../local/fake-aws/wire.js';
import { policy, sshKey } from './fake-aws/account.js';
import { configOf, errorOf } from './stub-account.js';

let simulated: WireServer;
let at: ReturnType<typeof configOf>;

beforeAll(async () => {
  simulated = await serve(new FakeAws({ clock: systemClock, latencyMs: () => 0 }));
  at = configOf(simulated.url);
});
afterAll(() => simulated.close());

describe("the SDK's own client of IAM", () => {
  test("policy versions and a group's policies", async () => {
    const iam = new IAMClient(at);
    const PolicyDocument = policy('Allow', 's3:*');
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument }));
    const PolicyArn = Policy!.Arn;
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions).toMatchObject([
      { VersionId: 'v2', IsDefaultVersion: true, CreateDate: expect.any(Date) },
      { VersionId: 'v1', IsDefaultVersion: false },
    ]);
    const removed = iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    expect((await errorOf(removed)).name).toBe('DeleteConflictException');
    const GroupName = 'devs';
    await iam.send(new CreateGroupCommand({ GroupName }));
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'in', PolicyDocument }));
    const inline = await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'in' }));
    expect(decodeURIComponent(inline.PolicyDocument!)).toBe(PolicyDocument);
  });

  test('the password policy and what it refuses', async () => {
    const iam = new IAMClient(at);
    const missing = await errorOf(iam.send(new GetAccountPasswordPolicyCommand({})));
    expect(missing.name).toBe('NoSuchEntityException');
    const input = { MinimumPasswordLength: 16, RequireSymbols: true, HardExpiry: false };
    await iam.send(new UpdateAccountPasswordPolicyCommand(input));
    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
    expect(PasswordPolicy).toMatchObject({ ...input, ExpirePasswords: false });
    await iam.send(new CreateUserCommand({ UserName: 'ann' }));
    const login = { UserName: 'ann', Password: 'aB3$aB3$aB3$' };
    expect(await errorOf(iam.send(new CreateLoginProfileCommand(login)))).toBeInstanceOf(
      PasswordPolicyViolationException,
    );
  });

  test('an SSH key', async () => {
    const iam = new IAMClient(at);
    const UserName = 'ben';
    await iam.send(new CreateUserCommand({ UserName }));
    const SSHPublicKeyBody = `${sshKey(1)} ben@laptop`;
    const { SSHPublicKey } = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
    const input = { UserName, SSHPublicKeyId: SSHPublicKey!.SSHPublicKeyId, Encoding: 'SSH' } as const;
    const read = await iam.send(new GetSSHPublicKeyCommand(input));
    expect(read.SSHPublicKey?.SSHPublicKeyBody).toBe(sshKey(1));
  });
});

describe("the SDK's own client of SSM", () => {
  test('a parameter is put, read, described, tagged and deleted', async () => {
    const ssm = new SSMClient(at);
    const Name = '/system_user/ci/access_key_id';
    const input = { Name, Value: 'a value with ü', Type: 'SecureString', Description: 'd' } as const;
    expect(await ssm.send(new PutParameterCommand(input))).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await errorOf(ssm.send(new PutParameterCommand(input)))).toBeInstanceOf(ParameterAlreadyExists);
    const get = () => ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    expect((await get()).Parameter).toMatchObject({
      Value: 'a value with ü',
      LastModifiedDate: expect.any(Date),
    });
    const ParameterFilters = [{ Key: 'Path', Option: 'Recursive', Values: ['/system_user'] }];
    const described = await ssm.send(new DescribeParametersCommand({ ParameterFilters }));
    expect(described.Parameters).toMatchObject([{ Name, KeyId: 'alias/aws/ssm', Description: 'd' }]);
    const below = await ssm.send(new GetParametersByPathCommand({ Path: '/system_user', Recursive: true }));
    expect(below.Parameters).toMatchObject([{ Name, Type: 'SecureString' }]);
    const resource = { ResourceType: 'Parameter', ResourceId: Name } as const;
    await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'a', Value: 'b' }] }));
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(resource));
    expect(TagList).toEqual([{ Key: 'a', Value: 'b' }]);
    const deleted = await ssm.send(new DeleteParametersCommand({ Names: [Name, '/none'] }));
    expect(deleted).toMatchObject({ DeletedParameters: [Name], InvalidParameters: ['/none'] });
    expect(await errorOf(get())).toBeInstanceOf(ParameterNotFound);
  });
});

test("a secret's resource policy, by the SDK's own client", async () => {
  const secretsManager = new SecretsManagerClient(at);
  const { ARN: SecretId } = await secretsManager.send(new CreateSecretCommand({ Name: 'login' }));
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  };
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await secretsManager.send(
    new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }),
  );
  expect(await secretsManager.send(new GetResourcePolicyCommand({ SecretId }))).toMatchObject({
    ResourcePolicy,
  });
});
