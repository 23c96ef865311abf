import { describe, expect, test } from '@jest/globals';
import { type SeenVersion, versionNumber, wholeFrom } from '../../../functions/core/revocation/versions.js';

const nine = Date.UTC(2026, 0, 1, 9, 0);
const settleMs = 120_000;
/** Versions of these numbers, a minute apart, of which the last is the default. */
const versions = (...numbers: number[]): SeenVersion[] =>
  numbers.map((number, index) => ({
    number,
    isDefault: index === numbers.length - 1,
    createdAt: nine + index * 60_000,
    isRead: true,
  }));

describe('a look at the versions of a policy', () => {
  test.each<[string, SeenVersion[], number]>([
    ['of the first version is whole', versions(1), -Infinity],
    ['of a row is whole', versions(3, 4, 5, 6, 7), -Infinity],
    ['in any order is whole', versions(1, 2, 3).toReversed(), -Infinity],
    ['with a hole in any order waits too', versions(1, 3).toReversed(), nine + 60_000 + 1000 + 120_000],
    // The version after the hole is of 09:01:00, and may be of 09:01:00.999.
    [
      'with a hole is whole a settle time after the version behind it',
      versions(1, 3),
      nine + 60_000 + 1000 + 120_000,
    ],
    ['with two holes waits for the later one', versions(1, 3, 4, 7), nine + 180_000 + 1000 + 120_000],
    ['of a version that could not be read is never whole', [{ ...versions(1)[0]!, isRead: false }], Infinity],
    [
      'of one that could not be read beside one that could is never whole',
      [{ ...versions(1, 2)[0]!, isRead: false }, versions(1, 2)[1]!],
      Infinity,
    ],
    ['of two defaults is a look at two instants', [...versions(1), { ...versions(2)[0]! }], Infinity],
    ['without a default is one too', versions(1, 2).slice(0, 1), Infinity],
    ['of nothing is none', [], Infinity],
  ])('%s', (_case, seen, expected) => {
    expect(wholeFrom(seen, settleMs)).toBe(expected);
  });
});

test.each([
  ['v1', 1],
  ['v12', 12],
  ['v12.abc', 12],
])('%s is number %i', (id, number) => {
  expect(versionNumber(id)).toBe(number);
});
