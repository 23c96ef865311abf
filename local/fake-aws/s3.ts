import type * as s3 from '@aws-sdk/client-s3';
import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { notModelled, reads, takePage, writes } from './operation.js';
import { ResourcePolicies } from './resource-policies.js';
import type { Kept } from './snapshot.js';
import type { Operations } from './types.js';

interface FakeBucket {
  readonly createdAt: number;
  /** Key -> text. */
  readonly objects: ReadonlyMap<string, string>;
  readonly policy: string | undefined;
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
    for (const { name, createdAt, objects, policy } of dumped)
      this.put(name, { createdAt, objects: new Map(objects), policy });
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
export function s3Operations(buckets: BucketsState): Operations {
  return { ...objectOperations(buckets), ...policyOperations(buckets) };
}

function objectOperations(buckets: BucketsState): Operations {
  return {
    CreateBucket: writes<s3.CreateBucketCommandInput, s3.CreateBucketCommandOutput>(
      ['Bucket', 'CreateBucketConfiguration'],
      ({ Bucket = '' }, { now }) => {
        if (buckets.has(Bucket))
          throw awsError('s3', 'BucketAlreadyOwnedByYou', 409, `You own a bucket named ${Bucket} already.`);
        buckets.put(Bucket, { createdAt: now, objects: new Map(), policy: undefined });
        return { Location: `/${Bucket}` };
      },
    ),
    PutObject: writes<s3.PutObjectCommandInput, s3.PutObjectCommandOutput>(
      ['Bucket', 'Key', 'Body'],
      ({ Bucket = '', Key = '', Body }) => {
        if (typeof Body !== 'string') return notModelled('a body of PutObject that is not text');
        const bucket = buckets.get(Bucket);
        buckets.put(Bucket, { ...bucket, objects: new Map([...bucket.objects, [Key, Body]]) });
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

function policyOperations(buckets: BucketsState): Operations {
  const { world } = buckets.iam;
  const documents = new ResourcePolicies(buckets.iam, 's3', 'MalformedPolicy');
  return {
    ListBuckets: reads<s3.ListBucketsCommandInput, s3.ListBucketsCommandOutput>(
      ['MaxBuckets', 'ContinuationToken'],
      ({ MaxBuckets, ContinuationToken }) => {
        const { page, next } = takePage(world, {
          service: 's3',
          operation: 'ListBuckets',
          items: buckets.names,
          keyOf: (name) => name,
          max: MaxBuckets ?? 10_000,
          marker: ContinuationToken,
          badMarker: 'InvalidArgument',
        });
        const Buckets = page.map((Name) => ({
          Name,
          CreationDate: new Date(buckets.get(Name).createdAt),
          BucketRegion: world.region,
        }));
        return { Buckets, ...(next !== undefined && { ContinuationToken: next }) };
      },
    ),
    PutBucketPolicy: writes<s3.PutBucketPolicyCommandInput, s3.PutBucketPolicyCommandOutput>(
      ['Bucket', 'Policy'],
      ({ Bucket = '', Policy }) => {
        buckets.put(Bucket, { ...buckets.get(Bucket), policy: documents.keep(Policy) });
        return {};
      },
    ),
    GetBucketPolicy: reads<s3.GetBucketPolicyCommandInput, s3.GetBucketPolicyCommandOutput>(
      ['Bucket'],
      ({ Bucket }) => {
        const { policy } = buckets.get(Bucket);
        if (policy === undefined)
          throw awsError('s3', 'NoSuchBucketPolicy', 404, 'The bucket policy does not exist');
        return { Policy: documents.show(policy) };
      },
    ),
  };
}
