import { describe, expect, test } from '@jest/globals';
import { etagOf, fits } from '../../functions/shell/etag.js';

const tags = {
  'iam-lifecycle:origin': 'api',
  Name: 'bob',
  Roles: 'admin',
  Description: 'Analyst',
  team: 'a',
  room: '7',
};
const user = { id: 'AIDABOB', tags };

describe('the ETag of a user', () => {
  test('is the hash of its unique id, roles, description and own tags, in the order of their keys', () => {
    // printf '["AIDABOB","admin","Analyst",[["room","7"],["team","a"]]]' | openssl dgst -sha256 -binary | basenc --base64url
    expect(etagOf(user)).toBe('"pP1hHULzyDfCsviLywbY1i"');
  });

  test.each(
    Object.entries({
      'in another order of its tags': {
        id: 'AIDABOB',
        tags: Object.fromEntries(Object.entries(tags).toReversed()),
      },
      'after a rotation': {
        id: 'AIDABOB',
        tags: { ...tags, 'iam-lifecycle:mint-intent': '2026-03-01T00:00:00Z' },
      },
    }),
  )('is the same %s', (_, same) => {
    expect(etagOf(same)).toBe(etagOf(user));
  });

  test.each(
    Object.entries({
      'of a namesake': { id: 'AIDABOB2', tags },
      'with another role': { id: 'AIDABOB', tags: { ...tags, Roles: 'admin data' } },
      'with another description': { id: 'AIDABOB', tags: { ...tags, Description: '' } },
      'with another value of a tag': { id: 'AIDABOB', tags: { ...tags, team: 'b' } },
      'with a tag more': { id: 'AIDABOB', tags: { ...tags, x: '' } },
    }),
  )('is another %s', (_, other) => {
    expect(etagOf(other)).not.toBe(etagOf(user));
  });
});

test.each([
  ['"a"', true],
  ['*', true],
  ['"b", "a"', true],
  ['"b"', false],
  ['W/"a"', false],
  ['a', false],
  ['', false],
])('If-Match: %s', (ifMatch, isFit) => {
  expect(fits(ifMatch, '"a"')).toBe(isFit);
});
