import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './nag.js';
import { rosterBucketPrefix } from './names.js';

/**
 * Where the roster lies that is kept: every version of it, and nothing else. It holds no secret, so S3's own encryption
 * will do: whoever lays a roster down needs no right to a key.
 */
export function rosterBucket(scope: Construct): s3.Bucket {
  const { account, region } = Stack.of(scope);
  const bucket = new s3.Bucket(scope, 'Bucket', {
    bucketName: `${rosterBucketPrefix}-${account}-${region}`,
    versioned: true,
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  // CDK's own switch for it would deploy a function that may change every bucket's notifications.
  (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  acknowledge(
    bucket,
    'S1',
    'It has one object, whose every version is kept; who wrote it stands in CloudTrail and in the event of each change.',
  );
  return bucket;
}
