import { CreateAccessKeyCommand, CreatePolicyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { denySessionsDocument } from '../../functions/core/deny-sessions.js';
import { Terminal } from './terminal.js';

const hour = 3_600_000;
let terminal: Terminal;

interface Detail {
  readonly keys: readonly { readonly id: string; readonly status: string; readonly stage: string | null }[];
}
interface Report {
  readonly keyId: string;
  readonly userName: string | null;
  readonly phase: string;
  readonly done: readonly string[];
  readonly next: readonly string[];
  readonly use: unknown;
}

const keysOf = async () => ((await terminal.json('status', 'bob')) as Detail).keys;
const attachedTo = (name: string) =>
  terminal.change(async (connection) => {
    const { paginateListAttachedUserPolicies } = await import('@aws-sdk/client-iam');
    const names: string[] = [];
    for await (const page of paginateListAttachedUserPolicies(
      { client: connection.clients.iam },
      { UserName: name },
    ))
      names.push(...(page.AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName!));
    return names;
  });

/** Bob, with a key of an hour ago. */
beforeEach(async () => {
  terminal = await Terminal.open();
  await terminal.change(({ clients }) =>
    clients.iam.send(
      new CreateUserCommand({
        UserName: 'bob',
        Path: '/lifecycle/',
        Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }],
      }),
    ),
  );
  await terminal.run('rotate', 'bob');
  terminal.time += hour;
});

async function deployDenySessions(): Promise<void> {
  await terminal.change(({ clients }) =>
    clients.iam.send(
      new CreatePolicyCommand({
        PolicyName: 'IamLifecycleDenySessions',
        PolicyDocument: JSON.stringify(denySessionsDocument),
      }),
    ),
  );
}

async function respond(...argv: string[]): Promise<{ code: number; report: Report; stderr: string }> {
  const { code, stdout, stderr } = await terminal.run('respond', ...argv, '--output', 'json');
  return { code, report: JSON.parse(stdout || '{}') as Report, stderr };
}

