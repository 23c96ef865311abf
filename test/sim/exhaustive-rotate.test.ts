import { expect, test } from '@jest/globals';
import { Simulator, runsOf } from './simulator.js';

test('rotate holds every invariant under every fault, a third of the pairs of faults, and another worker at every call', async () => {
  const simulator = await Simulator.build();
  const { code, output } = await simulator.run('--all --every 3 --only rotate');
  await simulator.close();
  expect(output).not.toMatch(/npm run sim/);
  expect(code).toBe(0);
  // Six faults at each of some hundred calls; every third pair (`npm run sim -- --all` tries them all); a worker with and without the lease.
  expect(runsOf(output, 'rotate, every single fault')).toBeGreaterThan(500);
  expect(runsOf(output, 'rotate, every pair of faults')).toBeGreaterThan(400);
  expect(runsOf(output, 'rotate, another worker at every call')).toBeGreaterThan(180);
}, 400_000);
