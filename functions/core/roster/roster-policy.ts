import type { PolicyDocument } from '../assume-policy.js';
import { type Rule, mustFollow } from '../invalid-value.js';
import type { RosterPolicy } from './roster.js';

/** Where the roster's policies are: the account of 12 digits, and aws, aws-cn or aws-us-gov. */
export interface RosterAccount {
  readonly accountId: string;
  readonly partition: string;
}

/** IAM user guide, "IAM and AWS STS quotas": names of policies and groups follow one rule. */
export const grantNameRule: Rule = {
  says: '1 to 128 letters, digits or any of + = , . @ - _',
  pattern: /^[A-Za-z0-9+=,.@_-]{1,128}$/,
};

export const pathRule: Rule = {
  says: 'an IAM path such as / or /people/, of at most 512 characters',
  pattern: /^(?=.{1,512}$)\/([\w+=,.@-]+\/)*$/,
};

/** A customer-managed policy with its ARN. Throws InvalidValue for a name that IAM would refuse; `field` says whose it is. */
export function rosterPolicy(
  { accountId, partition }: RosterAccount,
  policy: Omit<RosterPolicy, 'arn'>,
  field = 'policyName',
): RosterPolicy {
  const name = mustFollow(grantNameRule, policy.name, field);
  return { ...policy, arn: `arn:${partition}:iam::${accountId}:policy${policy.path}${name}` };
}

export function documentOf(...statements: readonly object[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** True with MFA alone. A long-lived access key never has the key, so it does not satisfy it either. */
export const withMfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } } as const;
