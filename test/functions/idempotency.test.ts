import { DeleteItemCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { dayMs, minuteMs, secondMs } from '../../functions/core/instants.js';
import { answerTable } from '../../local/deployment.js';
import type { Call, Fault } from '../../local/fake-aws/fake-aws.js';
import { type Ask, dora, never, within } from './asking.js';

/** Idempotency-Key, through the handlers themselves. */

const batch = 'arn:aws:sts::123456789012:assumed-role/BatchRole/batch';

const onCall = (operation: string, fault: Fault) => (call: Call) =>
  call.operation === operation ? fault : undefined;

describe('the same request again', () => {
  test('is given the first answer, under its own request id, and costs one call', () =>
    within(async ({ account, ask, created }) => {
      const first = await ask('POST', '/users', { key: 'k1', body: dora });
      expect(first).toMatchObject({ status: 202, body: { name: 'dora', status: 'pending' } });
      expect(first!.headers).not.toHaveProperty('idempotent-replayed');
      account.clearCalls();
      const again = await ask('POST', '/users', { key: 'k1', body: dora });
      expect(again).toEqual({
        ...first,
        headers: { ...first!.headers, 'idempotent-replayed': 'true', 'x-request-id': 'r-2' },
      });
      expect(account.calls.map(({ operation }) => operation)).toEqual(['PutItem']);
      expect(created()).toBe(0);
    }));

  test.each([
    ['POST', '/users/dora/rotate', 'rotate'],
    ['DELETE', '/users/dora', 'offboard'],
  ] as const)('%s %s asks once', (method, path, queue) =>
    within(async ({ ask, waiting, withDora }) => {
      await withDora();
      const answers = [await ask(method, path, { key: 'k' }), await ask(method, path, { key: 'k' })];
      expect(answers.map((answer) => answer!.status)).toEqual([202, 202]);
      expect(waiting(queue)).toBe(1);
    }),
  );

  test('POST /users/{name}/restore asks once', () =>
    within(async ({ ask, drain, waiting, withDora }) => {
      await withDora();
      await ask('DELETE', '/users/dora');
      await drain();
      const before = waiting('offboard');
      const restore = () => ask('POST', '/users/dora/restore', { key: 'k' });
      expect([(await restore())!.status, (await restore())!.status]).toEqual([202, 202]);
      expect(waiting('offboard')).toBe(before + 1);
    }));

  test('without a key asks again', () =>
    within(async ({ ask, records, waiting, withDora }) => {
      await withDora();
      await ask('POST', '/users/dora/rotate');
      await ask('POST', '/users/dora/rotate');
      expect(waiting('rotate')).toBe(2);
      expect(records()).toEqual([]);
    }));

  test('that only reads takes no notice of a key', () =>
    within(async ({ account, ask, withDora }) => {
      await withDora();
      expect(await ask('GET', '/users/dora', { key: ' "' })).toMatchObject({ status: 200 });
      expect(account.calls.filter(({ service }) => service === 'dynamodb')).toEqual([]);
    }));

  test('quoted or bare, the key is the same', () =>
    within(async ({ ask, waiting, withDora }) => {
      await withDora();
      await ask('POST', '/users/dora/rotate', { key: '8e03978e-40d5' });
      const again = await ask('POST', '/users/dora/rotate', { key: '"8e03978e-40d5"' });
      expect(again!.headers['idempotent-replayed']).toBe('true');
      expect(waiting('rotate')).toBe(1);
    }));

  test('of a caller who may no longer do it is refused, whatever was answered before', () =>
    within(async ({ ask, permit, withDora }) => {
      await withDora();
      expect(await ask('POST', '/users/dora/rotate', { key: 'k' })).toMatchObject({ status: 202 });
      permit({ claim: 'groups', read: ['all'] });
      expect(await ask('POST', '/users/dora/rotate', { key: 'k' })).toMatchObject({ status: 403 });
    }));
});

describe('another request with the same key', () => {
  test.each<[what: string, path: string, ask: Ask]>([
    ['another body', '/users/dora/rotate', { body: { kind: 'emergency' } }],
    ['another user', '/users/emil/rotate', {}],
    ['another condition', '/users/dora/rotate', { ifMatch: '"2"' }],
  ])('%s is refused with 422, and nothing is done', (_, path, other) =>
    within(async ({ account, ask, waiting, withDora }) => {
      await withDora();
      await ask('POST', '/users/dora/rotate', { key: 'k', ifMatch: '"1"' });
      account.clearCalls();
      const refused = await ask('POST', path, { ifMatch: '"1"', ...other, key: 'k' });
      expect(refused).toMatchObject({ status: 422, body: { title: 'Idempotency-Key is already used' } });
      expect(account.calls.map(({ operation }) => operation)).toEqual(['PutItem']);
      expect(waiting('rotate')).toBe(1);
    }),
  );

  test('another quarantine is refused with 422', () =>
    within(async ({ ask, withDora }) => {
      await withDora();
      await ask('DELETE', '/users/dora', { key: 'k' });
      expect(await ask('DELETE', '/users/dora', { key: 'k', query: { quarantine: 'PT0S' } })).toMatchObject({
        status: 422,
      });
    }));

  test('of another caller is a request of its own', () =>
    within(async ({ ask, waiting, withDora }) => {
      await withDora();
      await ask('POST', '/users/dora/rotate', { key: 'k' });
      const other = await ask('POST', '/users/dora/rotate', { key: 'k', caller: batch });
      expect(other!.headers).not.toHaveProperty('idempotent-replayed');
      expect(waiting('rotate')).toBe(2);
    }));

  test('of another operation is a request of its own', () =>
    within(async ({ ask, waiting, withDora }) => {
      await withDora();
      await ask('POST', '/users/dora/rotate', { key: 'k' });
      expect(await ask('DELETE', '/users/dora', { key: 'k' })).toMatchObject({ status: 202 });
      expect([waiting('rotate'), waiting('offboard')]).toEqual([1, 1]);
    }));
});

describe('two requests at once', () => {
  test('with the same key: one acts, the other is told to come again', () =>
    within(async ({ ask, created }) => {
      const post = () => ask('POST', '/users', { key: 'k', body: dora });
      const answers = await Promise.all([post(), post()]);
      expect(answers.map((answer) => answer!.status).toSorted()).toEqual([202, 409]);
      const refused = answers.find((answer) => answer!.status === 409)!;
      expect(refused.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'retry-after': '5',
      });
      expect(created()).toBe(1);
      expect(await post()).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' } });
    }));

  test('with the same key and another content: one acts, the other is refused for good', () =>
    within(async ({ ask, created }) => {
      const post = (name: string) => ask('POST', '/users', { key: 'k', body: { ...dora, name } });
      const answers = await Promise.all([post('dora'), post('emil')]);
      expect(answers.map((answer) => answer!.status).toSorted()).toEqual([202, 422]);
      expect(created()).toBe(1);
    }));
});

