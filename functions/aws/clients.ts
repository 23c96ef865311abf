import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { AdaptiveRetryStrategy, StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, RetryToken, StandardRetryToken } from '@smithy/types';

/** An access key pair, as the SDK's clients take it. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Every AWS client that a function may use. */
export interface Clients {
  readonly iam: IAMClient;
  /** IAM for CreateAccessKey and CreateLoginProfile, of which a second try is no repetition: only a throttled call is tried again. */
  readonly iamMint: IAMClient;
  readonly secretsManager: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
  readonly s3: S3Client;
  /** The event history of a region. */
  cloudTrail(region: string): CloudTrailClient;
  /** STS signed by a given key: the test call of a new key. */
  sts(key: KeyPair): STSClient;
}

/** A quota that is used up. The SDK takes this name for throttling; waiting frees no slot. */
function isQuotaRefusal({ error }: RetryErrorInfo): boolean {
  return error instanceof Error && error.name === 'LimitExceededException';
}

class PatientRetryStrategy extends AdaptiveRetryStrategy {
  override async refreshRetryTokenForRetry(
    token: RetryToken,
    errorInfo: RetryErrorInfo,
  ): Promise<RetryToken> {
    if (isQuotaRefusal(errorInfo)) throw new Error('not retried: the quota is used up');
    return super.refreshRetryTokenForRetry(token as StandardRetryToken, errorInfo);
  }
}

/** A throttled call was surely not carried out. Of any other failure nobody knows. */
class ThrottleOnlyRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    errorInfo: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (errorInfo.errorType !== 'THROTTLING' || isQuotaRefusal(errorInfo))
      throw new Error('not retried: the call may have been carried out');
    return super.refreshRetryTokenForRetry(token, errorInfo);
  }
}

const maxAttempts = 8;

/** The SDK's adaptive mode, one limiter a client. */
export const patient = (): { retryStrategy: PatientRetryStrategy } => ({
  retryStrategy: new PatientRetryStrategy(() => Promise.resolve(maxAttempts)),
});

/**
 * One maker for each client, so that a function's bundle holds only what the function names. Region, credentials and
 * AWS_ENDPOINT_URL are found in the environment, as the SDK does.
 */
export const createIam = (): Clients['iam'] => new IAMClient(patient());
export const createIamMint = (): Clients['iamMint'] =>
  new IAMClient({ retryStrategy: new ThrottleOnlyRetryStrategy(maxAttempts) });
export const createSecretsManager = (): Clients['secretsManager'] => new SecretsManagerClient(patient());
export const createSsm = (): Clients['ssm'] => new SSMClient(patient());
export const createDynamodb = (): Clients['dynamodb'] => new DynamoDBClient(patient());
export const createSqs = (): Clients['sqs'] => new SQSClient(patient());
export const createEventBridge = (): Clients['eventBridge'] => new EventBridgeClient(patient());
export const createSts = (): Clients['sts'] => (credentials) => new STSClient({ ...patient(), credentials });
/** STS signed by whoever runs the tool. */
export const createCallerSts = (): STSClient => new STSClient(patient());
/** IAM for a question whose answer may be a failure: asked once. */
export const createImpatientIam = (): IAMClient => new IAMClient({ maxAttempts: 1 });
export const createCloudTrail = (): Clients['cloudTrail'] => (region) =>
  new CloudTrailClient({ ...patient(), region });
export const createS3 = (): Clients['s3'] => new S3Client(patient());

/** All of them, for tools. */
export function awsClients(): Clients {
  return {
    iam: createIam(),
    iamMint: createIamMint(),
    secretsManager: createSecretsManager(),
    ssm: createSsm(),
    dynamodb: createDynamodb(),
    sqs: createSqs(),
    eventBridge: createEventBridge(),
    s3: createS3(),
    cloudTrail: createCloudTrail(),
    sts: createSts(),
  };
}
