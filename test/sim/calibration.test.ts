import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Found, figuresOf, parseFound, renderCalibration } from '../../scripts/calibrate/page.js';
import { plantedBugs } from './planted-bugs.js';

const found: Found[] = [
  { bug: 'slow', file: 'functions/b.ts', runs: 400, rule: 'L1' },
  { bug: 'quick', file: 'functions/a.ts', runs: 1, rule: 'R4' },
  { bug: 'never', file: 'functions/c.ts', runs: null, rule: null },
];

describe('what a run printed', () => {
  test('tells after how many runs which rule broke', () => {
    const output = 'seed 17 broke R4: the current key was hit\n  npm run sim -- --seed 17\n';
    expect(parseFound(output, 11)).toEqual({ runs: 7, rule: 'R4' });
    expect(parseFound('seed 3 broke goal: gone\n', 1)).toEqual({ runs: 3, rule: 'goal' });
  });

  test('tells that none did', () => {
    expect(parseFound('20 seeds from 1: 0 failed, 30 seeds/s\n', 1)).toEqual({ runs: null, rule: null });
  });
});

test('the figures are of those that were found, and name those that were not', () => {
  expect(figuresOf(found, 2000)).toBe(
    '3 bugs: 2 found by drawn runs; median 1, most 400; not found in 2000: 1',
  );
});

test('the table has the quickest first', () => {
  const page = renderCalibration(
    'a\n<!-- calibration: start -->\nold\n<!-- calibration: end -->\nb\n',
    found,
    9,
  );
  expect(page.match(/^\| (quick|slow|never) .*$/gm)).toEqual([
    '| quick | `functions/a.ts` | 1 | R4 |',
    '| slow | `functions/b.ts` | 400 | L1 |',
    '| never | `functions/c.ts` | not found |  |',
  ]);
  expect(page).not.toContain('old');
  expect(() => renderCalibration('no marks', found, 9)).toThrow('calibration: start');
});

test('docs/evidence.md has every planted bug', () => {
  const page = readFileSync('docs/evidence.md', 'utf8');
  expect(plantedBugs.map(({ name }) => name).filter((name) => !page.includes(`| ${name} |`))).toEqual([]);
});
