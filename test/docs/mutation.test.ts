import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Ledger } from '../../scripts/mutation/ledger.js';

const page = readFileSync('docs/mutation.md', 'utf8');
const { files, survivors } = JSON.parse(readFileSync('scripts/mutation/ledger.json', 'utf8')) as Ledger;

test('every file of the ledger is still there', () => {
  const gone = [...Object.keys(files), ...survivors.map(({ file }) => file)].filter(
    (file) => !existsSync(file),
  );
  expect(gone).toEqual([]);
});

test('every survivor has a reason', () => {
  expect(survivors.filter(({ reason }) => reason === '')).toEqual([]);
});

test('the page has a row for each file of the ledger, and counts its survivors', () => {
  for (const [file, { survived, uncovered, day }] of Object.entries(files)) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${file}\` |`));
    expect(row?.split(' | ').slice(4, 6)).toEqual([String(survived), String(uncovered)]);
    expect(row).toMatch(new RegExp(` ${day} \\|$`));
  }
});
