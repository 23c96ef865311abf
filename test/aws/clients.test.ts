import { CreateAccessKeyCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import { Readable } from 'node:stream';
import { type Clients, awsClients } from '../../functions/aws/clients.js';

const variables = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIATEST000000000001',
  AWS_SECRET_ACCESS_KEY: 'test',
};
const before = { ...process.env };

beforeEach(() => {
  Object.assign(process.env, variables);
  // The SDK waits a random part of an exponential delay: no part of it here.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

const failure = (status: number, code: string): [number, string] => [
  status,
  `<ErrorResponse><Error><Type>Receiver</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
];
const created: [number, string] = [
  200,
  '<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>alice</UserName>' +
    '<AccessKeyId>AKIANEXT000000000001</AccessKeyId><Status>Active</Status><SecretAccessKey>s</SecretAccessKey>' +
    '</AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>',
];
const listed: [number, string] = [
  200,
  '<ListUsersResponse><ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>',
];

/** Answers one after the other, the last one for ever, and counts the requests. */
function answering(client: Clients['iam'], answers: readonly [number, string][]) {
  let requests = 0;
  client.config.requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async () => {
      const [statusCode, body] = answers[Math.min(requests, answers.length - 1)]!;
      requests += 1;
      const headers = { 'content-type': 'text/xml' };
      return {
        response: new HttpResponse({ statusCode, headers, body: Readable.from([Buffer.from(body)]) }),
      };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  return () => requests;
}

const mint = (clients: Clients) => clients.iamMint.send(new CreateAccessKeyCommand({ UserName: 'alice' }));

describe('CreateAccessKey, which must not be made twice', () => {
  test.each([
    ['a server failure', 500, 'InternalFailure'],
    ['a service that is not available', 503, 'ServiceUnavailable'],
    ['a gateway time-out', 504, 'GatewayTimeout'],
    ['a refusal', 404, 'NoSuchEntity'],
  ])('%s is tried once', async (_, status, code) => {
    const clients = awsClients();
    const requests = answering(clients.iamMint, [failure(status, code), created]);
    await expect(mint(clients)).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
    expect(requests()).toBe(1);
  });

  test('a connection that breaks is tried once', async () => {
    const clients = awsClients();
    let requests = 0;
    const broken = Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    clients.iamMint.config.requestHandler.handle = async () => {
      requests += 1;
      throw broken;
    };
    await expect(mint(clients)).rejects.toThrow('socket hang up');
    expect(requests).toBe(1);
  });

  test('a throttled call, which was surely not carried out, is tried again', async () => {
    const clients = awsClients();
    const requests = answering(clients.iamMint, [
      failure(400, 'Throttling'),
      failure(400, 'Throttling'),
      created,
    ]);
    await expect(mint(clients)).resolves.toMatchObject({
      AccessKey: { AccessKeyId: 'AKIANEXT000000000001' },
    });
    expect(requests()).toBe(3);
  });

  test('a failure after a throttled call ends it', async () => {
    const clients = awsClients();
    const requests = answering(clients.iamMint, [
      failure(400, 'Throttling'),
      failure(500, 'InternalFailure'),
      created,
    ]);
    await expect(mint(clients)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(requests()).toBe(2);
  });
});

describe('a read may be made as often as it takes', () => {
  test('a server failure is tried again', async () => {
    const clients = awsClients();
    const requests = answering(clients.iam, [failure(500, 'InternalFailure'), listed]);
    await expect(clients.iam.send(new ListUsersCommand({}))).resolves.toMatchObject({ IsTruncated: false });
    expect(requests()).toBe(2);
  });

  test('a refusal is not', async () => {
    const clients = awsClients();
    const requests = answering(clients.iam, [failure(403, 'AccessDenied'), listed]);
    await expect(clients.iam.send(new ListUsersCommand({}))).rejects.toThrow('no');
    expect(requests()).toBe(1);
  });
});

test('STS signs with the key that it is given', async () => {
  const key = { accessKeyId: 'AKIANEXT000000000001', secretAccessKey: 'its own secret' };
  await expect(awsClients().sts(key).config.credentials()).resolves.toMatchObject(key);
});
