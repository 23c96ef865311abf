import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRecorder } from '../../local/sim/recorder.js';
import { findSecrets } from '../../local/sim/canaries.js';
import { recordsOf } from '../../local/sim/rest.js';
import { parseFaults, run } from '../../local/sim/run.js';
import { type ScenarioName, scenarios } from '../../local/sim/scenarios.js';
import { planOfSeed } from '../../local/sim/seed.js';
import { type Simulation, live, simulate } from '../../local/simulation.js';
import { Simulator, runsOf } from './simulator.js';

const names = Object.keys(scenarios) as ScenarioName[];
let simulator: Simulator;
beforeAll(async () => {
  simulator = await Simulator.build();
});
afterAll(() => simulator.close());

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
});

describe('exhaustively', () => {
  // rotate and offboard have files of their own.
  test.each([
    'onboard',
    'restore',
    'departure',
    'exemption',
    'rehire',
    'parameters',
    'intrusion',
    'sessions',
    'leak',
  ])(
    '%s holds every invariant under every fault, and with another worker at every call',
    async (scenario) => {
      const { code, output } = await simulator.run(`--all --only ${scenario}`);
      expect(output).not.toMatch(/npm run sim/);
      expect(code).toBe(0);
      expect(runsOf(output, `${scenario}, every single fault`)).toBeGreaterThan(100);
      expect(runsOf(output, `${scenario}, another worker at every call`)).toBeGreaterThan(30);
    },
    200_000,
  );
});

describe('drawn plans', () => {
  test('300 seeds hold every invariant', async () => {
    const { code, output } = await simulator.run('--seeds 300');
    expect(output).toMatch(/^300 seeds from 1: 0 failed/m);
    expect(code).toBe(0);
  }, 200_000);

  test('a seed is one and the same run every time, and another seed is another', async () => {
    const hashes = await Promise.all([7, 7, 8].map(async (seed) => (await run(planOfSeed(seed))).hash));
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

test('a secret in a sink is found: the search for secrets is not blind', async () => {
  const startAt = Date.UTC(2026, 0, 1);
  const journal = createRecorder(() => simulation.clock);
  const simulation: Simulation = await simulate({ startAt, journal });
  await simulation.clock.run(async () => {
    await simulation.system.request('POST', '/users', { name: 'ci-deploy', owner: 'platform' });
    await live(simulation, { until: startAt + 600_000, scanEveryMs: 600_000 });
  });
  const [secret] = simulation.account.mintedSecrets;
  expect(secret).toMatch(/.{20,}/);
  const found = (word: string) =>
    findSecrets(simulation.account.mintedSecrets, recordsOf(simulation, [...journal.lines, word]));
  expect(found('nothing')).toEqual([]);
  expect(found(`oops ${secret}`)).toMatchObject([{ rule: 'S4' }]);
});

test('a fault list that is none is refused with the rule', () => {
  expect(() => parseFaults('3:explode')).toThrow(/--faults is "3:explode": it must be <call>:<fault>/);
  expect(() => parseFaults('DeleteUser:fail')).toThrow(/--faults is "DeleteUser:fail"/);
});

test('a fault is aimed by number, or at the n-th call of an operation', () => {
  expect([...parseFaults('7:fail,DeleteUser#2:crash-after')]).toEqual([
    [7, 'fail'],
    ['DeleteUser#2', 'crash-after'],
  ]);
});
