import type { Journal } from '../functions/shell/journal.js';
import {
  type DeploymentSettings,
  type FunctionEnv,
  deploy,
  queueNames,
  standardSettings,
} from './deployment.js';
import { FakeAws, type FakeAwsOptions, Invocation, VirtualClock } from './fake-aws/fake-aws.js';
import { type FunctionName, LocalSystem } from './system.js';

/** Calls of what surrounds the functions are logged under this caller. */
export const surroundingsCaller = 'surroundings';

export interface SimulationOptions {
  readonly startAt: number;
  readonly journal: Journal;
  readonly settings?: DeploymentSettings;
  /** Told of every answer of a function. */
  readonly onResult?: (result: unknown) => void;
  readonly account?: Omit<FakeAwsOptions, 'clock' | 'accountId' | 'region'>;
}

/** The system on a simulated account under a virtual clock. Everything is to be run inside `clock.run`. */
export interface Simulation {
  readonly account: FakeAws;
  readonly clock: VirtualClock;
  readonly system: LocalSystem;
  readonly env: FunctionEnv;
  /** Every process dies that is at work: none of its further calls reaches the account. */
  kill(): void;
}

export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { startAt, journal, settings = standardSettings, onResult } = options;
  const { accountId, region } = settings;
  const clock = new VirtualClock(startAt);
  const account = new FakeAws({ ...options.account, clock, accountId, region });
  const surroundings = account.clients(new Invocation(surroundingsCaller));
  const env = await clock.run(() => deploy(surroundings, settings));
  account.clearCalls();
  let started: Invocation[] = [];
  const start = (functionName: FunctionName) => {
    const invocation = new Invocation(functionName);
    started.push(invocation);
    return { clients: account.clients(invocation), isDead: () => invocation.crashed };
  };
  return {
    account,
    clock,
    env,
    kill: () => {
      for (const invocation of started) invocation.crashed = true;
      started = [];
    },
    system: new LocalSystem({ env, clock, journal, start, surroundings, ...(onResult ? { onResult } : {}) }),
  };
}

export interface LiveOptions {
  readonly until: number;
  readonly scanEveryMs: number;
  /** What the schedules start; default a scan. */
  readonly look?: ((simulation: Simulation) => Promise<unknown>) | undefined;
  /** How many pollers take from each queue at once. */
  readonly pollers?: number;
  /** A scan that fails is tried again at the next one's time; without this it ends the run. */
  readonly onScanFailure?: (error: unknown) => void;
}

/** Lives on until an instant: delivers messages when they become visible, and scans on schedule. */
export async function live(simulation: Simulation, options: LiveOptions): Promise<void> {
  const { account, clock, system } = simulation;
  const { until, scanEveryMs, pollers = 1, onScanFailure, look = () => system.scan() } = options;
  const nextScan = () => (Math.floor(clock.now() / scanEveryMs) + 1) * scanEveryMs;
  let scanAt = nextScan();
  for (;;) {
    await system.drain(pollers);
    const wakeAt = Math.min(scanAt, nextMessageAt(account) ?? Infinity, until);
    await clock.sleep(wakeAt - clock.now());
    if (clock.now() >= until) return;
    if (clock.now() < scanAt) continue;
    try {
      await look(simulation);
    } catch (error) {
      if (!onScanFailure) throw error;
      onScanFailure(error);
    }
    scanAt = nextScan();
  }
}

/** When the next message becomes visible, or null where none waits. */
export function nextMessageAt(account: FakeAws): number | null {
  const queues = Object.values(queueNames).flatMap((name) => account.truth.queue(name) ?? []);
  const instants = queues.flatMap(({ visible, inFlight, delayed }) =>
    [...visible, ...inFlight, ...delayed].map((message) => message.visibleAt),
  );
  return instants.length === 0 ? null : Math.min(...instants);
}
