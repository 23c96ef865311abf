import { GetKeyPolicyCommand, type KMSClient, paginateListKeys } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, type S3Client, paginateListBuckets } from '@aws-sdk/client-s3';
import {
  GetResourcePolicyCommand,
  type SecretsManagerClient,
  paginateListSecrets,
} from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, type SNSClient, paginateListTopics } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type SQSClient, paginateListQueues } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { type Looked, joinLooked } from '../core/review/looked.js';
import type { PolicySource } from '../core/review/policy-statements.js';
import { isNoBucketPolicy } from './errors.js';
import { look } from './look.js';
import { collect } from './reading.js';
import type { ReviewClients } from './review-clients.js';

const callsAtATime = 8;

/** Something that may have a policy, and how to read it. */
interface Holder {
  /** As in "secret iam-lifecycle/bob". */
  readonly what: string;
  readonly arn: string;
  /** null: it has none. */
  read(): Promise<string | null>;
}

/**
 * The policies of one region's secrets, KMS keys, queues and topics; with `isGlobal` of all buckets too. One listing for
 * each service and one call for each thing. What is refused, be it a service or one key, is told of and spoils nothing else.
 */
export async function observeResourcePolicies(
  clients: ReviewClients,
  region: string,
  isGlobal: boolean,
): Promise<Looked<PolicySource>> {
  const limit = pLimit(callsAtATime);
  const services: [string, () => Promise<Holder[]>][] = [
    [`secrets in ${region}`, () => secrets(clients.secretsManager)],
    [`KMS keys in ${region}`, () => keys(clients.kms)],
    [`SQS queues in ${region}`, () => queues(clients.sqs)],
    [`SNS topics in ${region}`, () => topics(clients.sns)],
    ...(isGlobal
      ? [['S3 buckets', () => buckets(clients.s3)] satisfies [string, () => Promise<Holder[]>]]
      : []),
  ];
  const all = await Promise.all(
    services.map(async ([name, list]) => {
      const holders = await look(name, list);
      const policies = await limit.map([...holders.items], (holder) =>
        look(holder.what, async () => policyOf(holder, await holder.read())),
      );
      return [{ items: [], unread: holders.unread }, ...policies];
    }),
  );
  return joinLooked(all.flat());
}

function policyOf({ what, arn }: Holder, document: string | null): PolicySource[] {
  return document === null ? [] : [{ what: `policy of ${what}`, arn, document }];
}

async function secrets(client: SecretsManagerClient): Promise<Holder[]> {
  const listed = await collect(paginateListSecrets({ client }, {}), (page) => page.SecretList);
  return listed.map(({ Name, ARN }) => ({
    what: `secret ${Name}`,
    arn: ARN!,
    read: async () => {
      const answer = await client.send(new GetResourcePolicyCommand({ SecretId: ARN }));
      return answer.ResourcePolicy ?? null;
    },
  }));
}

/** A key has one policy, which is called "default". */
async function keys(client: KMSClient): Promise<Holder[]> {
  const listed = await collect(paginateListKeys({ client }, {}), (page) => page.Keys);
  return listed.map(({ KeyId, KeyArn }) => ({
    what: `KMS key ${KeyId}`,
    arn: KeyArn!,
    read: async () => {
      const answer = await client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      return answer.Policy ?? null;
    },
  }));
}

/** SQS pages only where a size is asked for. */
async function queues(client: SQSClient): Promise<Holder[]> {
  const urls = await collect(paginateListQueues({ client, pageSize: 1000 }, {}), (page) => page.QueueUrls);
  return urls.map((QueueUrl) => ({
    what: `queue ${QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)}`,
    arn: QueueUrl,
    read: async () => {
      const input = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] });
      const answer = await client.send(input);
      return answer.Attributes?.['Policy'] ?? null;
    },
  }));
}

async function topics(client: SNSClient): Promise<Holder[]> {
  const listed = await collect(paginateListTopics({ client }, {}), (page) => page.Topics);
  return listed.map(({ TopicArn }) => ({
    what: `topic ${TopicArn!.slice(TopicArn!.lastIndexOf(':') + 1)}`,
    arn: TopicArn!,
    read: async () => {
      const answer = await client.send(new GetTopicAttributesCommand({ TopicArn }));
      return answer.Attributes?.['Policy'] ?? null;
    },
  }));
}

async function buckets(client: S3Client): Promise<Holder[]> {
  const listed = await collect(paginateListBuckets({ client, pageSize: 1000 }, {}), (page) => page.Buckets);
  return listed.map(({ Name }) => ({
    what: `bucket ${Name}`,
    arn: `arn:aws:s3:::${Name}`,
    read: async () => {
      try {
        return (await client.send(new GetBucketPolicyCommand({ Bucket: Name }))).Policy ?? null;
      } catch (error) {
        if (isNoBucketPolicy(error)) return null;
        throw error;
      }
    },
  }));
}
