import { randomInt } from 'node:crypto';
import { InvalidValue } from '../core/invalid-value.js';
import { Redacted } from './redacted.js';

/** Every password has one of each: so it follows whatever character rules an account has. */
const classes = [
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
  "!@#$%^&*()_+-=[]{}|'",
] as const;
const characters = classes.join('');

const shortest = 5;
/** IAM's own limit. */
const longest = 128;
/** What IAM asks for where an account has no password policy. */
const defaultMinimum = 8;

/**
 * A random console password of 5 to 128 characters, each equally likely. One that lacks a class is thrown away and drawn
 * anew, so that the passwords left are equally likely too. Source: the Terraform AWS provider's aws_iam_user_login_profile.
 */
export function generatePassword(length: number): Redacted {
  mustBeLength(length);
  for (;;) {
    const password = Array.from({ length }, () => characters[randomInt(characters.length)]!).join('');
    if (classes.every((members) => Array.from(members).some((member) => password.includes(member)))) {
      return new Redacted(password);
    }
  }
}

/**
 * The length to generate: the one wished for, or the account's minimum where that is more, since CreateLoginProfile refuses
 * a shorter password. `accountMinimum` is null where the account has no password policy.
 */
export function passwordLengthFor(wished: number, accountMinimum: number | null): number {
  mustBeLength(wished);
  return Math.max(wished, accountMinimum ?? defaultMinimum);
}

function mustBeLength(length: number): void {
  if (!Number.isInteger(length) || length < shortest || length > longest) {
    throw new InvalidValue(
      'password_length',
      String(length),
      `a whole number from ${shortest} to ${longest}`,
    );
  }
}
