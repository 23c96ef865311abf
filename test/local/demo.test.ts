import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

/** The demo as its user runs it. */
async function demo(...options: string[]): Promise<string[]> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'local/demo.ts', ...options], {
    maxBuffer: 1e8,
  });
  return stdout.trimEnd().split('\n');
}

describe('the demo', () => {
  test('tells the life of three users, and says what the README says it does', async () => {
    const lines = await demo();
    const readme = await readFile('README.md', 'utf8');
    const excerpt = readme.split('\n').filter((line) => /^ {4}(day +\d+ |  +because )/.test(line));
    expect(excerpt.length).toBeGreaterThanOrEqual(8);
    const told = new Set(lines.map((line) => line.trimEnd()));
    expect(excerpt.map((line) => line.slice(4)).filter((line) => !told.has(line))).toEqual([]);
  }, 30_000);

  test('prints the same as JSON lines', async () => {
    const events = (await demo('--output', 'json')).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    const summary = events.at(-1) as {
      kind: string;
      users: { userName: string; state: string; keys: string[] }[];
    };
    expect(summary.kind).toBe('summary');
    expect(summary.users.map(({ userName, state, keys }) => [userName, state, keys.length])).toEqual([
      ['ci-deploy', 'employed', 1],
      ['bob@example.com', 'gone', 0],
      ['vendor-sync', 'employed', 1],
    ]);
    const done = events
      .filter(({ kind }) => kind === 'step')
      .map(({ userName, done: what }) => `${String(userName)} ${String(what)}`);
    expect(done).toContain('bob@example.com delete the user');
    expect(done.filter((line) => line.startsWith('ci-deploy mint'))).toHaveLength(4);
    expect(events.some(({ text }) => /Gone/.test(String(text)))).toBe(true);
    expect(events.some(({ text }) => /StillUsed/.test(String(text)))).toBe(true);
  }, 30_000);

  test('refuses an output form that it does not know', async () => {
    await expect(demo('--output', 'xml')).rejects.toThrow(/text, json/);
  });
});
