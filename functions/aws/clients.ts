import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';

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
