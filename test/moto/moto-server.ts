import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { describe } from '@jest/globals';

const startLimitMs = 60_000;

/**
 * The shell ends moto when its own input closes, which the system does when this process ends, however it ends: moto never
 * outlives the tests. Port 0 lets the system choose; moto prints which.
 */
const supervisedMoto = `
  exec 3<&0
  moto_server -H 127.0.0.1 -p 0 & server=$!
  { read -r _ <&3; kill $server; } 2>/dev/null &
  wait $server`;

/**
 * The address of moto, the emulator of AWS's HTTP interface, with AWS's managed policies; nothing is in it but them. To start it costs
 * seconds, so the suites that run in one process share one. Where `moto_server` is not on the PATH: undefined, and one line that
 * says so; with MOTO=required in the environment an error instead.
 */
export async function startMoto(): Promise<string | undefined> {
  if (spawnSync('sh', ['-c', 'command -v moto_server'], { env: process.env }).status !== 0) {
    const missing = "moto_server is not on the PATH; install it with: pip install 'moto[server]'";
    if (process.env['MOTO'] === 'required') throw new Error(missing);
    process.stderr.write(`skipped the tests that need moto: ${missing}\n`);
    return undefined;
  }
  const known = path.join(process.env['TEST_RUN_FOLDER']!, `moto-of-${process.pid}`);
  if (!existsSync(known)) writeFileSync(known, await startServer());
  const url = readFileSync(known, 'utf8');
  await emptyAccount(url);
  return url;
}

/** Forgets all that was done, whoever did it. */
export async function emptyAccount(url: string): Promise<void> {
  const { ok } = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  if (!ok) throw new Error('moto was not reset');
}

async function startServer(): Promise<string> {
  const shell = spawn('sh', ['-c', supervisedMoto], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  });
  try {
    return await printedUrl(shell.stderr);
  } catch (error) {
    shell.stdin.end();
    throw error;
  } finally {
    // Nothing of it keeps this process from its end.
    for (const handle of [shell, shell.stdin as Socket, shell.stderr as Socket]) handle.unref();
  }
}

/** The address that moto prints once it listens. Keeps reading after that: a full pipe would stop moto. */
function printedUrl(output: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (reason: string): void => reject(new Error(`moto_server ${reason}:\n${printed}`));
    const limit = setTimeout(() => fail(`did not listen within ${startLimitMs} ms`), startLimitMs);
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const url = /Running on (http:\S+)/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(limit);
      output.off('data', read).resume();
      resolve(url);
    };
    output.on('data', read);
    output.once('end', () => {
      clearTimeout(limit);
      fail('ended before it listened');
    });
  });
}

/**
 * A `describe` whose tests may call moto at `url`; without moto they count as skipped. To be awaited at the top level of a test file:
 *
 *     await describeWithMoto('onboarding', (url) => { test('…', …) });
 */
export async function describeWithMoto(name: string, tests: (url: string) => void): Promise<void> {
  const url = await startMoto();
  const describeOrSkip = url === undefined ? describe.skip : describe;
  describeOrSkip(name, () => tests(url ?? 'http://moto.invalid'));
}
