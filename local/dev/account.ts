import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { systemClock } from '../../functions/aws/clock.js';
import { minuteMs } from '../../functions/core/instants.js';
import { eventSource } from '../../functions/core/names.js';
import { standardSettings } from '../deployment.js';
import { type Call, FakeAws } from '../fake-aws/fake-aws.js';
import { serve } from '../fake-aws/wire.js';

/** The AWS account that the system runs on. */
export interface Account {
  readonly id: string;
  readonly region: string;
  readonly url: string;
  readonly isEmbedded: boolean;
  /** Leads the SDK's clients to it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Any key pair will do: no local AWS judges the signatures of our functions. */
const credentials = { AWS_ACCESS_KEY_ID: 'AKIALOCALFUNCTION001', AWS_SECRET_ACCESS_KEY: 'local' };

/** The account at AWS_ENDPOINT_URL, or one in memory where that is not set. This process's own clients are led there too. */
export async function openAccount(log: NodeJS.WritableStream): Promise<Account> {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region = standardSettings.region } = process.env;
  return endpoint ? accountAt(endpoint, region) : embeddedAccount(region, log);
}

async function accountAt(url: string, region: string): Promise<Account> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const own =
    AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
      ? { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...(AWS_SESSION_TOKEN ? { AWS_SESSION_TOKEN } : {}) }
      : credentials;
  const env = environmentFor(url, region, own);
  const { Account: id } = await new STSClient().send(new GetCallerIdentityCommand());
  return { id: id!, region, url, isEmbedded: false, env, close: async () => undefined };
}

async function embeddedAccount(region: string, log: NodeJS.WritableStream): Promise<Account> {
  const { accountId: id } = standardSettings;
  const account = new FakeAws({ clock: systemClock, accountId: id, region, latencyMs: () => 0 });
  const server = await serve(account, { secretOf: (keyId) => account.secretOf(keyId) });
  account.onEffect((call) => {
    for (const line of eventLines(call)) log.write(`${line}\n`);
  });
  // It records every call, and the queues are asked several times a second.
  const forgetting = setInterval(() => account.clearCalls(), minuteMs).unref();
  const close = () => {
    clearInterval(forgetting);
    return server.close();
  };
  const env = environmentFor(server.url, region, credentials);
  return { id, region, url: server.url, isEmbedded: true, env, close };
}

/** What the functions say on the bus, a line an event: "event Access Key Rotated of ci-deploy". */
function eventLines({ operation, input }: Call): string[] {
  if (operation !== 'PutEvents') return [];
  const entries = input.Entries as readonly { Source: string; DetailType: string; Detail: string }[];
  return entries
    .filter(({ Source }) => Source === eventSource)
    .map(({ DetailType, Detail }) => {
      const { userName } = JSON.parse(Detail) as { userName: string | null };
      return `event ${DetailType}${userName === null ? '' : ` of ${userName}`}`;
    });
}

function environmentFor(url: string, region: string, keys: Readonly<Record<string, string>>) {
  const env = { AWS_ENDPOINT_URL: url, AWS_REGION: region, ...keys };
  Object.assign(process.env, env);
  return env;
}
