import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types';

/** An access key pair, as the SDK's clients take it. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Every AWS client that a function may use. */
export interface Clients {
  readonly iam: IAMClient;
  /** IAM for CreateAccessKey alone, which has no idempotency token: only a throttled call is tried again. */
  readonly iamMint: IAMClient;
  readonly secretsManager: SecretsManagerClient;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
  /** STS signed by a given key: the test call of a new key. */
  sts(key: KeyPair): STSClient;
}

/** A throttled call was surely not carried out. Of any other failure nobody knows. */
class ThrottleOnlyRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    errorInfo: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (errorInfo.errorType !== 'THROTTLING')
      throw new Error('not retried: the call may have been carried out');
    return super.refreshRetryTokenForRetry(token, errorInfo);
  }
}

const maxAttempts = 8;

/** The real clients. Region, credentials and AWS_ENDPOINT_URL are found in the environment, as the SDK does. */
export function awsClients(): Clients {
  const patient = { retryMode: 'adaptive', maxAttempts } as const;
  return {
    iam: new IAMClient(patient),
    iamMint: new IAMClient({ retryStrategy: new ThrottleOnlyRetryStrategy(maxAttempts) }),
    secretsManager: new SecretsManagerClient(patient),
    dynamodb: new DynamoDBClient(patient),
    sqs: new SQSClient(patient),
    eventBridge: new EventBridgeClient(patient),
    sts: (credentials) => new STSClient({ ...patient, credentials }),
  };
}
