import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { StaticOperationSchema } from '@smithy/types';
import type { Clients, KeyPair } from '../../functions/aws/clients.js';
import type { Service } from './types.js';

interface Sent {
  readonly service: Service;
  readonly operation: string;
  readonly input: object;
  readonly signer?: KeyPair | undefined;
  /** Where it is sent to; default the account's region. */
  readonly region?: string;
}
export type Handle = (request: Sent) => Promise<object>;

/** What a command of the SDK says of itself; the name of its class is lost where bundlers shorten names. */
interface Command {
  readonly input: object;
  readonly schema: StaticOperationSchema;
}

const prototypes = new Map<string, ReturnType<typeof createPrototypes>>();

/** Real client objects, so that `instanceof` and the SDK's paginators accept them; only `send` is ours. */
export function createClients(region: string, handle: Handle): Clients {
  const real = prototypes.get(region) ?? createPrototypes(region);
  prototypes.set(region, real);
  return {
    iam: withSend(real.iam, 'iam', handle),
    iamMint: withSend(real.iam, 'iam', handle),
    secretsManager: withSend(real.secretsManager, 'secretsmanager', handle),
    ssm: withSend(real.ssm, 'ssm', handle),
    dynamodb: withSend(real.dynamodb, 'dynamodb', handle),
    sqs: withSend(real.sqs, 'sqs', handle),
    s3: withSend(real.s3, 's3', handle),
    cloudTrail: (asked) =>
      withSend(real.cloudTrail, 'cloudtrail', (request) => handle({ ...request, region: asked })),
    eventBridge: withSend(real.eventBridge, 'events', handle),
    sts: (key) => withSend(real.sts, 'sts', (request) => handle({ ...request, signer: key })),
  };
}

/** Making a client costs more than many simulated calls, so all share the same few as prototypes. */
function createPrototypes(region: string) {
  const config = { region, credentials: { accessKeyId: 'fake-aws', secretAccessKey: 'fake-aws' } };
  return {
    iam: new IAMClient(config),
    s3: new S3Client(config),
    secretsManager: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
    dynamodb: new DynamoDBClient(config),
    sqs: new SQSClient(config),
    cloudTrail: new CloudTrailClient(config),
    eventBridge: new EventBridgeClient(config),
    sts: new STSClient(config),
  };
}

export function withSend<Client extends object>(client: Client, service: Service, handle: Handle): Client {
  const send = ({ input, schema: [, , operation] }: Command) => handle({ service, operation, input });
  return Object.create(client, { send: { value: send } }) as Client;
}
