import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clients } from '../../functions/aws/clients.js';
import {
  listsServiceCredentials,
  withoutServiceCredentials,
} from '../../functions/aws/service-credentials.js';

export interface AwsEndpoint {
  readonly url: string;
  readonly region: string;
  /** Service-specific credentials: not every emulator knows them. */
  readonly listsServiceCredentials: boolean;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export async function openEndpoint(url: string, region: string): Promise<AwsEndpoint> {
  const iam = new IAMClient({ endpoint: url, region, credentials, maxAttempts: 1 });
  return { url, region, listsServiceCredentials: await listsServiceCredentials(iam) };
}

/** Real clients at an AWS-compatible endpoint, which takes any credentials; `seen` is told of every call. */
export function clientsAt(at: AwsEndpoint, seen: (call: string) => void): Clients {
  const config = { endpoint: at.url, region: at.region, credentials };
  const watched = <Client extends Watchable>(service: string, client: Client): Client => {
    const count: Middleware = (next, context) => (args) => {
      seen(`${service} ${(context.commandName ?? '').replace(/Command$/, '')}`);
      return next(args);
    };
    // The clients differ in what they send and take, which counting does not look at.
    client.middlewareStack.add(count as never, { step: 'initialize' });
    return client;
  };
  const iam = watched('iam', new IAMClient(config));
  if (!at.listsServiceCredentials) withoutServiceCredentials(iam);
  return {
    iam,
    iamMint: iam,
    secretsManager: watched('secretsmanager', new SecretsManagerClient(config)),
    ssm: watched('ssm', new SSMClient(config)),
    dynamodb: watched('dynamodb', new DynamoDBClient(config)),
    sqs: watched('sqs', new SQSClient(config)),
    s3: watched('s3', new S3Client(config)),
    cloudTrail: (region) => watched('cloudtrail', new CloudTrailClient({ ...config, region })),
    eventBridge: watched('events', new EventBridgeClient(config)),
    sts: (key) => watched('sts', new STSClient({ ...config, credentials: key })),
  };
}

type Call = (args: unknown) => Promise<unknown>;
type Middleware = (next: Call, context: { readonly commandName?: string }) => Call;

interface Watchable {
  readonly middlewareStack: { add(middleware: never, options: { step: 'initialize' }): void };
}