describe('a leaked key of a managed user', () => {
  test('is answered to the end in one run: the deny first, the successor before it is lifted', async () => {
    await deployDenySessions();
    const [leaked] = await keysOf();
    const { code, report } = await respond(leaked!.id);
    expect(code).toBe(0);
    expect(report.done.map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual([
      'tag iam-lifecycle:leaked/' + leaked!.id.toLowerCase() + '=2026-03-01T10:00:00.000Z,',
      'attach policy/AWSDenyAll',
      `deactivate ${leaked!.id}`,
      'mint a',
      expect.stringMatching(/^make AKIA/),
      'attach policy/IamLifecycleDenySessions',
      'detach policy/AWSDenyAll',
      'remove the',
    ]);
    expect(report.phase).toBe('Watching');
    expect(await attachedTo('bob')).toEqual(['IamLifecycleDenySessions']);
    const keys = await keysOf();
    expect(keys.map(({ status, stage }) => [status, stage]).toSorted()).toEqual([
      ['Active', 'AWSCURRENT'],
      ['Inactive', 'AWSPREVIOUS'],
    ]);
  });

  test('a dry run says what would be done, and does nothing', async () => {
    const [leaked] = await keysOf();
    const { code, report } = await respond(leaked!.id, '--dry-run');
    expect([code, report.phase, report.done.length]).toEqual([0, 'Containing', 3]);
    expect((await keysOf())[0]!.status).toBe('Active');
    expect(await attachedTo('bob')).toEqual([]);
  });

  test('the table shows owner, steps and what is next', async () => {
    const [leaked] = await keysOf();
    const { stdout } = await terminal.run('respond', leaked!.id, '--dry-run');
    expect(stdout).toMatch(/^KEY +AKIA\w+\nOWNER +bob\nLAST USE +sts in us-east-1 at /);
    expect(stdout).toContain('\n  attach policy/AWSDenyAll\n');
    expect(stdout).toContain('Find where it leaked');
  });

  test('what the key was used for is told last, and not with --no-history', async () => {
    const [leaked] = await keysOf();
    const { report } = await respond(leaked!.id, '--dry-run');
    expect(report.use).toEqual({
      items: [
        {
          service: 'sts',
          region: 'us-east-1',
          calls: expect.any(Number),
          refused: 0,
          firstAt: expect.stringMatching(/^2026-03-01T09:/),
          lastAt: expect.stringMatching(/^2026-03-01T09:/),
        },
      ],
      notLookedAt: [],
    });
    const { stdout } = await terminal.run('respond', leaked!.id, '--dry-run');
    expect(stdout).toMatch(/\nUSED FOR\n {2}sts in us-east-1: \d+ calls, 0 refused, 2026-03-01T09:/);
    expect((await respond(leaked!.id, '--dry-run', '--no-history')).report.use).toBeNull();
  });

  test('without the policy that denies sessions the user stays denied, until a person lifts it', async () => {
    const [leaked] = await keysOf();
    const { code, report } = await respond(leaked!.id);
    expect([code, report.phase]).toEqual([1, 'Held']);
    expect(await attachedTo('bob')).toEqual(['AWSDenyAll']);
    expect((await keysOf()).find(({ stage }) => stage === 'AWSCURRENT')?.status).toBe('Active');
    terminal.time += hour;
    const lifted = await respond(leaked!.id, '--lift');
    expect([lifted.code, lifted.report.done]).toEqual([
      0,
      ['detach policy/AWSDenyAll', 'remove the tags iam-lifecycle:leak-denied'],
    ]);
    expect(await attachedTo('bob')).toEqual([]);
  });

  test('with leaks.after = hold the new key is there, and the user waits for a person', async () => {
    await deployDenySessions();
    await writeFile(
      terminal.file('lifecycle.config.json'),
      JSON.stringify({ roles: {}, leaks: { after: 'hold' } }),
    );
    const [leaked] = await keysOf();
    const { code, report } = await respond(leaked!.id);
    expect([code, report.phase]).toEqual([1, 'Held']);
    expect(report.next.some((line) => line.includes(`respond ${leaked!.id} --lift`))).toBe(true);
    terminal.time += hour;
    expect((await respond(leaked!.id, '--lift')).code).toBe(0);
    expect(await attachedTo('bob')).toEqual(['IamLifecycleDenySessions']);
  });

  test('is never made Active again, whoever asks', async () => {
    await deployDenySessions();
    const [leaked] = await keysOf();
    await respond(leaked!.id);
    terminal.time += hour;
    const { code, stdout } = await terminal.run('rotate', 'bob', '--reactivate');
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('never made Active again');
    expect((await keysOf()).find(({ id }) => id === leaked!.id)?.status).toBe('Inactive');
  });

  test('a second run finds nothing left to do but to wait', async () => {
    await deployDenySessions();
    const [leaked] = await keysOf();
    await respond(leaked!.id);
    terminal.time += hour;
    const { code, report } = await respond(leaked!.id);
    expect([code, report.phase, report.done]).toEqual([0, 'Watching', []]);
  });
});

test('a key of a user that is not ours is told of, and nothing is touched', async () => {
  const key = await terminal.change(async ({ clients }) => {
    await clients.iam.send(new CreateUserCommand({ UserName: 'carol' }));
    return clients.iam.send(new CreateAccessKeyCommand({ UserName: 'carol' }));
  });
  const id = key.AccessKey!.AccessKeyId!;
  const { code, report } = await respond(id);
  expect([code, report.phase, report.userName, report.done]).toEqual([1, 'Stranger', 'carol', []]);
  expect(report.next[1]).toContain(
    `update-access-key --user-name carol --access-key-id ${id} --status Inactive`,
  );
  expect(await attachedTo('carol')).toEqual([]);
});

test('a key that IAM tells of nobody is reported', async () => {
  const { code, report } = await respond('AKIANOBODYHASTHISKEY');
  expect([code, report.phase, report.userName]).toEqual([1, 'Unknown', null]);
});

test('what is no key id is refused with the rule', async () => {
  const { code, stderr } = await respond('bob');
  expect(code).toBe(1);
  expect(stderr).toContain('KEY_ID is "bob": it must be 17 to 49 capital letters or digits');
});
