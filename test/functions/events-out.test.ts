import { beforeEach, describe, expect, test } from '@jest/globals';
import { saidBy } from '../../functions/core/event-details.js';
import { offboardEnv } from '../../functions/offboard.js';
import { onboardEnv } from '../../functions/onboard.js';
import { reconcileEnv } from '../../functions/reconcile.js';
import { respondEnv } from '../../functions/respond.js';
import { revokeEnv } from '../../functions/revoke.js';
import { rotateEnv } from '../../functions/rotate.js';
import { scanEnv } from '../../functions/scan.js';
import { usersEnv } from '../../functions/users.js';
import type { Call, Fault } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, live, simulate } from '../../local/simulation.js';
import { recordingJournal } from '../support/journal.js';

const startAt = Date.parse('2026-01-01T00:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const name = 'ci-deploy';

let simulation: Simulation;
let journal: ReturnType<typeof recordingJournal>;
let faultOf: (call: Call) => Fault | undefined;
let failEntry: (call: Call, index: number) => boolean;
beforeEach(async () => {
  journal = recordingJournal();
  faultOf = () => undefined;
  failEntry = () => false;
  const account = {
    intervene: async (call: Call) => faultOf(call),
    failEntry: (call: Call, index: number) => failEntry(call, index),
  };
  simulation = await simulate({ startAt, journal, account });
});

const user = { name, owner: 'team@example.com', roles: ['data_engineer'] };
const onboard = () => simulation.system.request('POST', '/users', user);
const restFor = (ms: number) =>
  live(simulation, { until: simulation.clock.now() + ms, scanEveryMs: 6 * hourMs });
const said = (type?: string) =>
  simulation.account.truth
    .events()
    .filter(({ bus, event }) => bus === 'iam-lifecycle' && event.source === 'iam-lifecycle')
    .filter(({ event }) => type === undefined || event['detail-type'] === type)
    .map(({ event }): Record<string, unknown> => ({ type: event['detail-type'], ...event.detail }));
const typesSaid = () => said().map(({ type }) => type);
const keysOf = () => simulation.account.truth.user(name)!.keys.map(({ id }) => id);
const inLife = <Result>(work: () => Promise<Result>) => simulation.clock.run(work);

/** The fault, at the first call that this is true of. */
function once(fault: Fault, isMeant: (call: Call) => boolean): void {
  let isDone = false;
  faultOf = (call) => {
    if (isDone || !isMeant(call)) return undefined;
    isDone = true;
    return fault;
  };
}
const of = (caller: string, operation: string) => (call: Call) =>
  call.caller === caller && call.operation === operation;

describe('a life', () => {
  test('is told of from its first day to its last', async () => {
    await inLife(async () => {
      await onboard();
      await restFor(61 * dayMs);
      await simulation.system.putEvent('User Offboarded', { userName: name, reason: 'left' });
      await restFor(dayMs);
      await simulation.system.request('POST', `/users/${name}/restore`);
      await restFor(dayMs);
      await simulation.system.request('DELETE', `/users/${name}?quarantine=PT1H`);
      await restFor(dayMs);
    });
    const told = said();
    expect(told.map(({ type }) => type)).toEqual([
      'User Onboarded',
      'Access Key Rotated',
      'Access Key Rotated',
      'User Quarantined',
      'User Restored',
      'User Quarantined',
      'User Purged',
    ]);
    const [onboarded, first, second] = told;
    for (const detail of told)
      expect(detail).toMatchObject({
        schemaVersion: 1,
        accountId: '123456789012',
        userName: name,
        userId: onboarded!.userId,
        owner: 'team@example.com',
      });
    expect(onboarded).toMatchObject({
      roles: ['data_engineer'],
      origin: 'api',
      secretName: `iam-lifecycle/${name}`,
    });
    expect(first).toMatchObject({ previousKeyId: null, why: 'onboarding' });
    expect(second).toMatchObject({ previousKeyId: first!.keyId, secret: { store: 'secretsmanager' } });
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });

  test('of a name that nobody has is not told of', async () => {
    await inLife(async () => {
      await simulation.system.putEvent('User Offboarded', { userName: 'somebody' });
      await restFor(dayMs);
    });
    expect(said()).toEqual([]);
  });
});

describe('a run that dies between the act and its word', () => {
  test('of a promotion is followed by one that says it, once', async () => {
    once('crash-before', of('rotate', 'PutEvents'));
    await inLife(async () => {
      await onboard();
      await restFor(dayMs);
    });
    expect(said('Access Key Rotated').map(({ keyId }) => keyId)).toEqual(keysOf());
  });

  test('after its word says it twice under one id', async () => {
    once('crash-after', of('rotate', 'PutEvents'));
    await inLife(async () => {
      await onboard();
      await restFor(dayMs);
    });
    const told = said('Access Key Rotated');
    expect(told).toHaveLength(2);
    expect(told[1]!.id).toBe(told[0]!.id);
    expect(told[1]!.occurredAt).toBe(told[0]!.occurredAt);
  });

  test.each([
    ['a containment', 'UpdateAccessKey', 'User Quarantined'],
    ['a purge', 'PutEvents', 'User Purged'],
  ])('of %s is followed by one that says it', async (_, operation, type) => {
    await inLife(async () => {
      await onboard();
      await restFor(dayMs);
      await simulation.system.putEvent('User Offboarded', { userName: name, quarantine: 'PT1H' });
      await simulation.system.drain();
      if (operation === 'PutEvents') {
        once(
          'crash-before',
          (call) => of('offboard', operation)(call) && JSON.stringify(call.input).includes('User Purged'),
        );
      } else once('crash-after', of('offboard', operation));
      await restFor(dayMs);
    });
    expect(new Set(said(type).map(({ id }) => id)).size).toBe(1);
  });

  test('of an onboarding is followed by the word, when its caller asks again', async () => {
    once('crash-before', of('onboard', 'PutEvents'));
    await inLife(async () => {
      expect(await onboard()).toBeNull();
      expect(typesSaid()).toEqual([]);
      await onboard();
    });
    expect(typesSaid()).toEqual(['User Onboarded']);
  });
});

describe('a bus that refuses', () => {
  test('one entry of a call gets that one again', async () => {
    const refusals: number[] = [];
    failEntry = ({ caller }, index) => caller === 'rotate' && index === 1 && refusals.push(index) === 1;
    await inLife(async () => {
      for (const one of ['ann', 'bob', 'carl'])
        await simulation.system.request('POST', '/users', { ...user, name: one });
      await simulation.system.drain();
    });
    const puts = simulation.account.calls.filter(of('rotate', 'PutEvents'));
    expect(puts.map(({ input }) => (input.Entries as unknown[]).length)).toEqual([3, 1]);
    expect(
      said('Access Key Rotated')
        .map(({ userName }) => userName)
        .toSorted(),
    ).toEqual(['ann', 'bob', 'carl']);
  });

  test('every try loses the event, and not the key: a person is told', async () => {
    failEntry = ({ caller }) => caller === 'rotate';
    await inLife(async () => {
      await onboard();
      await restFor(dayMs);
    });
    expect(said('Access Key Rotated')).toEqual([]);
    expect(keysOf()).toHaveLength(1);
    const lost = journal.lines.filter((line) => line.startsWith('attention'));
    expect(lost).toEqual([
      `attention EventLost ${name}: Access Key Rotated/${simulation.account.truth.user(name)!.id}/${keysOf()[0]}: the bus refused it: InternalFailure Try again.`,
    ]);
  });
});

test('whoever has something to say knows the bus, and nobody else', () => {
  const variables: Readonly<Record<keyof typeof saidBy, readonly string[]>> = {
    onboard: onboardEnv,
    rotate: rotateEnv,
    offboard: offboardEnv,
    respond: respondEnv,
    scan: scanEnv,
    users: usersEnv,
    reconcile: reconcileEnv,
    revoke: revokeEnv,
  };
  for (const [functionName, types] of Object.entries(saidBy))
    expect([functionName, variables[functionName as keyof typeof saidBy].includes('EVENT_BUS')]).toEqual([
      functionName,
      types.length > 0,
    ]);
});
