import { Command, InvalidArgumentError } from 'commander';
import path from 'node:path';
import { type Account, openAccount } from './dev/account.js';
import { type DevSystem, startSystem } from './dev/dev-system.js';
import { ownRoutes } from './dev/own-routes.js';
import { freshTemplate } from './dev/synthesis.js';
import { type Template, readTemplate } from './dev/template.js';

interface Options {
  readonly port: number;
  readonly template?: string;
  readonly visibility?: number;
  readonly maxReceives?: number;
  readonly roster: string;
  readonly env: Readonly<Record<string, string>>;
}

function wholeNumber(from: number, to: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= from && number <= to) return number;
    throw new InvalidArgumentError(`Give a whole number from ${from} to ${to}.`);
  };
}

function variable(text: string, others: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Give NAME=VALUE.');
  return { ...others, [name]: value };
}

const program = new Command('dev')
  .description(
    'Runs the synthesized system on this machine, with the very bundles that would be deployed: on AWS_ENDPOINT_URL where it is\n' +
      'set, else on a simulated account in memory. The logs of the functions go to stderr. Ctrl-C ends it.',
  )
  .option(
    '--port <number>',
    'where the API listens on 127.0.0.1; 0 for a free port',
    wholeNumber(0, 65_535),
    3000,
  )
  .option(
    '--template <file>',
    'a template as CDK writes it; default: the one in cdk.out, made anew where it is stale',
  )
  .option(
    '--visibility <seconds>',
    "in place of the queues' own, to see a redelivery soon",
    wholeNumber(1, 43_200),
  )
  .option(
    '--max-receives <number>',
    "in place of the queues' own, to see dead letters soon",
    wholeNumber(1, 1000),
  )
  .option(
    '--roster <file>',
    'what is laid into the bucket of the roster, where the template has one',
    'roster.yaml',
  )
  .option(
    '--env <NAME=VALUE>',
    "in place of the functions' own variable, such as LEASE=PT5S; may be repeated",
    variable,
    {},
  )
  .parse();

async function main({ port, template: given, visibility, maxReceives, roster, env }: Options): Promise<void> {
  const file = given ?? (await freshTemplate(process.stderr));
  const template = await readTemplate(file);
  const account = await openAccount(process.stderr);
  const limits = {
    ...(visibility === undefined ? {} : { visibilitySeconds: visibility }),
    ...(maxReceives === undefined ? {} : { maxReceives }),
  };
  const system = await startSystem({
    template,
    account,
    limits,
    roster,
    overrides: env,
    port,
    log: process.stderr,
  });
  process.stdout.write(`${describe(system, account, template, file).join('\n')}\n`);
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    await system.close();
    await account.close();
    // A call that is on its way to an endpoint would hold the process.
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end());
}

const line = (label: string, text: string) => `${label.padEnd(10)}${text}`;

function describe(
  { url, routes, sources, schedules, buses, deliveries }: DevSystem,
  account: Account,
  template: Template,
  file: string,
): string[] {
  const where = account.isEmbedded ? 'simulated in memory, gone when this ends' : 'at AWS_ENDPOINT_URL';
  const leftOut = [...template.leftOut].map(([type, ids]) => `${ids.length} ${type.replace('AWS::', '')}`);
  const example =
    "curl -i -H 'content-type: application/json' -H 'prefer: wait=10' " +
    `-d '{"name":"dora@example.com","owner":"dora@example.com"}' ${url}/users`;
  return [
    line('listening', `${url}, from ${path.relative(process.cwd(), file)}`),
    line('account', `${account.id} in ${account.region}, ${where}: ${account.url}`),
    ...routes.map(({ key, target }) => line('route', `${key} -> ${target.settings.name}`)),
    ...ownRoutes.map((route) => line('route', `${route} (of this machine alone)`)),
    ...sources.map(({ queue, target }) => line('queue', `${queue.name} -> ${target.settings.name}`)),
    ...buses.map((bus) => line('bus', bus)),
    ...deliveries.map(({ rule, functionArn }) => line('rule', `${rule} -> ${functionArn.split(':').at(-1)}`)),
    ...schedules.map(({ name, expression, target }) =>
      line('schedule', `${name}, ${expression} -> ${target.settings.name}`),
    ),
    ...(leftOut.length > 0 ? [line('left out', leftOut.join(', '))] : []),
    line('note', 'nobody is asked who they are: the API and the functions may do everything here'),
    ...(routes.some(({ key }) => key === 'POST /users') ? [line('try', example)] : []),
    line('ready', 'Ctrl-C ends it'),
  ];
}

await main(program.opts<Options>()).catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(1);
});
