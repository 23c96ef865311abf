import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../functions/aws/clock.js';
import {
  type Operation,
  type OperationId,
  operationOf,
  operations,
} from '../../functions/shell/operations.js';
import * as z from '../../functions/shell/schema.js';
import { Dev } from './dev/dev-process.js';
import { curlsOfReadme } from './dev/readme-curl.js';

/** Of them a synthesis may take most. */
const startMs = 90_000;
const patientMs = 30_000;

/** Asks until the answer is as expected, and fails with the last one where it does not become so. */
async function eventually(ask: () => Promise<unknown>, expected: Record<string, unknown>): Promise<void> {
  for (const until = Date.now() + 0.8 * patientMs; ;) {
    const seen = await ask();
    try {
      expect(seen).toMatchObject(expected);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await systemClock.sleep(200);
  }
}

const secretArn = (name: string) =>
  expect.stringMatching(
    `^arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/${name}-\\w{6}$`,
  );

const departure = (detailType: string, userName: string) => ({
  'detail-type': detailType,
  detail: { userName: userName, reason: 'left' },
});

describe('the synthesized system', () => {
  let dev: Dev;
  const dora = { name: 'dora@example.com', owner: 'dora@example.com', roles: ['data_engineer'] };
  const bob = { name: 'bob@example.com', owner: 'bob@example.com' };
  const isOffboarded = { body: { offboardedAt: expect.any(String), keys: [{ status: 'Inactive' }] } };
  beforeAll(async () => {
    const short = ['--visibility', '3', '--max-receives', '3', '--env', 'LEASE=PT3S', '--env', 'SETTLE=PT1S'];
    dev = await Dev.start(short);
  }, startMs);
  afterAll(() => {
    dev.child.kill();
  });

  test(
    'POST /users answers with the secret of the new user',
    async () => {
      const prefer = { prefer: 'wait=10' };
      const answers = await Promise.all([
        dev.call('POST', '/users', dora, prefer),
        dev.call('POST', '/users', bob, prefer),
      ]);
      expect(answers).toMatchObject([
        { status: 201, body: { secret: { arn: secretArn(dora.name) } } },
        { status: 201, body: { secret: { arn: secretArn(bob.name) } } },
      ]);
    },
    patientMs,
  );

  test(
    'users are listed, and shown under a name that is encoded in the path',
    async () => {
      const list = await dev.call('GET', '/users');
      expect((list.body['users'] as { name: string }[]).map(({ name }) => name)).toEqual([
        bob.name,
        dora.name,
      ]);
      expect(await dev.call('GET', '/users/dora%40example.com')).toMatchObject({
        status: 200,
        body: { name: dora.name, roles: dora.roles, phase: { phase: 'Settled' } },
      });
    },
    patientMs,
  );

  test(
    'a schedule runs when asked for; an unknown one is refused with the names there are',
    async () => {
      expect(await dev.call('POST', '/_local/schedule/iam-lifecycle-scan')).toMatchObject({
        status: 200,
        body: { result: { users: 2, managedUsers: 2 } },
      });
      expect(await dev.call('POST', '/_local/schedule/none')).toEqual({
        status: 404,
        body: { message: "no schedule is named 'none'; there are: iam-lifecycle-scan" },
      });
    },
    patientMs,
  );

  test(
    'DELETE is accepted, and the queue brings it to the function',
    async () => {
      expect(await dev.call('DELETE', '/users/dora%40example.com')).toMatchObject({
        status: 202,
        body: { status: 'offboarding' },
      });
      await eventually(() => dev.call('GET', '/users/dora%40example.com'), isOffboarded);
      const toldOf = (what: string) => dev.log().includes(`event ${what} of ${dora.name}`);
      const told = () =>
        Promise.resolve({ key: toldOf('Access Key Rotated'), end: toldOf('User Quarantined') });
      await eventually(told, { key: true, end: true });
    },
    patientMs,
  );

  test(
    'an event on the bus comes to the function by its rule; one that no rule wants comes nowhere',
    async () => {
      expect((await dev.call('POST', '/_local/events', departure('User Promoted', bob.name))).status).toBe(
        202,
      );
      expect((await dev.call('POST', '/_local/events', departure('User Offboarded', bob.name))).status).toBe(
        202,
      );
      await eventually(() => dev.call('GET', '/users/bob%40example.com'), isOffboarded);
      expect(dev.log()).not.toContain('User Promoted');
    },
    patientMs,
  );

  test(
    'a message that always fails is tried again, and ends as a dead letter',
    async () => {
      const poison = { 'detail-type': 'User Offboarded', detail: { reason: 'nobody is named' } };
      expect((await dev.call('POST', '/_local/events', poison)).status).toBe(202);
      await eventually(() => dev.depth('iam-lifecycle-offboard-dlq'), { visible: 1 });
      const tries = dev.log().match(/detail\.userName: Invalid input/g);
      expect(tries).toHaveLength(3);
      // Looks at those who left before may be due later.
      expect(await dev.depth('iam-lifecycle-offboard')).toMatchObject({ visible: 0, inFlight: 0 });
    },
    patientMs,
  );

  test(
    'what no route leads to is not found; a method that a route does not know reaches its function',
    async () => {
      expect((await dev.call('GET', '/groups')).status).toBe(404);
      expect(await dev.call('GET', '/users/%E0%A4%A')).toEqual({
        status: 400,
        body: { message: 'Bad Request' },
      });
      expect((await dev.call('PUT', '/users', {})).status).toBe(405);
      expect((await dev.call('GET', '/_local/none')).status).toBe(404);
      expect((await dev.call('POST', '/_local/events', { detail: {} })).body['message']).toContain(
        'detail-type',
      );
    },
    patientMs,
  );

  test(
    'the curl commands of the README do what it says, and are answered as the OpenAPI document says',
    async () => {
      const statuses: number[] = [];
      for (const { method, place, headers, body } of curlsOfReadme()) {
        const answer = await dev.call(method, place, body, headers);
        statuses.push(answer.status);
        const found = operationOf(method, place.split('?')[0]!) as { id: OperationId };
        const { answers } = operations[found.id] as Operation;
        expect(z.safeParse(answers[answer.status]!.body, answer.body).error).toBeUndefined();
      }
      expect(statuses).toEqual([201, 200, 200, 200, 200, 200, 200, 202]);
    },
    patientMs,
  );

  test(
    'Ctrl-C ends it, and every process of a function',
    async () => {
      const { code, started, left } = await dev.end();
      expect({ code, left }).toEqual({ code: 0, left: [] });
      expect(started).toBeGreaterThanOrEqual(4);
    },
    patientMs,
  );
});
