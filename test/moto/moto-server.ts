import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterAll, describe } from '@jest/globals';

interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

const startLimitMs = 60_000;

/**
 * The shell ends moto when its own input closes, so moto never outlives the tests, however they end: jest's sandbox does not pass on
 * the `exit` event of the process. Port 0 lets the system choose; moto prints which.
 */
const supervisedMoto = `
  exec 3<&0
  moto_server -H 127.0.0.1 -p 0 & server=$!
  { read -r _ <&3; kill $server; } 2>/dev/null &
  wait $server`;

/**
 * Starts moto, the emulator of AWS's HTTP interface, with AWS's managed policies. Where `moto_server` is not on the PATH: undefined,
 * and one line that says so; with MOTO=required in the environment an error instead.
 */
export async function startMoto(): Promise<MotoServer | undefined> {
  if (spawnSync('sh', ['-c', 'command -v moto_server'], { env: process.env }).status !== 0) {
    const missing = "moto_server is not on the PATH; install it with: pip install 'moto[server]'";
    if (process.env['MOTO'] === 'required') throw new Error(missing);
    process.stderr.write(`skipped the tests that need moto: ${missing}\n`);
    return undefined;
  }
  const shell = spawn('sh', ['-c', supervisedMoto], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  });
  const exited = once(shell, 'exit');
  const stop = async (): Promise<void> => {
    shell.stdin.end();
    await exited;
  };
  try {
    const url = await printedUrl(shell.stderr);
    await fetch(url);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
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
  const moto = await startMoto();
  const describeOrSkip = moto ? describe : describe.skip;
  describeOrSkip(name, () => {
    afterAll(() => moto?.stop());
    tests(moto?.url ?? 'http://moto.invalid');
  });
}
