import { describe, expect, test } from '@jest/globals';
import type { PasswordPolicy } from '../../../functions/core/roster/roster.js';
import { passwordPolicyOf } from '../../../functions/core/roster/password-policy.js';

test('nothing said is what the module says', () => {
  expect(passwordPolicyOf({})).toEqual({
    minimumPasswordLength: 16,
    requireLowercaseCharacters: true,
    requireUppercaseCharacters: true,
    requireNumbers: true,
    requireSymbols: true,
    allowUsersToChangePassword: true,
    hardExpiry: true,
    maxPasswordAge: 0,
    passwordReusePrevention: 5,
  });
});

test('what is said stays, and the rest is by default', () => {
  expect(passwordPolicyOf({ hardExpiry: false, maxPasswordAge: 30 })).toMatchObject({
    hardExpiry: false,
    maxPasswordAge: 30,
    minimumPasswordLength: 16,
  });
});

describe('the bounds of IAM', () => {
  test.each(
    Object.entries({
      'a length of 6': { minimumPasswordLength: 6 },
      'a length of 128': { minimumPasswordLength: 128 },
      'an age of 1 day': { maxPasswordAge: 1 },
      'an age of 1,095 days': { maxPasswordAge: 1095 },
      'passwords that never expire': { maxPasswordAge: 0 },
      'the last password alone': { passwordReusePrevention: 1 },
      'the last 24 passwords': { passwordReusePrevention: 24 },
      'passwords that may come again': { passwordReusePrevention: 0 },
    } satisfies Record<string, Partial<PasswordPolicy>>),
  )('%s is taken', (_, input) => {
    expect(passwordPolicyOf(input)).toMatchObject(input);
  });

  test.each([
    ['minimumPasswordLength', 5, 'a whole number from 6 to 128'],
    ['minimumPasswordLength', 129, 'a whole number from 6 to 128'],
    ['minimumPasswordLength', 0, 'a whole number from 6 to 128'],
    ['minimumPasswordLength', 16.5, 'a whole number from 6 to 128'],
    ['maxPasswordAge', 1096, 'a whole number from 1 to 1095, or 0 for passwords that never expire'],
    ['maxPasswordAge', -1, 'a whole number from 1 to 1095, or 0 for passwords that never expire'],
    ['maxPasswordAge', NaN, 'a whole number from 1 to 1095, or 0 for passwords that never expire'],
    [
      'passwordReusePrevention',
      25,
      'a whole number from 1 to 24, or 0 for passwords that may come again at once',
    ],
  ] as const)('%s of %s is refused', (field, value, rule) => {
    expect(() => passwordPolicyOf({ [field]: value })).toThrow(`${field} is "${value}": it must be ${rule}`);
  });
});
