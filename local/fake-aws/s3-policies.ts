import type * as s3 from '@aws-sdk/client-s3';
import { awsError } from './errors.js';
import { reads, takePage, writes } from './operation.js';
import { ResourcePolicies } from './resource-policies.js';
import type { BucketsState } from './s3.js';
import type { Operations } from './types.js';

/** Which buckets there are, and what their policies say. */
export function policyOperations(buckets: BucketsState): Operations {
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
