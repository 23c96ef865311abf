import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidValue } from '../../functions/core/invalid-value.js';
import {
  formatInstant,
  formatSpan,
  parseDuration,
  readDuration,
  readInstant,
} from '../../functions/core/instants.js';

describe('an instant', () => {
  test.each(
    Object.entries({
      'the epoch': ['1970-01-01T00:00:00.000Z', 0],
      'a day and a millisecond later': ['1970-01-02T00:00:00.001Z', 86_400_001],
      'a date alone is midnight UTC': ['1970-01-02', 86_400_000],
      'without seconds': ['1970-01-01T01:00Z', 3_600_000],
      'without milliseconds': ['1970-01-01T00:00:01Z', 1000],
      'east of Greenwich': ['1970-01-01T02:00:00+02:00', 0],
      'west of Greenwich': ['1969-12-31T19:00:00-05:00', 0],
      'in a leap day': ['2024-02-29T00:00:00Z', 1_709_164_800_000],
      'on the last day of a month': ['1970-01-31', 2_592_000_000],
      'on the last day of a month there, and the first one here': [
        '1970-01-31T22:00:00-05:00',
        2_689_200_000,
      ],
    }),
  )('%s is read', (_, [text, at]) => {
    expect(readInstant(String(text))).toBe(at);
  });

  test.each(
    Object.entries({
      nothing: '',
      'a word': 'never',
      'a time without a zone': '2026-03-01T00:00:00',
      'a number of milliseconds': '1772323200000',
      'a month that does not exist': '2026-13-01',
      'an hour that does not exist': '2026-03-01T25:00:00Z',
      'the 30th of February': '2026-02-30',
      'the 29th of February of a common year': '2026-02-29T00:00:00Z',
      'the 29th of February of a century': '2100-02-29',
      'the 31st of April, in a time with a zone': '2026-04-31T23:00:00-05:00',
      'a day nought': '2026-03-00',
      'an American date': '03/01/2026',
      'a date and more': '2026-03-01 until further notice',
      'a date with a line end': '2026-03-01\n',
      'another way to write a date that Date.parse takes': 'Mar 1, 2026',
    }),
  )('%s is no instant', (_, text) => {
    expect(readInstant(text)).toBeNull();
  });

  test('every one that is written is read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7_258_118_400_000 }), (instant) => {
        expect(readInstant(formatInstant(instant))).toBe(instant);
      }),
    );
  });

  test('it is written in UTC with milliseconds, in characters that a tag takes', () => {
    expect(formatInstant(1_772_323_200_007)).toBe('2026-03-01T00:00:00.007Z');
  });
});

test.each([
  ['PT15M', 900_000],
  ['PT0S', 0],
  ['P', null],
  ['P1M', null],
  ['soon', null],
])('%s, where it may be no duration, is %p ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

test('a refusal names what was refused', () => {
  expect(() => parseDuration('P1M')).toThrow(
    'duration is "P1M": it must be an ISO 8601 duration of weeks, days, hours, minutes, seconds, such as P30D',
  );
});

describe('a duration', () => {
  test.each(
    Object.entries({
      'thirty days': ['P30D', 2_592_000_000],
      'two weeks': ['P2W', 1_209_600_000],
      'a quarter of an hour': ['PT15M', 900_000],
      'an hour': ['PT1H', 3_600_000],
      'twelve weeks': ['P12W', 7_257_600_000],
      'a day and a half': ['PT36H', 129_600_000],
      'ninety seconds': ['PT90S', 90_000],
      'nothing at all': ['PT0S', 0],
      'zero days': ['P0D', 0],
      'all of it': ['P1W2DT3H4M5S', 788_645_000],
    }),
  )('%s', (_, [text, ms]) => {
    expect(parseDuration(String(text))).toBe(ms);
  });

  test.each([
    ['a month, whose length varies', 'P1M'],
    ['a year, whose length varies', 'P1Y'],
    ['a bare P', 'P'],
    ['a T with nothing behind it', 'P1DT'],
    ['a bare PT', 'PT'],
    ['hours outside of the time', 'P1H'],
    ['a fraction', 'PT1.5H'],
    ['a sign', '-P1D'],
    ['small letters', 'p1d'],
    ['units in the wrong order', 'PT1S1M'],
    ['a number alone', '30'],
    ['nothing', ''],
    ['a line end', 'P1D\n'],
  ])('%s is refused', (_, text) => {
    expect(() => parseDuration(text, 'OVERLAP')).toThrow(InvalidValue);
  });

  test('the refusal names field, value and rule', () => {
    expect(() => parseDuration('7 days', 'OVERLAP')).toThrow(
      'OVERLAP is "7 days": it must be an ISO 8601 duration of weeks, days, hours, minutes, seconds, such as P30D',
    );
  });
});

test.each([
  [5_270_400_000, '61 d'],
  [86_400_000, '1 d'],
  [86_399_999, '23 h'],
  [3_600_000, '1 h'],
  [3_599_999, '59 min'],
  [60_000, '1 min'],
  [59_999, '59 s'],
  [0, '0 s'],
])('%d ms is said as %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
