import { expect, test } from '@jest/globals';
import { HttpProblem } from '../../functions/shell/http-function.js';
import { parseIdempotencyKey } from '../../functions/shell/idempotency.js';

test.each([
  ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['"order 7, second try"', 'order 7, second try'],
  [String.raw`"a \"quoted\" \\ part"`, String.raw`a "quoted" \ part`],
  ['q83vEjRWeJA+/w==', 'q83vEjRWeJA+/w=='],
  ['urn:uuid:8e03978e', 'urn:uuid:8e03978e'],
  ['a'.repeat(255), 'a'.repeat(255)],
  [`"${'a'.repeat(255)}"`, 'a'.repeat(255)],
])('the header %s is the key %s', (header, key) => {
  expect(parseIdempotencyKey(header)).toBe(key);
});

test.each([
  ['empty', ''],
  ['of no characters', '""'],
  ['256 characters', 'a'.repeat(256)],
  ['256 quoted characters', `"${'a'.repeat(256)}"`],
  ['an open quote', '"abc'],
  ['a quote within', 'a"b'],
  ['an escape of nothing', String.raw`"a\b"`],
  ['two keys', '"a","b"'],
  ['two bare keys', 'a,b'],
  ['a parameter', '"a";b=1'],
  ['a bare space', 'a b'],
  ['a control character', '"a\tb"'],
  ['not ASCII', '"schlüssel"'],
  ['a bare backslash', String.raw`a\b`],
])('a header that is %s is refused, with what it was', (_, header) => {
  const problem = problemOf(() => parseIdempotencyKey(header));
  const value = header.length > 200 ? `${header.slice(0, 200)}…` : header;
  expect(problem.status).toBe(400);
  expect(problem.more.errors).toEqual([
    {
      field: 'Idempotency-Key',
      value,
      rule: 'it must be one key of 1 to 255 characters: a quoted string (RFC 8941), or bare without spaces, quotes and commas',
    },
  ]);
});

function problemOf(work: () => unknown): HttpProblem {
  try {
    work();
  } catch (error) {
    if (error instanceof HttpProblem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
