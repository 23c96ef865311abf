import { describe, expect, test } from '@jest/globals';
import { Redacted } from '../../functions/aws/redacted.js';
import { sesSmtpPassword } from '../../functions/aws/ses-smtp.js';

const secret = new Redacted('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');

describe('the SMTP password', () => {
  test.each([
    ['us-east-1', 'BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9'],
    ['us-east-2', 'BMPPgbAHoFVbze1Ud0oA5uNdXRwUXUZ+qOwphGJbl/cS'],
    ['eu-west-1', 'BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk'],
  ])("in %s is the one that AWS's own program makes", (region, password) => {
    expect(sesSmtpPassword(secret, region).reveal()).toBe(password);
  });

  test.each(['a', 'a'.repeat(40), 'a'.repeat(200)])('has 44 characters, whatever the key: %s', (key) => {
    expect(sesSmtpPassword(new Redacted(key), 'us-east-1').reveal()).toHaveLength(44);
  });

  test('is another one for another key', () => {
    const other = new Redacted('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ');
    expect(sesSmtpPassword(other, 'us-east-1').reveal()).not.toBe(
      sesSmtpPassword(secret, 'us-east-1').reveal(),
    );
  });

  test('shows itself to nobody', () => {
    expect(JSON.stringify({ password: sesSmtpPassword(secret, 'us-east-1') })).toBe(
      '{"password":"[secret]"}',
    );
  });
});
