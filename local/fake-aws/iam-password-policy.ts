import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { invalid, missing, type FakePasswordPolicy, type IamState } from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const DEFAULT_MINIMUM_LENGTH = 8;
const CLASSES_BY_DEFAULT = 3;
const PASSWORD_CHARACTERS = 128;

export function passwordPolicyOperations(state: IamState): Operations {
  return {
    UpdateAccountPasswordPolicy: updatePolicy(state),
    GetAccountPasswordPolicy: reads<
      iam.GetAccountPasswordPolicyCommandInput,
      iam.GetAccountPasswordPolicyCommandOutput
    >([], (_input, { asOf }) => ({ PasswordPolicy: told(policyOf(state, asOf) ?? noPolicy(state)) })),
    DeleteAccountPasswordPolicy: writes<
      iam.DeleteAccountPasswordPolicyCommandInput,
      iam.DeleteAccountPasswordPolicyCommandOutput
    >([], (_input, { now }) => {
      if (policyOf(state) === undefined) noPolicy(state);
      state.passwordPolicies.set(state.world.accountId, undefined, now);
      return {};
    }),
  };
}

/** Replaces the whole policy: what a call leaves out falls back to its default. */
function updatePolicy(state: IamState) {
  return writes<iam.UpdateAccountPasswordPolicyCommandInput, iam.UpdateAccountPasswordPolicyCommandOutput>(
    [
      'MinimumPasswordLength',
      'RequireSymbols',
      'RequireNumbers',
      'RequireUppercaseCharacters',
      'RequireLowercaseCharacters',
      'AllowUsersToChangePassword',
      'MaxPasswordAge',
      'PasswordReusePrevention',
      'HardExpiry',
    ],
    (input, { now }) => {
      const policy: FakePasswordPolicy = {
        minimumLength: between('minimumPasswordLength', input.MinimumPasswordLength, 6, 128) ?? 6,
        requireSymbols: input.RequireSymbols ?? false,
        requireNumbers: input.RequireNumbers ?? false,
        requireUppercase: input.RequireUppercaseCharacters ?? false,
        requireLowercase: input.RequireLowercaseCharacters ?? false,
        allowUsersToChange: input.AllowUsersToChangePassword ?? false,
        maxAge: between('maxPasswordAge', input.MaxPasswordAge, 1, 1095),
        reusePrevention: between('passwordReusePrevention', input.PasswordReusePrevention, 1, 24),
        hardExpiry: input.HardExpiry,
      };
      state.passwordPolicies.set(state.world.accountId, policy, now);
      return {};
    },
  );
}

function between(label: string, value: number | undefined, least: number, most: number): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < least || value > most))
    invalid(`Value '${value}' at '${label}' must be between ${least} and ${most}`);
  return value;
}

function policyOf(state: IamState, asOf?: number): FakePasswordPolicy | undefined {
  return state.passwordPolicies.get(state.world.accountId, asOf);
}

function noPolicy(state: IamState): never {
  missing(`The Password Policy with domain name ${state.world.accountId} cannot be found.`);
}

function told(policy: FakePasswordPolicy): iam.PasswordPolicy {
  return {
    MinimumPasswordLength: policy.minimumLength,
    RequireSymbols: policy.requireSymbols,
    RequireNumbers: policy.requireNumbers,
    RequireUppercaseCharacters: policy.requireUppercase,
    RequireLowercaseCharacters: policy.requireLowercase,
    AllowUsersToChangePassword: policy.allowUsersToChange,
    ExpirePasswords: policy.maxAge !== undefined,
    ...(policy.maxAge !== undefined && { MaxPasswordAge: policy.maxAge }),
    ...(policy.reusePrevention !== undefined && { PasswordReusePrevention: policy.reusePrevention }),
    ...(policy.hardExpiry !== undefined && { HardExpiry: policy.hardExpiry }),
  };
}

const UPPERCASE = /[A-Z]/;
const LOWERCASE = /[a-z]/;
const DIGIT = /[0-9]/;
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

/** IAM user guide, "Set an account password policy": without one, eight characters of three classes. */
export function checkPassword(state: IamState, password: string | undefined): void {
  const given = password ?? '';
  if (given.length < 1 || given.length > PASSWORD_CHARACTERS || !/^[\t\n\r\x20-\xff]*$/.test(given))
    invalid(`Value at 'password' must have 1 to ${PASSWORD_CHARACTERS} characters of Latin-1`);
  const policy = policyOf(state);
  const minimum = policy?.minimumLength ?? DEFAULT_MINIMUM_LENGTH;
  if (given.length < minimum) violated(`Password should have a minimum length of ${minimum}`);
  if (policy === undefined) {
    const classes = [UPPERCASE, LOWERCASE, DIGIT, SYMBOL].filter((one) => one.test(given)).length;
    if (classes < CLASSES_BY_DEFAULT)
      violated('Password should have at least three of uppercase, lowercase, number and symbol');
    return;
  }
  if (policy.requireUppercase && !UPPERCASE.test(given))
    violated('Password should have at least one uppercase letter');
  if (policy.requireLowercase && !LOWERCASE.test(given))
    violated('Password should have at least one lowercase letter');
  if (policy.requireNumbers && !DIGIT.test(given)) violated('Password should have at least one number');
  if (policy.requireSymbols && !SYMBOL.test(given)) violated('Password should have at least one symbol');
}

function violated(message: string): never {
  throw awsError('iam', 'PasswordPolicyViolationException', 400, message);
}
