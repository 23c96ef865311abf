import {
  EntityType,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  GetSSHPublicKeyCommand,
  GetUserPolicyCommand,
  type GroupDetail,
  type IAMClient,
  type ManagedPolicyDetail,
  type PolicyDetail,
  type UserDetail,
  paginateGetAccountAuthorizationDetails,
  paginateListSSHPublicKeys,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import type { SSMClient } from '@aws-sdk/client-ssm';
import pLimit from 'p-limit';
import type { UserName } from '../core/names.js';
import type { PasswordPolicy, Roster, RosterUser } from '../core/roster/roster.js';
import type {
  RosterFacts,
  SeenGroup,
  SeenPolicy,
  SeenSshKey,
  SeenUser,
} from '../core/roster/roster-facts.js';
import { observeSecrets } from './account.js';
import type { Clients } from './clients.js';
import { canonicalDocument, observeOnboarding, toUserFacts } from './observe.js';
import { listParameters } from './parameter-store.js';
import { collect, orNull } from './reading.js';

const entriesPerPage = 1000;
/** IAM throttles an account as a whole: a few calls at a time are as fast as many. */
const callsAtATime = 8;

/**
 * The account as a plan of this roster needs it: O(users / 1000 + secrets / 100 + parameters / 50) calls, and one or two
 * more for each user that is to have a console login or an SSH key. A page that fails fails it all.
 */
export async function observeRoster(
  clients: Pick<Clients, 'iam' | 'secretsManager' | 'ssm'>,
  roster: Roster,
  accountId: string,
): Promise<RosterFacts> {
  const { iam } = clients;
  const [account, secrets, parameterNames, passwordPolicy] = await Promise.all([
    observeIdentities(iam),
    observeSecrets(clients.secretsManager),
    observeParameterNames(clients.ssm, roster),
    roster.passwordPolicy === null ? null : observePasswordPolicy(iam),
  ]);
  const [logins, sshKeys] = await Promise.all([
    observeLogins(
      iam,
      seenAmong(roster, account.users, ({ login }) => login !== null),
    ),
    observeSshKeys(
      iam,
      seenAmong(roster, account.users, ({ sshPublicKey }) => sshPublicKey !== null),
    ),
  ]);
  return { accountId, ...account, secrets, parameterNames, logins, sshKeys, passwordPolicy };
}

/** One user anew, or null where none is to be seen. Four calls, and one for each inline policy. */
export async function observeRosterUser(
  { iam }: Pick<Clients, 'iam'>,
  name: UserName,
): Promise<SeenUser | null> {
  const seen = await observeOnboarding({ iam }, name);
  if (!seen) return null;
  const UserName = seen.user.name;
  const names = await collect(
    paginateListUserPolicies({ client: iam }, { UserName }),
    (page) => page.PolicyNames,
  );
  const inlinePolicies = await Promise.all(
    names.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      return [PolicyName, canonicalDocument(PolicyDocument!)] as const;
    }),
  );
  return { ...seen, inlinePolicies: Object.fromEntries(inlinePolicies) };
}

export async function observeIdentities(
  iam: IAMClient,
): Promise<Pick<RosterFacts, 'users' | 'groups' | 'policies'>> {
  const users: SeenUser[] = [];
  const groups: SeenGroup[] = [];
  const policies: SeenPolicy[] = [];
  const pages = paginateGetAccountAuthorizationDetails(
    { client: iam, pageSize: entriesPerPage },
    { Filter: [EntityType.User, EntityType.Group, EntityType.LocalManagedPolicy] },
  );
  for await (const page of pages) {
    users.push(...(page.UserDetailList ?? []).map(toSeenUser));
    groups.push(...(page.GroupDetailList ?? []).map(toSeenGroup));
    policies.push(...(page.Policies ?? []).map(toSeenPolicy));
  }
  return { users, groups, policies };
}

function toSeenUser(detail: UserDetail): SeenUser {
  return {
    user: toUserFacts(detail),
    policyArns: attachedArns(detail),
    groupNames: detail.GroupList ?? [],
    inlinePolicies: Object.fromEntries(
      (detail.UserPolicyList ?? []).map((policy: PolicyDetail) => [
        policy.PolicyName!,
        canonicalDocument(policy.PolicyDocument!),
      ]),
    ),
  };
}

