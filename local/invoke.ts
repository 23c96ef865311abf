import { readFile } from 'node:fs/promises';
import { Argument, Command } from 'commander';
import { awsClients } from '../functions/aws/clients.js';
import { atEndpoint, deploy, standardSettings } from './deployment.js';
import { serve } from './fake-aws/wire.js';
import { freshBundle, runBundle } from './lambda-process.js';
import { createSampleAccount } from './sample-account.js';
import { type FunctionName, timeoutsMs } from './system.js';

/** An AWS for one invocation: the environment that leads to it, and the end of it. */
interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const { region } = standardSettings;
/** Any key pair will do: no local AWS judges the signatures of our functions. */
const credentials = { AWS_ACCESS_KEY_ID: 'AKIALOCALFUNCTION001', AWS_SECRET_ACCESS_KEY: 'local' };

/** What answers at AWS_ENDPOINT_URL, with what the functions need deployed there. */
async function standIn(endpoint: string): Promise<Place> {
  const { AWS_REGION = region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const own =
    AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
      ? { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...(AWS_SESSION_TOKEN ? { AWS_SESSION_TOKEN } : {}) }
      : credentials;
  const aws = { AWS_ENDPOINT_URL: endpoint, AWS_REGION, ...own };
  Object.assign(process.env, aws);
  const env = await deploy(awsClients(), { ...standardSettings, region: AWS_REGION });
  return { env: { ...atEndpoint(env, endpoint), ...aws }, close: async () => undefined };
}

/** A simulated account with the sample users, for this invocation alone. */
async function embedded(): Promise<Place> {
  const sample = await createSampleAccount();
  sample.joinPresent();
  const { account, env } = sample;
  const server = await serve(account, { secretOf: (keyId) => account.secretOf(keyId) });
  return {
    env: { ...atEndpoint(env, server.url), AWS_ENDPOINT_URL: server.url, AWS_REGION: region, ...credentials },
    close: () => server.close(),
  };
}

async function readEvent(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

async function invoke(name: FunctionName, file: string): Promise<void> {
  const event = await readEvent(file);
  const bundle = await freshBundle(name);
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const place = await (endpoint ? standIn(endpoint) : embedded());
  const outcome = await runBundle({ name, bundle, event, env: place.env, log: process.stderr });
  await place.close();
  if ('error' in outcome) return fail(`${outcome.error.name}: ${outcome.error.message}`);
  process.stdout.write(`${JSON.stringify(outcome.result)}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

const program = new Command('invoke')
  .description(
    'Runs one bundled function as Lambda would, against AWS_ENDPOINT_URL where it is set, else against a simulated account with the\n' +
      'users that the samples in events/ speak of. The result goes to stdout, the logs to stderr.',
  )
  .addArgument(new Argument('<function>', 'the function').choices(Object.keys(timeoutsMs)))
  .argument('<event.json>', 'the event, such as events/onboard/new-user.json')
  .parse();

const [name, file] = program.args;
await invoke(name as FunctionName, file!).catch((error: Error) => fail(`error: ${error.message}`));
