import { GetKeyPolicyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, ListBucketsCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import {
  GetResourcePolicyCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { observeResourcePolicies } from '../../functions/aws/observe-resource-policies.js';

const region = 'eu-west-1';
const clients = {
  cloudTrail: new CloudTrailClient({ region }),
  secretsManager: new SecretsManagerClient({ region }),
  kms: new KMSClient({ region }),
  sqs: new SQSClient({ region }),
  sns: new SNSClient({ region }),
  s3: new S3Client({ region }),
};
const secretsManager = mockClient(clients.secretsManager);
const kms = mockClient(clients.kms);
const sqs = mockClient(clients.sqs);
const sns = mockClient(clients.sns);
const s3 = mockClient(clients.s3);

function refusal(name: string) {
  return new S3ServiceException({ name, message: 'no', $fault: 'client', $metadata: {} });
}

/** An account in which every listing is empty. */
beforeEach(() => {
  for (const mock of [secretsManager, kms, sqs, sns, s3]) mock.reset();
  secretsManager.on(ListSecretsCommand).resolves({ SecretList: [] });
  kms.on(ListKeysCommand).resolves({ Keys: [] });
  sqs.on(ListQueuesCommand).resolves({});
  sns.on(ListTopicsCommand).resolves({ Topics: [] });
  s3.on(ListBucketsCommand).resolves({ Buckets: [] });
});

const observe = (isGlobal = true) => observeResourcePolicies(clients, region, isGlobal);

test('an account without any has none', async () => {
  expect(await observe()).toEqual({ items: [], unread: [] });
});

test('each service is read to its last page', async () => {
  secretsManager
    .on(ListSecretsCommand)
    .resolvesOnce({ SecretList: [{ Name: 's1', ARN: 'arn:s1' }], NextToken: 'more' })
    .resolvesOnce({ SecretList: [{ Name: 's2', ARN: 'arn:s2' }] });
  secretsManager.on(GetResourcePolicyCommand, { SecretId: 'arn:s1' }).resolves({});
  secretsManager
    .on(GetResourcePolicyCommand, { SecretId: 'arn:s2' })
    .resolves({ ResourcePolicy: '{"s2":1}' });
  kms
    .on(ListKeysCommand)
    .resolvesOnce({ Keys: [{ KeyId: 'k1', KeyArn: 'arn:k1' }], Truncated: true, NextMarker: 'more' })
    .resolvesOnce({ Keys: [{ KeyId: 'k2', KeyArn: 'arn:k2' }], Truncated: false });
  kms.on(GetKeyPolicyCommand, { KeyId: 'k1', PolicyName: 'default' }).resolves({ Policy: '{"k1":1}' });
  kms.on(GetKeyPolicyCommand, { KeyId: 'k2', PolicyName: 'default' }).resolves({ Policy: '{"k2":1}' });
  sqs
    .on(ListQueuesCommand)
    .resolvesOnce({ QueueUrls: ['https://sqs/1/q1'], NextToken: 'more' })
    .resolvesOnce({ QueueUrls: ['https://sqs/1/q2'] });
  sqs.on(GetQueueAttributesCommand, { QueueUrl: 'https://sqs/1/q1' }).resolves({});
  sqs
    .on(GetQueueAttributesCommand, { QueueUrl: 'https://sqs/1/q2', AttributeNames: ['Policy'] })
    .resolves({ Attributes: { Policy: '{"q2":1}' } });
  sns
    .on(ListTopicsCommand)
    .resolvesOnce({ Topics: [{ TopicArn: 'arn:aws:sns:eu-west-1:1:t1' }], NextToken: 'more' })
    .resolvesOnce({ Topics: [{ TopicArn: 'arn:aws:sns:eu-west-1:1:t2' }] });
  sns.on(GetTopicAttributesCommand).resolves({ Attributes: { Policy: '{"t":1}' } });
  s3.on(ListBucketsCommand)
    .resolvesOnce({ Buckets: [{ Name: 'b1' }], ContinuationToken: 'more' })
    .resolvesOnce({ Buckets: [{ Name: 'b2' }] });
  s3.on(GetBucketPolicyCommand, { Bucket: 'b1' }).rejects(refusal('NoSuchBucketPolicy'));
  s3.on(GetBucketPolicyCommand, { Bucket: 'b2' }).resolves({ Policy: '{"b2":1}' });

  expect(await observe()).toEqual({
    items: [
      { what: 'policy of secret s2', arn: 'arn:s2', document: '{"s2":1}' },
      { what: 'policy of KMS key k1', arn: 'arn:k1', document: '{"k1":1}' },
      { what: 'policy of KMS key k2', arn: 'arn:k2', document: '{"k2":1}' },
      { what: 'policy of queue q2', arn: 'https://sqs/1/q2', document: '{"q2":1}' },
      { what: 'policy of topic t1', arn: 'arn:aws:sns:eu-west-1:1:t1', document: '{"t":1}' },
      { what: 'policy of topic t2', arn: 'arn:aws:sns:eu-west-1:1:t2', document: '{"t":1}' },
      { what: 'policy of bucket b2', arn: 'arn:aws:s3:::b2', document: '{"b2":1}' },
    ],
    unread: [],
  });
  expect(sqs.commandCalls(ListQueuesCommand)[0]!.args[0].input).toMatchObject({ MaxResults: 1000 });
});

test('a service that may not be read is told of, and spoils no other', async () => {
  kms.on(ListKeysCommand).rejects(refusal('AccessDeniedException'));
  sns.on(ListTopicsCommand).resolves({ Topics: [{ TopicArn: 'arn:aws:sns:eu-west-1:1:t1' }] });
  sns.on(GetTopicAttributesCommand).resolves({ Attributes: { Policy: '{}' } });
  expect(await observe()).toEqual({
    items: [{ what: 'policy of topic t1', arn: 'arn:aws:sns:eu-west-1:1:t1', document: '{}' }],
    unread: ['KMS keys in eu-west-1: AccessDeniedException: no'],
  });
});

test('one key that may not be read is told of, and spoils no other', async () => {
  const Keys = ['k1', 'k2'].map((KeyId) => ({ KeyId, KeyArn: `arn:${KeyId}` }));
  kms.on(ListKeysCommand).resolves({ Keys });
  kms.on(GetKeyPolicyCommand, { KeyId: 'k1' }).rejects(refusal('AccessDeniedException'));
  kms.on(GetKeyPolicyCommand, { KeyId: 'k2' }).resolves({ Policy: '{}' });
  expect(await observe()).toEqual({
    items: [{ what: 'policy of KMS key k2', arn: 'arn:k2', document: '{}' }],
    unread: ['KMS key k1: AccessDeniedException: no'],
  });
});

test('a page that fails leaves the service unread, not half read', async () => {
  kms
    .on(ListKeysCommand)
    .resolvesOnce({ Keys: [{ KeyId: 'k1', KeyArn: 'arn:k1' }], Truncated: true, NextMarker: 'more' })
    .rejectsOnce(refusal('KMSInternalException'));
  expect(await observe()).toEqual({ items: [], unread: ['KMS keys in eu-west-1: KMSInternalException: no'] });
});

test('buckets are the account’s: another region does not list them again', async () => {
  await observe(false);
  expect(s3.calls()).toEqual([]);
});
