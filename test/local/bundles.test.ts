import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atEndpoint } from '../../local/deployment.js';
import { type WireServer, serve } from '../../local/fake-aws/wire.js';
import { freshBundle, runBundle } from '../../local/lambda-process.js';
import { type SampleAccount, createSampleAccount } from '../../local/sample-account.js';
import type { FunctionName } from '../../local/system.js';

const printed: string[] = [];
const log = new PassThrough().on('data', (chunk) => printed.push(String(chunk)));
let folder: string;
let sample: SampleAccount;
let server: WireServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bundles-'));
  sample = await createSampleAccount();
  sample.joinPresent();
  server = await serve(sample.account, { secretOf: (keyId) => sample.account.secretOf(keyId) });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function invoke(name: FunctionName, event: unknown): Promise<unknown> {
  const bundle = path.join(folder, `${name}.mjs`);
  await copyFile(await freshBundle(name), bundle);
  const env = {
    ...atEndpoint(sample.env, server.url),
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE000000001',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_SESSION_TOKEN: 'any',
  };
  const outcome = await runBundle({ name, bundle, event, env, log });
  return 'result' in outcome ? outcome.result : outcome.error;
}

/** What a queue holds, as SQS would hand it over. */
function delivered(queue: 'rotate' | 'offboard'): unknown {
  const { visible } = sample.account.truth.queue(`iam-lifecycle-${queue}`)!;
  return { Records: visible.map(({ id, body }) => ({ messageId: id, body, eventSource: 'aws:sqs' })) };
}

const request = (method: string, name?: string, body?: object, headers: object = {}) => ({
  rawPath: name === undefined ? '/users' : `/users/${encodeURIComponent(name)}`,
  ...(name === undefined ? {} : { pathParameters: { name } }),
  headers,
  requestContext: { requestId: 'r', timeEpoch: 0, http: { method } },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/**
 * The bundles as Lambda has them: in a folder without node_modules, with credentials in the environment and nowhere else.
 * What the build leaves out as never loaded would fail here, were it loaded.
 */
test('a user is onboarded, gets its key and is shown; another is asked to go and goes; the scan sees them all; the roster is kept', async () => {
  const { truth } = sample.account;
  const dora = { name: 'dora', owner: 'dora@example.com', roles: ['admin'] };
  const create = (body: object) => request('POST', undefined, body, { 'idempotency-key': 'a' });
  expect(await invoke('onboard', create(dora))).toMatchObject({ statusCode: 202 });
  // The record comes with a refusal of DynamoDB, whose class a bundle does not know.
  expect(await invoke('onboard', create(dora))).toMatchObject({
    statusCode: 202,
    headers: { 'idempotent-replayed': 'true' },
  });
  expect(await invoke('onboard', create({ ...dora, roles: [] }))).toMatchObject({ statusCode: 422 });

  expect(await invoke('rotate', delivered('rotate'))).toEqual({ batchItemFailures: [] });
  const [key] = truth.user('dora')!.keys;
  expect(truth.secret('iam-lifecycle/dora')?.versions.map(({ parsed }) => parsed)).toMatchObject([
    { accessKeyId: key?.id },
  ]);

  const shown = (await invoke('users', request('GET', 'dora'))) as { statusCode: number; body: string };
  expect([shown.statusCode, JSON.parse(shown.body)]).toMatchObject([200, { phase: { phase: 'Settled' } }]);

  expect(await invoke('users', request('DELETE', 'bob@example.com'))).toMatchObject({ statusCode: 202 });
  expect(await invoke('offboard', delivered('offboard'))).toEqual({ batchItemFailures: [] });
  expect(truth.user('bob@example.com')?.keys.map(({ status }) => status)).toEqual(['Inactive']);

  expect(await invoke('scan', { source: 'aws.scheduler' })).toMatchObject({ users: 6, managedUsers: 5 });

  const kept = await invoke('reconcile', { source: 'iam-lifecycle.operator' });
  expect(kept).toMatchObject({ users: 2, kept: 2 });
  expect(truth.user('erin@example.com')?.attached).toHaveLength(1);

  const said = printed.join('');
  expect(said).toContain('dora: Settled');
  expect(sample.account.mintedSecrets.filter((secret) => said.includes(secret))).toEqual([]);
}, 120_000);
