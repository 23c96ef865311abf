import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
  AddUserToGroupCommand,
  CreateGroupCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { hourMs, minuteMs } from '../../functions/core/instants.js';
import {
  type World,
  attentions,
  inWorld,
  people,
  policy,
  settled,
  standard,
  tagsOf,
  written,
} from '../support/roster-world.js';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

describe('a roster that was just laid down', () => {
  test('is made so: users with boundary, tags and policies, and a key for whoever wants one', () =>
    inWorld(async (world) => {
      await world.lay(standard);
      const { summary, writes } = await world.run();
      expect(writes.toSorted()).toEqual([
        'AttachUserPolicy bob@example.com',
        'CreateUser bob@example.com',
        'CreateUser ci-deploy',
      ]);
      expect(summary).toEqual({ users: 2, kept: 2, held: 0, remaining: 0, findings: 0 });
      const bob = world.account.truth.user('bob@example.com')!;
      expect([bob.path, bob.boundaryArn, bob.attached]).toEqual([
        '/lifecycle/',
        policy('IamLifecycleBoundary'),
        [policy('AssumeDataEngineerRolePolicy')],
      ]);
      expect(tagsOf(world, 'bob@example.com')).toMatchObject({
        'iam-lifecycle:managed': 'true',
        'iam-lifecycle:origin': 'roster',
        'iam-lifecycle:key-store': 'none',
        Team: 'platform',
      });
      await world.system.drain();
      expect(world.account.truth.user('ci-deploy')!.keys.map(({ status }) => status)).toEqual(['Active']);
      expect(bob.keys).toEqual([]);
    }));

  test('is written no more by the second run', () =>
    inWorld(async (world) => {
      await settled(world);
      expect((await world.run()).writes).toEqual([]);
      expect(attentions(world)).toEqual([]);
    }));
});

describe('what has drifted is repaired', () => {
  const name = 'bob@example.com';
  const UserName = name;
  const attached = [policy('AssumeDataEngineerRolePolicy')];

  const drifts: Record<string, [drift: (world: World) => Promise<unknown>, writes: string[]]> = {
    'a policy that somebody detached': [
      ({ iam }) => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: attached[0] })),
      ['AttachUserPolicy'],
    ],
    'a policy that somebody attached': [
      ({ iam }) => iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: administrator })),
      ['DetachUserPolicy'],
    ],
    'an inline policy that somebody wrote': [
      ({ iam }) => {
        const PolicyDocument =
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
        return iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }));
      },
      ['DeleteUserPolicy'],
    ],
    'a boundary that somebody removed': [
      ({ iam }) => iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName })),
      ['PutUserPermissionsBoundary'],
    ],
    'a tag that somebody changed, and one that was added': [
      ({ iam }) => {
        const Tags = [
          { Key: 'Team', Value: 'sales' },
          { Key: 'Pet', Value: 'cat' },
        ];
        return iam.send(new TagUserCommand({ UserName, Tags }));
      },
      ['UntagUser', 'TagUser'],
    ],
    'where its key is kept': [
      ({ iam }) => iam.send(new UntagUserCommand({ UserName, TagKeys: ['iam-lifecycle:key-store'] })),
      ['TagUser'],
    ],
  };

  test.each(Object.entries(drifts))('%s', (_, [drift, operations]) =>
    inWorld(async (world) => {
      await settled(world);
      const before = tagsOf(world, name);
      await drift(world);
      const { writes, summary } = await world.run();
      expect(writes).toEqual(operations.map((operation) => `${operation} ${name}`));
      expect(summary).toMatchObject({ kept: 1, findings: 0 });
      const bob = world.account.truth.user(name)!;
      expect([bob.attached, bob.boundaryArn, Object.keys(bob.inline ?? {}), tagsOf(world, name)]).toEqual([
        attached,
        policy('IamLifecycleBoundary'),
        [],
        before,
      ]);
    }),
  );

  test('a key that is gone is asked for, once the lease is free', () =>
    inWorld(async (world) => {
      await settled(world);
      await world.lay({ ...standard, people: { [name]: { roles: ['admin'], createAccessKey: true } } });
      await world.run();
      expect(world.account.truth.user(name)!.attached).toEqual([policy('AssumeAdminRolePolicy')]);
      await world.system.drain();
      expect(world.account.truth.user(name)!.keys).toEqual([]);
      await world.clock.sleep(5 * minuteMs);
      await world.system.drain();
      expect(world.account.truth.user(name)!.keys).toHaveLength(1);
      expect(world.lines.filter((line) => line.includes('LeaseConflict'))).toEqual([]);
    }));
});

const isOffboarded = (world: World, name: string) => 'iam-lifecycle:offboarded-at' in tagsOf(world, name);

