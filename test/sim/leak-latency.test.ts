import { expect, test } from '@jest/globals';
import { leakLatencies, percentile } from '../../local/sim/leak-latency.js';

test('of a hundred values the 99th is the p99, and of one the one', () => {
  expect(
    percentile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.99,
    ),
  ).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
});

test('from the event to no Active leaked key it takes at most 60 s at p99, with faults off', async () => {
  const latencies = await leakLatencies(300);
  expect(latencies).toHaveLength(300);
  expect(latencies[0]).toBeGreaterThan(0);
  expect(percentile(latencies, 0.99)).toBeLessThanOrEqual(60_000);
}, 200_000);
