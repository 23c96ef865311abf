import {
  CreateRoleCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { dayMs, minuteMs } from '../../functions/core/instants.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { sshKey } from '../../local/sim/furnish.js';
import { Leaver, failing, leaverName } from '../support/leaver.js';

const anybody =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';

let leaver: Leaver;
beforeEach(async () => {
  leaver = await Leaver.come();
});

interface Found {
  readonly kind: string;
  readonly id: string;
  readonly isFromBefore: boolean;
  readonly goneBy: string;
}
interface DepartureText {
  readonly found: readonly Found[];
  readonly removed: readonly { readonly step: string }[];
  readonly remains: readonly { readonly what: string; readonly until: string | null }[];
  readonly evidence: readonly { readonly key: string; readonly sha256: string }[];
}
const record = () => leaver.filed('record.json')[0]?.value as unknown as DepartureText | undefined;

/** Contained, with a key and a policy that the leaver made meanwhile, and purged. */
async function leave(): Promise<void> {
  await leaver.run({ kind: 'offboard', quarantineMs: 0 });
  const { iam } = leaver.simulation.account.clients(new Invocation('surroundings'));
  await leaver.simulation.clock.run(async () => {
    await iam.send(new UploadSSHPublicKeyCommand({ UserName: leaverName, SSHPublicKeyBody: sshKey(3) }));
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    await iam.send(
      new PutUserPolicyCommand({ UserName: leaverName, PolicyName: 'backdoor', PolicyDocument }),
    );
    await leaver.simulation.clock.sleep(3 * minuteMs);
  });
  await leaver.run({ kind: 'continue' });
}

describe('the record', () => {
  test('is written when the user was absent twice, and not before', async () => {
    await leave();
    await leaver.run({ kind: 'continue' });
    expect(record()).toBeUndefined();
    await leaver.sleep(2 * minuteMs);
    const absentSince = leaver.simulation.clock.now() - 2 * minuteMs;
    expect((await leaver.run({ kind: 'continue', absentSince })).at.phase).toBe('Gone');
    expect(record()).toMatchObject({
      user: { name: 'ci-deploy' },
      departedAt: '2026-01-02T00:00:00.000Z',
      absentSince: '2026-01-02T00:03:00.000Z',
      absentAgainAt: '2026-01-02T00:05:00.000Z',
      signedOff: { at: '2026-01-02T00:05:00.000Z', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  test.each([
    ['a look that follows one at nobody', (since: number) => ({ absentSince: since })],
    ['one that knows whom it is about', (_since: number, userId: string) => ({ userId })],
  ])('is written too where somebody took the name before the second look: by %s', async (_title, known) => {
    const { id: userId } = leaver.user!;
    await leave();
    const absentSince = leaver.simulation.clock.now();
    await leaver.sleep(minuteMs);
    const { iam } = leaver.simulation.account.clients(new Invocation('surroundings'));
    await leaver.simulation.clock.run(() => iam.send(new CreateUserCommand({ UserName: leaverName })));
    await leaver.sleep(2 * minuteMs);
    const namesake = leaver.user!;
    const wish = { kind: 'continue', ...known(absentSince, userId) } as const;
    expect((await leaver.run(wish)).at.phase).toBe('Namesake');
    expect(leaver.filed('record.json').map(({ key }) => key)).toEqual([
      `users/ci-deploy/${userId}/2026-01-02T00:00:00.000Z/record.json`,
    ]);
    expect(leaver.user).toEqual(namesake);
  });

  test('tells what was found, what the leaver added, what was removed and what remains', async () => {
    await leave();
    const absentSince = leaver.simulation.clock.now();
    await leaver.sleep(2 * minuteMs);
    await leaver.run({ kind: 'continue', absentSince });
    const { found, removed, remains, evidence } = record()!;
    const kinds = (isFromBefore: boolean) =>
      found
        .filter((thing) => thing.isFromBefore === isFromBefore)
        .map(({ kind }) => kind)
        .toSorted();
    expect(kinds(true)).toEqual([
      'access-key',
      'certificate',
      'group',
      'inline-policy',
      'login-profile',
      'mfa-device',
      'mfa-device',
      'policy',
      'secret',
      'secret',
      'service-credential',
      'ssh-key',
      'ssh-key',
    ]);
    expect(kinds(false)).toEqual(['inline-policy', 'ssh-key']);
    expect(found.find(({ kind }) => kind === 'login-profile')?.goneBy).toBe('2026-01-02T00:03:00.000Z');
    const steps = removed.map(({ step }) => step);
    expect([steps[0], steps[1], steps.at(-1)]).toEqual(['TagUser', 'AttachPolicy', 'DeleteUser']);
    expect(
      remains.map(({ what, until }) => [what.replace(/arn:\S+(?=,)/, 'ARN').slice(0, 40), until]),
    ).toEqual([
      ['the secret ARN, which can be restored', '2026-02-01T00:03:00.000Z'],
      ['the secret ARN, which can be restored', '2026-02-01T00:00:00.000Z'],
      ['sessions of roles that were assumed befo', '2026-01-02T12:00:00.000Z'],
      ['not looked at: what CloudTrail tells up ', null],
      ['not looked at: what the user made before', null],
      ['this evidence', null],
    ]);
    expect(evidence.map(({ key }) => key.replace(/.*\d{3}Z\/(runs\/.*Z-)?/, ''))).toEqual([
      'snapshot.json',
      expect.stringMatching(/^run-\d+-found\.json$/),
      expect.stringMatching(/^run-\d+-steps\.json$/),
      expect.stringMatching(/^run-\d+-steps\.json$/),
    ]);
  });

  test('tells what the leaver itself still did, which is told at once too', async () => {
    const { account, clock } = leaver.simulation;
    const keyId = leaver.user!.keys[0]!.id;
    await leaver.run({ kind: 'offboard' });
    const { iam } = account.clients(new Invocation('surroundings', keyId));
    await clock.run(async () => {
      await clock.sleep(5_000);
      await iam.send(new CreateRoleCommand({ RoleName: 'backdoor', AssumeRolePolicyDocument: anybody }));
    });
    await leaver.sleep(14 * minuteMs);
    await leaver.run({ kind: 'continue' });
    expect(leaver.linesOf('attention LateAct')).toEqual([]);
    await leaver.sleep(minuteMs);
    await leaver.run({ kind: 'continue' });
    const said = 'after its departure was decided it did: iam CreateRole backdoor (2026-01-02T00:00:05.000Z)';
    expect(leaver.linesOf('attention LateAct')).toEqual([expect.stringContaining(said)]);
    await leaver.sleep(dayMs);
    await leaver.run({ kind: 'continue' });
    await leaver.sleep(2 * minuteMs);
    await leaver.run({ kind: 'continue', absentSince: clock.now() - 2 * minuteMs });
    expect(record()).toMatchObject({
      lateActs: [
        {
          service: 'iam',
          action: 'CreateRole',
          resources: ['backdoor'],
          firstAt: '2026-01-02T00:00:05.000Z',
          lastAt: '2026-01-02T00:00:05.000Z',
        },
      ],
    });
    expect(leaver.linesOf('attention LateAct')).toHaveLength(1);
  });

  test('waits for CloudTrail to answer', async () => {
    await leave();
    await leaver.sleep(2 * minuteMs);
    leaver.faultOf = failing('LookupEvents');
    const absentSince = leaver.simulation.clock.now() - 2 * minuteMs;
    await expect(leaver.run({ kind: 'continue', absentSince })).rejects.toThrow('the service failed');
    expect(record()).toBeUndefined();
    leaver.faultOf = () => undefined;
    await leaver.run({ kind: 'continue', absentSince });
    expect(record()).toBeDefined();
  });

  test('is written once, though the end is told of twice', async () => {
    await leave();
    const absentSince = leaver.simulation.clock.now();
    await leaver.sleep(2 * minuteMs);
    await leaver.run({ kind: 'continue', absentSince });
    const first = leaver.objects;
    await leaver.sleep(minuteMs);
    await leaver.run({ kind: 'continue', absentSince });
    expect(leaver.objects).toEqual(first);
  });

  test('of somebody of whom nothing is filed is none', async () => {
    await leaver.run({ kind: 'offboard', quarantineMs: 0 }, null);
    await leaver.sleep(3 * minuteMs);
    await leaver.run({ kind: 'continue' }, null);
    const absentSince = leaver.simulation.clock.now();
    await leaver.sleep(2 * minuteMs);
    expect((await leaver.run({ kind: 'continue', absentSince })).at.phase).toBe('Gone');
    expect(leaver.objects).toEqual([]);
  });
});
