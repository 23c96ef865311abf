import { expect, test } from '@jest/globals';
import { isVirtualMfaDevice, mfaRemovalTags } from '../../functions/core/facts.js';

test.each(
  Object.entries({
    'arn:aws:iam::123456789012:mfa/alice': true,
    'arn:aws-us-gov:iam::123456789012:mfa/team/alice': true,
    'arn:aws:iam::123456789012:u2f/user/alice/yubikey-ABCDEFGH': false,
    'arn:aws:iam::123456789012:sms-mfa/alice': false,
    GAHT12345678: false,
    'mfa/alice': false,
  }),
)('the MFA device %s is virtual: %s', (serialNumber, expected) => {
  expect(isVirtualMfaDevice(serialNumber)).toBe(expected);
});

test.each(
  Object.entries({
    'arn:aws:iam::123456789012:mfa/alice@laptop': {
      'iam-lifecycle:mfa-removal': 'arn:aws:iam::123456789012:mfa/alice@laptop',
    },
    'arn:aws:iam::123456789012:mfa/alice,laptop': {},
  }),
)('the removal of %s is written down where a tag can hold its name', (serialNumber, expected) => {
  expect(mfaRemovalTags(serialNumber)).toEqual(expected);
});
