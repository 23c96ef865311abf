import { InvalidValue } from '../../functions/core/invalid-value.js';
import { type KeyWish, normaliseBasePath } from '../../functions/core/key-wish.js';
import { type UserName, parseUserName } from '../../functions/core/names.js';
import type { LeftOut } from '../../functions/core/roster/draft.js';
import type { ImportFacts } from '../../functions/core/roster/import.js';
import type { SeenSshKey, SeenUser } from '../../functions/core/roster/roster-facts.js';
import type { PasswordPolicy } from '../../functions/core/roster/roster.js';
import { type StateInstance, instancesOf, isObject } from './state.js';

type Attributes = StateInstance['attributes'];

/** What a state says of an account, and the users that its resources name without making them. */
export interface StateFacts {
  readonly facts: ImportFacts;
  readonly strangers: readonly LeftOut[];
}

/**
 * Reads users, groups, policies and where keys are kept out of a Terraform state of format 4. Of secrets it reads
 * nothing. `accountId` null: the account of the ARNs. Throws InvalidValue, in which no value of an attribute stands.
 */
export function fromTfstate(state: Readonly<Record<string, unknown>>, accountId: string | null): StateFacts {
  const instances = instancesOf(state);
  const all = (type: string) =>
    instances.filter((one) => one.mode === 'managed' && one.type === type).map((one) => one.attributes);
  const links = linksOf(all);
  const users = all('aws_iam_user').map((attributes) => toSeenUser(attributes, links));
  const names = new Set<string>(users.map(({ user }) => user.name));
  const policies = all('aws_iam_policy').map((policy) => ({
    arn: text(policy, 'arn'),
    document: document(policy),
  }));
  const [passwordPolicy] = all('aws_iam_account_password_policy');
  return {
    facts: {
      accountId: accountId ?? accountOf(instances),
      users,
      groups: all('aws_iam_group').map((group) => ({ name: text(group, 'name') })),
      policies,
      logins: all('aws_iam_user_login_profile').map((profile) => text(profile, 'user')),
      mfaUsers: all('aws_iam_virtual_mfa_device').flatMap((device) => texts([device['user_name']])),
      sshKeys: sshKeysOf(all('aws_iam_user_ssh_key')),
      keyWishes: keyWishesOf(all('aws_iam_access_key'), all('aws_ssm_parameter')),
      passwordPolicy: passwordPolicy === undefined ? null : toPasswordPolicy(passwordPolicy),
    },
    strangers: strangersOf(links, names),
  };
}

/** What belongs to whom: pairs of a user's name and a policy, group or document. */
interface Links {
  readonly policyArns: readonly (readonly [string, string])[];
  readonly groupNames: readonly (readonly [string, string])[];
  readonly inlinePolicies: readonly (readonly [string, readonly [string, string]])[];
}

function linksOf(all: (type: string) => Attributes[]): Links {
  return {
    policyArns: [
      ...all('aws_iam_user_policy_attachment').map(
        (one) => [text(one, 'user'), text(one, 'policy_arn')] as const,
      ),
      ...all('aws_iam_policy_attachment').flatMap((one) =>
        texts(one['users']).map((user) => [user, text(one, 'policy_arn')] as const),
      ),
    ],
    groupNames: [
      ...all('aws_iam_user_group_membership').flatMap((one) =>
        texts(one['groups']).map((group) => [text(one, 'user'), group] as const),
      ),
      ...all('aws_iam_group_membership').flatMap((one) =>
        texts(one['users']).map((user) => [user, text(one, 'group')] as const),
      ),
    ],
    inlinePolicies: all('aws_iam_user_policy').map(
      (one) => [text(one, 'user'), [text(one, 'name'), document(one)]] as const,
    ),
  };
}

function toSeenUser(attributes: Attributes, links: Links): SeenUser {
  const name = parseUserName(text(attributes, 'name'), 'aws_iam_user.name');
  const own = <Value>(pairs: readonly (readonly [string, Value])[]) =>
    pairs.filter(([user]) => user === name).map(([, value]) => value);
  const tags = attributes['tags_all'] ?? attributes['tags'];
  const boundaryArn = attributes['permissions_boundary'];
  return {
    user: {
      name,
      id: '',
      arn: text(attributes, 'arn'),
      path: typeof attributes['path'] === 'string' ? attributes['path'] : '/',
      createdAt: 0,
      tags: isObject(tags)
        ? Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]))
        : {},
      boundaryArn: typeof boundaryArn === 'string' && boundaryArn !== '' ? boundaryArn : null,
    },
    policyArns: [...new Set(own(links.policyArns))],
    groupNames: [...new Set(own(links.groupNames))],
    inlinePolicies: Object.fromEntries(own(links.inlinePolicies)),
  };
}

