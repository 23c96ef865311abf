import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { type Clock, systemClock } from '../functions/aws/clock.js';
import { minuteMs } from '../functions/core/instants.js';
import type { Journal } from '../functions/shell/journal.js';
import { readRoster } from '../functions/shell/read-roster.js';
import { deployRoster } from './deploy-roster.js';
import { type FunctionEnv, deploy, standardSettings } from './deployment.js';
import { FakeAws, Invocation, VirtualClock } from './fake-aws/fake-aws.js';
import { type FunctionName, LocalSystem } from './system.js';

/** When the sample users came; the samples in events/ speak of the day after. */
export const sampleDay = Date.parse('2026-03-01T09:00:00Z');

/** Two who stay, one who left and can be restored for 30 days, one whose quarantine of a day is over a day later. */
const sampleUsers = [
  {
    name: 'ci-deploy',
    description: 'Deploys from CI',
    roles: ['data_engineer'],
    owner: 'platform@example.com',
  },
  { name: 'bob@example.com', description: 'Analyst', roles: ['admin'], owner: 'bob@example.com' },
  { name: 'anna@example.com', roles: ['data_engineer'], owner: 'anna@example.com' },
  { name: 'carl@example.com', owner: 'carl@example.com' },
];
const departures = [
  { userName: 'anna@example.com', reason: 'parental leave', quarantine: 'P30D' },
  { userName: 'carl@example.com', reason: 'left the company', quarantine: 'P1D' },
];
/** Two more who are not there yet, one of them with a key. */
const sampleRoster = `accountId: '123456789012'
assumableRoles:
  data_engineer: arn:aws:iam::123456789012:role/DataEngineerRole
people:
  erin@example.com: { description: Erin - Data Engineer, roles: [data_engineer] }
systemUsers:
  - name: report-mailer
`;
/** Somebody else's user, outside our path. */
const unmanagedUser = 'breakglass';

/** What the samples name: a user by its unique id, and the first key of each who has a leaked one. */
const sampleIds: Readonly<Record<'user' | 'key', Readonly<Record<string, string>>>> = {
  user: { 'bob@example.com': 'AIDAR5CDFVBQMYIC77A3D' },
  key: {
    'ci-deploy': 'AKIACIDEPLOYAAAAAAAA',
    'bob@example.com': 'AKIABOBAAAAAAAAAAAAA',
    'anna@example.com': 'AKIAANNAAAAAAAAAAAAA',
    [unmanagedUser]: 'AKIABREAKGLASSAAAAAA',
  },
};

/** Each of them once: a second key is drawn. */
function firstIds(): (kind: 'user' | 'key', userName: string) => string | undefined {
  const given = new Set<string>();
  return (kind, userName) => {
    const id = sampleIds[kind][userName];
    if (id === undefined || given.has(id)) return undefined;
    given.add(id);
    return id;
  };
}

/** A simulated account with the sample users, made by the real functions: the same to the last id every time. */
export interface SampleAccount {
  readonly account: FakeAws;
  readonly system: LocalSystem;
  readonly env: FunctionEnv;
  /** Rules the account's time until `joinPresent`. */
  readonly past: VirtualClock;
  /** From here on the account has the system's time. */
  joinPresent(): void;
}

export async function createSampleAccount(journal: Journal = silent): Promise<SampleAccount> {
  const { accountId, region } = standardSettings;
  const past = new VirtualClock(sampleDay);
  let inForce: Clock = past;
  const clock: Clock = { now: () => inForce.now(), sleep: (ms) => inForce.sleep(ms) };
  const account = new FakeAws({ clock, accountId, region, idOf: firstIds() });
  const surroundings = account.clients(new Invocation('surroundings'));
  const start = (functionName: FunctionName) => {
    const invocation = new Invocation(functionName);
    return { clients: account.clients(invocation), isDead: () => invocation.crashed };
  };
  const env = await past.run(() => deploy(surroundings, standardSettings));
  const system = new LocalSystem({ env, clock, journal, start, surroundings });
  await past.run(async () => {
    await surroundings.iam.send(new CreateUserCommand({ UserName: unmanagedUser }));
    await surroundings.iam.send(new CreateAccessKeyCommand({ UserName: unmanagedUser }));
    await populate(system, clock);
    await deployRoster(surroundings, readRoster(sampleRoster, 'roster.yaml'));
    await system.putRoster(sampleRoster);
  });
  account.clearCalls();
  const joinPresent = () => {
    inForce = systemClock;
  };
  return { account, system, env, past, joinPresent };
}

async function populate(system: LocalSystem, clock: Clock): Promise<void> {
  for (const user of sampleUsers) {
    const response = await system.request('POST', '/users', user);
    if (response?.statusCode !== 202) throw new Error(`${user.name} was not onboarded: ${response?.body}`);
  }
  await system.drain();
  // Until the leases of those runs are over.
  await clock.sleep(10 * minuteMs);
  for (const departure of departures) await system.putEvent('User Offboarded', departure);
  await system.drain();
  // And until the leavers have been looked at again, both times.
  for (let look = 0; look < 2; look += 1) {
    await clock.sleep(10 * minuteMs);
    await system.drain();
  }
}

const silent: Journal = {
  done: () => undefined,
  failed: () => undefined,
  outcome: () => undefined,
  attention: () => undefined,
  measure: () => undefined,
  note: () => undefined,
};