describe('a record', () => {
  test('of a refusal is none: the repeat is judged anew', () =>
    within(async ({ ask, records, withDora }) => {
      const rotate = () => ask('POST', '/users/dora/rotate', { key: 'k' });
      expect(await rotate()).toMatchObject({ status: 404 });
      expect(records()).toEqual([]);
      await withDora();
      expect(await rotate()).toMatchObject({ status: 202 });
    }));

  test('of a failure is none: the repeat acts', () =>
    within(async ({ ask, interveneWith, records, waiting, withDora }) => {
      await withDora();
      const rotate = () => ask('POST', '/users/dora/rotate', { key: 'k' });
      interveneWith(onCall('SendMessage', 'fail'));
      expect(await rotate()).toMatchObject({ status: 500 });
      expect(records()).toEqual([]);
      interveneWith(never);
      expect(await rotate()).toMatchObject({ status: 202 });
      expect(waiting('rotate')).toBe(1);
    }));

  // A function that shows users has 29 s, and 5 s more for clocks that differ.
  test('of a run that died stands until its time is up; then the repeat acts', () =>
    within(async ({ ask, clock, interveneWith, waiting, withDora }) => {
      await withDora();
      const rotate = () => ask('POST', '/users/dora/rotate', { key: 'k' });
      const diedAfter = clock.now();
      interveneWith(onCall('SendMessage', 'crash-before'));
      expect(await rotate()).toBeNull();
      interveneWith(never);
      await clock.sleep(diedAfter + 33 * secondMs - clock.now());
      expect(await rotate()).toMatchObject({ status: 409, headers: { 'retry-after': '1' } });
      expect(waiting('rotate')).toBe(0);
      await clock.sleep(secondMs);
      expect(await rotate()).toMatchObject({ status: 202 });
      expect(waiting('rotate')).toBe(1);
    }));

  test('is good for a day, though DynamoDB deletes it later', () =>
    within(async ({ ask, clock, records, waiting, withDora }) => {
      await withDora();
      const rotate = () => ask('POST', '/users/dora/rotate', { key: 'k' });
      await rotate();
      const { expiresAt, ttl } = records()[0]!;
      expect(Number(ttl!.N)).toBe(Math.ceil(Number(expiresAt!.N) / 1000));
      await clock.sleep(dayMs - minuteMs);
      expect((await rotate())!.headers['idempotent-replayed']).toBe('true');
      await clock.sleep(2 * minuteMs);
      expect(records()).toHaveLength(1);
      expect((await rotate())!.headers).not.toHaveProperty('idempotent-replayed');
      expect(waiting('rotate')).toBe(2);
    }));

  test('holds no secret, no key, no caller, and nothing of what was sent but what was answered', () =>
    within(async ({ account, ask, clock, drain, records }) => {
      const body = { ...dora, description: 'the night shift', tags: { 'cost center': 'c-4711' } };
      await ask('POST', '/users', { key: 'my-own-key', body });
      await drain();
      await clock.sleep(minuteMs);
      await ask('POST', '/users', { key: 'another-key', body });
      const text = JSON.stringify(records());
      expect(text).toContain('ready');
      expect(account.mintedSecrets).toHaveLength(1);
      for (const hidden of [...account.mintedSecrets, 'my-own-key', 'PortalRole', 'night shift', 'c-4711'])
        expect(text).not.toContain(hidden);
    }));
});

