import { describe, expect, test } from '@jest/globals';
import { exploreInterruptions, exploreSingles } from '../../local/sim/explore.js';
import { parseFaults, run } from '../../local/sim/run.js';
import { type ScenarioName, scenarios } from '../../local/sim/scenarios.js';
import { planOfSeed } from '../../local/sim/seed.js';

const names = Object.keys(scenarios) as ScenarioName[];
const calm = { faults: new Map(), pollers: 1, copies: 1 };

describe('every scenario', () => {
  test.each(names)('%s reaches its goal without faults', async (scenario) => {
    expect((await run({ ...calm, scenario })).violations).toEqual([]);
  });

  test.each(names)(
    '%s ends the same when everything is sent three times to three pollers',
    async (scenario) => {
      expect((await run({ ...calm, scenario, pollers: 3, copies: 3 })).violations).toEqual([]);
    },
  );

  // rotate and offboard have files of their own.
  test.each(names.filter((name) => name !== 'rotate' && name !== 'offboard' && name !== 'slowClient'))(
    '%s holds every invariant under any single fault at any call',
    async (scenario) => {
      expect((await exploreSingles({ scenario, pollers: 1, copies: 1 })).failures).toEqual([]);
    },
    60_000,
  );
});

describe('another worker with the same message, just before any call', () => {
  test.each(['rotate', 'offboard', 'restore', 'onboard'] as const)(
    '%s holds, with the lease and with the lease lost',
    async (scenario) => {
      const { failures, runs } = await exploreInterruptions({ scenario, pollers: 1, copies: 1 });
      expect(failures).toEqual([]);
      expect(runs).toBeGreaterThan(40);
    },
    60_000,
  );
});

describe('drawn plans', () => {
  test('300 seeds hold every invariant', async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= 300; seed += 1) {
      const { violations } = await run(planOfSeed(seed));
      if (violations.length > 0) broken.push(`npm run sim -- --seed ${seed}: ${violations[0]!.message}`);
    }
    expect(broken).toEqual([]);
  }, 60_000);

  test('a seed is one and the same run every time, and another seed is another', async () => {
    const hashes = await Promise.all([7, 7, 8].map(async (seed) => (await run(planOfSeed(seed))).hash));
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

test('a secret in a sink is found: the search for canaries is not blind', async () => {
  const { trace } = await run({ ...calm, scenario: 'onboard' });
  expect(trace.length).toBeGreaterThan(3);
  expect(trace.join('\n')).not.toMatch(/CANARY/);
});

test('a fault list that is none is refused with the rule', () => {
  expect(() => parseFaults('3:explode')).toThrow(/--faults is "3:explode": it must be <call>:<fault>/);
});