function toSeenGroup(detail: GroupDetail): SeenGroup {
  return {
    name: detail.GroupName!,
    path: detail.Path!,
    policyArns: attachedArns(detail),
    inlinePolicyNames: (detail.GroupPolicyList ?? []).map((policy) => policy.PolicyName!),
  };
}

function toSeenPolicy(detail: ManagedPolicyDetail): SeenPolicy {
  const versions = detail.PolicyVersionList ?? [];
  const others = versions.filter((version) => !version.IsDefaultVersion).map(({ VersionId }) => VersionId!);
  return {
    arn: detail.Arn!,
    // The name ends the ARN; the entry repeats it on real AWS, not on every endpoint.
    name: detail.Arn!.slice(detail.Arn!.lastIndexOf('/') + 1),
    document: canonicalDocument(versions.find((version) => version.IsDefaultVersion)!.Document!),
    otherVersionIds: others.toSorted((one, other) => versionNumber(one) - versionNumber(other)),
  };
}

function attachedArns(detail: Pick<UserDetail, 'AttachedManagedPolicies'>): string[] {
  return (detail.AttachedManagedPolicies ?? []).map((policy) => policy.PolicyArn!);
}

/** Versions are counted from v1, and no number is used again. */
function versionNumber(versionId: string): number {
  return Number(versionId.slice(1));
}

async function observeParameterNames(ssm: SSMClient, roster: Roster): Promise<string[]> {
  const basePaths = roster.users.flatMap(({ key }) => (key?.store === 'ssm' ? [key.basePath] : []));
  return (await listParameters(ssm, basePaths)).map((parameter) => parameter.Name!);
}

export async function observePasswordPolicy(iam: IAMClient): Promise<PasswordPolicy | null> {
  const answer = await orNull(iam.send(new GetAccountPasswordPolicyCommand({})));
  if (!answer) return null;
  const policy = answer.PasswordPolicy!;
  return {
    minimumPasswordLength: policy.MinimumPasswordLength!,
    requireLowercaseCharacters: policy.RequireLowercaseCharacters ?? false,
    requireUppercaseCharacters: policy.RequireUppercaseCharacters ?? false,
    requireNumbers: policy.RequireNumbers ?? false,
    requireSymbols: policy.RequireSymbols ?? false,
    allowUsersToChangePassword: policy.AllowUsersToChangePassword ?? false,
    hardExpiry: policy.HardExpiry ?? false,
    maxPasswordAge: policy.MaxPasswordAge ?? 0,
    passwordReusePrevention: policy.PasswordReusePrevention ?? 0,
  };
}

/** The names, as the account spells them, of the roster's users that exist and want something. */
function seenAmong(
  roster: Roster,
  seen: readonly SeenUser[],
  wants: (user: RosterUser) => boolean,
): string[] {
  const wanted = roster.users.filter((user) => user.enabled && wants(user));
  const names = new Set(wanted.map(({ name }) => name.toLowerCase()));
  return seen.map(({ user }) => user.name).filter((name) => names.has(name.toLowerCase()));
}

export async function observeLogins(iam: IAMClient, names: readonly string[]): Promise<string[]> {
  const limit = pLimit(callsAtATime);
  const found = await limit.map(names, async (name) => {
    const profile = await orNull(iam.send(new GetLoginProfileCommand({ UserName: name })));
    return profile === null ? [] : [name];
  });
  return found.flat();
}

export async function observeSshKeys(
  iam: IAMClient,
  names: readonly string[],
): Promise<RosterFacts['sshKeys']> {
  const limit = pLimit(callsAtATime);
  const found = await limit.map(names, async (name): Promise<[string, SeenSshKey[]]> => [
    name,
    await observeSshKeysOf(iam, name),
  ]);
  return Object.fromEntries(found);
}

async function observeSshKeysOf(iam: IAMClient, UserName: string): Promise<SeenSshKey[]> {
  const pages = paginateListSSHPublicKeys({ client: iam }, { UserName });
  const ids = await collect(pages, (page) => page.SSHPublicKeys?.map((key) => key.SSHPublicKeyId!));
  return Promise.all(
    ids.map(async (id) => {
      const input = { UserName, SSHPublicKeyId: id, Encoding: 'SSH' } as const;
      const { SSHPublicKey } = await iam.send(new GetSSHPublicKeyCommand(input));
      return { id, body: SSHPublicKey!.SSHPublicKeyBody! };
    }),
  );
}
