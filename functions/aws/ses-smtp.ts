import { createHmac } from 'node:crypto';
import { Redacted } from './redacted.js';

const version = 0x04;

/**
 * The SMTP password of Amazon SES, version 4, that belongs to a secret access key in one region: base64, 44 characters.
 * SES developer guide, "Obtaining Amazon SES SMTP credentials".
 */
export function sesSmtpPassword(secret: Redacted, region: string): Redacted {
  const messages = ['11111111', region, 'ses', 'aws4_request', 'SendRawEmail'];
  const signature = messages.reduce<Buffer>(
    (key, message) => createHmac('sha256', key).update(message).digest(),
    Buffer.from(`AWS4${secret.reveal()}`),
  );
  return new Redacted(Buffer.concat([Buffer.from([version]), signature]).toString('base64'));
}
