import { DetachUserPolicyCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { acquireLease } from '../../functions/aws/lease.js';
import { hourMs, minuteMs } from '../../functions/core/instants.js';
import type { Call, Fault } from '../../local/fake-aws/fake-aws.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import {
  type World,
  attentions,
  inWorld,
  people,
  policy,
  settled,
  standard,
  tagsOf,
} from '../support/roster-world.js';

const name = 'bob@example.com';
const detach = ({ iam }: World) =>
  iam.send(
    new DetachUserPolicyCommand({ UserName: name, PolicyArn: policy('AssumeDataEngineerRolePolicy') }),
  );

const tombstone = ({ iam }: World) =>
  iam.send(
    new TagUserCommand({
      UserName: name,
      Tags: [{ Key: 'iam-lifecycle:offboarded-at', Value: '2026-01-01T02:00:00Z' }],
    }),
  );

/** Does something once, just before the function makes this call. */
function before(operation: string, act: (world: World) => Promise<unknown>) {
  const state: { world?: World } = {};
  const intervene = async (call: Call): Promise<Fault | undefined> => {
    const { world } = state;
    if (!world || call.caller !== 'reconcile' || call.operation !== operation) return undefined;
    delete state.world;
    await act(world);
    return undefined;
  };
  return { state, intervene };
}

describe('one user in trouble', () => {
  test('stops no other, and fails the run when all are seen to', () =>
    inWorld(
      async (world) => {
        await world.lay({ ...standard, people: people('alice', 'bob', 'carol') });
        await expect(world.system.reconcile()).rejects.toThrow('1 of 4 users failed');
        expect(['alice', 'bob', 'carol', 'ci-deploy'].filter((one) => world.account.truth.user(one))).toEqual(
          ['alice', 'carol', 'ci-deploy'],
        );
        expect(attentions(world)).toEqual([expect.stringMatching(/^attention Failure bob: /)]);
        await world.system.drain();
        await world.clock.sleep(hourMs);
        expect(await world.run()).toMatchObject({ summary: { kept: 1 } });
        expect(world.account.truth.user('bob')).toBeDefined();
      },
      { intervene: failOnce('CreateUser', 'bob') },
    ));

  test('that somebody else is at work on is left to the next run', () =>
    inWorld(async (world) => {
      await settled(world);
      await detach(world);
      const now = world.clock.now();
      const { dynamodb } = world.account.clients(new Invocation('offboard'));
      await acquireLease(dynamodb, world.env.LEASE_TABLE, {
        name,
        owner: 'another run',
        now,
        expiresAt: now + 5 * minuteMs,
      });
      expect(await world.run()).toMatchObject({ writes: [], summary: { kept: 0, held: 1 } });
      await world.clock.sleep(5 * minuteMs);
      expect(await world.run()).toMatchObject({ summary: { kept: 1, held: 0 } });
    }));
});

describe('what was seen of the whole account is old when a user is seen to', () => {
  test('a user that leaves meanwhile is given nothing', () => {
    const { state, intervene } = before('GetUser', tombstone);
    return inWorld(
      async (world) => {
        await settled(world);
        await detach(world);
        state.world = world;
        expect((await world.run()).writes).toEqual([]);
        expect(world.account.truth.user(name)!.attached).toEqual([]);
      },
      { intervene },
    );
  });

  test('what somebody has repaired meanwhile is not repaired again', () => {
    const { state, intervene } = before('GetUser', (world) =>
      world.iam.send(new TagUserCommand({ UserName: name, Tags: [{ Key: 'Team', Value: 'platform' }] })),
    );
    return inWorld(
      async (world) => {
        await settled(world);
        await world.iam.send(new TagUserCommand({ UserName: name, Tags: [{ Key: 'Team', Value: 'sales' }] }));
        state.world = world;
        expect((await world.run()).writes).toEqual([]);
        expect(tagsOf(world, name)['Team']).toBe('platform');
      },
      { intervene },
    );
  });

  test('a user that somebody makes meanwhile is looked at by the next run', () => {
    const { state, intervene } = before('CreateUser', (world) =>
      world.system.request('POST', '/users', { name: 'ci-deploy', owner: 'somebody' }),
    );
    return inWorld(
      async (world) => {
        await world.lay({ ...standard, people: {} });
        state.world = world;
        expect((await world.run()).summary).toMatchObject({ kept: 1 });
        expect(tagsOf(world, 'ci-deploy')['iam-lifecycle:origin']).toBe('api');
        await world.run();
        expect(attentions(world)).toEqual([expect.stringMatching(/^attention RosterConflict ci-deploy: /)]);
      },
      { intervene },
    );
  });
});

test('half a minute before the end no further user is begun, and the next run goes on', () => {
  const slow = { isOn: true };
  const latencyMs = ({ operation }: Call) => (slow.isOn && operation === 'CreateUser' ? 90_000 : 40);
  return inWorld(
    async (world) => {
      const names = Array.from({ length: 16 }, (_, index) => `user-${index + 1}`);
      await world.lay({ ...standard, people: people(...names), systemUsers: [] });
      // Four at a time and 90 s each: the fourth turn would begin after 270 of the 300 s.
      expect((await world.run()).summary).toMatchObject({ users: 16, kept: 12, remaining: 4 });
      slow.isOn = false;
      expect((await world.run()).summary).toMatchObject({ kept: 4, remaining: 0 });
      expect(names.filter((name) => !world.account.truth.user(name))).toEqual([]);
    },
    { latencyMs },
  );
});

const slowUntagging = ({ operation }: Call) => (operation === 'UntagUser' ? 61_000 : 40);

test('work on a user that takes more than a minute is broken off: its lease must outlast it', () => {
  return inWorld(
    async (world) => {
      await settled(world);
      const Tags = [
        { Key: 'Pet', Value: 'cat' },
        { Key: 'Team', Value: 'sales' },
      ];
      await world.iam.send(new TagUserCommand({ UserName: name, Tags }));
      await expect(world.system.reconcile()).rejects.toThrow('1 of 1 users failed');
      expect(tagsOf(world, name)).toMatchObject({ Team: 'sales' });
      expect(tagsOf(world, name)).not.toHaveProperty('Pet');
      expect(attentions(world)).toEqual([
        `attention Failure ${name}: Error: ${name} took longer than a minute: the next run goes on with it`,
      ]);
    },
    { latencyMs: slowUntagging },
  );
});

function failOnce(operation: string, userName: string) {
  let isLeft = true;
  return (call: Call): Fault | undefined => {
    if (!isLeft || call.operation !== operation || call.input.UserName !== userName) return undefined;
    isLeft = false;
    return 'fail';
  };
}
