import { describe, expect, test } from '@jest/globals';
import type { HttpResponse } from '../../functions/shell/http-function.js';
import { type World, bodyOf, inWorld } from './api-world.js';

const path = '/users/ci-deploy';

/** Asks, and lets the queues deliver some seconds later. */
async function ask(
  { system, clock }: World,
  method: string,
  place: string,
  options: { readonly body?: object; readonly wait?: number; readonly deliverAfterMs?: number } = {},
): Promise<HttpResponse> {
  const { body, wait = 20, deliverAfterMs = 3000 } = options;
  const [answer] = await Promise.all([
    system.request(method, place, body, wait === 0 ? {} : { prefer: `wait=${wait}` }),
    clock.sleep(deliverAfterMs).then(() => system.drain()),
  ]);
  return answer!;
}

const keysOf = (answer: HttpResponse | null) =>
  (bodyOf(answer).keys as { id: string; status: string }[]).map(({ status }) => status);

describe('a request that prefers to wait is answered once it is done, with the user as it is then', () => {
  test('a creation: when the key is there', () =>
    inWorld(async (world) => {
      const answer = await ask(world, 'POST', '/users', { body: { name: 'next', owner: 'team' } });
      expect([answer.statusCode, bodyOf(answer).status]).toEqual([201, 'ready']);
      expect(answer.headers).toMatchObject({ 'preference-applied': 'wait' });
    }));

  test('a rotation: when the new key is the current one', () =>
    inWorld(async (world) => {
      const old = bodyOf(await world.system.request('GET', path)) as {
        secret: { stages: Record<string, string> };
      };
      const answer = await ask(world, 'POST', `${path}/rotate`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'preference-applied': 'wait',
        etag: expect.stringMatching(/^".+"$/),
      });
      expect(bodyOf(answer)).toMatchObject({
        phase: { phase: 'Overlap' },
        secret: { stages: { AWSPREVIOUS: old.secret.stages.AWSCURRENT } },
      });
      expect(keysOf(answer)).toEqual(['Active', 'Active']);
    }));

  test('an emergency: when the old key is Active no more', () =>
    inWorld(async (world) => {
      const answer = await ask(world, 'POST', `${path}/rotate`, { body: { kind: 'emergency' } });
      expect([answer.statusCode, keysOf(answer).filter((status) => status === 'Active')]).toEqual([
        200,
        ['Active'],
      ]);
    }));

  test('an offboarding: when no key is Active; a return: when the tombstone is gone', () =>
    inWorld(async (world) => {
      const left = await ask(world, 'DELETE', path);
      expect([left.statusCode, keysOf(left)]).toEqual([200, ['Inactive']]);
      expect(bodyOf(left).offboardedAt).toEqual(expect.any(String));
      // Until both looks after the containment are over, and their leases.
      for (let look = 0; look < 2; look += 1) {
        await world.clock.sleep(10 * 60_000);
        await world.system.drain();
      }
      await world.clock.sleep(10 * 60_000);
      const back = await ask(world, 'POST', `${path}/restore`);
      expect([back.statusCode, keysOf(back), bodyOf(back).offboardedAt]).toEqual([200, ['Active'], null]);
      expect(back.headers).toMatchObject({ 'preference-applied': 'wait' });
    }));
});

describe('it is only asked for', () => {
  test.each([
    ['where the request does not prefer to wait', { wait: 0, deliverAfterMs: 1 }, 0],
    ['when the time is up, twenty seconds at most', { wait: 99, deliverAfterMs: 25_000 }, 20_000],
    ['when the time that it named is up', { wait: 2, deliverAfterMs: 4000 }, 2000],
  ])('%s', (_, options, waitedMs) =>
    inWorld(async (world) => {
      const startedAt = world.clock.now();
      let answeredAt = 0;
      const answer = await Promise.all([
        world.system
          .request(
            'POST',
            `${path}/rotate`,
            undefined,
            options.wait === 0 ? {} : { prefer: `wait=${options.wait}` },
          )
          .then((done) => {
            answeredAt = world.clock.now();
            return done!;
          }),
        world.clock.sleep(options.deliverAfterMs).then(() => world.system.drain()),
      ]);
      expect([answer[0].statusCode, bodyOf(answer[0]).status]).toEqual([202, 'rotating']);
      expect(answer[0].headers).not.toHaveProperty('preference-applied');
      // Calls take 40 ms each.
      expect(answeredAt - startedAt - waitedMs).toBeGreaterThanOrEqual(0);
      expect(answeredAt - startedAt - waitedMs).toBeLessThan(500);
    }),
  );
});