describe('where the table fails', () => {
  test('is gone: nothing is done for a request with a key, all for one without', () =>
    within(async ({ ask, created, dynamodb, journal }) => {
      await dynamodb.send(new DeleteTableCommand({ TableName: answerTable }));
      const refused = await ask('POST', '/users', { key: 'k', body: dora });
      expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
      expect(refused!.body['detail']).not.toContain('ResourceNotFound');
      expect(journal.lines.filter((line) => !line.startsWith('note answered'))).toEqual([
        expect.stringMatching(/^attention Failure -: request r-1: .*nothing was done: ResourceNotFound/),
      ]);
      expect(created()).toBe(0);
      expect(await ask('POST', '/users', { body: dora })).toMatchObject({ status: 202 });
    }));

  test.each<[fault: Fault, status: number]>([
    ['throttle', 429],
    ['fail', 503],
    ['timeout-unapplied', 503],
  ])('%s at the beginning: nothing is done, and the answer is %i with Retry-After', (fault, status) =>
    within(async ({ ask, interveneWith, waiting, withDora }) => {
      await withDora();
      interveneWith(onCall('PutItem', fault));
      expect(await ask('POST', '/users/dora/rotate', { key: 'k' })).toMatchObject({
        status,
        headers: { 'retry-after': '30' },
      });
      expect(waiting('rotate')).toBe(0);
    }),
  );

  test('goes in the middle: what was done is answered, and somebody is told', () =>
    within(async ({ ask, dynamodb, interveneWith, journal, waiting, withDora }) => {
      await withDora();
      interveneWith(async ({ operation }) => {
        if (operation === 'SendMessage')
          await dynamodb.send(new DeleteTableCommand({ TableName: answerTable }));
        return undefined;
      });
      expect(await ask('POST', '/users/dora/rotate', { key: 'k' })).toMatchObject({ status: 202 });
      expect(waiting('rotate')).toBe(1);
      expect(journal.lines.join()).toContain('attention Failure -: request r-2: the record of its');
    }));

  test('loses the record in the middle: it is there again with the answer', () =>
    within(async ({ ask, dynamodb, interveneWith, records, waiting, withDora }) => {
      await withDora();
      interveneWith(async ({ operation }) => {
        if (operation === 'SendMessage') {
          const Key = { name: records()[0]!['name']! };
          await dynamodb.send(new DeleteItemCommand({ TableName: answerTable, Key }));
        }
        return undefined;
      });
      await ask('POST', '/users/dora/rotate', { key: 'k' });
      const again = await ask('POST', '/users/dora/rotate', { key: 'k' });
      expect(again!.headers['idempotent-replayed']).toBe('true');
      expect(waiting('rotate')).toBe(1);
    }));

  test('a refusal that cannot be forgotten is a refusal all the same', () =>
    within(async ({ ask, interveneWith, journal }) => {
      interveneWith(onCall('DeleteItem', 'fail'));
      expect(await ask('POST', '/users/nobody/rotate', { key: 'k' })).toMatchObject({ status: 404 });
      expect(journal.lines.filter((line) => line.startsWith('attention'))).toHaveLength(1);
    }));
});
