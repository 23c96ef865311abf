import type * as s3 from '@aws-sdk/client-s3';
import { awsError } from './errors.js';
import { notModelled, reads, takePage, writes } from './operation.js';
import type { Kept } from './snapshot.js';
import type { Operation, Operations } from './types.js';
import type { World } from './world.js';

/** Bucket -> key -> text. */
export type Buckets = Map<string, Map<string, string>>;

/** An object's body, of which nothing but its text is asked for. */
export class TextBody {
  constructor(readonly text: string) {}

  transformToString(): Promise<string> {
    return Promise.resolve(this.text);
  }
}

/** Buckets with objects of text, each in its latest version alone. */
export function s3Operations(world: World, buckets: Buckets): Operations {
  return {
    CreateBucket: writes<s3.CreateBucketCommandInput, s3.CreateBucketCommandOutput>(
      ['Bucket', 'CreateBucketConfiguration'],
      ({ Bucket = '' }) => {
        if (buckets.has(Bucket))
          throw awsError('s3', 'BucketAlreadyOwnedByYou', 409, `You own a bucket named ${Bucket} already.`);
        buckets.set(Bucket, new Map());
        return { Location: `/${Bucket}` };
      },
    ),
    ListObjectsV2: listing(world, buckets),
    PutObject: writes<s3.PutObjectCommandInput, s3.PutObjectCommandOutput>(
      ['Bucket', 'Key', 'Body', 'ContentType', 'IfNoneMatch'],
      ({ Bucket, Key = '', Body, IfNoneMatch }) => {
        if (typeof Body !== 'string') return notModelled('a body of PutObject that is not text');
        if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
          throw awsError(
            's3',
            'NotImplemented',
            501,
            'A header you provided implies functionality that is not implemented',
          );
        const objects = objectsOf(buckets, Bucket);
        if (IfNoneMatch === '*' && objects.has(Key))
          throw awsError(
            's3',
            'PreconditionFailed',
            412,
            'At least one of the pre-conditions you specified did not hold',
          );
        objects.set(Key, Body);
        return {};
      },
    ),
    GetObject: reads<s3.GetObjectCommandInput, s3.GetObjectCommandOutput>(
      ['Bucket', 'Key'],
      ({ Bucket, Key = '' }) => {
        const text = objectsOf(buckets, Bucket).get(Key);
        if (text === undefined) throw awsError('s3', 'NoSuchKey', 404, 'The specified key does not exist.');
        const Body = new TextBody(text) as unknown as NonNullable<s3.GetObjectCommandOutput['Body']>;
        return { Body, ContentLength: Buffer.byteLength(text) };
      },
    ),
  };
}

function listing(world: World, buckets: Buckets): Operation {
  return reads<s3.ListObjectsV2CommandInput, s3.ListObjectsV2CommandOutput>(
    ['Bucket', 'Prefix', 'MaxKeys', 'ContinuationToken'],
    ({ Bucket, Prefix = '', MaxKeys = mostKeys, ContinuationToken: marker }) => {
      const keys = [...objectsOf(buckets, Bucket)]
        .map(([key]) => key)
        .filter((key) => key.startsWith(Prefix));
      const { page, next } = takePage(world, {
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

/** Buckets as a snapshot of the account holds them. */
export function keptBuckets(buckets: Buckets): Kept {
  return {
    dump: () => [...buckets].map(([name, objects]) => [name, [...objects]]),
    load: (entries: [string, [string, string][]][]) => {
      for (const [name, objects] of entries) buckets.set(name, new Map(objects));
    },
  };
}

function objectsOf(buckets: Buckets, name = ''): Map<string, string> {
  const objects = buckets.get(name);
  if (objects) return objects;
  throw awsError('s3', 'NoSuchBucket', 404, 'The specified bucket does not exist');
}
