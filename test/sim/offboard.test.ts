import { expect, test } from '@jest/globals';
import { explorePairs, exploreSingles } from '../../local/sim/explore.js';

const base = { scenario: 'offboard', pollers: 1, copies: 1 } as const;

test('offboard holds every invariant under any single fault at any call', async () => {
  const { runs, failures } = await exploreSingles(base);
  expect(failures).toEqual([]);
  // Six faults at each of at least so many calls.
  expect(runs).toBeGreaterThan(6 * 60);
}, 120_000);

test('offboard holds every invariant under any two faults at any two calls of its function', async () => {
  const { runs, failures } = await explorePairs({ ...base, callers: ['offboard'] });
  expect(failures).toEqual([]);
  expect(runs).toBeGreaterThan(3000);
}, 240_000);
