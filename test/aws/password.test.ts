import { describe, expect, test } from '@jest/globals';
import { generatePassword, passwordLengthFor } from '../../functions/aws/password.js';
import { InvalidValue } from '../../functions/core/invalid-value.js';

const passwords = (count: number, length: number): string[] =>
  Array.from({ length: count }, () => generatePassword(length).reveal());

describe('a password', () => {
  test.each([5, 20, 128])('of %d characters has that length and one of each class, every time', (length) => {
    for (const password of passwords(500, length)) {
      expect(password).toHaveLength(length);
      expect(password).toMatch(/^[a-zA-Z0-9!@#$%^&*()_+=[\]{}|'-]+$/);
      for (const one of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!@#$%^&*()_+=[\]{}|'-]/]) expect(password).toMatch(one);
    }
  });

  test('comes only once', () => {
    expect(new Set(passwords(1000, 20)).size).toBe(1000);
  });

  // 256,000 of 82 characters: each about 3,122 times, with a standard deviation of 56. A byte taken modulo 82 would give ten of
  // them 4,000 times.
  test('takes each of the 82 characters equally often, to 15 per cent', () => {
    const counts = new Map<string, number>();
    for (const character of passwords(2000, 128).join('')) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(82);
    expect(Math.min(...counts.values())).toBeGreaterThan(2654);
    expect(Math.max(...counts.values())).toBeLessThan(3590);
  });

  test('shows itself to nobody', () => {
    expect(String(generatePassword(20))).toBe('[secret]');
  });

  test.each([4, 129, 0, -1, 20.5, Number.NaN])('of %d characters is refused', (length) => {
    const refusal = `password_length is "${length}": it must be a whole number from 5 to 128`;
    expect(() => generatePassword(length)).toThrow(InvalidValue);
    expect(() => generatePassword(length)).toThrow(refusal);
    expect(() => passwordLengthFor(length, 8)).toThrow(refusal);
  });
});

describe('its length', () => {
  test.each([
    ['the one wished for, where the account asks for less', 20, 16, 20],
    ["the account's minimum, where it is more", 16, 24, 24],
    ['8 at least, where the account has no policy', 5, null, 8],
    ['the one wished for, where the account has no policy', 16, null, 16],
  ])('is %s', (_, wished, minimum, length) => {
    expect(passwordLengthFor(wished, minimum)).toBe(length);
  });
});
