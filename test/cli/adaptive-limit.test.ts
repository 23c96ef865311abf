import { expect, test } from '@jest/globals';
import { AdaptiveLimit } from '../../cli/adaptive-limit.js';

async function take(limit: AdaptiveLimit, amount: number): Promise<number> {
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: amount }, () =>
      limit.run(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      }),
    ),
  );
  return most;
}

test('it begins with eight, and every round without a complaint adds one', async () => {
  const limit = new AdaptiveLimit({ now: () => 0 });
  expect(await take(limit, 8)).toBe(8);
  expect(limit.concurrency).toBe(9);
  await take(limit, 9);
  expect(limit.concurrency).toBe(10);
});

test('it never grows beyond 64', async () => {
  const limit = new AdaptiveLimit({ now: () => 0 });
  expect(await take(limit, 3000)).toBe(64);
  expect(limit.concurrency).toBe(64);
});

test('a wave of throttled calls halves it once, the next wave once more, and one is always left', () => {
  let now = 0;
  const limit = new AdaptiveLimit({ now: () => now });
  for (let call = 0; call < 10; call += 1) limit.throttled();
  expect(limit.concurrency).toBe(4);
  for (const expected of [2, 1, 1]) {
    now += 2000;
    limit.throttled();
    expect(limit.concurrency).toBe(expected);
  }
});
