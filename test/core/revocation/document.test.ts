import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type Revocation,
  formatRevocations,
  nobodyRevoked,
  readRevocations,
  wholeMinute,
} from '../../../functions/core/revocation/document.js';

const roleId = 'AROAEXAMPLEEXAMPLE123';
const nine = Date.UTC(2026, 0, 1, 9, 0);
const ada: Revocation = { who: { pin: 'session-name', userName: 'ada' }, before: nine };
const bob: Revocation = { who: { pin: 'session-name', userName: 'bob' }, before: nine };
const eve: Revocation = {
  who: { pin: 'source-identity', userName: 'eve@example.com' },
  before: nine + 60_000,
};
const everybody: Revocation = { who: null, before: nine };

const deny = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition });
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

const sorted = (some: readonly Revocation[]) => some.map((one) => JSON.stringify(one)).toSorted();

describe('a revocation policy', () => {
  test('denies everything to the sessions of its names that began before an instant', () => {
    expect(formatRevocations(roleId, [ada, eve, bob])).toEqual(
      document(
        deny({
          StringEqualsIgnoreCase: {
            'aws:userid': ['AROAEXAMPLEEXAMPLE123:ada', 'AROAEXAMPLEEXAMPLE123:bob'],
          },
          DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T09:00:00Z' },
        }),
        deny({
          StringEqualsIgnoreCase: { 'aws:SourceIdentity': ['eve@example.com'] },
          DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T09:01:00Z' },
        }),
      ),
    );
  });

  test("denies everything to everybody's", () => {
    expect(formatRevocations(roleId, [everybody])).toEqual(
      document(deny({ DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T09:00:00Z' } })),
    );
  });

  test('denies nobody where nobody is revoked, in words that never change', () => {
    expect(JSON.stringify(nobodyRevoked)).toBe(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*",' +
        '"Condition":{"DateLessThan":{"aws:TokenIssueTime":"1970-01-01T00:00:00Z"}}}]}',
    );
    expect(formatRevocations(roleId, [])).toBe(nobodyRevoked);
    expect(readRevocations(nobodyRevoked, roleId)).toEqual([]);
  });

  test('reads as what was written', () => {
    expect(readRevocations(formatRevocations(roleId, [ada, eve, bob, everybody]), roleId)).toEqual([
      ada,
      bob,
      eve,
      everybody,
    ]);
  });

  test('reads the same where IAM says a list of one as its element', () => {
    const alone = {
      Version: '2012-10-17',
      Statement: deny({
        StringEqualsIgnoreCase: { 'aws:userid': 'AROAEXAMPLEEXAMPLE123:ada' },
        DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T09:00:00Z' },
      }),
    };
    expect(readRevocations(alone, roleId)).toEqual([ada]);
  });

  test('says nothing of a role of the same name that is gone', () => {
    const ofAnother = formatRevocations('AROAEARLIEREARLIER123', [ada, eve]);
    expect(readRevocations(ofAnother, roleId)).toEqual([eve]);
  });

  test('whatever was revoked is read back, each of it', () => {
    const revocation = fc.record({
      who: fc.option(
        fc.record({
          pin: fc.constantFrom('session-name' as const, 'source-identity' as const),
          userName: fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,64}$/),
        }),
      ),
      before: fc.integer({ min: 1, max: 30_000_000 }).map((minute) => minute * 60_000),
    });
    fc.assert(
      fc.property(fc.uniqueArray(revocation, { selector: (one) => JSON.stringify(one) }), (revocations) => {
        const read = readRevocations(formatRevocations(roleId, revocations), roleId)!;
        expect([...new Set(sorted(read))]).toEqual(sorted(revocations));
      }),
    );
  });
});

describe('a document that this system did not write', () => {
  const ours = formatRevocations(roleId, [ada]).Statement[0]!;
  const condition = {
    StringEqualsIgnoreCase: { 'aws:userid': [`${roleId}:ada`] },
    DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T09:00:00Z' },
  };
  test.each<[string, unknown]>([
    ['allows', document({ ...ours, Effect: 'Allow' })],
    ['allows beside what is ours', document(ours, { Effect: 'Allow', Action: '*', Resource: '*' })],
    ['denies some actions alone', document({ ...ours, Action: 's3:*' })],
    ['denies some resources alone', document({ ...ours, Resource: 'arn:aws:s3:::bucket' })],
    ['has no condition', document({ Effect: 'Deny', Action: '*', Resource: '*' })],
    ['has another condition', document(deny({ ...condition, Bool: { 'aws:SecureTransport': 'true' } }))],
    [
      'tests another key',
      document(deny({ ...condition, StringEqualsIgnoreCase: { 'aws:PrincipalArn': ['ada'] } })),
    ],
    [
      'tests the sessions of no role',
      document(deny({ ...condition, StringEqualsIgnoreCase: { 'aws:userid': ['ada'] } })),
    ],
    [
      'names sessions by a pattern',
      document(deny({ ...condition, StringEqualsIgnoreCase: { 'aws:userid': [`${roleId}:*`] } })),
    ],
    [
      'names one session by a pattern beside one by its name',
      document(
        deny({ ...condition, StringEqualsIgnoreCase: { 'aws:userid': [`${roleId}:ada`, `${roleId}:*`] } }),
      ),
    ],
    [
      'names a source identity with the id of a role',
      document(deny({ ...condition, StringEqualsIgnoreCase: { 'aws:SourceIdentity': [`${roleId}:ada`] } })),
    ],
    [
      'names one session outside of a list',
      document(deny({ ...condition, StringEqualsIgnoreCase: { 'aws:userid': `${roleId}:*` } })),
    ],
    [
      'tests a key without a name and a value',
      document(deny({ ...condition, StringEqualsIgnoreCase: { undefined: [] } })),
    ],
    [
      'has an instant that is none',
      document(deny({ ...condition, DateLessThan: { 'aws:TokenIssueTime': 'now' } })),
    ],
    ['has a name for its statement', document({ ...ours, Sid: 'Mine' })],
    ['is of another version', { ...document(ours), Version: '2008-10-17' }],
    ['has an id', { ...document(ours), Id: 'mine' }],
    ['is nothing', null],
  ])('is refused where it %s', (_case, foreign) => {
    expect(readRevocations(foreign, roleId)).toBeNull();
  });
});

test.each([
  ['2026-01-01T09:00:00.000Z', '2026-01-01T09:00:00.000Z'],
  ['2026-01-01T09:00:00.001Z', '2026-01-01T09:01:00.000Z'],
  ['2026-01-01T09:00:59.999Z', '2026-01-01T09:01:00.000Z'],
])('the whole minute that is not before %s is %s', (at, expected) => {
  expect(new Date(wholeMinute(Date.parse(at))).toISOString()).toBe(expected);
});
