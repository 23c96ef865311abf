import { ssmPathsOf } from '../key-wish.js';
import { type UserName, secretNameOf } from '../names.js';
import { tag } from '../tags.js';
import type { Roster, RosterUser } from './roster.js';

/** The resolved roster as `validate --output json` prints it. It holds no secret, for a roster has none. */
export function resolvedOutput(roster: Roster): object {
  const { accountId, userPath, assumableRoles, users, groups, policies, passwordPolicy } = roster;
  const partition = policies[0]?.arn.split(':')[1] ?? 'aws';
  return {
    accountId,
    userPath,
    assumableRoles,
    users: users.map((user) => resolvedUser(user, accountId)),
    groups: groups.map((group) => ({
      ...group,
      arn: `arn:${partition}:iam::${accountId}:group${group.path}${group.name}`,
    })),
    policies,
    passwordPolicy,
  };
}

function resolvedUser(user: RosterUser, accountId: string): object {
  const description = user.tags[tag.description];
  return {
    kind: user.kind,
    name: user.name,
    nameFull: user.nameFull,
    path: user.path,
    tags: user.tags,
    enabled: user.enabled,
    ...(description === undefined ? {} : { description }),
    roles: user.roles,
    groups: user.groupNames,
    policyArns: user.policyArns,
    inlinePolicies: Object.fromEntries(
      Object.entries(user.inlinePolicies).map(([name, document]) => [name, JSON.parse(document) as unknown]),
    ),
    permissionsBoundary: user.boundaryArn,
    createAccessKey: user.key !== null,
    store: storeOf(user),
    loginProfile: user.login,
    sshPublicKey: user.sshPublicKey,
    forceDestroy: user.forceDestroy,
    quarantine: user.quarantine,
    outputs: outputsOf(user, accountId),
  };
}

function storeOf({ name, key }: RosterUser): object | null {
  if (key === null || name === '') return null;
  const { store: type, kmsKeyId } = key;
  if (key.store === 'secretsmanager') return { type, secretName: secretNameOf(name), kmsKeyId };
  return { type, basePath: key.basePath, kmsKeyId, paths: parametersOf(name, key) };
}

/** Parameter names; those of SES by region where there is more than one. */
function parametersOf(name: UserName, key: Parameters<typeof ssmPathsOf>[1]): object {
  const { accessKeyId, secretAccessKey, credentials, sesSmtpPasswordV4 } = ssmPathsOf(name, key);
  const [first, ...others] = Object.values(sesSmtpPasswordV4);
  return {
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
    credentials,
    ...(first === undefined ? {} : { ses_smtp_password_v4: others.length === 0 ? first : sesSmtpPasswordV4 }),
  };
}

/**
 * The outputs of cloudposse/iam-system-user that are known before anything is applied, by its names and with its
 * nulls. What it gives out of a key is null: here a key is in its store alone.
 */
function outputsOf({ name, path, boundaryArn, enabled, key }: RosterUser, accountId: string): object {
  const partition = boundaryArn.split(':')[1] ?? 'aws';
  const isThere = enabled && name !== '';
  const parameters = isThere && key?.store === 'ssm' ? ssmPathsOf(name, key) : null;
  return {
    user_name: isThere ? name : '',
    user_arn: isThere ? `arn:${partition}:iam::${accountId}:user${path}${name}` : '',
    ssm_enabled: parameters !== null,
    access_key_id_ssm_path: parameters?.accessKeyId ?? null,
    secret_access_key: null,
    secret_access_key_ssm_path: parameters?.secretAccessKey ?? null,
    ses_smtp_password_v4: null,
    ses_smtp_password_v4_ssm_path: Object.values(parameters?.sesSmtpPasswordV4 ?? {})[0] ?? null,
  };
}
