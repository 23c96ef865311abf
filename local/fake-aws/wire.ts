import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KeyPair } from '../../functions/aws/clients.js';
import type { FakeAws } from './fake-aws.js';
import { Invocation, type Service } from './types.js';
import { jsonProtocol, queryCompatibleJsonProtocol, toJson } from './wire-json.js';
import type { Protocol, Received, Refusal, Reply } from './wire-protocol.js';
import { queryProtocol } from './wire-query.js';
import { s3Protocol } from './wire-s3.js';
import { errorSchema, operationSchema, shapeOf, type Schema } from './wire-schema.js';
import { isSignedBy, parseAuthorization } from './wire-signature.js';

export type Account = Pick<FakeAws, 'handle'>;

export interface WireOptions {
  /** 0 or none: a free port. */
  readonly port?: number;
  /** The caller's name in the account's record of calls. */
  readonly caller?: string;
  /** The secret of a key that the account knows; undefined for all other ids. */
  readonly secretOf?: (accessKeyId: string) => string | undefined;
}

export interface WireServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a simulated account over HTTP on 127.0.0.1, so that real SDK clients with `endpoint` or `AWS_ENDPOINT_URL` talk to it.
 *
 * The account gets the signer's key pair with its secret only where `secretOf` knows the secret and the request's SigV4 signature
 * proves that the sender holds it. Else the secret is '', and the account answers as it does to any wrong secret.
 *
 * With `AWS_ENDPOINT_URL` (not with `endpoint`) the SDK's SQS client sends to the origin of the queue's URL: give queues URLs
 * on this server's `url`.
 */
export async function serve(account: Account, options: WireOptions = {}): Promise<WireServer> {
  const server = createServer((incoming, outgoing) => {
    // What escapes is a client that hung up in the middle of its request.
    answer(account, options, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // The SDK's clients keep their connections open.
        server.closeAllConnections();
      }),
  };
}

const protocols: Record<Service, Protocol> = {
  iam: queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/'),
  sts: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
  secretsmanager: jsonProtocol('1.1'),
  ssm: jsonProtocol('1.1'),
  dynamodb: jsonProtocol('1.0'),
  sqs: queryCompatibleJsonProtocol('1.0'),
  events: jsonProtocol('1.1'),
  s3: s3Protocol,
  cloudtrail: jsonProtocol('1.1'),
  kms: jsonProtocol('1.1'),
  sns: queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/'),
};

const serviceOfTarget: Readonly<Record<string, Service>> = {
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
  CloudTrail_20131101: 'cloudtrail',
  TrentService: 'kms',
};

async function answer(
  account: Account,
  options: WireOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = '', url: path = '', headers } = incoming;
  const received: Received = { method, path, headers, body: await text(incoming) };
  const service = serviceOf(headers);
  if (!service) {
    outgoing.writeHead(404).end('no simulated service answers this request\n');
    return;
  }
  const requestId = randomUUID();
  const invocation = new Invocation(options.caller ?? 'wire');
  const signer = signerOf(received, options);
  const reply = await call(account, service, received, invocation, signer, requestId).catch((error: Error) =>
    isUnanswered(error) ? undefined : protocols[service].refusal(refusalOf(service, error), requestId),
  );
  if (!reply) {
    outgoing.destroy();
    return;
  }
  const { contentType } = protocols[service];
  outgoing.writeHead(reply.status, {
    'content-type': contentType,
    'x-amzn-requestid': requestId,
    ...reply.headers,
  });
  outgoing.end(reply.body);
}

/** The faults in which the caller of an in-process client hears nothing of AWS: over the wire the connection breaks. */
function isUnanswered(error: Error): boolean {
  return error.name === 'TimeoutError' || error.name === 'SimulatedCrash';
}

function serviceOf(headers: IncomingHttpHeaders): Service | undefined {
  const signed = parseAuthorization(headers.authorization)?.service ?? '';
  if (Object.hasOwn(protocols, signed)) return signed as Service;
  return serviceOfTarget[String(headers['x-amz-target'] ?? '').split('.')[0] ?? ''];
}

function signerOf(received: Received, { secretOf }: WireOptions): KeyPair | undefined {
  const signature = parseAuthorization(received.headers.authorization);
  if (!signature) return undefined;
  const secret = secretOf?.(signature.accessKeyId);
  const isProven = secret !== undefined && isSignedBy(secret, signature, received);
  return { accessKeyId: signature.accessKeyId, secretAccessKey: isProven ? secret : '' };
}

async function call(
  account: Account,
  service: Service,
  received: Received,
  invocation: Invocation,
  signer: KeyPair | undefined,
  requestId: string,
): Promise<Reply> {
  const protocol = protocols[service];
  const operation = protocol.operationOf(received);
  const schema = operationSchema(service, operation);
  if (!schema) {
    const error = new Error(`${service} has no operation '${operation}'`);
    throw Object.assign(error, { name: protocol.unknownOperation, $metadata: { httpStatusCode: 400 } });
  }
  const input = protocol.input(schema.input, received.body, received);
  const output = await account.handle({ service, operation, input, invocation, signer });
  return protocol.result(operation, schema.output, output, requestId);
}

function refusalOf(service: Service, error: Error & { $metadata?: { httpStatusCode?: number } }): Refusal {
  const { message, $metadata } = error;
  // An error without a status is not AWS's but a mistake in the account, told as AWS tells its own.
  const status = $metadata?.httpStatusCode ?? 500;
  const name = $metadata?.httpStatusCode === undefined ? 'InternalFailure' : error.name;
  const fault = status < 500 ? 'Sender' : 'Receiver';
  const model = errorSchema(service, name);
  const members = model ? modelledMembers(model.schema, error) : {};
  return { status, name, code: model?.queryCode ?? name, fault, message, members };
}

/** What an error holds beside its message, such as the `Item` of a failed condition. */
function modelledMembers(schema: Schema, error: object): object {
  const shape = shapeOf(schema);
  if (shape.kind !== 'structure') return {};
  const held = [...shape.members.keys()].map((name) => [name, (error as Record<string, unknown>)[name]]);
  return toJson(schema, Object.fromEntries(held)) as object;
}
