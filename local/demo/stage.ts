import { clientsAt, openEndpoint } from './endpoint.js';
import { systemClock } from '../../functions/aws/clock.js';
import { observeCredentials, observeUser } from '../../functions/aws/observe.js';
import type { Clients } from '../../functions/aws/clients.js';
import { dayMs, hourMs, secondMs } from '../../functions/core/instants.js';
import { keyIdOf, parseUserName } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import { type DeploymentSettings, deploy, isoSeconds, standardSettings } from '../deployment.js';
import { Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, live, simulate, surroundingsCaller } from '../simulation.js';
import { LocalSystem } from '../system.js';
import { type Tell, type UserSummary, demoJournal } from './timeline.js';

/** Where the demo plays: a simulated account under a virtual clock, or an endpoint in real time. */
export interface Stage {
  readonly system: LocalSystem;
  readonly startAt: number;
  readonly unit: 'day' | 'second';
  now(): number;
  /** Lives until that many days after the start. */
  liveUntil(day: number): Promise<void>;
  /** A client of ours signs requests with this key; an endpoint cannot be told so. */
  useKey(accessKeyId: string): void;
  summarize(userName: string): Promise<UserSummary>;
  calls(): Readonly<Record<string, number>>;
  play<Result>(work: () => Promise<Result>): Promise<Result>;
}

const scanEveryMs = 6 * hourMs;

/** The embedded account: 200 days pass in seconds. */
export async function embeddedStage(tell: Tell): Promise<Stage> {
  const startAt = Date.parse('2026-01-01T00:00:00Z');
  const now = (): number => simulation.clock.now();
  const simulation: Simulation = await simulate({ startAt, journal: demoJournal(now, tell) });
  const { account, clock, system } = simulation;
  const observer = account.clients(new Invocation(surroundingsCaller));
  return {
    system,
    startAt,
    unit: 'day',
    now,
    liveUntil: (day) => live(simulation, { until: startAt + day * dayMs, scanEveryMs }),
    useKey: (id) => account.useKey(id),
    summarize: (userName) => summarize(observer, userName),
    calls: () =>
      countCalls(
        account.calls
          .filter(({ caller }) => caller !== surroundingsCaller)
          .map(({ service, operation }) => `${service} ${operation}`),
      ),
    play: (work) => clock.run(work),
  };
}

/** How long a day of the demo takes against an endpoint. */
const shortDayMs = 150;
const pollMs = 200;

/** An AWS-compatible endpoint, in real time, with windows of seconds. */
export async function endpointStage(url: string, tell: Tell): Promise<Stage> {
  const startAt = Date.now();
  const counted: string[] = [];
  const endpoint = await openEndpoint(url, standardSettings.region);
  const surroundings = clientsAt(endpoint, () => undefined);
  const env = await deploy(surroundings, shortSettings);
  const start = () => ({ clients: clientsAt(endpoint, (call) => counted.push(call)), isDead: () => false });
  const journal = demoJournal(() => Date.now(), tell);
  const system = new LocalSystem({ env, clock: systemClock, journal, start, surroundings });
  const liveUntil = async (day: number): Promise<void> => {
    for (let scanAt = 0; Date.now() < startAt + day * shortDayMs; await systemClock.sleep(pollMs)) {
      await system.drain();
      if (Date.now() < scanAt) continue;
      await system.scan();
      scanAt = Date.now() + secondMs;
    }
  };
  return {
    system,
    startAt,
    unit: 'second',
    now: () => Date.now(),
    liveUntil,
    useKey: () => undefined,
    summarize: (userName) => summarize(surroundings, userName),
    calls: () => countCalls(counted),
    play: (work) => work(),
  };
}

/** Every window of the standard settings, a day being `shortDayMs`; none is shorter than a second. */
const shortSettings: DeploymentSettings = {
  ...standardSettings,
  windows: {
    ...standardSettings.windows,
    ROTATE_AFTER: isoSeconds(60 * shortDayMs),
    OVERLAP: isoSeconds(7 * shortDayMs),
    QUIET: isoSeconds(2 * shortDayMs),
    MAX_OVERLAP: isoSeconds(21 * shortDayMs),
    KEY_QUARANTINE: isoSeconds(7 * shortDayMs),
    PENDING_LIMIT: 'PT5S',
    SETTLE: 'PT1S',
    OFFBOARD_QUARANTINE: isoSeconds(30 * shortDayMs),
    LEASE: 'PT2S',
  },
  visibilitySeconds: 2,
};

async function summarize(clients: Clients, name: string): Promise<UserSummary> {
  const userName = parseUserName(name);
  const user = await observeUser(clients.iam, userName);
  const { keys, secret } = user ? await observeCredentials(clients, user) : { keys: [], secret: null };
  const offboardedAt = user?.tags[tag.offboarded];
  return {
    userName,
    state: user ? (offboardedAt === undefined ? 'employed' : `offboarded at ${offboardedAt}`) : 'gone',
    keys: keys.map(({ id, status }) => `${id} ${status}`),
    stages: Object.entries(secret?.stages ?? {}).map(
      ([label, version]) => `${label} ${keyIdOf(version) ?? version}`,
    ),
  };
}

function countCalls(calls: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([one], [other]) => one.localeCompare(other)));
}
