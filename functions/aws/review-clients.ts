import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { patient } from './clients.js';

/** What a review asks of one region. No function has these clients: they are for whoever runs the tool. */
export interface ReviewClients {
  readonly cloudTrail: CloudTrailClient;
  readonly secretsManager: SecretsManagerClient;
  readonly kms: KMSClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  /** It follows buckets to their regions, so that one region's client reads them all. */
  readonly s3: S3Client;
}

export function createReviewClients(region: string): ReviewClients {
  return {
    cloudTrail: new CloudTrailClient({ region, ...patient() }),
    secretsManager: new SecretsManagerClient({ region, ...patient() }),
    kms: new KMSClient({ region, ...patient() }),
    sqs: new SQSClient({ region, ...patient() }),
    sns: new SNSClient({ region, ...patient() }),
    s3: new S3Client({ region, followRegionRedirects: true, ...patient() }),
  };
}
