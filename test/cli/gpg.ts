import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';

/** Runs gpg without a terminal, in a home directory of its own; throws what it says where it fails. */
export type RunGpg = (args: readonly string[], input?: Buffer) => Buffer;

/**
 * A `describe` whose tests may run gpg. Where `gpg` is not on the PATH they count as skipped, and one line says so; with
 * GPG=required in the environment that is an error instead.
 */
export function describeWithGpg(name: string, tests: (gpg: RunGpg) => void): void {
  const found = spawnSync('sh', ['-c', 'command -v gpg'], { env: process.env }).status === 0;
  const missing = 'gpg is not on the PATH; install GnuPG';
  if (!found && process.env['GPG'] === 'required') throw new Error(missing);
  if (!found) process.stderr.write(`skipped the tests that need gpg: ${missing}\n`);
  const describeOrSkip = found ? describe : describe.skip;
  describeOrSkip(name, () => {
    // Short: gpg's agent listens on a socket in there, whose path must stay under 108 characters.
    const home = found ? mkdtempSync(join(tmpdir(), 'gpg-')) : '';
    const run = (program: string, args: readonly string[], input?: Buffer): Buffer => {
      const result = spawnSync(program, ['--homedir', home, ...args], { env: process.env, input });
      if (result.error) throw result.error;
      if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr.toString()}`);
      return result.stdout;
    };
    afterAll(() => {
      run('gpgconf', ['--kill', 'all']);
      rmSync(home, { recursive: true, force: true });
    });
    tests((args, input) =>
      run(
        'gpg',
        ['--batch', '--quiet', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', '', ...args],
        input,
      ),
    );
  });
}
