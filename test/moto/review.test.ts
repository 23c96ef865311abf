import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { describeOperator } from './operator.js';

const bobArn = 'arn:aws:iam::123456789012:user/lifecycle/bob';
const naming = (more: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: bobArn }, ...more }],
  });

interface Report {
  readonly state: string;
  readonly sessions: { readonly verdict: string; readonly notLookedAt: readonly string[] };
  readonly references: {
    readonly verdict: string;
    readonly items: readonly { readonly what: string; readonly certainty: string }[];
    readonly notLookedAt: readonly string[];
  };
}

await describeOperator('a review over the wire', (operator) => {
  const { iam, secretsManager, s3 } = operator.clients;

  async function report(...argv: string[]): Promise<{ code: number; report: Report }> {
    const ran = await operator.run('review', 'bob', ...argv, '--output', 'json');
    if (ran.stdout === '') throw new Error(ran.stderr);
    return { code: ran.code, report: JSON.parse(ran.stdout) as Report };
  }

  async function nameBobEverywhere(): Promise<void> {
    const trust = naming({ Action: 'sts:AssumeRole' });
    await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/' }));
    await iam.send(new CreateRoleCommand({ RoleName: 'Deploy', AssumeRolePolicyDocument: trust }));
    const Condition = { StringLike: { 'aws:username': 'bo*' } };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'Deploy',
        PolicyName: 'friends',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition }],
        }),
      }),
    );
    const config = { endpoint: operator.url, region: 'us-east-2' };
    const [kms, sns] = [new KMSClient(config), new SNSClient(config)];
    const policy = naming({ Action: '*', Resource: '*' });
    await kms.send(new CreateKeyCommand({ Policy: policy }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    const AttributeName = 'Policy';
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue: policy }));
    await operator.clients.sqs.send(
      new CreateQueueCommand({ QueueName: 'work', Attributes: { Policy: policy } }),
    );
    const Bucket = 'photos';
    const LocationConstraint = 'us-east-2';
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    await s3.send(
      new CreateBucketCommand({ Bucket: 'bare', CreateBucketConfiguration: { LocationConstraint } }),
    );
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy }));
    await secretsManager.send(new CreateSecretCommand({ Name: 'shared', SecretString: 'x' }));
    const secret = { SecretId: 'shared', ResourcePolicy: policy };
    await secretsManager.send(new PutResourcePolicyCommand(secret));
  }

  test('finds the user in the policies of roles, secrets, keys, queues, topics and buckets', async () => {
    await nameBobEverywhere();
    const { references } = (await report('--resources', '--regions', 'us-east-2')).report;
    const found = references.items.map(({ what, certainty }) => [what.replace(/key .*/, 'key'), certainty]);
    expect(found).toEqual([
      ['trust policy of role Deploy', 'certain'],
      ['policy friends of role Deploy', 'pattern'],
      ['policy of secret shared', 'certain'],
      ['policy of KMS key', 'certain'],
      ['policy of queue work', 'certain'],
      ['policy of topic news', 'certain'],
      ['policy of bucket photos', 'certain'],
    ]);
    expect(references.notLookedAt).toEqual([]);
  });

  test('says what this endpoint does not tell, and is not done', async () => {
    await nameBobEverywhere();
    const { code, report: told } = await report('--regions', 'us-east-2');
    expect(code).toBe(1);
    expect(told.sessions.verdict).toBe('incomplete');
    expect(told.sessions.notLookedAt.join()).toMatch(/^CloudTrail in us-east-2: /);
    expect(told.references.verdict).toBe('found');
  });

  test('finds a user that is gone where it was named', async () => {
    await nameBobEverywhere();
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    const AccessKeyId = AccessKey!.AccessKeyId!;
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
    const { references, state } = (await report()).report;
    expect(state).toBe('gone');
    expect(references.items.map(({ what }) => what)).toContain('trust policy of role Deploy');
  });
});
