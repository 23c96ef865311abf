import { createHash } from 'node:crypto';
import type * as s3 from '@aws-sdk/client-s3';
import { awsError } from './errors.js';
import type { EventBridgeState } from './eventbridge.js';
import type { IamState } from './iam-state.js';
import { notModelled, reads, takePage, writes } from './operation.js';
import { policyOperations } from './s3-policies.js';
import type { Kept } from './snapshot.js';
import type { Operation, Operations } from './types.js';

interface FakeBucket {
  readonly createdAt: number;
  /** Key -> text. */
  readonly objects: ReadonlyMap<string, string>;
  readonly policy: string | undefined;
  /** Changes are told to the account's default bus. */
  readonly isTold: boolean;
}

interface DumpedBucket extends Omit<FakeBucket, 'objects'> {
  readonly name: string;
  readonly objects: readonly (readonly [string, string])[];
}

export class BucketsState implements Kept {
  private readonly buckets = new Map<string, FakeBucket>();

  constructor(readonly iam: IamState) {}

  get names(): string[] {
    return [...this.buckets.keys()].toSorted();
  }

  has(name: string): boolean {
    return this.buckets.has(name);
  }

  get(name = ''): FakeBucket {
    const bucket = this.buckets.get(name);
    if (bucket) return bucket;
    throw awsError('s3', 'NoSuchBucket', 404, 'The specified bucket does not exist');
  }

  put(name: string, bucket: FakeBucket): void {
    this.buckets.set(name, bucket);
  }

  dump(): readonly DumpedBucket[] {
    return Array.from(this.buckets, ([name, bucket]) => ({ ...bucket, name, objects: [...bucket.objects] }));
  }

  load(dumped: readonly DumpedBucket[]): void {
    for (const { name, objects, ...bucket } of dumped)
      this.put(name, { ...bucket, objects: new Map(objects) });
  }
}

/** An object's body, of which nothing but its text is asked for. */
export class TextBody {
  constructor(readonly text: string) {}

  transformToString(): Promise<string> {
    return Promise.resolve(this.text);
  }
}

/** Buckets with objects of text, each in its latest version alone. */
export function s3Operations(buckets: BucketsState, eventBridge: EventBridgeState): Operations {
  return { ...objectOperations(buckets, eventBridge), ...policyOperations(buckets) };
}

function objectOperations(buckets: BucketsState, eventBridge: EventBridgeState): Operations {
  return {
    CreateBucket: writes<s3.CreateBucketCommandInput, s3.CreateBucketCommandOutput>(
      ['Bucket', 'CreateBucketConfiguration'],
      ({ Bucket = '' }, { now }) => {
        if (buckets.has(Bucket))
          throw awsError('s3', 'BucketAlreadyOwnedByYou', 409, `You own a bucket named ${Bucket} already.`);
        buckets.put(Bucket, { createdAt: now, objects: new Map(), policy: undefined, isTold: false });
        return { Location: `/${Bucket}` };
      },
    ),
    PutBucketNotificationConfiguration: writes<
      s3.PutBucketNotificationConfigurationCommandInput,
      s3.PutBucketNotificationConfigurationCommandOutput
    >(['Bucket', 'NotificationConfiguration'], ({ Bucket = '', NotificationConfiguration = {} }) => {
      const { EventBridgeConfiguration, ...others } = NotificationConfiguration;
      for (const name of Object.keys(others)) notModelled(`${name} of a bucket`);
      const isTold = EventBridgeConfiguration !== undefined;
      buckets.put(Bucket, { ...buckets.get(Bucket), isTold });
      return {};
    }),
    ListObjectsV2: listing(buckets),
    PutObject: writes<s3.PutObjectCommandInput, s3.PutObjectCommandOutput>(
      ['Bucket', 'Key', 'Body', 'ContentType', 'IfNoneMatch'],
      ({ Bucket = '', Key = '', Body, IfNoneMatch }) => {
        if (typeof Body !== 'string') return notModelled('a body of PutObject that is not text');
        if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
          throw awsError(
            's3',
            'NotImplemented',
            501,
            'A header you provided implies functionality that is not implemented',
          );
        const bucket = buckets.get(Bucket);
        if (IfNoneMatch === '*' && bucket.objects.has(Key))
          throw awsError(
            's3',
            'PreconditionFailed',
            412,
            'At least one of the pre-conditions you specified did not hold',
          );
        buckets.put(Bucket, { ...bucket, objects: new Map([...bucket.objects, [Key, Body]]) });
        if (bucket.isTold) tellCreation(eventBridge, Bucket, Key, Body);
        return {};
      },
    ),
    GetObject: reads<s3.GetObjectCommandInput, s3.GetObjectCommandOutput>(
      ['Bucket', 'Key'],
      ({ Bucket, Key = '' }) => {
        const text = buckets.get(Bucket).objects.get(Key);
        if (text === undefined) throw awsError('s3', 'NoSuchKey', 404, 'The specified key does not exist.');
        const Body = new TextBody(text) as unknown as NonNullable<s3.GetObjectCommandOutput['Body']>;
        return { Body, ContentLength: Buffer.byteLength(text) };
      },
    ),
  };
}

function listing(buckets: BucketsState): Operation {
  return reads<s3.ListObjectsV2CommandInput, s3.ListObjectsV2CommandOutput>(
    ['Bucket', 'Prefix', 'MaxKeys', 'ContinuationToken'],
    ({ Bucket, Prefix = '', MaxKeys = mostKeys, ContinuationToken: marker }) => {
      const keys = [...buckets.get(Bucket).objects.keys()].filter((key) => key.startsWith(Prefix));
      const { page, next } = takePage(buckets.iam.world, {
        service: 's3',
        operation: 'ListObjectsV2',
        items: keys.toSorted(),
        keyOf: (key) => key,
        max: Math.min(MaxKeys, mostKeys),
        marker,
        badMarker: 'InvalidArgument',
      });
      return {
        KeyCount: page.length,
        IsTruncated: next !== undefined,
        ...(page.length === 0 ? {} : { Contents: page.map((Key) => ({ Key })) }),
        ...(next === undefined ? {} : { NextContinuationToken: next }),
      };
    },
  );
}

/** S3 lists no more in one answer. */
const mostKeys = 1000;

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
