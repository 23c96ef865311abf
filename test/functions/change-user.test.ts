import { DetachUserPolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { hourMs } from '../../functions/core/instants.js';
import { parseUserName } from '../../functions/core/names.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { type World, bodyOf, first, inWorld } from './api-world.js';

const path = '/users/ci-deploy';
const wanted = {
  roles: ['admin', 'infrastructure_admin'],
  description: 'builds',
  tags: { Team: 'b', room: '7' },
};

const put = ({ system }: World, body: object, ifMatch: string, more: Record<string, string> = {}) =>
  system.request('PUT', path, body, { 'if-match': ifMatch, ...more });

async function etagNow({ system }: World): Promise<string> {
  return String((await system.request('GET', path))!.headers!.etag);
}

/** What the account has of the user: policies by their names, and its own tags with Description and Roles. */
function stateOf({ account }: World) {
  const { attached, tags } = account.truth.user('ci-deploy')!;
  const own = tags.filter(({ Key }) => !Key.startsWith('iam-lifecycle:') && Key !== 'Name');
  return {
    policies: attached.map((arn) => arn.split('/').at(-1)!).toSorted(),
    tags: Object.fromEntries(own.map(({ Key, Value }) => [Key, Value])),
  };
}

const before = {
  policies: ['AssumeDataEngineerRolePolicy'],
  tags: { Description: 'deploys', Roles: 'data_engineer', team: 'a' },
};
const after = {
  policies: ['AssumeAdminRolePolicy', 'AssumeInfrastructureAdminRolePolicy'],
  tags: { Description: 'builds', Roles: 'admin infrastructure_admin', Team: 'b', room: '7' },
};

describe('PUT /users/{name}', () => {
  test('makes the user as it says, and its ETag is that of the next GET; a rotation leaves it alone', () =>
    inWorld(async (world) => {
      const etag = await etagNow(world);
      const answer = await put(world, wanted, etag);
      expect(answer!.statusCode).toBe(200);
      expect(bodyOf(answer)).toMatchObject({ roles: wanted.roles, tags: wanted.tags, description: 'builds' });
      expect(stateOf(world)).toEqual(after);
      const shown = await world.system.request('GET', path);
      expect(shown!.headers!.etag).toBe(answer!.headers!.etag);
      expect(shown!.headers!.etag).not.toBe(etag);
      expect(bodyOf(shown)).toMatchObject({
        roles: wanted.roles,
        tags: wanted.tags,
        phase: { phase: 'Settled' },
      });
      await world.clock.sleep(hourMs);
      await world.system.request('POST', `${path}/rotate`);
      await world.system.drain();
      expect(await etagNow(world)).toBe(answer!.headers!.etag);
    }));

  test('twice is once: the second answers without a step though its If-Match is of before', () =>
    inWorld(async (world) => {
      const etag = await etagNow(world);
      await put(world, wanted, etag);
      await world.clock.sleep(hourMs);
      world.account.clearCalls();
      const again = await put(world, wanted, etag);
      expect([again!.statusCode, bodyOf(again).steps]).toEqual([200, []]);
      const writes = world.account.calls.filter(({ mutating, service }) => mutating && service === 'iam');
      expect(writes).toEqual([]);
    }));

  test('is refused where the user was changed meanwhile, with the ETag that is so', () =>
    inWorld(async (world) => {
      const etag = await etagNow(world);
      await put(world, { ...first, name: undefined, owner: undefined, description: 'tests' }, etag);
      await world.clock.sleep(hourMs);
      const refused = await put(world, wanted, etag);
      expect(refused!.statusCode).toBe(412);
      expect(refused!.headers!.etag).toBe(await etagNow(world));
      expect(stateOf(world)).toEqual({ ...before, tags: { ...before.tags, Description: 'tests' } });
    }));

  test('is refused for the namesake of a user that is gone', () =>
    inWorld(async (world) => {
      const etag = await etagNow(world);
      await world.system.request('DELETE', `${path}?quarantine=PT0S`);
      for (let turn = 0; turn < 6; turn += 1) {
        await world.system.drain();
        await world.clock.sleep(hourMs);
      }
      expect(world.account.truth.user('ci-deploy')).toBeUndefined();
      await world.system.request('POST', '/users', first);
      await world.clock.sleep(hourMs);
      expect((await put(world, wanted, etag))!.statusCode).toBe(412);
      expect(stateOf(world)).toEqual(before);
    }));

  test('a dry run says what would be done, does nothing and takes no lease', () =>
    inWorld(async (world) => {
      world.account.clearCalls();
      const etag = await etagNow(world);
      const answer = await world.system.request('PUT', `${path}?dryRun=true`, wanted, { 'if-match': etag });
      expect(bodyOf(answer)).toMatchObject({
        roles: ['data_engineer'],
        dryRun: true,
        steps: [
          { step: 'AttachPolicy', says: 'attach policy/AssumeAdminRolePolicy' },
          { step: 'AttachPolicy', says: 'attach policy/AssumeInfrastructureAdminRolePolicy' },
          { step: 'DetachPolicy', says: 'detach policy/AssumeDataEngineerRolePolicy' },
          { step: 'UntagUser', says: 'remove the tags team' },
          { step: 'TagUser' },
        ],
      });
      expect(answer!.headers!.etag).toBe(etag);
      expect(world.account.calls.filter(({ mutating }) => mutating)).toEqual([]);
    }));
});

describe('cut off at any call that writes, before its effect or after it', () => {
  const steps = 5;
  const cuts = Array.from({ length: steps }, (_, index) => index).flatMap((index) =>
    (['crash-before', 'crash-after'] as const).map((fault) => [index, fault] as const),
  );

  test.each(cuts)(
    'call %i, %s: the same request ends it, with the ETag of a new look where that is asked for',
    (index, fault) =>
      inWorld(async (world) => {
        const etag = await etagNow(world);
        let writes = -1;
        world.faults.draw = ({ mutating, service }) =>
          mutating && service === 'iam' && (writes += 1) === index ? fault : undefined;
        expect(await put(world, wanted, etag)).toBeNull();
        world.faults.draw = undefined;
        // The lease of the run that died.
        expect((await put(world, wanted, etag))!.statusCode).toBe(503);
        await world.clock.sleep(hourMs);
        const again = await put(world, wanted, etag);
        // Rights come first: only between the two calls for tags is the ETag neither the old one nor the new one's.
        const isTorn = (index === 3 && fault === 'crash-after') || (index === 4 && fault === 'crash-before');
        expect(again!.statusCode).toBe(isTorn ? 412 : 200);
        const last = isTorn ? await put(world, wanted, await etagNow(world)) : again;
        expect(last!.statusCode).toBe(200);
        expect(stateOf(world)).toEqual(after);
      }),
  );
});

describe('two at once', () => {
  const other = { roles: [], description: 'nothing', tags: { team: 'c' } };
  const afterOther = { policies: [], tags: { Description: 'nothing', Roles: '', team: 'c' } };

  test.each([0, 1, 40, 100, 160, 220, 400])(
    'the second %i ms later: the user is as one of them says, never a mix',
    (delayMs) =>
      inWorld(async (world) => {
        const etag = await etagNow(world);
        const [one, two] = await Promise.all([
          put(world, wanted, etag),
          world.clock.sleep(delayMs).then(() => put(world, other, etag)),
        ]);
        expect([one!.statusCode, two!.statusCode].toSorted()).toEqual([200, 503]);
        expect(stateOf(world)).toEqual(one!.statusCode === 200 ? after : afterOther);
        await world.clock.sleep(hourMs);
        const loser = one!.statusCode === 200 ? other : wanted;
        expect((await put(world, loser, etag))!.statusCode).toBe(412);
      }),
  );

  test('a rotation that has just been does not hold a change up, nor the other way round', () =>
    inWorld(async (world) => {
      await world.system.request('POST', `/users/${first.name}/rotate`, { kind: 'emergency' });
      await world.system.drain();
      const keys = () => world.account.truth.user(parseUserName(first.name))!.keys;
      expect(keys()).toHaveLength(2);
      expect((await put(world, wanted, '*'))!.statusCode).toBe(200);
      expect(stateOf(world)).toEqual(after);
      await world.clock.sleep(hourMs);
      expect((await put(world, other, '*'))!.statusCode).toBe(200);
      await world.system.request('POST', `/users/${first.name}/rotate`, { kind: 'emergency' });
      await world.system.drain();
      expect(keys()).toHaveLength(3);
    }));

  test('a creation that is asked for again and finds a policy missing waits for the lease of a change', () =>
    inWorld(async (world) => {
      await put(world, wanted, '*');
      const { iam } = world.account.clients(new Invocation('somebody'));
      const [PolicyArn] = world.account.truth.user(parseUserName(first.name))!.attached;
      await iam.send(new DetachUserPolicyCommand({ UserName: first.name, PolicyArn: PolicyArn! }));
      const again = await world.system.request('POST', '/users', { ...first, ...wanted });
      expect(again!.statusCode).toBe(503);
    }));

  test('Prefer: wait lets a request wait for the lease, for twenty seconds at most', () =>
    inWorld(async (world) => {
      await put(world, wanted, '*');
      const impatient = await put(world, other, '*', { prefer: 'wait=99' });
      expect(impatient!.statusCode).toBe(503);
      // LEASE is five minutes.
      await world.clock.sleep(4 * 60_000 + 35_000);
      const patient = await put(world, other, '*', { prefer: 'wait=20' });
      expect(patient!.statusCode).toBe(200);
      expect(stateOf(world)).toEqual(afterOther);
    }));
});
