import { hourMs } from '../../functions/core/instants.js';
import { readRoster } from '../../functions/shell/read-roster.js';
import { deployRoster } from '../../local/deploy-roster.js';
import { type FakeAwsOptions, Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, simulate, surroundingsCaller } from '../../local/simulation.js';
import { recordingJournal } from './journal.js';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
export const policy = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
export const standard = {
  accountId: '123456789012',
  assumableRoles: { data_engineer: role('DataEngineerRole'), admin: role('AdminRole') },
  people: { 'bob@example.com': { roles: ['data_engineer'], tags: { Team: 'platform' } } },
  systemUsers: [{ name: 'ci-deploy' }],
};

/** JSON is YAML. */
export const written = (roster: object) => JSON.stringify(roster);
export const people = (...names: string[]) => Object.fromEntries(names.map((name) => [name, {}]));

export interface World extends Simulation {
  readonly iam: ReturnType<Simulation['account']['clients']>['iam'];
  readonly lines: string[];
  /** A new roster, with its policies and groups deployed unless that is left out. */
  lay(roster: object, options?: { readonly isDeployed: boolean }): Promise<void>;
  /** One run, and what it wrote: "TagUser bob@example.com", … */
  run(): Promise<{ summary: unknown; writes: string[] }>;
}

export async function inWorld(
  act: (world: World) => Promise<void>,
  options: Pick<FakeAwsOptions, 'intervene' | 'latencyMs'> = {},
): Promise<void> {
  const journal = recordingJournal();
  const simulation = await simulate({
    startAt: Date.parse('2026-01-01T00:00:00Z'),
    journal,
    account: options,
  });
  const { account, clock, system } = simulation;
  const clients = account.clients(new Invocation(surroundingsCaller));
  const run = async () => {
    account.clearCalls();
    const summary = await system.reconcile();
    const writes = account.calls
      .filter(({ service, mutating, caller }) => service === 'iam' && mutating && caller === 'reconcile')
      .map(({ operation, input }) => `${operation} ${String(input.UserName)}`);
    return { summary, writes };
  };
  const lay = async (roster: object, { isDeployed } = { isDeployed: true }) => {
    if (isDeployed) await deployRoster(clients, readRoster(written(roster), 'roster.yaml'));
    await system.putRoster(written(roster));
  };
  await clock.run(() => act({ ...simulation, iam: clients.iam, lines: journal.lines, lay, run }));
}

/** The users as the roster says, with their keys, and every lease run out. */
export async function settled(world: World, roster: object = standard): Promise<void> {
  await world.lay(roster);
  await world.run();
  await world.system.drain();
  await world.clock.sleep(hourMs);
  await world.system.drain();
}

export const tagsOf = (world: World, name: string) =>
  Object.fromEntries(world.account.truth.user(name)!.tags.map(({ Key, Value }) => [Key, Value]));
export const attentions = ({ lines }: World) => lines.filter((line) => line.startsWith('attention'));
