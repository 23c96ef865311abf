import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../functions/aws/clock.js';
import { FakeAws } from '../../local/fake-aws/fake-aws.js';
import { type WireServer, serve } from '../../local/fake-aws/wire.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const patientMs = 60_000;

async function invoke(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { AWS_ENDPOINT_URL: _endpoint, NODE_OPTIONS: _options, ...own } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/invoke.ts', ...args], {
    cwd: root,
    env: { ...own, ...env },
  });
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { stdout, stderr, code };
}

describe('against the simulated account', () => {
  test(
    'the result is all that goes to stdout; the log goes to stderr',
    async () => {
      const { stdout, stderr, code } = await invoke(['onboard', 'events/onboard/new-user.json']);
      expect({ code, answer: JSON.parse(stdout) as unknown }).toMatchObject({
        code: 0,
        answer: { statusCode: 202 },
      });
      expect(stderr).toContain('"message":"dora@example.com: Onboarded"');
    },
    patientMs,
  );

  test(
    'a handler that throws: its error, and exit code 1',
    async () => {
      const { stdout, stderr, code } = await invoke(['scan', 'events/scan/invalid/missing-source.json']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^InvalidEvent: source: /m);
    },
    patientMs,
  );
});

describe('against what answers at AWS_ENDPOINT_URL', () => {
  const account = new FakeAws({ clock: systemClock, latencyMs: () => 0 });
  let server: WireServer;
  beforeAll(async () => {
    server = await serve(account, { secretOf: (keyId) => account.secretOf(keyId) });
  });
  afterAll(() => server.close());

  test(
    "what is missing is deployed, what is there stays: a second invocation finds the first one's user",
    async () => {
      const args = ['onboard', 'events/onboard/new-user.json'];
      const env = { AWS_ENDPOINT_URL: server.url };
      const answers = [await invoke(args, env), await invoke(args, env)];
      expect(
        answers.map(({ code, stdout }) => [code, (JSON.parse(stdout) as { statusCode: number }).statusCode]),
      ).toEqual([
        [0, 202],
        [0, 202],
      ]);
      expect(account.truth.users().map((user) => user.name)).toEqual(['dora@example.com']);
      expect(account.truth.queue('iam-lifecycle-rotate')?.visible).toHaveLength(2);
    },
    patientMs,
  );
});

describe('a wrong command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'invoke-'));
    await writeFile(path.join(folder, 'broken.json'), '{');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    [
      'an unknown function',
      () => ['promote', 'events/scan/scheduler-default.json'],
      /'promote' is invalid.*Allowed choices are onboard, rotate/,
    ],
    [
      'a file that is not there',
      () => ['scan', 'events/none.json'],
      /error: .*no such file.*events\/none\.json/,
    ],
    [
      'a file that is not JSON',
      () => ['scan', path.join(folder, 'broken.json')],
      /error: .*broken\.json is not JSON/,
    ],
    ['no file', () => ['scan'], /missing required argument 'event\.json'/],
  ])(
    '%s',
    async (_, args, message) => {
      const { stdout, stderr, code } = await invoke(args());
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(message);
    },
    patientMs,
  );
});
