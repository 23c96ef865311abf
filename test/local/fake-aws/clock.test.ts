import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../local/fake-aws/clock.js';

const START = Date.parse('2026-03-01T00:00:00Z');

function failAtOnce(): never {
  throw new Error('at once');
}

describe('virtual time', () => {
  test('a day of sleep takes no time and ends a day later', async () => {
    const clock = new VirtualClock(START);
    const wokeAt = await clock.run(async () => {
      await clock.sleep(86_400_000);
      return clock.now();
    });
    expect(wokeAt).toBe(Date.parse('2026-03-02T00:00:00Z'));
  });

  test('workers wake in the order of their instants, and at one instant in the order of their sleep', async () => {
    const clock = new VirtualClock(START);
    const woke: string[] = [];
    const worker = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woke.push(`${name} ${clock.now() - START}`);
    };
    await clock.run(() =>
      Promise.all([worker('a', 30), worker('b', 10), worker('c', 30), worker('d', 0), worker('e', 20)]),
    );
    expect(woke).toEqual(['d 0', 'b 10', 'e 20', 'a 30', 'c 30']);
  });

  test('time waits for long chains of promises that do not sleep', async () => {
    const clock = new VirtualClock(START);
    const finishedAt = await clock.run(async () => {
      const slow = clock.sleep(1).then(() => clock.now());
      for (let turn = 0; turn < 1000; turn += 1) await Promise.resolve();
      const before = clock.now();
      return [before - START, (await slow) - START];
    });
    expect(finishedAt).toEqual([0, 1]);
  });

  test('many timers come out sorted', async () => {
    const clock = new VirtualClock(START);
    const woke: number[] = [];
    const delays = Array.from({ length: 200 }, (_value, index) => (index * 7919) % 211);
    await clock.run(() =>
      Promise.all(delays.map((ms) => clock.sleep(ms).then(() => woke.push(clock.now() - START)))),
    );
    expect(woke).toEqual(delays.toSorted((a, b) => a - b));
  });

  test('real I/O is waited for', async () => {
    const clock = new VirtualClock(START);
    await expect(
      clock.run(() => new Promise((resolve) => setTimeout(() => resolve('answer'), 30))),
    ).resolves.toBe('answer');
  });

  test('work that waits for nothing is a deadlock', async () => {
    const clock = new VirtualClock(START);
    await expect(clock.run(() => new Promise(() => {}))).rejects.toThrow('deadlock');
  });

  test('errors of the work come through, thrown or rejected', async () => {
    const clock = new VirtualClock(START);
    const sleepThenFail = async () => {
      await clock.sleep(5);
      throw new Error('late');
    };
    await expect(clock.run(sleepThenFail)).rejects.toThrow('late');
    await expect(clock.run(failAtOnce)).rejects.toThrow('at once');
  });

  test('advanceTo fires the timers on the way, with those that they set', async () => {
    const clock = new VirtualClock(START);
    const ticks: number[] = [];
    const tick = async () => {
      for (;;) {
        await clock.sleep(10);
        ticks.push(clock.now() - START);
      }
    };
    void tick();
    await clock.advanceTo(START + 35);
    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(START + 35);
  });

  test('time neither goes back nor is pushed while work runs', async () => {
    const clock = new VirtualClock(START);
    await expect(clock.advanceTo(START - 1)).rejects.toThrow('before now');
    await expect(clock.run(() => clock.advanceTo(START + 1))).rejects.toThrow('work is running');
    await clock.run(() => clock.sleep(1));
    await clock.advanceTo(START + 2);
    expect(clock.now()).toBe(START + 2);
  });

  test('two runs share one time', async () => {
    const clock = new VirtualClock(START);
    const first = clock.run(() => clock.sleep(50));
    const second = clock.run(() => clock.sleep(20).then(() => clock.now()));
    expect(await second).toBe(START + 20);
    await first;
    expect(clock.now()).toBe(START + 50);
  });
});
