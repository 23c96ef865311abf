import { createHash } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import { awsError } from './errors.js';
import type { EventBridgeState } from './eventbridge.js';
import { notModelled, reads, writes } from './operation.js';
import type { Operations } from './types.js';

interface Bucket {
  /** Key -> text. */
  readonly objects: Map<string, string>;
  /** Changes are told to the account's default bus. */
  isTold: boolean;
}

/** By name. */
export type Buckets = Map<string, Bucket>;

/** An object's body, of which nothing but its text is asked for. */
export class TextBody {
  constructor(readonly text: string) {}

  transformToString(): Promise<string> {
    return Promise.resolve(this.text);
  }
}

/** Buckets with objects of text, each in its latest version alone. */
export function s3Operations(buckets: Buckets, eventBridge: EventBridgeState): Operations {
  return {
    CreateBucket: writes<s3.CreateBucketCommandInput, s3.CreateBucketCommandOutput>(
      ['Bucket', 'CreateBucketConfiguration'],
      ({ Bucket = '' }) => {
        if (buckets.has(Bucket))
          throw awsError('s3', 'BucketAlreadyOwnedByYou', 409, `You own a bucket named ${Bucket} already.`);
        buckets.set(Bucket, { objects: new Map(), isTold: false });
        return { Location: `/${Bucket}` };
      },
    ),
    PutBucketNotificationConfiguration: writes<
      s3.PutBucketNotificationConfigurationCommandInput,
      s3.PutBucketNotificationConfigurationCommandOutput
    >(['Bucket', 'NotificationConfiguration'], ({ Bucket, NotificationConfiguration = {} }) => {
      const { EventBridgeConfiguration, ...others } = NotificationConfiguration;
      for (const name of Object.keys(others)) notModelled(`${name} of a bucket`);
      bucketOf(buckets, Bucket).isTold = EventBridgeConfiguration !== undefined;
      return {};
    }),
    PutObject: writes<s3.PutObjectCommandInput, s3.PutObjectCommandOutput>(
      ['Bucket', 'Key', 'Body'],
      ({ Bucket, Key = '', Body }) => {
        if (typeof Body !== 'string') return notModelled('a body of PutObject that is not text');
        const bucket = bucketOf(buckets, Bucket);
        bucket.objects.set(Key, Body);
        if (bucket.isTold) tellCreation(eventBridge, Bucket!, Key, Body);
        return {};
      },
    ),
    GetObject: reads<s3.GetObjectCommandInput, s3.GetObjectCommandOutput>(
      ['Bucket', 'Key'],
      ({ Bucket, Key = '' }) => {
        const text = bucketOf(buckets, Bucket).objects.get(Key);
        if (text === undefined) throw awsError('s3', 'NoSuchKey', 404, 'The specified key does not exist.');
        const Body = new TextBody(text) as unknown as NonNullable<s3.GetObjectCommandOutput['Body']>;
        return { Body, ContentLength: Buffer.byteLength(text) };
      },
    ),
  };
}

/** S3 user guide, "EventBridge event message structure". */
function tellCreation(eventBridge: EventBridgeState, bucket: string, key: string, text: string): void {
  const { world } = eventBridge;
  eventBridge.tell({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        size: Buffer.byteLength(text),
        etag: createHash('md5').update(text).digest('hex'),
        sequencer: world.clock.now().toString(16).toUpperCase().padStart(18, '0'),
      },
      'request-id': world.random.lettersAndDigits(16),
      requester: world.accountId,
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  });
}

function bucketOf(buckets: Buckets, name = ''): Bucket {
  const bucket = buckets.get(name);
  if (bucket) return bucket;
  throw awsError('s3', 'NoSuchBucket', 404, 'The specified bucket does not exist');
}
