import { writeFile } from 'node:fs/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../functions/aws/clock.js';
import { FakeAws, Invocation } from '../../local/fake-aws/fake-aws.js';
import { type WireServer, serve } from '../../local/fake-aws/wire.js';
import { Terminal } from './terminal.js';

/** An account behind HTTP, an operator's key in the environment, and the real SDK between. */
let account: FakeAws;
let server: WireServer;
let terminal: Terminal;
const before = { ...process.env };

beforeEach(async () => {
  terminal = await Terminal.open();
  terminal.clock = systemClock;
  account = new FakeAws({ clock: systemClock, latencyMs: () => 0 });
  const { iam } = account.clients(new Invocation('surroundings'));
  await iam.send(new CreateUserCommand({ UserName: 'operator' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'operator' }));
  const Tags = [{ Key: 'iam-lifecycle:managed', Value: 'true' }];
  await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/', Tags }));
  server = await serve(account, { secretOf: (id) => account.secretOf(id) });
  process.env.AWS_ACCESS_KEY_ID = AccessKey!.AccessKeyId!;
  process.env.AWS_SECRET_ACCESS_KEY = AccessKey!.SecretAccessKey!;
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
});

afterEach(async () => {
  await server.close();
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, before);
});

const runThere = (...argv: string[]) =>
  terminal.runBare(...argv, '--region', 'eu-west-1', '--endpoint-url', server.url);

test('a key is rotated with the credentials of the operator, and nobody is told a secret', async () => {
  const { code, stdout, stderr } = await runThere('rotate', 'bob');
  expect(stderr).toContain('no function is deployed: going on without leases');
  expect(code).toBe(0);
  expect(stdout).toContain('Settled');
  expect(account.truth.user('bob')!.keys).toHaveLength(1);
  for (const secret of account.mintedSecrets) expect(stdout + stderr).not.toContain(secret);
});

test('where functions are deployed, the user is leased meanwhile, and a little longer', async () => {
  await account.clients(new Invocation('stack')).dynamodb.send(
    new CreateTableCommand({
      TableName: 'iam-lifecycle-leases',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    }),
  );
  const first = await runThere('rotate', 'bob');
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).not.toContain('without leases');
  const { code, stdout, stderr } = await runThere('rotate', 'bob');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    'iam-lifecycle: bob is leased to another run\nTry again in five minutes at the latest.\n',
  );
});

test('credentials that AWS does not know end the command before anything else', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIAUNKNOWN000000001';
  account.clearCalls();
  const { code, stderr } = await runThere('status', 'bob');
  expect(code).toBe(1);
  expect(stderr).toContain('AWS does not know these credentials: check the profile.');
  expect(account.calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
});

test('without any credentials the message says where they may come from', async () => {
  delete process.env.AWS_ACCESS_KEY_ID;
  process.env.AWS_SHARED_CREDENTIALS_FILE = terminal.file('none');
  process.env.AWS_CONFIG_FILE = terminal.file('none');
  const { code, stderr } = await runThere('status', '--profile', 'nobody');
  expect(code).toBe(1);
  expect(stderr).toContain('Name a profile with --profile');
});

test('the settings of another account are refused', async () => {
  const config = { account: '999999999999', region: 'eu-west-1', roles: {} };
  await writeFile(terminal.file('lifecycle.config.json'), JSON.stringify(config));
  const { code, stderr } = await runThere('rotate', 'bob');
  expect(code).toBe(1);
  expect(stderr).toContain('is for account 999999999999, and these credentials are of 123456789012');
  expect(account.truth.user('bob')!.keys).toEqual([]);
});
