import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AccessKeyId } from '../../functions/core/names.js';
import {
  idsTag,
  instantTag,
  isReservedTagKey,
  keyInstantTag,
  ownTagsOf,
  readIdsTag,
  readKeyInstantTag,
  rolesTag,
  tagKeyRule,
  tagValueRule,
  toTagValue,
} from '../../functions/core/tags.js';

const one = 'AKIAONE0000000000001' as AccessKeyId;
const other = 'AKIAOTHER00000000001' as AccessKeyId;

describe('free text as a tag value', () => {
  test.each(
    Object.entries({
      'plain text stays': ['Alice of the platform', 'Alice of the platform'],
      'a comma becomes a space': ['admin, data_engineer', 'admin data_engineer'],
      'parentheses become spaces': [
        'Alice - Platform Engineer (promoted)',
        'Alice - Platform Engineer promoted',
      ],
      'a run of refused signs is one space': ['a(((),;)b', 'a b'],
      'every allowed sign stays': ['a_b.c:d/e=f+g-h@i', 'a_b.c:d/e=f+g-h@i'],
      'letters of other scripts stay': ['Jürgen 日本語 Ωμέγα', 'Jürgen 日本語 Ωμέγα'],
      'the ends are trimmed': ['  (hello)  ', 'hello'],
      'line ends become spaces': ['first\r\nsecond', 'first second'],
      'an emoji is no letter': ['done 🎉 at last', 'done at last'],
      'nothing stays nothing': ['', ''],
      'signs alone leave nothing': ['()!?', ''],
      '256 characters stay': ['a'.repeat(256), 'a'.repeat(256)],
      'a space before 256 characters does not count': [` ${'a'.repeat(256)}`, 'a'.repeat(256)],
      'the 257th is cut off': ['a'.repeat(257), 'a'.repeat(256)],
      'a space at the cut goes too': [`${'a'.repeat(255)} b`, 'a'.repeat(255)],
      'a character of two halves at the cut stays whole': [`a${'𝒜'.repeat(256)}`, `a${'𝒜'.repeat(255)}`],
      'half a character is no letter': ['a\ud835b', 'a b'],
    }),
  )('%s', (_, [text, value]) => {
    expect(toTagValue(text!)).toBe(value);
  });

  test('any text becomes a value that IAM takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(toTagValue(text)).toMatch(tagValueRule.pattern);
      }),
    );
  });

  test('any text of letters, of one half or two, is cut to a value that IAM takes', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', '𝒜', ' '), minLength: 250, maxLength: 300 });
    fc.assert(
      fc.property(letters, (text) => {
        expect(toTagValue(text)).toMatch(tagValueRule.pattern);
        expect(text.replace(/ {2,}/g, ' ').trim()).toContain(toTagValue(text));
      }),
    );
  });
});

describe('the rules of tags', () => {
  test.each(
    Object.entries({
      'a value of 256 characters': [tagValueRule, 'v'.repeat(256), true],
      'a value of 257 characters': [tagValueRule, 'v'.repeat(257), false],
      'an empty value': [tagValueRule, '', true],
      'a value with a comma': [tagValueRule, 'a,b', false],
      'a value with a parenthesis': [tagValueRule, 'a(b', false],
      'a key of 128 characters': [tagKeyRule, 'k'.repeat(128), true],
      'a key of 129 characters': [tagKeyRule, 'k'.repeat(129), false],
      'an empty key': [tagKeyRule, '', false],
      'a key of every allowed sign': [tagKeyRule, 'a_b.c:d/e=f+g-h@i j', true],
      'a key with a hash': [tagKeyRule, 'a#b', false],
    } as const),
  )('%s', (_, [rule, text, isTaken]) => {
    expect(rule.pattern.test(text)).toBe(isTaken);
  });
});

