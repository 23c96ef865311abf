import { writeFile } from 'node:fs/promises';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  ListAccessKeysCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from '../../cli/connection.js';
import { Terminal } from './terminal.js';

const boundaryArn = 'arn:aws:iam::123456789012:policy/IamLifecycleBoundary';
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

let terminal: Terminal;
let keyId: string;

/** bob, whom somebody made by hand: with one key that only that somebody knows. */
beforeEach(async () => {
  terminal = await Terminal.open();
  keyId = await terminal.change(async ({ clients: { iam } }) => {
    await iam.send(new CreatePolicyCommand({ PolicyName: 'IamLifecycleBoundary', PolicyDocument: document }));
    await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    return AccessKey!.AccessKeyId!;
  });
});

function send<Result>(work: (iam: Connection['clients']['iam']) => Promise<Result>): Promise<Result> {
  return terminal.change(({ clients }) => work(clients.iam));
}

async function keysOf(name: string): Promise<string[]> {
  const { AccessKeyMetadata } = await send((iam) => iam.send(new ListAccessKeysCommand({ UserName: name })));
  return AccessKeyMetadata!.map(({ AccessKeyId, Status }) => `${AccessKeyId} ${Status}`);
}

interface Detail {
  readonly origin: string | null;
  readonly boundaryArn: string | null;
  readonly phase: string;
  readonly tags: Record<string, string>;
}
const detail = (name: string) => terminal.json('status', name) as Promise<Detail>;

describe('adopt', () => {
  test('tags the user and bounds it, and leaves its key alone', async () => {
    const { code, stdout, stderr } = await terminal.run('adopt', 'bob', '--owner', 'team-a', '--yes');
    expect(code).toBe(0);
    expect(stdout).toBe('bob is under management.\n');
    expect(stderr).toContain(`${keyId} was not made here`);
    expect(await detail('bob')).toMatchObject({
      origin: 'adopted',
      boundaryArn,
      tags: { 'iam-lifecycle:owner': 'team-a', 'iam-lifecycle:key-store': 'none' },
    });
    expect(await keysOf('bob')).toEqual([`${keyId} Active`]);
  });

  test('makes no scan give it a second key, however often and whenever it looks', async () => {
    await terminal.run('adopt', 'bob', '--yes');
    for (let day = 0; day < 120; day += 30) {
      terminal.time += 30 * 24 * 3_600_000;
      await terminal.run('rotate', '--due');
      expect(await keysOf('bob')).toEqual([`${keyId} Active`]);
    }
  });

  test('without its tag of the store the same scan would make one', async () => {
    const Tags = [{ Key: 'iam-lifecycle:managed', Value: 'true' }];
    await send((iam) => iam.send(new TagUserCommand({ UserName: 'bob', Tags })));
    await terminal.run('rotate', '--due');
    expect(await keysOf('bob')).toHaveLength(2);
  });

  test('with --rotate makes a key beside the old one, which no scan touches', async () => {
    expect((await terminal.run('adopt', 'bob', '--yes')).code).toBe(0);
    expect((await terminal.run('adopt', 'bob', '--rotate', '--yes')).code).toBe(0);
    expect(await keysOf('bob')).toHaveLength(2);
    terminal.time += 60 * 24 * 3_600_000;
    await terminal.run('rotate', '--due');
    expect(await keysOf('bob')).toContain(`${keyId} Active`);
    expect((await detail('bob')).tags).not.toHaveProperty('iam-lifecycle:key-store');
  });

  test('a user elsewhere is rotated, seen and let go once the configuration names it', async () => {
    const arn = 'arn:aws:iam::123456789012:user/legacy/ci-bot';
    await send((iam) => iam.send(new CreateUserCommand({ UserName: 'ci-bot', Path: '/legacy/' })));
    const refused = await terminal.run('adopt', 'ci-bot', '--rotate', '--yes');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`put ${arn} into \`adopted\``),
    });
    await writeFile(
      terminal.file('lifecycle.config.json'),
      JSON.stringify({ roles: { admin: 'arn:aws:iam::123456789012:role/Admin' }, adopted: [arn] }),
    );
    expect(await terminal.run('adopt', 'ci-bot', '--rotate', '--yes')).toMatchObject({ code: 0 });
    const [first] = await keysOf('ci-bot');
    expect((await terminal.run('status')).stdout).toContain('ci-bot');
    terminal.time += 61 * 24 * 3_600_000;
    await terminal.run('rotate', '--due');
    const both = await keysOf('ci-bot');
    expect(both).toHaveLength(2);
    expect(both).toContain(first);
    expect(await terminal.run('offboard', 'ci-bot', '--yes')).toMatchObject({ code: 0 });
    expect((await keysOf('ci-bot')).every((key) => key.endsWith(' Inactive'))).toBe(true);
  });

  test('with --dry-run, or without a yes, changes nothing', async () => {
    const { code, stdout } = await terminal.run('adopt', 'bob', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('set the permissions boundary to policy/IamLifecycleBoundary');
    terminal.answers = ['no'];
    expect((await terminal.run('adopt', 'bob')).code).toBe(1);
    expect((await detail('bob')).tags).toEqual({});
  });

  test.each([
    [['nobody'], 'no user is named nobody'],
    [['bob', '--boundary', 'Fence'], '--boundary is "Fence": it must be the ARN'],
    [['bob', '--owner', 'a,b'], '--owner is "a,b": it must be at most 256 letters'],
  ])('%j is refused', async (argv, says) => {
    const { code, stderr } = await terminal.run('adopt', ...argv, '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(says);
  });
});

describe('delete-policy', () => {
  const arn = 'arn:aws:iam::123456789012:policy/AssumeRolesPolicy';
  const PolicyArn = arn;

  beforeEach(() =>
    send(async (iam) => {
      await iam.send(new CreatePolicyCommand({ PolicyName: 'AssumeRolesPolicy', PolicyDocument: document }));
      await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document, SetAsDefault: true }),
      );
      await iam.send(new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn }));
    }),
  );

  test('refuses a policy that somebody has, and deletes none of its versions', async () => {
    const { code, stderr } = await terminal.run('delete-policy', arn, '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(`${arn} is in use, and stays: it has 1 attachment\n`);
    const { stderr: ofBoundary } = await terminal.run('delete-policy', boundaryArn, '--dry-run');
    expect(ofBoundary).toBe('');
  });

  test('refuses a policy that is a boundary', async () => {
    await terminal.run('adopt', 'bob', '--yes');
    const { code, stderr } = await terminal.run('delete-policy', boundaryArn, '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('1 use as a permissions boundary');
  });

  test('deletes one that nobody has, with its versions, once', async () => {
    await send((iam) => iam.send(new DetachUserPolicyCommand({ UserName: 'bob', PolicyArn })));
    expect((await terminal.run('delete-policy', arn, '--dry-run')).stdout).toBe(
      `${arn} would be deleted, with 2 versions.\n`,
    );
    expect((await terminal.run('delete-policy', arn, '--yes')).stdout).toBe(
      `${arn} is deleted, with 2 versions.\n`,
    );
    expect((await terminal.run('delete-policy', arn, '--yes')).stderr).toContain(`there is no policy ${arn}`);
  });

  test("refuses what is not the account's own", async () => {
    const { stderr } = await terminal.run('delete-policy', 'arn:aws:iam::aws:policy/ReadOnlyAccess');
    expect(stderr).toContain("it must be the ARN of one of the account's own policies");
  });
});
