import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from './config.js';
import { acknowledge } from './nag.js';
import { evidenceBucketName } from './names.js';

/** How long a version is kept that somebody has hidden behind a newer one or behind a deletion. */
const hiddenVersions = Duration.days(365);

/**
 * Where the evidence of departures is filed. It outlives the stack. Whoever writes there, an operator too, writes what is
 * not there yet; versions and, where it is set, Object Lock keep what somebody with other rights replaces or deletes.
 */
export function evidenceBucket(scope: Construct, key: IKey, { evidenceRetentionDays }: Settings): s3.Bucket {
  const { account, region } = Stack.of(scope);
  const bucket = new s3.Bucket(scope, 'Bucket', {
    bucketName: evidenceBucketName(account, region),
    versioned: true,
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      { noncurrentVersionExpiration: hiddenVersions, abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    ...(evidenceRetentionDays === undefined
      ? {}
      : {
          objectLockEnabled: true,
          objectLockDefaultRetention: s3.ObjectLockRetention.governance(Duration.days(evidenceRetentionDays)),
        }),
  });
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'WriteOnce',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('users/*')],
      conditions: {
        Null: { 's3:if-none-match': 'true' },
        // The parts of an upload in parts carry no such header; its completion does.
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    }),
  );
  acknowledge(
    bucket,
    'S1',
    'Every object is written once, by a function whose log says so; reads stand in CloudTrail.',
  );
  return bucket;
}
