import { describe, expect, test } from '@jest/globals';
import {
  type Accepted,
  type Ledger,
  type Outcome,
  type Run,
  type Survivor,
  disagreement,
  score,
  updated,
  within,
} from '../../scripts/mutation/ledger.js';
import { renderPage } from '../../scripts/mutation/report.js';

const outcome: Outcome = { killed: 7, timedOut: 1, survived: 1, uncovered: 1, invalid: 5 };
const survivor = (file: string, replacement: string): Survivor => ({
  file,
  mutator: 'StringLiteral',
  line: `say('so');`,
  original: `'so'`,
  replacement,
});
const accepted = (file: string, replacement: string, reason: string): Accepted => ({
  ...survivor(file, replacement),
  reason,
});
const run = (file: string, ...replacements: string[]): Run => ({
  file,
  outcome,
  survivors: replacements.map((replacement) => ({ ...survivor(file, replacement), at: 12 })),
});
const ledger: Ledger = {
  reasons: { prose: 'A sentence for a reader.' },
  files: { 'b.ts': { day: '2026-01-02', ...outcome } },
  survivors: [
    accepted('a.ts', '""', 'prose'),
    accepted('a.ts', '"x"', ''),
    accepted('b.ts', '""', 'It is so.'),
  ],
};

describe('a run agrees with the ledger where', () => {
  test('every survivor has a reason, and every one that has is there', () => {
    const { survivors } = ledger;
    const explained = { ...ledger, survivors: [survivors[0]!, survivors[2]!] };
    expect(disagreement(explained, [run('a.ts', '""')])).toEqual({ unexplained: [], outdated: [] });
  });

  test('and not where one is not on it or has an empty reason', () => {
    const { unexplained, outdated } = disagreement(ledger, [run('a.ts', '""', '"x"', '"y"')]);
    expect(unexplained.map(({ replacement }) => replacement)).toEqual(['"x"', '"y"']);
    expect(outdated).toEqual([]);
  });

  test('and not where one was accepted and is no longer there; files that were not run are let be', () => {
    const { unexplained, outdated } = disagreement(ledger, [run('a.ts', '"x"')]);
    expect(unexplained.map(({ replacement }) => replacement)).toEqual(['"x"']);
    expect(outdated).toEqual([accepted('a.ts', '""', 'prose')]);
  });
});

test('after a run the ledger has its figures, keeps reasons, takes new survivors without one and drops the gone', () => {
  const after = updated(ledger, [run('a.ts', '"z"', '""')], '2026-03-04');
  expect(after).toEqual({
    reasons: { prose: 'A sentence for a reader.' },
    files: { 'a.ts': { day: '2026-03-04', ...outcome }, 'b.ts': { day: '2026-01-02', ...outcome } },
    survivors: [
      accepted('a.ts', '"z"', ''),
      accepted('a.ts', '""', 'prose'),
      accepted('b.ts', '""', 'It is so.'),
    ],
  });
});

test('files that are no more leave the ledger', () => {
  const survivors = [ledger.survivors[2]!];
  expect(within(ledger, ['b.ts'])).toEqual({ ...ledger, survivors });
  expect(within(ledger, ['a.ts'])).toEqual({ ...ledger, files: {}, survivors: ledger.survivors.slice(0, 2) });
});

test('the score counts what ran out of time as noticed, and leaves out what could not be run', () => {
  expect(score(outcome)).toBe(80);
  expect(score({ killed: 0, timedOut: 0, survived: 0, uncovered: 0, invalid: 3 })).toBe(100);
});

describe('the page', () => {
  const page = 'before\n<!-- figures: start -->\nold\n<!-- figures: end -->\nafter\n';

  test('has the figures, what was not run, and each survivor with its reason', () => {
    expect(renderPage(page, ledger, ['a.ts', 'b.ts'])).toBe(`before
<!-- figures: start -->

| file | mutants | killed | timed out | survived | no test | score | run on |
| --- | --: | --: | --: | --: | --: | --: | --: |
| \`b.ts\` | 10 | 7 | 1 | 1 | 1 | 80.0 % | 2026-01-02 |
| all | 10 | 7 | 1 | 1 | 1 | 80.0 % |  |

Not run yet, 1 of 2 files:

- \`a.ts\`

## Survivors

### \`a.ts\`

- \`say('so');\`: \`'so'\` became \`""\`. A sentence for a reader.
- \`say('so');\`: \`'so'\` became \`"x"\`. **no reason given yet**

### \`b.ts\`

- \`say('so');\`: \`'so'\` became \`""\`. It is so.

<!-- figures: end -->
after
`);
  });

  test('without its markers is refused', () => {
    expect(() => renderPage('before', ledger, [])).toThrow('docs/mutation.md lacks the markers');
  });
});
