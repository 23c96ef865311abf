import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { Clients, KeyPair } from '../../functions/aws/clients.js';

/** Clients without a network. A command that no test has given an answer to is an error, not an empty answer. */
export function mockClients() {
  const region = 'eu-central-1';
  const clients = {
    iam: new IAMClient({ region }),
    iamMint: new IAMClient({ region }),
    secretsManager: new SecretsManagerClient({ region }),
    ssm: new SSMClient({ region }),
    dynamodb: new DynamoDBClient({ region }),
    sqs: new SQSClient({ region }),
    eventBridge: new EventBridgeClient({ region }),
    s3: new S3Client({ region }),
  };
  const cloudTrail = new CloudTrailClient({ region });
  const stsClient = new STSClient({ region });
  const signedWith: KeyPair[] = [];
  const mocks = {
    iam: mockClient(clients.iam),
    iamMint: mockClient(clients.iamMint),
    secretsManager: mockClient(clients.secretsManager),
    ssm: mockClient(clients.ssm),
    dynamodb: mockClient(clients.dynamodb),
    sqs: mockClient(clients.sqs),
    eventBridge: mockClient(clients.eventBridge),
    s3: mockClient(clients.s3),
    cloudTrail: mockClient(cloudTrail),
    sts: mockClient(stsClient),
  };
  for (const mock of Object.values(mocks)) refuseUnknown(mock);
  const all: Clients = {
    ...clients,
    cloudTrail: () => cloudTrail,
    sts: (key) => {
      signedWith.push(key);
      return stsClient;
    },
  };
  /** Every call of every client in the order in which they were made: ["TagUser", { UserName: … }], … */
  const calls = (): [name: string, input: unknown][] =>
    Object.values(mocks)
      .flatMap((mock) => (mock as unknown as Recorded).send.getCalls())
      .toSorted((one, other) => one.callId - other.callId)
      .map(({ args: [command] }) => [command.constructor.name.replace(/Command$/, ''), command.input]);
  return { clients: all, ...mocks, signedWith, calls };
}

/** An error as AWS answers it: known by its name alone. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

interface Refusing {
  onAnyCommand(): { callsFake(fake: (input: unknown) => never): void };
}

interface Recorded {
  readonly send: {
    getCalls(): {
      readonly callId: number;
      readonly args: readonly [{ readonly input: unknown; readonly constructor: { readonly name: string } }];
    }[];
  };
}

function refuseUnknown(mock: Refusing): void {
  mock.onAnyCommand().callsFake((input) => {
    throw new Error(`no answer was prepared for ${JSON.stringify(input)}`);
  });
}
