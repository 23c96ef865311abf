import { Command, Option } from 'commander';
import { type Stage, embeddedStage, endpointStage } from './demo/stage.js';
import { type Tell, tellJson, tellText } from './demo/timeline.js';

const people = [
  { name: 'ci-deploy', description: 'CI', roles: ['data_engineer'], owner: 'team@example.com' },
  {
    name: 'bob@example.com',
    description: 'Bob - Data Engineer',
    roles: ['data_engineer', 'infrastructure_admin'],
    owner: 'bob@example.com',
  },
  {
    name: 'vendor-sync',
    description: 'A vendor that reads its secret once a fortnight',
    roles: ['data_engineer'],
    owner: 'vendors@example.com',
  },
] as const;
const [, bob, vendor] = people;

const lastDay = 200;
const vendorReadsEveryDays = 14;
const offboardDay = 100;
const restoreDay = 110;
const leaveDay = 120;

async function main(): Promise<void> {
  const { endpoint, output } = new Command('demo')
    .description('Runs the real functions through 200 days of three users, on a simulated account.')
    .option(
      '--endpoint <url>',
      'play against an AWS-compatible endpoint instead, in real time with windows of seconds',
    )
    .addOption(new Option('--output <form>', 'what is printed').choices(['text', 'json']).default('text'))
    .parse()
    .opts<{ endpoint?: string; output: 'text' | 'json' }>();
  const teller: { tell: Tell } = { tell: () => undefined };
  const tell: Tell = (event) => teller.tell(event);
  const stage = endpoint === undefined ? await embeddedStage(tell) : await endpointStage(endpoint, tell);
  teller.tell = output === 'json' ? tellJson : tellText(stage.startAt, stage.unit);
  await stage.play(async () => {
    await live(stage, tell);
    const users = [];
    for (const { name } of people) users.push(await stage.summarize(name));
    tell({ kind: 'summary', users, calls: stage.calls() });
  });
}

/** What happens on which day, beside what the system does by itself. */
async function live(stage: Stage, tell: Tell): Promise<void> {
  const word = (userName: string, text: string) => tell({ kind: 'word', at: stage.now(), userName, text });
  const events: Readonly<Record<number, () => Promise<void>>> = {
    [offboardDay]: async () => {
      word(bob.name, 'event: User Offboarded');
      await stage.system.putEvent('User Offboarded', { userName: bob.name, reason: 'contract ended' });
    },
    [restoreDay]: async () => {
      word(bob.name, 'event: User Restore Requested');
      await stage.system.putEvent('User Restore Requested', { userName: bob.name });
    },
    [leaveDay]: async () => {
      const response = await stage.system.request('DELETE', `/users/${encodeURIComponent(bob.name)}`);
      word(bob.name, `DELETE /users/{name}: ${response?.statusCode}`);
    },
  };
  for (const body of people) {
    const response = await stage.system.request('POST', '/users', body);
    word(body.name, `POST /users: ${response?.statusCode}`);
  }
  let vendorKey: string | undefined;
  for (let day = 0; day < lastDay; day += 1) {
    await events[day]?.();
    await stage.liveUntil(day + 0.5);
    if (day % vendorReadsEveryDays === 0) vendorKey = await currentKey(stage, vendor.name);
    if (vendorKey !== undefined) stage.useKey(vendorKey);
    await stage.liveUntil(day + 1);
  }
}

/** What a client learns when it reads its secret: the id of the current key. */
async function currentKey(stage: Stage, name: string): Promise<string | undefined> {
  const { stages } = await stage.summarize(name);
  return stages.find((entry) => entry.startsWith('AWSCURRENT '))?.slice('AWSCURRENT '.length);
}

await main();
