import { CreateUserCommand, DeleteUserCommand } from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  GetKeyPolicyCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  SetTopicAttributesCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ReviewClients } from '../../../functions/aws/review-clients.js';
import { FakeAws, type FakeAwsOptions, Invocation } from '../../../local/fake-aws/fake-aws.js';

const bobArn = 'arn:aws:iam::123456789012:user/bob';
const options: FakeAwsOptions = {
  clock: { now: () => Date.parse('2026-03-01T09:00:00Z'), sleep: () => Promise.resolve() },
  latencyMs: () => 0,
};
let account: FakeAws;
let clients: ReviewClients;
beforeEach(() => {
  account = new FakeAws(options);
  clients = account.reviewClients('eu-west-1', new Invocation('operator'));
});

const policyFor = (AWS: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: '*', Resource: '*' }],
  });

/** Makes a thing with a policy, or gives it one; answers how to read it. */
const holders: Record<string, (policy: string) => Promise<() => Promise<string | undefined>>> = {
  async 'a key'(Policy) {
    const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
    const key = { KeyId: KeyMetadata!.KeyId!, PolicyName: 'default' };
    await clients.kms.send(new PutKeyPolicyCommand({ ...key, Policy }));
    return async () => (await clients.kms.send(new GetKeyPolicyCommand(key))).Policy;
  },
  async 'a topic'(AttributeValue) {
    const { TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: 'news' }));
    const input = { TopicArn, AttributeName: 'Policy', AttributeValue };
    await clients.sns.send(new SetTopicAttributesCommand(input));
    return async () =>
      (await clients.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes!['Policy'];
  },
  async 'a queue'(Policy) {
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const input = { QueueUrl, AttributeNames: ['Policy' as const] };
    return async () => (await clients.sqs.send(new GetQueueAttributesCommand(input))).Attributes?.['Policy'];
  },
  async 'a bucket'(Policy) {
    await clients.s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket: 'photos', Policy }));
    return async () => (await clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'photos' }))).Policy;
  },
};

describe.each(Object.entries(holders))('the policy of %s', (_name, give) => {
  test('shows a user by its ARN while it is there, and by its id when it is gone', async () => {
    const { iam } = account.clients(new Invocation('operator'));
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    const read = await give(policyFor(bobArn));
    expect(await read()).toBe(policyFor(bobArn));
    await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
    expect(await read()).toBe(policyFor(User!.UserId!));
    await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    expect(await read()).toBe(policyFor(User!.UserId!));
  });

  test.each([
    ['a user that there is not', policyFor(bobArn)],
    ['no JSON', '{'],
    ['no statement', '{}'],
    ['no effect', '{"Statement":{"Principal":"*"}}'],
    ['no principal', '{"Statement":{"Effect":"Allow"}}'],
  ])('is refused with %s', async (_what, policy) => {
    await expect(give(policy)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
      name: expect.stringMatching(/Malformed|Invalid/),
    });
  });
});

test('without one of their own a key trusts the account, a topic anybody of it, a queue and a bucket have none', async () => {
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
  const input = { KeyId: KeyMetadata!.Arn };
  const { Policy } = await clients.kms.send(new GetKeyPolicyCommand(input));
  expect(Policy).toContain('arn:aws:iam::123456789012:root');
  const { TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: 'news' }));
  const { Attributes } = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes!['Policy']).toContain('AWS:SourceOwner');
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  const queue = { QueueUrl, AttributeNames: ['Policy' as const] };
  expect((await clients.sqs.send(new GetQueueAttributesCommand(queue))).Attributes).toEqual({});
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  const reading = clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'photos' }));
  await expect(reading).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
});

describe('listings', () => {
  beforeEach(async () => {
    for (const name of ['one', 'two', 'three']) {
      await clients.kms.send(new CreateKeyCommand({}));
      await clients.sns.send(new CreateTopicCommand({ Name: name }));
      await clients.sqs.send(new CreateQueueCommand({ QueueName: name }));
      await clients.s3.send(new CreateBucketCommand({ Bucket: name }));
    }
  });

  test('come in pages', async () => {
    const first = await clients.kms.send(new ListKeysCommand({ Limit: 2 }));
    expect([first.Keys!.length, first.Truncated]).toEqual([2, true]);
    const rest = await clients.kms.send(new ListKeysCommand({ Marker: first.NextMarker }));
    expect([rest.Keys!.length, rest.Truncated]).toEqual([1, false]);
    const buckets = await clients.s3.send(new ListBucketsCommand({ MaxBuckets: 2 }));
    expect(buckets.Buckets!.map(({ Name }) => Name)).toEqual(['one', 'three']);
    expect(buckets.ContinuationToken).toBeDefined();
  });

  test('of queues have a token only where a size was asked for', async () => {
    account = new FakeAws({ ...options, pageSize: () => 2 });
    clients = account.reviewClients('eu-west-1', new Invocation('operator'));
    for (const name of ['one', 'two', 'three'])
      await clients.sqs.send(new CreateQueueCommand({ QueueName: name }));
    const bare = await clients.sqs.send(new ListQueuesCommand({}));
    expect([bare.QueueUrls!.length, bare.NextToken]).toEqual([2, undefined]);
    const sized = await clients.sqs.send(new ListQueuesCommand({ MaxResults: 2 }));
    expect(sized.NextToken).toBeDefined();
  });

  test('of another region are empty but for buckets, which are the account’s', async () => {
    const elsewhere = account.reviewClients('us-east-1', new Invocation('operator'));
    expect((await elsewhere.kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
    expect((await elsewhere.sns.send(new ListTopicsCommand({}))).Topics).toEqual([]);
    expect((await elsewhere.sqs.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined();
    expect((await elsewhere.s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(3);
  });

  test('survive a snapshot, queues apart', async () => {
    const restored = FakeAws.restore(options, JSON.parse(JSON.stringify(account.snapshot())));
    const there = restored.reviewClients('eu-west-1', new Invocation('operator'));
    expect((await there.kms.send(new ListKeysCommand({}))).Keys).toHaveLength(3);
    expect((await there.sns.send(new ListTopicsCommand({}))).Topics).toHaveLength(3);
    expect((await there.s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(3);
  });
});
