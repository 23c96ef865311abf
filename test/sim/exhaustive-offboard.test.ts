import { expect, test } from '@jest/globals';
import { Simulator, runsOf } from './simulator.js';

test('offboard holds every invariant under every fault, a fourth of the pairs of faults, and another worker at every call', async () => {
  const simulator = await Simulator.build();
  const { code, output } = await simulator.run('--all --every 4 --only offboard');
  await simulator.close();
  expect(output).not.toMatch(/npm run sim/);
  expect(code).toBe(0);
  // Six faults at each of some hundred calls; every fourth pair (`npm run sim -- --all` tries them all); a worker with and without the lease.
  expect(runsOf(output, 'offboard, every single fault')).toBeGreaterThan(550);
  expect(runsOf(output, 'offboard, every pair of faults')).toBeGreaterThan(800);
  expect(runsOf(output, 'offboard, another worker at every call')).toBeGreaterThan(180);
}, 400_000);
