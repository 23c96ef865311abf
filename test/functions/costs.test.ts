import { expect, test } from '@jest/globals';
import { operationCosts } from '../../scripts/bench/operations.js';
import { scanCost } from '../../scripts/bench/scan.js';

/** The figures of the README, and the bounds that the design sets: every call of the functions counts. */
test('no operation takes more calls than the README says', async () => {
  const costs = Object.fromEntries(
    (await operationCosts()).map(({ operation, calls }) => [operation, calls]),
  );
  expect(costs).toEqual({
    'onboarding: one user, one role, its first key': 12,
    'replacing a key: mint, store, test, promote': 11,
    'rotation in one sitting (emergency): Due to Settled': 13,
    'rotation over its windows: mint, deactivate, delete': 24,
    'a hint for a steady user': 5,
    'offboarding, containment and the two looks after it': 53,
    'offboarding, immediate, to the second look': 56,
  });
});

test('a scan of 1,000 steady users takes 12 calls and writes nothing, beside asking for the credential report', async () => {
  const { calls, polls, writes } = await scanCost(1000);
  expect({ calls: calls - polls, writes }).toEqual({ calls: 12, writes: 0 });
  expect(polls).toBeGreaterThan(0);
});