describe('users that a roster no longer names', () => {
  test('are written down at the first look, and leave at the second', () =>
    inWorld(async (world) => {
      await settled(world);
      await world.lay({ ...standard, systemUsers: [] });
      expect((await world.run()).writes).toEqual(['TagUser ci-deploy']);
      expect(tagsOf(world, 'ci-deploy')['iam-lifecycle:unlisted-since']).toBeDefined();
      await world.system.drain();
      expect(isOffboarded(world, 'ci-deploy')).toBe(false);
      await world.clock.sleep(hourMs);
      expect((await world.run()).writes).toEqual([]);
      await world.system.drain();
      expect(isOffboarded(world, 'ci-deploy')).toBe(true);
      expect(world.account.truth.user('ci-deploy')!.keys.map(({ status }) => status)).toEqual(['Inactive']);
    }));

  test('stay where the roster names them again in between', () =>
    inWorld(async (world) => {
      await settled(world);
      await world.lay({ ...standard, systemUsers: [] });
      await world.run();
      await world.lay(standard);
      await world.clock.sleep(hourMs);
      expect((await world.run()).writes).toEqual(['UntagUser ci-deploy']);
      await world.system.drain();
      expect(isOffboarded(world, 'ci-deploy')).toBe(false);
    }));

  test('stay, all of them, where more would leave than a tenth', () =>
    inWorld(async (world) => {
      const names = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9', 'u10'];
      await settled(world, { ...standard, people: people(...names), systemUsers: [] });
      await world.lay({ ...standard, people: people(...names.slice(2)), systemUsers: [] });
      expect((await world.run()).writes).toHaveLength(2);
      await world.clock.sleep(hourMs);
      expect(await world.run()).toMatchObject({ writes: [], summary: { kept: 0, findings: 1 } });
      expect(attentions(world)).toEqual([
        expect.stringContaining('attention RosterBlastBrake *: 2 users would leave at once'),
      ]);
      await world.system.drain();
      expect(names.filter((name) => isOffboarded(world, name))).toEqual([]);
    }));

  test('stay where they were made by somebody else', () =>
    inWorld(async (world) => {
      await settled(world);
      const owner = 'platform@example.com';
      await world.system.request('POST', '/users', { name: 'of-the-api', owner });
      await world.iam.send(new CreateUserCommand({ UserName: 'breakglass' }));
      expect((await world.run()).writes).toEqual([]);
      await world.clock.sleep(hourMs);
      expect((await world.run()).writes).toEqual([]);
    }));
});

describe('what no function may do is told of and not done', () => {
  test('a policy that is missing, and the grant that needs it', () =>
    inWorld(async (world) => {
      await world.lay(standard);
      await world.iam.send(new DeletePolicyCommand({ PolicyArn: policy('AssumeDataEngineerRolePolicy') }));
      const { writes } = await world.run();
      expect(writes.toSorted()).toEqual(['CreateUser bob@example.com', 'CreateUser ci-deploy']);
      expect(attentions(world)).toEqual([
        expect.stringMatching(/^attention RosterNotPermitted AssumeDataEngineerRolePolicy: only an operator/),
      ]);
      expect(world.account.calls.map(({ operation }) => operation)).not.toContain('CreatePolicy');
    }));

  test('a boundary of its own choice, so that the user is not made at all', () =>
    inWorld(async (world) => {
      const permissionsBoundary = policy('Wide');
      await world.lay({ ...standard, people: { bob: { permissionsBoundary } } });
      const { writes, summary } = await world.run();
      expect(writes).toEqual(['CreateUser ci-deploy']);
      expect(summary).toMatchObject({ kept: 1, findings: 1 });
      expect(attentions(world)).toEqual([
        'attention RosterNotPermitted bob: its boundary is to be policy/Wide, and no function sets another one than policy/IamLifecycleBoundary',
      ]);
    }));

  test("a group that is not the roster's is not left", () =>
    inWorld(async (world) => {
      await settled(world);
      await world.iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
      await world.iam.send(new AddUserToGroupCommand({ UserName: 'ci-deploy', GroupName: 'readers' }));
      expect(await world.run()).toMatchObject({ writes: [], summary: { kept: 0, findings: 1 } });
      expect(attentions(world)).toEqual([
        "attention RosterNotPermitted ci-deploy: the group readers is not the roster's",
      ]);
    }));

  test('a name that somebody else has', () =>
    inWorld(async (world) => {
      await world.iam.send(new CreateUserCommand({ UserName: 'ci-deploy' }));
      await world.iam.send(new CreateAccessKeyCommand({ UserName: 'ci-deploy' }));
      await world.lay(standard);
      await world.run();
      expect(attentions(world)).toEqual([expect.stringMatching(/^attention RosterConflict ci-deploy: /)]);
      expect(world.account.truth.user('ci-deploy')!.tags).toEqual([]);
    }));
});

describe('one that cannot be taken fails the run and changes nothing', () => {
  test.each([
    [
      'a text that is no roster',
      'people: {bob: {roles: [none]}}',
      /s3:\/\/iam-lifecycle-roster-.*\/roster\.yaml has 2 fault\(s\)/,
    ],
    ['an empty one', '', /fault/],
    [
      'one of another account',
      written({ ...standard, accountId: '210987654321' }),
      'accountId is "210987654321": it must be that of the deployment, 123456789012',
    ],
    [
      'one of another path',
      written({ ...standard, defaults: { userPath: '/people/' } }),
      'defaults.userPath is "/people/": it must be that of the deployment, /lifecycle/',
    ],
    [
      'one that is too big to be any',
      `${'#'.repeat(5_000_001)}\n`,
      /has 5000002 bytes: at most 5000000 are read/,
    ],
  ])('%s', (_, text, message) =>
    inWorld(async (world) => {
      await settled(world);
      await world.system.putRoster(text);
      world.account.clearCalls();
      await expect(world.system.reconcile()).rejects.toThrow(message);
      expect(world.account.calls.filter(({ mutating }) => mutating)).toEqual([]);
    }),
  );

  test('no roster at all', () =>
    inWorld(async (world) => {
      await expect(world.system.reconcile()).rejects.toThrow('The specified bucket does not exist');
    }));
});
