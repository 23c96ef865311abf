import { InvalidValue } from '../invalid-value.js';
import type { PasswordPolicy } from './roster.js';

/** The defaults of Gruntwork's iam-user-password-policy. A password never expires, and is not one of the last five. */
const defaultPasswordPolicy: PasswordPolicy = {
  minimumPasswordLength: 16,
  requireLowercaseCharacters: true,
  requireUppercaseCharacters: true,
  requireNumbers: true,
  requireSymbols: true,
  allowUsersToChangePassword: true,
  hardExpiry: true,
  maxPasswordAge: 0,
  passwordReusePrevention: 5,
};

/** IAM API reference, UpdateAccountPasswordPolicy. IAM knows no 0: there the setting is left out of the call. */
const bounds = {
  minimumPasswordLength: { least: 6, most: 128, zero: null },
  maxPasswordAge: { least: 1, most: 1095, zero: 'passwords that never expire' },
  passwordReusePrevention: { least: 1, most: 24, zero: 'passwords that may come again at once' },
} as const;

/** The whole policy, defaults in place. Throws InvalidValue for a number out of IAM's bounds. */
export function passwordPolicyOf(input: Partial<PasswordPolicy>): PasswordPolicy {
  const policy = { ...defaultPasswordPolicy, ...input };
  for (const [field, { least, most, zero }] of Object.entries(bounds)) {
    const value = policy[field as keyof typeof bounds];
    const isZero = zero !== null && value === 0;
    if (isZero || (Number.isInteger(value) && value >= least && value <= most)) continue;
    const orZero = zero === null ? '' : `, or 0 for ${zero}`;
    throw new InvalidValue(field, String(value), `a whole number from ${least} to ${most}${orZero}`);
  }
  return policy;
}
