import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as iam from '@aws-sdk/client-iam';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import { FakeAws, Invocation } from '../../local/fake-aws/fake-aws.js';
import type { Call, ServiceName } from './call.js';

/** What a call came to: the answer in the SDK's terms, or AWS's code. */
export type Outcome = { readonly answer: unknown } | { readonly error: string };

/** An account that takes calls of the SDK. */
export interface Account {
  readonly id: string;
  send(service: ServiceName, operation: string, input: object): Promise<object>;
}

const region = 'us-east-1';
const sdks: Readonly<Record<ServiceName, object>> = { iam, secretsmanager: secretsManager, ssm, dynamodb };
/** Long enough for what is young for seconds. */
const betweenCallsMs = 6000;

interface Sends {
  send(command: never): Promise<object>;
}
type CommandClass = new (input: object) => object;

function commandOf(service: ServiceName, operation: string, input: object): object {
  const command = (sdks[service] as Record<string, CommandClass | undefined>)[`${operation}Command`];
  if (command === undefined) throw new Error(`the SDK of ${service} has no ${operation}`);
  return new command(input);
}

/** The simulated account, without lag, in which six seconds pass between two calls. */
export function simulatedAccount(id: string, seed: number): Account {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => (now += betweenCallsMs), sleep: () => Promise.resolve() };
  const account = new FakeAws({ clock, accountId: id, region, seed, latencyMs: () => 0 });
  const clients = account.clients(new Invocation('fidelity'));
  const byService: Readonly<Record<ServiceName, Sends>> = {
    iam: clients.iam,
    secretsmanager: clients.secretsManager,
    ssm: clients.ssm,
    dynamodb: clients.dynamodb,
  };
  return {
    id,
    send: (service, operation, input) =>
      byService[service].send(commandOf(service, operation, input) as never),
  };
}

type Middleware = (next: (args: Request) => Promise<unknown>) => (args: Request) => Promise<unknown>;
interface Request {
  readonly input: object;
  readonly request: { readonly headers: Record<string, string> };
}
interface HasStack {
  readonly middlewareStack: { add(middleware: never, options: { step: 'build' }): void };
}

/** Which account an input is for: a client is too dear for one sequence. */
const addressOf = new WeakMap<object, string>();

const address: Middleware = (next) => (args) => {
  args.request.headers['x-moto-account-id'] = addressOf.get(args.input)!;
  return next(args);
};

function addressed(client: Sends & HasStack): Sends {
  // The clients differ in what they send and take, which the address does not look at.
  client.middlewareStack.add(address as never, { step: 'build' });
  return client;
}

/** Accounts of one moto server: it takes a request for the account that a header names. */
export class MotoAccounts {
  private readonly clients: Readonly<Record<ServiceName, Sends>>;

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'fidelity', secretAccessKey: 'fidelity' };
    const config = { endpoint, region, credentials, maxAttempts: 1 };
    this.clients = {
      iam: addressed(new iam.IAMClient(config)),
      secretsmanager: addressed(new secretsManager.SecretsManagerClient(config)),
      ssm: addressed(new ssm.SSMClient(config)),
      dynamodb: addressed(new dynamodb.DynamoDBClient(config)),
    };
  }

  account(id: string): Account {
    return {
      id,
      send: (service, operation, input) => {
        addressOf.set(input, id);
        const ask = () => this.clients[service].send(commandOf(service, operation, input) as never);
        // Some reads walk through all accounts, and break where another one is made meanwhile.
        return /^(?:Get|List|Describe)/.test(operation) ? ask().catch(ask) : ask();
      },
    };
  }
}

/** Makes a call; what is no answer of AWS escapes. */
export async function outcomeOf(account: Account, call: Call, input: object): Promise<Outcome> {
  try {
    return { answer: await account.send(call.service, call.operation, input) };
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error)) throw error;
    return { error: error.name };
  }
}
