import { readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Call, FakeAws } from '../../local/fake-aws/fake-aws.js';
import {
  UserName,
  currentKey,
  document,
  hour,
  inlinePolicy,
  logs,
  openWithLeaver,
  own,
  possessions,
} from './leaver.js';
import type { Terminal } from './terminal.js';

let terminal: Terminal;
let leftAt: number;

beforeEach(async () => {
  terminal = await openWithLeaver();
  await offboard('--immediate');
  leftAt = terminal.time + 10 * 24 * hour;
  terminal.time = leftAt;
});

const offboard = (...more: string[]) => terminal.run('offboard', UserName, '--yes', ...more);

/** Whoever restores dies at one of its calls that change something; the answer is how many of them there were. */
async function restoreDying(
  at: number,
  fault: 'crash-before' | 'crash-after',
): Promise<{ calls: number; code: number }> {
  let calls = 0;
  const intervene = ({ mutating }: Call) => (mutating && ++calls === at ? fault : undefined);
  const restore = FakeAws.restore.bind(FakeAws);
  const spy = jest
    .spyOn(FakeAws, 'restore')
    .mockImplementation((options, snapshot) => restore({ ...options, intervene }, snapshot));
  const { code } = await terminal.run('restore', UserName);
  spy.mockRestore();
  return { calls, code };
}

/** Everything that was given is there again, and nothing is left to finish. */
async function whole(oldId: string): Promise<void> {
  const after = await possessions(terminal);
  expect(after).toMatchObject({ path: '/lifecycle/ci/', policies: [own, logs], groups: ['readers'] });
  expect(after.tags).toMatchObject({ Team: 'platform', 'iam-lifecycle:restored-from': oldId });
  expect(after.tags).not.toHaveProperty('iam-lifecycle:restoring');
  expect(await inlinePolicy(terminal)).toBe(document);
  const { accessKeyId } = await currentKey(terminal);
  const status = (await terminal.json('status', UserName)) as { keys: object[] };
  expect(status.keys).toContainEqual(
    expect.objectContaining({ id: accessKeyId, status: 'Active', stage: 'AWSCURRENT' }),
  );
}

describe('a restore after the purge that is cut off', () => {
  test.each(['crash-before', 'crash-after'] as const)(
    'by a %s of any call is finished by the next',
    async (fault) => {
      const gone = await readFile(terminal.file('account.json'), 'utf8');
      const { calls } = await restoreDying(Infinity, fault);
      const { 'iam-lifecycle:restored-from': from } = (await possessions(terminal)).tags;
      expect(calls).toBeGreaterThan(8);
      for (let at = 1; at <= calls; at += 1) {
        terminal.time = leftAt;
        await writeFile(terminal.file('account.json'), gone);
        const { code } = await restoreDying(at, fault);
        expect({ at, code }).toEqual({ at, code: 1 });
        terminal.time += hour;
        const again = await terminal.run('restore', UserName);
        expect({ at, ...again }).toMatchObject({ at, code: 0 });
        await whole(from!);
      }
    },
  );

  test('and then leaves is restored from what it had at first', async () => {
    const before = (await restoreDying(3, 'crash-before')).code;
    expect(before).toBe(1);
    const { 'iam-lifecycle:restored-from': from } = (await possessions(terminal)).tags;
    terminal.time += hour;
    await offboard('--immediate');
    terminal.time += hour;
    expect((await terminal.run('restore', UserName)).code).toBe(0);
    await whole(from!);
  });

  test('is returned from its quarantine with what it had at first', async () => {
    await restoreDying(3, 'crash-before');
    const { 'iam-lifecycle:restored-from': from } = (await possessions(terminal)).tags;
    terminal.time += hour;
    await offboard();
    terminal.time += hour;
    expect((await terminal.run('restore', UserName)).code).toBe(0);
    await whole(from!);
  });
});
