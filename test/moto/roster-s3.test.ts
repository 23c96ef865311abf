import {
  GetLoginProfileCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { describeOperator } from './operator.js';

const accountId = '123456789012';

/** The article's policy, word for word. */
const uploadPolicy = {
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

function allowing(Action: string[], Resource: string[]) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

await describeOperator('users that read and write S3', (operator) => {
  const { iam, sts, secretsManager, ssm } = operator.clients;

  async function inlineOf(UserName: string): Promise<Record<string, unknown>> {
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    const documents = await Promise.all(
      PolicyNames!.map(async (PolicyName) => {
        const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
        return [PolicyName, JSON.parse(decodeURIComponent(PolicyDocument!))] as const;
      }),
    );
    return Object.fromEntries(documents);
  }

  async function secretOf(SecretId: string): Promise<Record<string, string>> {
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString!) as Record<string, string>;
  }

  test("the article's user has its policy, a key that works, and a console login", async () => {
    const { stdout, stderr } = await operator.apply(`
accountId: "${accountId}"
people:
  my_app_user:
    createAccessKey: true
    createLoginProfile: true
    inlinePoliciesMap: { my_app_s3_upload_policy: ${JSON.stringify(uploadPolicy)} }
    awsManagedPolicyNames: [IAMUserChangePassword]
`);
    expect(await inlineOf('my_app_user')).toEqual({ my_app_s3_upload_policy: uploadPolicy });
    expect(await operator.attachedTo('my_app_user')).toEqual([
      'arn:aws:iam::aws:policy/IAMUserChangePassword',
    ]);

    const { accessKeyId, secretAccessKey } = await secretOf('iam-lifecycle/my_app_user');
    const pair = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! };
    const { Account, Arn } = await sts(pair).send(new GetCallerIdentityCommand({}));
    expect({ Account, Arn }).toEqual({
      Account: accountId,
      Arn: `arn:aws:iam::${accountId}:user/lifecycle/my_app_user`,
    });

    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName: 'my_app_user' }));
    // moto forgets whether the password is to be changed; test/aws/apply-roster.test.ts sees it sent.
    expect(LoginProfile?.UserName).toBe('my_app_user');
    const { userName, password } = await secretOf('iam-lifecycle-login/my_app_user');
    expect(userName).toBe('my_app_user');
    expect(password).toHaveLength(20);
    for (const secret of [secretAccessKey!, password!]) expect(stdout + stderr).not.toContain(secret);
  });

  test("a change of the roster beside it does not touch the article's user, and its departure takes everything", async () => {
    const head = `accountId: "${accountId}"\n`;
    const entry = `  - { name: my_app_user, forceDestroy: true, s3Resources: ["arn:aws:s3:::app/*"] }\n`;
    await operator.apply(`${head}systemUsers:\n${entry}`);
    const before = await operator.user('my_app_user');
    await operator.apply(`${head}systemUsers:\n${entry}  - { name: another }\n`);
    expect(await operator.user('my_app_user')).toEqual(before);
    await operator.apply(`${head}systemUsers:\n  - { name: another }\n`);
    await expect(operator.user('my_app_user')).rejects.toThrow('cannot be found');
  });

  test('a user of cloudposse/iam-s3-user has one statement, in a policy of its own name', async () => {
    await operator.apply(`
accountId: "${accountId}"
systemUsers:
  - label: { namespace: eg, stage: test, name: app }
    s3_resources: ["arn:aws:s3:::examplebucket/*"]
  - label: { namespace: eg, stage: test, name: writer }
    s3_actions: ["s3:GetObject", "s3:PutObject"]
    s3_resources: ["arn:aws:s3:::examplebucket", "arn:aws:s3:::examplebucket/*"]
    ssm_enabled: true
`);
    expect(await inlineOf('eg-test-app')).toEqual({
      'eg-test-app': allowing(['s3:GetObject'], ['arn:aws:s3:::examplebucket/*']),
    });
    expect(await inlineOf('eg-test-writer')).toEqual({
      'eg-test-writer': allowing(
        ['s3:GetObject', 's3:PutObject'],
        ['arn:aws:s3:::examplebucket', 'arn:aws:s3:::examplebucket/*'],
      ),
    });
    const { accessKeyId } = await secretOf('iam-lifecycle/eg-test-app');
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'eg-test-app' }));
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: accessKeyId, Status: 'Active' }]);
    const Name = '/s3_user/eg-test-writer/access_key_id';
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    const keys = await iam.send(new ListAccessKeysCommand({ UserName: 'eg-test-writer' }));
    expect(Parameter!.Value).toBe(keys.AccessKeyMetadata![0]!.AccessKeyId);
  });
});
