import { minuteMs, parseDuration, secondMs } from '../../functions/core/instants.js';
import { standardSettings } from '../deployment.js';
import type { Call, Fault } from '../fake-aws/fake-aws.js';
import { type RunPlan, allFaults } from './run.js';
import { type ScenarioName, scenarios } from './scenarios.js';

/** A message of theirs takes some 25 calls. */
const laborious: ReadonlySet<ScenarioName> = new Set([
  'offboard',
  'restore',
  'departure',
  'rehire',
  'intrusion',
  'sessions',
  'leak',
]);

/** A plan drawn from a seed: the same number, the same run, in any process. */
export function planOfSeed(seed: number, only?: ScenarioName): RunPlan {
  const { random, pick } = diceOf(seed);
  const drawn = pick(Object.keys(scenarios) as ScenarioName[]);
  const scenario = only ?? drawn;
  // The SDK's own tries are not simulated: with a fifth of the calls failing, no laborious message would ever end.
  const faultShare = pick([0, 0.01, 0.05, laborious.has(scenario) ? 0.1 : 0.2]);
  const longestLagMs = pick([0, 3 * secondMs, 15 * secondMs, parseDuration(standardSettings.windows.SETTLE)]);
  const temper = drawTemper(seed, { random, pick }, longestLagMs);
  return {
    scenario,
    pollers: pick([1, 1, 2, 3]),
    copies: pick([1, 2, 3]),
    faults: new Map(),
    drawFault: (_call: Call): Fault | undefined => (random() < faultShare ? pick(allFaults) : undefined),
    temper: { ...temper, atomicKeyLimit: random() < 0.5 },
  };
}

/** What draws. */
export interface Dice {
  readonly random: () => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
}

export function diceOf(seed: number): Dice {
  const random = mulberry32(seed);
  return { random, pick: (items) => items[Math.floor(random() * items.length)]! };
}

/** How slow, late and curt an account is. */
export function drawTemper(
  seed: number,
  { random, pick }: Dice,
  longestLagMs: number,
): NonNullable<RunPlan['temper']> {
  const longestDelayMs = pick([0, 3 * secondMs, 15 * secondMs]);
  const slowestCallMs = pick([20, 200, 2 * secondMs]);
  const isPaged = random() < 0.3;
  return {
    seed,
    latencyMs: () => 2 + Math.floor(random() * slowestCallMs),
    lagMs: () => (random() < 0.5 ? 0 : Math.floor(random() * longestLagMs)),
    // Now and then a key takes minutes to be known to STS.
    keyUsableAfterMs: () => Math.floor(random() * (random() < 0.02 ? 5 * minuteMs : longestDelayMs)),
    keyUsableAfterDeleteMs: () => Math.floor(random() * 4 * secondMs),
    ...(isPaged
      ? {
          pageSize: (_operation: string, max: number) => Math.max(1, Math.floor(random() * Math.min(max, 3))),
        }
      : {}),
  };
}

/** A small generator of 32-bit state, good enough to draw faults with (mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
