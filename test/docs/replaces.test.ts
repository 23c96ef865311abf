import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const page = readFileSync('docs/replaces.md', 'utf8');

interface Row {
  readonly feature: string;
  /** Each as FILE › TITLE. */
  readonly proofs: readonly string[];
  readonly verdict: string;
}

/** The rows of every table, without heads. A bar within a cell is written \|. */
const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (feature|---) /.test(line))
  .map((line) => {
    const cells = line.slice(2, -2).split(' | ');
    if (cells.length !== 4) throw new Error(`a row has ${cells.length} cells: ${line}`);
    const [feature, , proofs, verdict] = cells as [string, string, string, string];
    return { feature, verdict, proofs: proofs === '-' ? [] : proofs.split('<br>') };
  });

const texts = new Map<string, string>();
function textOf(file: string): string {
  if (!texts.has(file)) texts.set(file, readFileSync(`test/${file}`, 'utf8'));
  return texts.get(file)!;
}

/** Is it a title of the file: a literal of a test, or the name of a recorded case? */
function hasTitle(file: string, title: string): boolean {
  if (file.endsWith('.json')) return Object.hasOwn(JSON.parse(textOf(file)) as object, title);
  return ["'", '"', '`'].some((quote) => textOf(file).includes(quote + title + quote));
}

describe('docs/replaces.md', () => {
  test('has a table for each system', () => {
    expect(page.match(/^## .*/gm)).toHaveLength(8);
    expect(rows.length).toBeGreaterThan(200);
  });

  test('names no test that is not there', () => {
    const lost = rows.flatMap(({ feature, proofs }) =>
      proofs
        .filter((proof) => {
          const [, file, title] = /^`([\w/.-]+\.(?:test\.ts|json)) › (.+)`$/.exec(proof) ?? [];
          return file === undefined || title === undefined || !hasTitle(file, title);
        })
        .map((proof) => `${feature}: ${proof}`),
    );
    expect(lost).toEqual([]);
  });

  test('says of each feature whether it is the same, and why where it is not', () => {
    for (const { verdict } of rows) expect(verdict).toMatch(/^(same|different: .+|missing: .+)$/);
  });

  test('proves whatever it says is the same', () => {
    const bare = rows.filter(({ verdict, proofs }) => verdict === 'same' && proofs.length === 0);
    expect(bare.map(({ feature }) => feature)).toEqual([]);
  });

  test('counts as proofs recorded cases that a test reads', () => {
    const recorded = new Set(page.match(/conformance\/[\w-]+\.json/g));
    const readers = readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.startsWith('docs/'))
      .map(textOf);
    for (const file of recorded) {
      const name = file.slice('conformance/'.length);
      expect({ name, isRead: readers.some((text) => text.includes(name)) }).toEqual({ name, isRead: true });
    }
  });
});
