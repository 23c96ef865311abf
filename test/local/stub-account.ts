import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { serve, type Account, type WireServer } from '../../local/fake-aws/wire.js';

type Request = Parameters<Account['handle']>[0];

export const knownKey = { accessKeyId: 'AKIAKNOWN', secretAccessKey: 'known-secret' };

const knownSecrets = new Map([[knownKey.accessKeyId, knownKey.secretAccessKey]]);

/** An account that says what it is told to, served over HTTP for the tests of one file. */
export interface StubAccount {
  /** What it was asked in this test. */
  readonly asked: readonly Request[];
  answers(output: object): void;
  /** Its message holds what XML would trip over. */
  refuses(name: string, status: number, members?: object): void;
  throws(error: Error): void;
  /** The configuration of a client of it. */
  config(credentials?: typeof knownKey): ClientConfig;
}

interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: typeof knownKey;
}

export function stubAccount(): StubAccount {
  let asked: Request[];
  let next: () => object;
  let wire: WireServer;
  const handle = async (request: Request): Promise<object> => {
    asked.push(request);
    return next();
  };
  const throws = (error: Error): void => {
    next = () => {
      throw error;
    };
  };
  beforeAll(async () => {
    wire = await serve({ handle }, { caller: 'wire-test', secretOf: (id) => knownSecrets.get(id) });
  });
  afterAll(() => wire.close());
  beforeEach(() => {
    asked = [];
    next = () => ({});
  });
  return {
    get asked() {
      return asked;
    },
    answers: (output) => {
      next = () => output;
    },
    refuses: (name, status, members = {}) =>
      throws(
        Object.assign(new Error(`${name} <&> said no`), {
          name,
          $metadata: { httpStatusCode: status },
          ...members,
        }),
      ),
    throws,
    config: (credentials = knownKey) => configOf(wire.url, credentials),
  };
}

/** Credentials are copied: the SDK marks the object it is given. */
export function configOf(endpoint: string, credentials = knownKey): ClientConfig {
  return { endpoint, region: 'us-east-1', maxAttempts: 1, credentials: { ...credentials } };
}

/** An answer without what the SDK adds to it. */
export async function answerOf(answered: Promise<object>): Promise<object> {
  const { $metadata: _, ...output } = (await answered) as { $metadata?: unknown };
  return output;
}

export async function errorOf(answered: Promise<unknown>): Promise<Error> {
  const [outcome] = await Promise.allSettled([answered]);
  if (outcome.status === 'fulfilled') throw new Error('the call succeeded');
  return outcome.reason as Error;
}
