import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeAws, Invocation, VirtualClock } from '../../local/fake-aws/fake-aws.js';
import { Ledger, isExcused } from '../../local/sim/fleet-ledger.js';
import { type FleetPlan, drawFleet } from '../../local/sim/fleet-plan.js';
import { diceOf } from '../../local/sim/seed.js';
import { shardsOf } from '../../local/sim/seeds.js';
import { Violation } from '../../local/sim/violation.js';
import { Simulator } from './simulator.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await Simulator.build();
});
afterAll(() => simulator.close());

async function hashOf(seed: number): Promise<string | undefined> {
  const { output } = await simulator.run(`--seed ${seed} --only fleet`);
  return /trace ([0-9a-f]{16})/.exec(output)?.[1];
}

/** Where each shard of the seeds from 10 begins, and how many it has. */
const starts = (count: number, workers: number) =>
  shardsOf({ from: 10, count }, workers).map((shard) => [shard.from, shard.count]);

test('60 lives of a fleet, shared by two workers, hold every invariant and reach their goals', async () => {
  const { code, output } = await simulator.run('--seeds 60 --only fleet --workers 2');
  expect(output).toMatch(/^60 seeds from 1: 0 failed, \d+\.\d seeds\/s$/m);
  expect(code).toBe(0);
}, 200_000);

test('a seed has one and the same trace in every process, and another seed has another', async () => {
  const [one, again, other] = await Promise.all([7, 7, 8].map(hashOf));
  expect(one).toMatch(/^[0-9a-f]{16}$/);
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

describe('with a bug in the functions, workers', () => {
  test('say what each of them found, how to live it again, and fail', async () => {
    // A leaver's key stays Active.
    await simulator.rebuild({
      file: 'functions/core/leaving.ts',
      find: "for (const key of seen.keys.filter(({ status }) => status === 'Active')) {",
      replace: 'for (const key of seen.keys.filter(() => false)) {',
    });
    const { code, output } = await simulator.run('--seeds 6 --only fleet --workers 2');
    const failed = Number(/^6 seeds from 1: (\d) failed/m.exec(output)?.[1]);
    const replays = [...output.matchAll(/^seed (\d) broke .+\n {2}npm run sim -- --seed \1 --only fleet$/gm)];
    expect(replays).toHaveLength(failed);
    // Seeds of both shards.
    expect(new Set(replays.map(([, seed]) => Number(seed) > 3))).toEqual(new Set([false, true]));
    expect(code).toBe(1);
  }, 100_000);
});

describe('shards', () => {
  test('have every seed once', () => {
    expect(starts(10, 3)).toEqual([
      [10, 3],
      [13, 3],
      [16, 4],
    ]);
  });

  test('are no more than the seeds', () => {
    expect(starts(2, 4)).toEqual([
      [10, 1],
      [11, 1],
    ]);
  });
});

describe('the plans of 500 seeds', () => {
  const plans = Array.from({ length: 500 }, (_, seed) => drawFleet(diceOf(seed)));

  const kinds = (of: (plan: FleetPlan) => unknown) => new Set(plans.map(of));

  test('hold every happening there is', () => {
    const happenings = plans.flatMap((plan) => plan.happenings.map(({ what }) => what));
    expect([...new Set(happenings)].toSorted()).toEqual([
      'add-key',
      'change',
      'delete-secret',
      'deploy',
      'leak',
      'lose-leases',
      'namesake',
      'offboard',
      'rehire',
      'restore',
      'retag',
      'rotate',
      'strip-boundary',
      'strip-tag',
      'unlist',
      'use',
    ]);
  });

  test('hold every outage, lag and lateness, and each without', () => {
    expect(kinds(({ outages }) => outages.map(({ of }) => of).join())).toEqual(
      new Set(['', 'iam', 'kms', 'iam,kms']),
    );
    expect(kinds(({ hasLongLag }) => hasLongLag)).toEqual(new Set([false, true]));
    expect(kinds(({ lateShare }) => lateShare)).toEqual(new Set([0, 0.05, 0.2]));
    expect(kinds(({ members }) => members.length + 1)).toEqual(new Set([3, 4, 5]));
  });

  test('forget one user of the roster at most', () => {
    const forgotten = plans.map((plan) => plan.happenings.filter(({ what }) => what === 'unlist').length);
    expect(new Set(forgotten)).toEqual(new Set([0, 1]));
  });
});

describe('a broken rule is laid to whoever did it by hand', () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const account = new FakeAws({ clock });
  const ledger = new Ledger();
  ledger.byHand.push(
    { what: 'add-key', name: 'ci-build', at: clock.now(), keyId: 'AKIABYHAND0000000001' },
    { what: 'strip-tag', name: 'ci-test', at: clock.now() },
    { what: 'strip-boundary', name: 'ci-mail', at: clock.now() },
  );
  const excused = (rule: string, what: string, laterMs = 0) =>
    isExcused(new Violation(rule, what), ledger, account, clock.now() + laterMs);

  test('for that rule of that user', () => {
    expect(excused('L1', 'ci-build has the keys AKIABYHAND0000000001 Active, A; current is A')).toBe(true);
    expect(excused('S1', 'TagUser on ci-test, which is not managed')).toBe(true);
    expect(excused('O1', 'ci-mail has the boundary undefined')).toBe(true);
  });

  test('and for no other rule, no other user, no other key and no later time', () => {
    expect(excused('R1', 'the current key AKIABYHAND0000000001 of ci-build is gone')).toBe(false);
    expect(excused('L1', 'ci-build has the keys B Active, A Active; current is A')).toBe(false);
    expect(excused('S1', 'TagUser on ci-build, which is not managed')).toBe(false);
    expect(excused('S1', 'TagUser on ci-test, which is not managed', 900_000)).toBe(false);
    expect(excused('O1', 'ci-build has the boundary undefined')).toBe(false);
  });
});

describe('the account', () => {
  const startAt = Date.UTC(2026, 0, 1);

  test('refuses to encrypt while KMS is denied, and stores nothing', async () => {
    const clock = new VirtualClock(startAt);
    const account = new FakeAws({ clock, intervene: () => 'kms-denied' });
    const { secretsManager } = account.clients(new Invocation('test'));
    await clock.run(() =>
      expect(
        secretsManager.send(new CreateSecretCommand({ Name: 'a', SecretString: 'b' })),
      ).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'Access to KMS is not allowed' }),
    );
    expect(account.truth.secrets()).toEqual([]);
  });

  test('shows a message late by what is drawn, beyond its own delay', async () => {
    const clock = new VirtualClock(startAt);
    const account = new FakeAws({ clock, deliveryDelayMs: () => 60_000 });
    const { sqs } = account.clients(new Invocation('test'));
    await clock.run(async () => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello', DelaySeconds: 5 }));
    });
    const [message] = account.truth.queue('q')!.delayed;
    expect(message!.visibleAt - message!.sentAt).toBe(65_000);
  });
});
