import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ReviewClients } from '../../functions/aws/review-clients.js';
import { type Handle, withSend } from './clients.js';

/** Real clients of one region, whose `send` is ours. */
export function createReviewClients(region: string, handle: Handle): ReviewClients {
  const config = { region, credentials: { accessKeyId: 'fake-aws', secretAccessKey: 'fake-aws' } };
  return {
    cloudTrail: withSend(new CloudTrailClient(config), 'cloudtrail', handle),
    secretsManager: withSend(new SecretsManagerClient(config), 'secretsmanager', handle),
    kms: withSend(new KMSClient(config), 'kms', handle),
    sqs: withSend(new SQSClient(config), 'sqs', handle),
    sns: withSend(new SNSClient(config), 'sns', handle),
    s3: withSend(new S3Client(config), 's3', handle),
  };
}
