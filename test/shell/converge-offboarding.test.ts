import { beforeEach, describe, expect, test } from '@jest/globals';
import { minuteMs } from '../../functions/core/instants.js';
import { Leaver, failing } from '../support/leaver.js';

const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

let leaver: Leaver;
beforeEach(async () => {
  leaver = await Leaver.come();
});

describe('a departure', () => {
  test.each(['ListAccessKeys', 'ListGroupsForUser', 'GetLoginProfile', 'DescribeSecret', 'ListMFADevices'])(
    'is denied though %s fails',
    async (operation) => {
      leaver.faultOf = failing(operation);
      await expect(leaver.run({ kind: 'offboard' })).rejects.toThrow('nothing was done');
      expect(leaver.user?.attached).toContain(denyAll);
      expect(leaver.user?.tags).toContainEqual({
        Key: 'iam-lifecycle:offboarded-at',
        Value: '2026-01-02T00:00:00.000Z',
      });
      leaver.faultOf = () => undefined;
      expect((await leaver.run({ kind: 'continue' })).at.phase).toBe('Quarantined');
      expect(leaver.user?.loginProfile).toBeUndefined();
    },
  );

  test('says that a password is lost, once', async () => {
    await leaver.run({ kind: 'offboard' });
    await leaver.run({ kind: 'continue' });
    expect(leaver.linesOf('note a password')).toEqual([
      'note a password cannot be restored {"userName":"ci-deploy"}',
    ]);
  });
});

test('a return says which credentials it leaves Inactive', async () => {
  await leaver.run({ kind: 'offboard' });
  await leaver.sleep(minuteMs);
  await leaver.run({ kind: 'restore' });
  const inactive = leaver.user?.otherCredentials.find(({ status }) => status === 'Inactive');
  expect(leaver.linesOf('note these credentials')).toEqual([
    `note these credentials stay Inactive after the return {"userName":"ci-deploy","credentials":"${inactive?.id}"}`,
  ]);
});

describe('the snapshot', () => {
  test('is all that the user had before anything was taken, and no secret', async () => {
    const before = leaver.user!;
    await leaver.run({ kind: 'offboard' });
    const [snapshot, ...others] = leaver.filed('snapshot.json');
    expect(others).toEqual([]);
    expect(snapshot?.key).toBe(`users/ci-deploy/${before.id}/2026-01-02T00:00:00.000Z/snapshot.json`);
    const ids = (kind: string) =>
      before.otherCredentials.filter((one) => one.kind === kind).map(({ id }) => id);
    expect(snapshot?.value).toMatchObject({
      form: 'iam-lifecycle snapshot 1',
      departedAt: '2026-01-02T00:00:00.000Z',
      takenAt: '2026-01-02T00:00:00.000Z',
      user: {
        name: 'ci-deploy',
        id: before.id,
        path: '/lifecycle/',
        tags: { 'iam-lifecycle:managed': 'true', Roles: 'data_engineer' },
        boundaryArn: 'arn:aws:iam::123456789012:policy/IamLifecycleBoundary',
      },
      policyArns: ['arn:aws:iam::123456789012:policy/AssumeDataEngineerRolePolicy'],
      groupNames: ['readers'],
      inlinePolicies: {
        own: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      },
      hasLoginProfile: true,
      keys: [{ id: before.keys[0]!.id, status: 'Active' }],
      currentKeyId: before.keys[0]!.id,
      mfaSerialNumbers: expect.arrayContaining(ids('mfa')),
    });
    expect(snapshot?.value['user']).not.toHaveProperty(['tags', 'iam-lifecycle:offboarded-at']);
    const { credentials, secretArns } = snapshot!.value as unknown as {
      credentials: { kind: string; status: string }[];
      secretArns: string[];
    };
    expect(credentials.map(({ kind, status }) => `${kind} ${status}`).toSorted()).toEqual([
      'certificate Active',
      'service-credential Active',
      'ssh-key Active',
      'ssh-key Inactive',
    ]);
    expect(secretArns).toHaveLength(2);
    for (const secret of leaver.simulation.account.mintedSecrets)
      expect(JSON.stringify(leaver.objects)).not.toContain(secret);
  });

  test('stays as it is, whoever looks later', async () => {
    await leaver.run({ kind: 'offboard' });
    const first = leaver.objects.find(([key]) => key.endsWith('snapshot.json'));
    await leaver.sleep(minuteMs);
    await leaver.run({ kind: 'offboard', quarantineMs: 0 });
    await leaver.sleep(3 * minuteMs);
    await leaver.run({ kind: 'continue' });
    expect(leaver.user).toBeUndefined();
    expect(leaver.objects.filter(([key]) => key.endsWith('snapshot.json'))).toEqual([first]);
  });

  test('that cannot be kept holds up no containment, and a person is told', async () => {
    leaver.faultOf = failing('PutObject');
    expect((await leaver.run({ kind: 'offboard' })).at.phase).toBe('Quarantined');
    expect(leaver.user?.loginProfile).toBeUndefined();
    expect(leaver.user?.keys.map(({ status }) => status)).toEqual(['Inactive']);
    expect(leaver.linesOf('attention Evidence')[0]).toMatch(
      /failed to keep the snapshot: InternalServerError/,
    );
    expect(leaver.objects).toEqual([]);
  });

  test('is tried again at the end of the run, with what the run saw at its beginning', async () => {
    let tries = 0;
    leaver.faultOf = (call) => (call.operation === 'PutObject' && tries++ === 0 ? 'fail' : undefined);
    await leaver.run({ kind: 'offboard' });
    expect(leaver.filed('snapshot.json')).toMatchObject([{ value: { hasLoginProfile: true } }]);
  });

  test('that was never kept is made up for by the next look', async () => {
    leaver.faultOf = failing('PutObject');
    await leaver.run({ kind: 'offboard' });
    leaver.faultOf = () => undefined;
    await leaver.run({ kind: 'continue' });
    expect(leaver.filed('snapshot.json')).toMatchObject([{ value: { groupNames: ['readers'] } }]);
  });

  test('is waited for by the purge', async () => {
    leaver.faultOf = failing('PutObject');
    await leaver.run({ kind: 'offboard', quarantineMs: 0 });
    await leaver.sleep(3 * minuteMs);
    await expect(leaver.run({ kind: 'continue' })).rejects.toThrow('nothing was done');
    expect(leaver.user).toMatchObject({ groups: ['readers'], attached: expect.arrayContaining([denyAll]) });
    leaver.faultOf = () => undefined;
    await leaver.run({ kind: 'continue' });
    expect(leaver.user).toBeUndefined();
  });

  test('is not waited for where nothing is deployed that could keep it', async () => {
    await leaver.run({ kind: 'offboard', quarantineMs: 0 }, null);
    await leaver.sleep(3 * minuteMs);
    await leaver.run({ kind: 'continue' }, null);
    expect(leaver.user).toBeUndefined();
    expect(leaver.objects).toEqual([]);
  });
});
