import { readFile } from 'node:fs/promises';
import { CreateUserCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Terminal } from './terminal.js';

const hour = 3_600_000;
const day = 24 * hour;

let terminal: Terminal;
const outputs: string[] = [];

beforeEach(async () => {
  terminal = await Terminal.open();
  outputs.length = 0;
  await create('bob');
});

async function create(name: string): Promise<void> {
  await terminal.change(({ clients }) =>
    clients.iam.send(
      new CreateUserCommand({
        UserName: name,
        Path: '/lifecycle/',
        Tags: [
          { Key: 'iam-lifecycle:managed', Value: 'true' },
          { Key: 'iam-lifecycle:origin', Value: 'roster' },
        ],
      }),
    ),
  );
}

async function run(...argv: string[]) {
  const ran = await terminal.run(...argv);
  outputs.push(ran.stdout, ran.stderr);
  return ran;
}

interface Key {
  readonly id: string;
  readonly status: string;
  readonly stage: string | null;
}
interface Detail {
  readonly phase: string;
  readonly keys: readonly Key[];
}

async function keysOf(name: string): Promise<readonly Key[]> {
  return ((await terminal.json('status', name)) as Detail).keys;
}

function accountIn(text: string): object {
  return (JSON.parse(text) as { account: { services: object } }).account.services;
}

/** The pair that a client of the user reads. */
async function readSecret(name: string): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  return terminal.change(async ({ clients }) => {
    const SecretId = `iam-lifecycle/${name}`;
    const { SecretString } = await clients.secretsManager.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString!) as { accessKeyId: string; secretAccessKey: string };
  });
}

