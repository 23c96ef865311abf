import { simulate, type Simulation } from '../simulation.js';
import { announceLeak, scenarios, userName } from './scenarios.js';
import { createRecorder } from './recorder.js';
import { planOfSeed } from './seed.js';

const startAt = Date.parse('2026-01-01T00:00:00Z');

/**
 * How long a leaked key stays Active after AWS's word of it, in simulated milliseconds: one account for each seed, with
 * the lag, the latency and the pages that the seed draws, and without faults. The bus and the queue deliver at once.
 */
export async function leakLatencies(seeds: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) latencies.push(await leakLatency(seed));
  return latencies.toSorted((one, other) => one - other);
}

async function leakLatency(seed: number): Promise<number> {
  const { temper = {}, pollers } = planOfSeed(seed, 'leak');
  const simulation: Simulation = await simulate({
    startAt,
    journal: createRecorder(() => simulation.clock),
    account: temper,
  });
  const { account, clock, system } = simulation;
  return clock.run(async () => {
    await scenarios.leak.prepare(simulation);
    const ours = account.truth.user(userName)!.keys.map(({ id }) => id);
    const announcedAt = clock.now();
    let endedAt = Infinity;
    account.onEffect(() => {
      const isActive = account.truth
        .user(userName)!
        .keys.some(({ id, status }) => ours.includes(id) && status === 'Active');
      if (!isActive) endedAt = Math.min(endedAt, clock.now());
    });
    announceLeak(simulation);
    await system.drain(pollers);
    return endedAt - announcedAt;
  });
}

/** The value that this share of them does not exceed; `sorted` ascending. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}
