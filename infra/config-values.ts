import * as z from 'zod';
import { normaliseBasePath } from '../functions/core/key-wish.js';
import { parseDuration } from '../functions/core/instants.js';
import { InvalidValue } from '../functions/core/invalid-value.js';
import { roleArnRule, userArnRule } from '../functions/core/names.js';

/** The values that settings are made of. Every message completes the sentence "roles.admin is "x": …". */

const text = (says: string, pattern: RegExp) => z.string().regex(pattern, `it must be ${says}`);

export const accountId = text('an account number of 12 digits', /^\d{12}$/);
export const regionName = text('a region such as eu-west-1', /^[a-z]{2}(-[a-z]+)+-\d$/);
export const roleArn = text(roleArnRule.says, roleArnRule.pattern);
export const roleKey = text(
  'a role key of 1 to 32 letters, digits or underscores, beginning with a letter, such as data_engineer',
  /^[A-Za-z]\w{0,31}$/,
);
export const policyArn = text(
  'the ARN of one managed policy',
  /^arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
);
export const keyArn = text(
  'the ARN of a KMS key (not of an alias)',
  /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
);
/** SSM keeps names that begin with aws or ssm to itself. The root would be every parameter of the account. */
export const ssmBasePath = text(
  'a path of SSM parameters below /, such as /system_user/, of letters, digits and . - _, not beginning with aws or ssm',
  /^(?=.{1,256}$)\/*(?!aws|ssm)[\w.-]+(\/+[\w.-]+)*\/*$/i,
).transform(normaliseBasePath);
export const userPath = text(
  'an IAM path below /, such as /lifecycle/, of at most 512 characters',
  /^(?=.{3,512}$)\/([\w+=,.@-]+\/)+$/,
);
export const userArn = text(userArnRule.says, userArnRule.pattern);
export const email = text('an e-mail address', /^[^\s@]+@[^\s@]+\.[^\s@]+$/);
export const subnetId = text('a subnet id', /^subnet-[0-9a-f]{8,17}$/);
export const securityGroupId = text('a security group id', /^sg-[0-9a-f]{8,17}$/);
export const httpsUrl = text('an https URL', /^https:\/\/[^\s?#]+$/);
/** An action in a boundary; "*" alone, a wildcard service and all of IAM, which the boundary denies anyway, are refused. */
export const action = text(
  'an action such as s3:GetObject or s3:Get*, and none of iam:, organizations: or account:',
  /^(?!iam:|organizations:|account:)[a-z0-9-]+:[A-Za-z0-9*]+$/,
);

/** An ISO 8601 duration between two others, kept as text: the functions read it again. */
export function duration(shortest: string, longest: string) {
  return z
    .string()
    .superRefine((value, context) => {
      const rule = ruleOfDuration(value, shortest, longest);
      if (rule !== null) context.addIssue({ code: 'custom', message: `it must be ${rule}`, input: value });
    })
    .meta({ format: 'duration', description: `An ISO 8601 duration from ${shortest} to ${longest}.` });
}

function ruleOfDuration(value: string, shortest: string, longest: string): string | null {
  try {
    const ms = parseDuration(value);
    return ms < parseDuration(shortest) || ms > parseDuration(longest) ? `${shortest} to ${longest}` : null;
  } catch (error) {
    if (error instanceof InvalidValue) return error.rule;
    throw error;
  }
}

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** What CloudWatch Logs can keep. */
export const logRetention = z.union(
  retentionDays.map((days) => z.literal(days)),
  `it must be one of ${retentionDays.join(', ')} days`,
);