describe('rotate', () => {
  test('a first key is stored, and no output holds it', async () => {
    const { code, stdout, stderr } = await run('rotate', 'bob');
    expect(code).toBe(0);
    expect(stderr).toBe('bob: mint the first key, test it, store it\n');
    const { accessKeyId, secretAccessKey } = await readSecret('bob');
    expect(await keysOf('bob')).toMatchObject([{ id: accessKeyId, status: 'Active', stage: 'AWSCURRENT' }]);
    await run('status');
    await run('status', 'bob');
    await run('status', '--output', 'json');
    expect(stdout).toContain('bob');
    expect(outputs.join('')).not.toContain(secretAccessKey);
    expect(secretAccessKey).toHaveLength(40);
  });

  test('the old key stays beside the new one, and a second wish meanwhile is told to wait', async () => {
    await run('rotate', 'bob');
    const before = await readSecret('bob');
    terminal.time += 70 * day;
    expect((await run('rotate', 'bob')).code).toBe(0);
    const after = await readSecret('bob');
    expect(after.accessKeyId).not.toBe(before.accessKeyId);
    const keys = await keysOf('bob');
    expect(keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    terminal.time += hour;
    const again = await run('rotate', 'bob');
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('Overlap');
    expect(await keysOf('bob')).toEqual(keys);
  });

  test('in an emergency the old key is gone at once', async () => {
    await run('rotate', 'bob');
    const before = await readSecret('bob');
    terminal.time += hour;
    expect((await run('rotate', 'bob', '--emergency')).code).toBe(0);
    const after = await readSecret('bob');
    expect(await keysOf('bob')).toMatchObject([{ id: after.accessKeyId, status: 'Active' }]);
    expect(after.accessKeyId).not.toBe(before.accessKeyId);
  });

  test('a key in quarantine comes back', async () => {
    await run('rotate', 'bob');
    const { accessKeyId: oldId } = await readSecret('bob');
    terminal.time += 70 * day;
    await run('rotate', 'bob');
    terminal.time += 10 * day;
    await run('rotate', '--due');
    const statusOf = async () => (await keysOf('bob')).find(({ id }) => id === oldId)?.status;
    expect(await statusOf()).toBe('Inactive');
    terminal.time += hour;
    expect((await run('rotate', 'bob', '--reactivate')).code).toBe(0);
    expect(await statusOf()).toBe('Active');
  });

  test('a dry run says what would be done and does nothing', async () => {
    const { code, stdout, stderr } = await run('rotate', 'bob', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/bob +Unkeyed +mint the first key, test it, store it/);
    expect(stderr).toBe('');
    expect(await keysOf('bob')).toEqual([]);
  });

  test('--due takes the users whose key wants attention, and no others', async () => {
    await run('rotate', 'bob');
    terminal.time += 61 * day;
    await create('ann');
    await run('rotate', 'ann');
    terminal.time += hour;
    const { code, stdout } = await run('rotate', '--due');
    expect(code).toBe(0);
    expect(stdout).toContain('bob');
    expect(stdout).not.toContain('ann');
    expect(await keysOf('bob')).toHaveLength(2);
    expect(await keysOf('ann')).toHaveLength(1);
    terminal.time += hour;
    expect((await run('rotate', '--due')).stdout).toBe('No key wants attention.\n');
  });

  test('a user that is not ours is left alone', async () => {
    await terminal.change(({ clients }) => clients.iam.send(new CreateUserCommand({ UserName: 'root2' })));
    const { code, stdout } = await run('rotate', 'root2');
    expect(code).toBe(1);
    expect(stdout).toContain('the user lives under /, not under /lifecycle/');
    expect(await keysOf('root2')).toEqual([]);
  });
});

describe('offboard and restore', () => {
  test('without a terminal nobody leaves unless --yes is said', async () => {
    const { code, stdout, stderr } = await run('offboard', 'bob');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('Add --yes to do it without asking.');
    expect(await terminal.json('status', 'bob')).toMatchObject({ offboardedAt: null });
  });

  test.each(['y', 'no', '', 'YES'])('at a terminal the answer "%s" is no yes', async (answer) => {
    terminal.answers = [answer];
    const { code, stderr } = await run('offboard', 'bob');
    expect(code).toBe(1);
    expect(stderr).toContain('bob will lose every power');
    expect(stderr).toContain('Nothing was changed.');
    terminal.answers = null;
    expect(await terminal.json('status', 'bob')).toMatchObject({ offboardedAt: null });
  });

  test('a user loses every power, and comes back with its key', async () => {
    await run('rotate', 'bob');
    terminal.time += hour;
    terminal.answers = ['yes'];
    const left = await run('offboard', 'bob', '--reason', 'left the company', '--quarantine', 'P3D');
    terminal.answers = null;
    expect(left.code).toBe(0);
    expect(left.stdout).toContain('Quarantined');
    expect(await terminal.json('status', 'bob')).toMatchObject({
      phase: 'Offboarded',
      keys: [{ status: 'Inactive' }],
      tags: { 'iam-lifecycle:offboard-reason': 'left the company' },
      purgeAfter: new Date(terminal.time + 3 * day).toISOString(),
    });
    terminal.time += hour;
    const back = await run('restore', 'bob');
    expect(back.code).toBe(0);
    expect(await terminal.json('status', 'bob')).toMatchObject({
      phase: 'Settled',
      keys: [{ status: 'Active' }],
      offboardedAt: null,
    });
  });

  test('offboarding again carries on: the quarantine does not begin anew, and ends with the user', async () => {
    await run('offboard', 'bob', '--yes', '--quarantine', 'P3D');
    terminal.time += 2 * day;
    expect((await run('offboard', 'bob')).stdout).toContain('Quarantined');
    terminal.time += day + hour;
    const { code, stdout } = await run('offboard', 'bob');
    expect(code).toBe(0);
    expect(stdout).toContain('Deleted');
    expect((await run('status', 'bob')).stderr).toContain('no user is named bob');
  });

  test('--immediate waits until the loss of power is visible, and deletes', async () => {
    await run('rotate', 'bob');
    const { code, stdout, stderr } = await run('offboard', 'bob', '--immediate', '--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('Waiting 2 min until the loss of power is visible everywhere.');
    expect(stdout).toContain('Deleted');
    expect(await terminal.json('status')).toEqual([]);
  });

  test('a namesake is not hit', async () => {
    const { code, stderr } = await run('offboard', 'bob', '--yes', '--user-id', 'AIDASOMEBODYELSE00001');
    expect(code).toBe(1);
    expect(stderr).toContain('not AIDASOMEBODYELSE00001');
    expect(await terminal.json('status', 'bob')).toMatchObject({ offboardedAt: null });
  });

  test('dry runs change nothing', async () => {
    const before = await readFile(terminal.file('account.json'), 'utf8');
    expect((await run('offboard', 'bob', '--dry-run')).stdout).toContain('attach policy/AWSDenyAll');
    expect((await run('restore', 'bob', '--dry-run')).code).toBe(0);
    expect(accountIn(await readFile(terminal.file('account.json'), 'utf8'))).toEqual(accountIn(before));
  });
});

describe('status', () => {
  test('the list says how old each key is, what is next, and where it is kept', async () => {
    await run('rotate', 'bob');
    await create('ann');
    terminal.time += 10 * day;
    expect(await terminal.json('status')).toMatchObject([
      {
        userName: 'ann',
        origin: 'roster',
        phase: 'Attention',
        keyCreatedAt: null,
        next: { action: 'it has no current key' },
        store: 'iam-lifecycle/ann',
      },
      {
        userName: 'bob',
        phase: 'Settled',
        next: { action: 'rotate the key', at: expect.stringContaining('2026-04-30T09:00:0') },
      },
    ]);
    const { stdout } = await run('status');
    expect(stdout.split('\n')[2]).toMatch(
      /^bob +roster +Settled +10 d +rotate the key +2026-04-30 09:00Z +iam-lifecycle\/bob$/,
    );
    expect(stdout).toContain('\n2 users\n');
  });

  test('names are found in any case, and one that nobody has is an error', async () => {
    expect(await terminal.json('status', 'BOB')).toMatchObject({ userName: 'bob' });
    const { code, stdout, stderr } = await run('status', 'carl');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'iam-lifecycle: no user is named carl\niam-lifecycle status lists those under management.\n',
    );
  });
});

describe('Ctrl-C', () => {
  test('ends the command with 130 and keeps what was done', async () => {
    terminal.watch((text) => {
      if (text.includes('Waiting')) terminal.pressCtrlC();
    });
    const { code } = await run('offboard', 'bob', '--immediate', '--yes');
    expect(code).toBe(130);
    expect(await terminal.json('status', 'bob')).toMatchObject({ phase: 'Offboarded' });
  });

  test('--due finishes the user at work, and leaves the others to the next run', async () => {
    await create('ann');
    terminal.watch((text) => {
      if (text.includes('ann: mint')) terminal.pressCtrlC();
    });
    const { code, stdout, stderr } = await run('rotate', '--due');
    expect(code).toBe(130);
    expect(stderr).toContain('the next run does the others');
    expect(stdout).toContain('ann');
    expect(stdout).not.toContain('bob');
    expect((await run('rotate', '--due')).stdout).toContain('bob');
  });
});
