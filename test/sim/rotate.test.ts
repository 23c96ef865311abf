import { expect, test } from '@jest/globals';
import { explorePairs, exploreSingles } from '../../local/sim/explore.js';

const base = { scenario: 'rotate', pollers: 1, copies: 1 } as const;

test('rotate holds every invariant under any single fault at any call', async () => {
  const { runs, failures } = await exploreSingles(base);
  expect(failures).toEqual([]);
  // Six faults at each of at least so many calls.
  expect(runs).toBeGreaterThan(6 * 80);
}, 120_000);

test('rotate holds every invariant under any two faults at any two calls of its function', async () => {
  const { runs, failures } = await explorePairs({ ...base, callers: ['rotate'] });
  expect(failures).toEqual([]);
  expect(runs).toBeGreaterThan(1200);
}, 240_000);
