import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { PutParameterCommand, GetParameterCommand } from '@aws-sdk/client-ssm';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { openEmbedded } from '../../cli/embedded.js';
import { Terminal } from './terminal.js';

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});

const createBob = new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/' });

test('a new account is made where there is no file, and kept for its owner alone', async () => {
  expect((await terminal.run('status')).code).toBe(0);
  const { mode } = await stat(terminal.file('account.json'));
  expect(mode & 0o777).toBe(0o600);
  expect(await readdir(terminal.folder)).toEqual(['account.json']);
});

test('what one run did, the next one finds: identities, secrets, parameters, tables', async () => {
  const bob = await terminal.change(async ({ clients }) => {
    const { User } = await clients.iam.send(createBob);
    await clients.secretsManager.send(
      new CreateSecretCommand({ Name: 'iam-lifecycle/bob', SecretString: 'one' }),
    );
    await clients.ssm.send(new PutParameterCommand({ Name: '/a/b', Value: 'two', Type: 'SecureString' }));
    await clients.dynamodb.send(
      new CreateTableCommand({
        TableName: 'leases',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      }),
    );
    await clients.dynamodb.send(new PutItemCommand({ TableName: 'leases', Item: { name: { S: 'bob' } } }));
    return User!;
  });
  await terminal.change(async ({ clients }) => {
    const { User } = await clients.iam.send(new GetUserCommand({ UserName: 'bob' }));
    expect(User).toEqual(bob);
    const secret = await clients.secretsManager.send(
      new GetSecretValueCommand({ SecretId: 'iam-lifecycle/bob' }),
    );
    expect(secret.SecretString).toBe('one');
    const parameter = await clients.ssm.send(new GetParameterCommand({ Name: '/a/b', WithDecryption: true }));
    expect(parameter.Parameter?.Value).toBe('two');
    const item = await clients.dynamodb.send(
      new GetItemCommand({ TableName: 'leases', Key: { name: { S: 'bob' } } }),
    );
    expect(item.Item).toEqual({ name: { S: 'bob' } });
  });
});

test('ids are never given twice', async () => {
  const ids = new Set<string>();
  for (const UserName of ['a1', 'a2', 'a3']) {
    const { User } = await terminal.change(({ clients }) =>
      clients.iam.send(new CreateUserCommand({ UserName })),
    );
    ids.add(User!.UserId!);
  }
  expect(ids.size).toBe(3);
});

test('a command that failed keeps what it did before', async () => {
  const { code } = await terminal.run('rotate', 'nobody');
  expect(code).toBe(1);
  expect(await readdir(terminal.folder)).toEqual(['account.json']);
});

test("the account's time never goes back, and nobody waits for it", async () => {
  const later = await terminal.change(async ({ clock }) => {
    await Promise.all([clock.sleep(60_000), clock.sleep(60_000)]);
    return clock.now();
  });
  expect(later).toBe(terminal.time + 60_000);
  terminal.time += 1000;
  expect(await terminal.change(({ clock }) => Promise.resolve(clock.now()))).toBe(later);
});

test.each([
  ['text', 'hello'],
  ['other JSON', '{"accountId":"1"}'],
  ['a later version', '{"form":"iam-lifecycle embedded account","version":99}'],
  ['an empty file', ''],
])('a file that holds %s is refused and left as it is', async (_what, content) => {
  await writeFile(terminal.file('account.json'), content);
  const { code, stderr } = await terminal.run('status');
  expect(code).toBe(1);
  expect(stderr).toContain('holds no embedded account that this version knows');
  expect(await readFile(terminal.file('account.json'), 'utf8')).toBe(content);
});

test('of two runs at once the later one loses nothing of the other: it says so and keeps nothing', async () => {
  await terminal.run('status');
  const slow = await openEmbedded('account.json', terminal.io());
  await terminal.change(({ clients }) => clients.iam.send(createBob));
  await expect(slow.save()).rejects.toThrow('was changed by another run meanwhile');
  const { User } = await terminal.change(({ clients }) =>
    clients.iam.send(new GetUserCommand({ UserName: 'bob' })),
  );
  expect(User?.UserName).toBe('bob');
});
