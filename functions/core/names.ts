import { type Rule, mustFollow } from './invalid-value.js';

/**
 * Names, parsed once at the edge, so that everything behind it may trust them. The limits are those of the
 * IAM user guide ("IAM and AWS STS quotas", name requirements) and of the Secrets Manager API reference.
 */
declare const kind: unique symbol;
type Named<K extends string> = string & { readonly [kind]: K };

export type UserName = Named<'UserName'>;
export type RoleArn = Named<'RoleArn'>;
export type AccessKeyId = Named<'AccessKeyId'>;

export const userNameRule: Rule = {
  says: '1 to 64 letters, digits or any of + = , . @ - _',
  pattern: /^[A-Za-z0-9+=,.@_-]{1,64}$/,
};

export const roleArnRule: Rule = {
  says: 'the ARN of one IAM role, as in arn:aws:iam::123456789012:role/DataEngineerRole, without a wildcard',
  pattern: /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([!-)+->@-~]{1,510}\/)?[\w+=,.@-]{1,64}$/,
};

export const userArnRule: Rule = {
  says: 'the ARN of one IAM user, as in arn:aws:iam::123456789012:user/ops/bob, without a wildcard',
  pattern: /^arn:aws(-[a-z]+)*:iam::\d{12}:user\/([!-)+->@-~]{1,510}\/)?[\w+=,.@-]{1,64}$/,
};

/** The bounds are not IAM's (16 to 128): a key id must also fit into a secret version id. */
export const accessKeyIdRule: Rule = {
  says: '17 to 49 capital letters or digits',
  pattern: /^[A-Z0-9]{17,49}$/,
};

export function parseUserName(text: string, field = 'userName'): UserName {
  return mustFollow(userNameRule, text, field) as UserName;
}

export function parseRoleArn(text: string, field = 'roleArn'): RoleArn {
  return mustFollow(roleArnRule, text, field) as RoleArn;
}

export function parseUserArn(text: string, field = 'userArn'): string {
  return mustFollow(userArnRule, text, field);
}

export function parseAccessKeyId(text: string, field = 'accessKeyId'): AccessKeyId {
  return mustFollow(accessKeyIdRule, text, field) as AccessKeyId;
}

/** The role's name: the last part of its ARN, after any path. */
export function roleNameOf(arn: RoleArn): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** IAM compares names without regard to case; so do we wherever a name is a key. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const versionPrefix = 'iam-access-key-';

/** The secret version that holds a key: its ClientRequestToken, 32 to 64 characters. */
export function versionIdOf(keyId: AccessKeyId): string {
  return versionPrefix + keyId;
}

/** The key that a secret version holds, or null for a version that we did not write. */
export function keyIdOf(versionId: string): AccessKeyId | null {
  const text = versionId.startsWith(versionPrefix) ? versionId.slice(versionPrefix.length) : '';
  return accessKeyIdRule.pattern.test(text) ? (text as AccessKeyId) : null;
}

export const secretPrefix = 'iam-lifecycle/';

/**
 * The name of a user's secret. A comma is legal in IAM and not in Secrets Manager; a slash is legal in Secrets
 * Manager and not in an IAM user name, so it serves as the escape: "a,b" becomes "iam-lifecycle/a/2Cb".
 */
export function secretNameOf(userName: UserName): string {
  return secretPrefix + userName.replaceAll(',', '/2C');
}

/** What our own events name as their source, and the type of the one that tells of a leaked key. */
export const eventSource = 'iam-lifecycle';
export const leakAnswered = 'Leaked Key Answered';

export const loginSecretPrefix = 'iam-lifecycle-login/';

/**
 * The name of the secret that hands a console password out. It stands beside the secrets of access keys, not below
 * them: there the login of "2Ca" and the key of "login,a" would be one name.
 */
export function loginSecretNameOf(userName: UserName): string {
  return loginSecretPrefix + userName.replaceAll(',', '/2C');
}

/** The user whose secret this is, or null for a secret that is not named as ours are. */
export function userNameOfSecret(secretName: string): UserName | null {
  if (!secretName.startsWith(secretPrefix)) return null;
  const text = secretName.slice(secretPrefix.length).replaceAll('/2C', ',');
  return userNameRule.pattern.test(text) ? (text as UserName) : null;
}
