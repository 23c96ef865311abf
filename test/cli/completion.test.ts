import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from '@jest/globals';
import { Terminal } from './terminal.js';

const exec = promisify(execFile);

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});

async function script(shell: string): Promise<string> {
  const { code, stdout } = await terminal.runBare('completion', shell);
  expect(code).toBe(0);
  return stdout;
}

/** What bash offers after these words, the last of which is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const file = terminal.file('completion.bash');
  await writeFile(file, await script('bash'));
  const quoted = ['iam-lifecycle', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `source ${file}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _iam_lifecycle; echo "\${COMPREPLY[@]}"`;
  const { stdout } = await exec('bash', ['-c', ask]);
  return stdout.trim().split(' ').toSorted();
}

test('bash completes commands', async () => {
  expect(await offered('re')).toEqual(['respond', 'restore', 'review']);
  expect(await offered('ro')).toEqual(['rotate']);
});

test("bash completes a command's options, and those of all", async () => {
  expect(await offered('rotate', '--e')).toEqual(['--embedded', '--emergency', '--endpoint-url']);
  expect(await offered('status', '--emb')).toEqual(['--embedded']);
});

test('zsh and fish get every command and its options', async () => {
  for (const shell of ['zsh', 'fish']) {
    const text = await script(shell);
    for (const command of ['status', 'review', 'rotate', 'offboard', 'restore', 'validate'])
      expect(text).toContain(command);
    expect(text).toContain('immediate');
  }
});
