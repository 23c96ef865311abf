import { createHmac } from 'node:crypto';
import { Redacted } from './redacted.js';

/** The first byte of a password: the version of the algorithm. */
const version = 4;

/**
 * The password for SES's SMTP interface in one region, made of a secret access key; the user name is the id of that key.
 * Always 44 characters. A new key makes a new password. Source: SES developer guide, "Obtaining Amazon SES SMTP credentials".
 */
export function sesSmtpPassword(secret: Redacted, region: string): Redacted {
  const messages = ['11111111', region, 'ses', 'aws4_request', 'SendRawEmail'];
  const signature = messages.reduce(
    (key, message) => createHmac('sha256', key).update(message).digest(),
    Buffer.from(`AWS4${secret.reveal()}`),
  );
  return new Redacted(Buffer.concat([Buffer.of(version), signature]).toString('base64'));
}
