import { roleArnRule } from '../core/names.js';
import { type Rule } from '../core/invalid-value.js';
import { grantNameRule, pathRule } from '../core/roster/roster-policy.js';
import * as z from './schema.js';

/** The values that a roster is made of. Every message ends the sentence "people.bob.path is "x": …". */

export const text = z.string('it must be text: a number, true or false stands in quotation marks');
export const flag = z.boolean('it must be true or false');

const ruled = ({ says, pattern }: Rule) => text.check(z.regex(pattern, `it must be ${says}`));

const arn = (says: string, pattern: RegExp) => ruled({ says, pattern });

export const accountId = z
  .string('it must be 12 digits in quotation marks')
  .check(z.regex(/^\d{12}$/, 'it must be 12 digits'));
export const roleKey = text.check(
  z.regex(
    /^[A-Za-z]\w{0,31}$/,
    'it must be a role key of 1 to 32 letters, digits or underscores, beginning with a letter, such as data_engineer',
  ),
);
export const roleArn = ruled(roleArnRule);
export const policyArn = arn(
  'the ARN of one managed policy',
  /^arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
);
export const keyArn = arn('the ARN of a KMS key', /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/);
export const kmsKeyId = arn(
  'the id, the ARN or the alias of a KMS key, such as alias/ci',
  /^((arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:)?(key|alias)\/[\w/-]+|(mrk-)?[0-9a-f-]{32,36})$/,
);
export const regionName = arn('a region such as eu-west-1', /^[a-z]{2}(-[a-z]+)+-\d$/);
export const policyName = ruled(grantNameRule);
export const groupName = ruled(grantNameRule);
/** A managed policy by its name, after its path where it has one: job-function/Billing. */
export const pathAndPolicyName = arn(
  'the name of a managed policy, after its path where it has one, such as job-function/Billing',
  /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/,
);
export const groupPath = ruled(pathRule);
export const userPath = arn(
  'an IAM path below /, such as /lifecycle/, of at most 512 characters',
  /^(?=.{3,512}$)\/([\w+=,.@-]+\/)+$/,
);
export const duration = arn(
  'an ISO 8601 duration of weeks, days, hours, minutes, seconds, such as P30D',
  /^P(?=\d|T\d)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/,
);
export const path = ruled(pathRule);
export const basePath = arn('a path of letters, digits and . - _ between slashes', /^[\w./-]*$/);
/** IAM knows two forms of SSH keys, both of RSA. */
export const sshPublicKey = arn(
  'an RSA public key in OpenSSH form, beginning with ssh-rsa: IAM takes no other kind',
  /^ssh-rsa [A-Za-z0-9+/]{100,}={0,3}( [^\r\n]*)?\s*$/,
);
export const pgpKey = arn(
  'a PGP public key in base64 or armor, or keybase:NAME',
  /^(keybase:\w+|[A-Za-z0-9+/=\s]{40,}|\s*-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]+)$/,
);

export const whole = (least: number, greatest: number) => {
  const rule = `it must be a whole number from ${least} to ${greatest}`;
  return z.int(rule).check(z.minimum(least, rule), z.maximum(greatest, rule));
};

export const list = <Item extends z.core.$ZodType>(item: Item) => z.array(item, 'it must be a list');

export const filled = <Item extends z.core.$ZodType>(item: Item, of: string) =>
  list(item).check(z.minLength(1, `it must name at least one ${of}`));

export const mapOf = <Key extends z.core.$ZodRecordKey, Value extends z.core.$ZodType>(
  key: Key,
  value: Value,
) =>
  z.record(key, value, { error: ({ code }) => (code === 'invalid_type' ? 'it must be a map' : undefined) });

/** An optional field, what it says, and the value that it has where it is not given. */
export const field = <Schema extends z.ZodMiniType>(schema: Schema, says: string, usual?: unknown) =>
  z.optional(schema).check(z.meta({ description: says, ...(usual === undefined ? {} : { default: usual }) }));