/** Users that something is attached to, and that this state did not make. */
function strangersOf(links: Links, names: ReadonlySet<string>): LeftOut[] {
  const named = [...links.policyArns, ...links.groupNames, ...links.inlinePolicies].map(([user]) => user);
  const strangers = [...new Set(named)].filter((name) => !names.has(name));
  return strangers.map((name) => ({ name, why: 'the state gives it something, and does not make it' }));
}

function sshKeysOf(keys: readonly Attributes[]): Record<string, readonly SeenSshKey[]> {
  const byUser = new Map<string, SeenSshKey[]>();
  for (const key of keys) {
    const name = text(key, 'username');
    byUser.set(name, [...(byUser.get(name) ?? []), { id: '', body: text(key, 'public_key') }]);
  }
  return Object.fromEntries(byUser);
}

/** Where the key of each user that has one is kept: in SSM where parameters are named after it. */
function keyWishesOf(
  keys: readonly Attributes[],
  parameters: readonly Attributes[],
): Record<string, KeyWish> {
  const names = [...new Set(keys.map((key) => text(key, 'user')))] as UserName[];
  return Object.fromEntries(names.map((name) => [name, keyWishOf(name, parameters)]));
}

function keyWishOf(name: UserName, parameters: readonly Attributes[]): KeyWish {
  const find = (last: string) => parameters.find((one) => text(one, 'name').endsWith(`/${name}/${last}`));
  const secret = find('secret_access_key');
  if (secret === undefined) return { store: 'secretsmanager', kmsKeyId: null };
  const keyId = secret['key_id'];
  const ses = find('ses_smtp_password_v4');
  const [, , , region] = ses === undefined ? [] : text(ses, 'arn').split(':');
  return {
    store: 'ssm',
    kmsKeyId: typeof keyId === 'string' && keyId !== '' && keyId !== 'alias/aws/ssm' ? keyId : null,
    basePath: normaliseBasePath(text(secret, 'name').split('/').slice(0, -2).join('/')),
    sesRegions: region === undefined ? [] : [region],
  };
}

function toPasswordPolicy(policy: Attributes): PasswordPolicy {
  const isOn = (name: string) => policy[name] === true;
  const amount = (name: string) => (typeof policy[name] === 'number' ? policy[name] : 0);
  return {
    minimumPasswordLength: amount('minimum_password_length'),
    requireLowercaseCharacters: isOn('require_lowercase_characters'),
    requireUppercaseCharacters: isOn('require_uppercase_characters'),
    requireNumbers: isOn('require_numbers'),
    requireSymbols: isOn('require_symbols'),
    allowUsersToChangePassword: isOn('allow_users_to_change_password'),
    hardExpiry: isOn('hard_expiry'),
    maxPasswordAge: amount('max_password_age'),
    passwordReusePrevention: amount('password_reuse_prevention'),
  };
}

/** The account that the ARNs of users, groups and policies speak of. */
function accountOf(instances: readonly StateInstance[]): string {
  const arns = instances
    .filter(({ type }) => type.startsWith('aws_iam_'))
    .map((one) => one.attributes['arn']);
  const found = new Set(texts(arns).flatMap((arn) => /:iam::(\d{12}):/.exec(arn)?.[1] ?? []));
  const [only] = found;
  if (found.size === 1 && only !== undefined) return only;
  const rule = 'named with --account-id: the ARNs in the state are not of one account';
  throw new InvalidValue('accountId', [...found].join(', '), rule);
}

/** Canonical JSON text of the attribute `policy`. */
function document(attributes: Attributes): string {
  try {
    return JSON.stringify(JSON.parse(text(attributes, 'policy')));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidValue('policy', '(not shown)', 'a policy document in JSON');
  }
}

function text(attributes: Attributes, name: string): string {
  const value = attributes[name];
  if (typeof value !== 'string')
    throw new InvalidValue(name, typeof value, 'text, as the AWS provider has it');
  return value;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
