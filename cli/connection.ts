import { keepsBoundaries } from '../functions/aws/boundaries.js';
import { callerAccount } from '../functions/aws/caller.js';
import { type Clients, awsClients, createCallerSts, createImpatientIam } from '../functions/aws/clients.js';
import type { Clock } from '../functions/aws/clock.js';
import type { ReviewClients } from '../functions/aws/review-clients.js';
import { listsServiceCredentials, withoutServiceCredentials } from '../functions/aws/service-credentials.js';
import { type CallListener, watchCalls } from '../functions/aws/watch-calls.js';
import type { Io } from './io.js';
import type { GlobalOptions } from './options.js';

/** The account that a command works on: one of AWS, or a simulated one in a file. */
export interface Connection {
  readonly isEmbedded: boolean;
  readonly accountId: string;
  /** AWS keeps permissions boundaries; not every emulator does. */
  readonly keepsBoundaries: boolean;
  readonly clients: Clients;
  readonly clock: Clock;
  /** What a review asks of a region; loaded when it is needed. */
  reviewClients(region: string): Promise<ReviewClients>;
  /** How many calls there were so far, tries counted. */
  calls(): number;
  /** Calls back whenever AWS asks for fewer calls. */
  onThrottle(listener: () => void): void;
  /** Keeps what is not kept by itself. */
  save(): Promise<void>;
}

/** Throws what AWS says of the credentials; no command begins before they are known to be good. */
export async function connect(options: GlobalOptions, io: Io): Promise<Connection> {
  if (options.embedded !== undefined) {
    const { openEmbedded } = await import('./embedded.js');
    return openEmbedded(options.embedded, io);
  }
  setEnvironment(options);
  const clients = awsClients();
  const listeners: (() => void)[] = [];
  let calls = 0;
  const listener: CallListener = {
    called: () => {
      calls += 1;
    },
    throttled: () => {
      for (const tell of listeners) tell();
    },
  };
  watchCalls(clients, listener);
  const accountId = await callerAccount(createCallerSts());
  if (isForeignEndpoint() && !(await listsServiceCredentials(createImpatientIam())))
    withoutServiceCredentials(clients.iam);
  return {
    isEmbedded: false,
    accountId,
    keepsBoundaries: await knowsBoundaries(),
    clients,
    clock: io.clock,
    reviewClients,
    calls: () => calls,
    onThrottle: (tell) => void listeners.push(tell),
    save: () => Promise.resolve(),
  };
}

async function reviewClients(region: string): Promise<ReviewClients> {
  const { createReviewClients } = await import('../functions/aws/review-clients.js');
  return createReviewClients(region);
}

/** Asked of an endpoint that is not AWS's own, and of no other. */
async function knowsBoundaries(): Promise<boolean> {
  return !isForeignEndpoint() || keepsBoundaries(createImpatientIam());
}

function isForeignEndpoint(): boolean {
  return (process.env.AWS_ENDPOINT_URL_IAM ?? process.env.AWS_ENDPOINT_URL) !== undefined;
}

/** The SDK finds all of it in the environment, for every client alike; what was typed goes before what was there. */
function setEnvironment({ profile, region, endpointUrl }: GlobalOptions): void {
  const { env } = process;
  if (profile !== undefined) {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete env[name];
    env.AWS_PROFILE = profile;
  }
  if (region !== undefined) env.AWS_REGION = region;
  if (endpointUrl !== undefined) {
    for (const name of Object.keys(env)) if (name.startsWith('AWS_ENDPOINT_URL_')) delete env[name];
    env.AWS_ENDPOINT_URL = endpointUrl;
  }
}
