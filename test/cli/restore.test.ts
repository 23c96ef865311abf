import {
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  UserName,
  currentKey as currentKeyIn,
  document,
  hour,
  inlinePolicy,
  logs,
  openWithLeaver,
  own,
  possessions as possessionsIn,
} from './leaver.js';
import type { Terminal } from './terminal.js';

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openWithLeaver();
});

const offboard = (...more: string[]) => terminal.run('offboard', UserName, '--yes', ...more);
const possessions = () => possessionsIn(terminal);
const currentKey = () => currentKeyIn(terminal);

describe('a restore in the quarantine', () => {
  test('gives back what somebody took away meanwhile, and nothing that somebody added', async () => {
    await offboard();
    await terminal.change(async ({ clients: { iam } }) => {
      await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: logs }));
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'inline' }));
      await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: 'readers' }));
      await iam.send(new UntagUserCommand({ UserName, TagKeys: ['Team'] }));
      await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: 'Note', Value: 'asked twice' }] }));
    });
    terminal.time += hour;
    const { code, stdout } = await terminal.run('restore', UserName);
    expect(code).toBe(0);
    expect(stdout).toContain('attach policy/CloudWatchLogsFullAccess');
    expect(await possessions()).toMatchObject({
      tags: { Team: 'platform', Note: 'asked twice' },
      policies: [own, logs],
      groups: ['readers'],
    });
    expect(await inlinePolicy(terminal)).toBe(document);
    expect((await possessions()).tags).not.toHaveProperty('iam-lifecycle:offboarded-at');
  });

  test('of somebody who has not left gives nothing back that an earlier departure had', async () => {
    await offboard();
    terminal.time += hour;
    await terminal.run('restore', UserName);
    await terminal.change(({ clients: { iam } }) =>
      iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: logs })),
    );
    terminal.time += hour;
    await terminal.run('restore', UserName);
    expect((await possessions()).policies).toEqual([own]);
  });

  test('as a dry run says so and does nothing', async () => {
    await offboard();
    await terminal.change(({ clients: { iam } }) =>
      iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: logs })),
    );
    const before = await possessions();
    terminal.time += hour;
    const { stdout } = await terminal.run('restore', UserName, '--dry-run');
    expect(stdout).toContain('detach policy/AWSDenyAll');
    expect(stdout).toContain('attach policy/CloudWatchLogsFullAccess');
    expect(await possessions()).toEqual(before);
  });
});

describe('a restore after the purge', () => {
  test('makes a new user with the old grants and a new key in the old secret, and says what is lost', async () => {
    const before = await possessions();
    const oldKey = await currentKey();
    expect((await offboard('--immediate')).code).toBe(0);
    terminal.time += 10 * 24 * hour;
    const { code, stdout, stderr } = await terminal.run('restore', UserName);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const after = await possessions();
    expect(after.id).not.toBe(before.id);
    expect(after).toMatchObject({ path: '/lifecycle/ci/', policies: [own, logs], groups: ['readers'] });
    expect(after.tags).toMatchObject({
      'iam-lifecycle:managed': 'true',
      'iam-lifecycle:origin': 'api',
      'iam-lifecycle:owner': 'team',
      'iam-lifecycle:restored-from': before.id,
      Team: 'platform',
    });
    const life = Object.keys(after.tags).filter((key) =>
      /(exempt|offboard|purge|departed|restored-at)/.test(key),
    );
    expect(life).toEqual([]);
    expect(await inlinePolicy(terminal)).toBe(document);
    const newKey = await currentKey();
    expect(newKey.accessKeyId).not.toBe(oldKey.accessKeyId);
    expect(await terminal.json('status', UserName)).toMatchObject({
      phase: 'Settled',
      keys: [{ id: newKey.accessKeyId, status: 'Active', stage: 'AWSCURRENT' }],
    });
    expect(stdout).toContain('Restored');
    expect(stderr).toContain('Not given back: the console password: set a new one.');
    expect(stderr).toContain(`Not given back: access keys: ${oldKey.accessKeyId}.`);
    expect(stdout + stderr).not.toContain(newKey.secretAccessKey);
  });

  test('is rotated as any other user', async () => {
    await offboard('--immediate');
    terminal.time += hour;
    await terminal.run('restore', UserName);
    const first = await currentKey();
    terminal.time += 61 * 24 * hour;
    expect((await terminal.run('rotate', UserName)).code).toBe(0);
    expect((await currentKey()).accessKeyId).not.toBe(first.accessKeyId);
  });

  test('leaves out a policy that is gone, and says so as JSON too', async () => {
    await offboard('--immediate');
    await terminal.change(({ clients: { iam } }) => iam.send(new DeletePolicyCommand({ PolicyArn: own })));
    terminal.time += hour;
    const [result] = (await terminal.json('restore', UserName)) as { lost: string[]; phase: string }[];
    expect(result?.phase).toBe('Restored');
    expect(result?.lost).toContain(`the policy ${own}, which does not exist any more`);
    expect((await possessions()).policies).toEqual([logs]);
  });

  test('as a dry run says what it would do and makes nobody', async () => {
    await offboard('--immediate');
    terminal.time += hour;
    const { code, stdout } = await terminal.run('restore', UserName, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('create user bob,jr@example.com under /lifecycle/ci/');
    expect(await terminal.json('status')).toEqual([]);
  });

  test('of a name that somebody has is a return of that one, and a namesake is not hit', async () => {
    await offboard('--immediate');
    await terminal.change(({ clients: { iam } }) =>
      iam.send(
        new CreateUserCommand({
          UserName,
          Path: '/lifecycle/',
          Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }],
        }),
      ),
    );
    terminal.time += hour;
    await terminal.run('restore', UserName);
    expect(await possessions()).toMatchObject({ path: '/lifecycle/', policies: [], groups: [] });
  });

  test('of somebody of whom nothing is kept is an error', async () => {
    const { code, stderr } = await terminal.run('restore', 'carl');
    expect(code).toBe(1);
    expect(stderr).toContain('no user is named carl');
  });
});

const files = () =>
  terminal.change(async ({ clients: { s3 } }) => {
    const Bucket = 'iam-lifecycle-evidence-123456789012-eu-west-1';
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: `users/${UserName}/` }),
    );
    return Contents.map(({ Key }) => Key!.split('/').at(-1)!);
  });

describe('the evidence of a departure', () => {
  test('is signed off by whoever offboards at once, after a second look', async () => {
    const { stdout, stderr } = await offboard('--immediate');
    expect(stderr).toContain('Waiting 2 min for the second look, which signs the departure off.');
    expect(stdout).toContain('the record of it is signed off');
    expect(await files()).toEqual(expect.arrayContaining(['snapshot.json', 'record.json']));
  });

  test('is not signed off while the user is in its quarantine', async () => {
    await offboard();
    expect(await files()).toEqual(
      ['2026-03-01T10', 'snapshot.json'].map((text) => expect.stringContaining(text)),
    );
  });

  test('is signed off later where that was cut off', async () => {
    let presses = 0;
    terminal.watch((text) => {
      if (text.includes('second look') && presses++ === 0) terminal.pressCtrlC();
    });
    expect((await offboard('--immediate')).code).toBe(130);
    expect(await files()).not.toContain('record.json');
    terminal.time += hour;
    const { code, stdout } = await terminal.run('offboard', UserName);
    expect(code).toBe(0);
    expect(stdout).toContain('Gone');
    expect(await files()).toContain('record.json');
  });
});
