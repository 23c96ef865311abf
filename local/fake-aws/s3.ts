import type * as s3 from '@aws-sdk/client-s3';
import { awsError } from './errors.js';
import { notModelled, reads, writes } from './operation.js';
import type { Operations } from './types.js';

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
export function s3Operations(buckets: Buckets): Operations {
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
    PutObject: writes<s3.PutObjectCommandInput, s3.PutObjectCommandOutput>(
      ['Bucket', 'Key', 'Body'],
      ({ Bucket, Key = '', Body }) => {
        if (typeof Body !== 'string') return notModelled('a body of PutObject that is not text');
        objectsOf(buckets, Bucket).set(Key, Body);
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

function objectsOf(buckets: Buckets, name = ''): Map<string, string> {
  const objects = buckets.get(name);
  if (objects) return objects;
  throw awsError('s3', 'NoSuchBucket', 404, 'The specified bucket does not exist');
}