test('roles are one tag value in the order of the alphabet, whatever order they were given in', () => {
  const given = ['infrastructure_admin', 'admin', 'data_engineer'];
  expect(rolesTag(given)).toBe('admin data_engineer infrastructure_admin');
  expect(given).toEqual(['infrastructure_admin', 'admin', 'data_engineer']);
  expect(rolesTag([])).toBe('');
});

describe('tags that hold an instant', () => {
  test.each(
    Object.entries({
      'an instant': [{ t: '2026-03-01T00:00:00.000Z' }, 1_772_323_200_000],
      'no such tag': [{ u: '2026-03-01T00:00:00.000Z' }, null],
      'an empty tag': [{ t: '' }, null],
      'a tag with other text': [{ t: 'soon' }, null],
    }),
  )('%s', (_, [tags, at]) => {
    expect(instantTag(tags as Record<string, string>, 't')).toBe(at);
  });

  test('one that speaks of a key names it, and is read for that key alone', () => {
    const value = keyInstantTag(one, 1_772_323_200_000);
    expect(value).toBe('AKIAONE0000000000001 2026-03-01T00:00:00.000Z');
    expect(readKeyInstantTag({ t: value }, 't', one)).toBe(1_772_323_200_000);
    expect(readKeyInstantTag({ t: value }, 't', other)).toBeNull();
  });

  test.each(
    Object.entries({
      'no such tag': {},
      'the key without an instant': { t: 'AKIAONE0000000000001' },
      'the instant without a key': { t: '2026-03-01T00:00:00.000Z' },
      'the key and something else': { t: 'AKIAONE0000000000001 yesterday' },
      'an empty tag': { t: '' },
    }),
  )('%s says nothing of the key', (_, tags) => {
    expect(readKeyInstantTag(tags as Record<string, string>, 't', one)).toBeNull();
  });
});

const idOf = (number: number) => `APKA${String(number).padStart(16, '0')}`;

describe('ids in one tag', () => {
  test('are read as they were written', () => {
    expect(idsTag([])).toBe('');
    expect(idsTag(['ACCA1', 'APKA2'])).toBe('ACCA1 APKA2');
    expect(readIdsTag({ t: 'ACCA1 APKA2' }, 't')).toEqual(['ACCA1', 'APKA2']);
    expect(readIdsTag({ t: '' }, 't')).toEqual([]);
    expect(readIdsTag({}, 't')).toEqual([]);
  });

  test('are left out whole where there is no more room: twelve of 20 characters take 251', () => {
    const ids = Array.from({ length: 13 }, (_, index) => idOf(index));
    expect(idsTag(ids)).toHaveLength(12 * 20 + 11);
    expect(readIdsTag({ t: idsTag(ids) }, 't')).toEqual(ids.slice(0, 12));
  });

  test('fill a tag to its last character', () => {
    expect(idsTag(['a'.repeat(254), 'b'])).toHaveLength(256);
    expect(idsTag(['a'.repeat(255), 'b'])).toHaveLength(255);
  });
});

describe('a tag key that nobody but we or AWS may use', () => {
  test.each([
    ['iam-lifecycle:managed', true],
    ['IAM-Lifecycle:leaked/akia', true],
    // A capital i with a dot: one character in its place.
    ['\u0130am-Lifecycle:x', true],
    ['aws:cloudformation:stack-name', true],
    ['AWS:x', true],
    ['our-component:x', true],
    ['iam-lifecycle', false],
    ['iam-lifecycles:x', false],
    ['team', false],
    ['of-aws:x', false],
    ['our-iam-lifecycle:x', false],
    ['Name', false],
  ])('%s: %s', (key, isReserved) => {
    expect(isReservedTagKey(key)).toBe(isReserved);
  });
});

test("a user's own tags are those that stand for nothing else", () => {
  const tags = {
    'iam-lifecycle:managed': 'true',
    'aws:x': 'y',
    Name: 'a',
    description: 'b',
    Roles: 'c',
    team: 'd',
    'cost center': '',
  };
  expect(ownTagsOf(tags)).toEqual({ team: 'd', 'cost center': '' });
});
