import type { PolicyDocument } from '../assume-policy.js';
import { InvalidValue, mustFollow } from '../invalid-value.js';
import { parseRoleArn } from '../names.js';
import * as documents from './group-documents.js';
import { type RosterAccount, grantNameRule, pathRule, rosterPolicy } from './roster-policy.js';
import type { RosterGroup, RosterPolicy } from './roster.js';
import { splitPolicy } from './split-policy.js';

/** Gruntwork's set of groups; the fields are their inputs in camel case, and so are the defaults. */
export interface GroupSettings {
  /** false: no groups at all, and none of their policies. */
  readonly enableIamGroups: boolean;
  /** Whatever is granted needs MFA; groups of machines excepted. */
  readonly shouldRequireMfa: boolean;
  /** Path of the groups and of their policies. */
  readonly groupPath: string;
  /** should_create_iam_group_full_access and so on. */
  readonly shouldCreate: Readonly<Record<StandardGroup, boolean>>;
  /** iam_group_name_full_access and so on; the union group is named by crossAccountAllGroupName. */
  readonly names: Readonly<Record<StandardGroup, string>>;
  /** The key that the logs group may decrypt CloudTrail's files with. */
  readonly cloudtrailKmsKeyArn: string | null;
  /** Actions; at least one where the auto-deploy group is on. */
  readonly autoDeployPermissions: readonly string[];
  /** iam_group_developers_permitted_services: a service (s3) or an action (s3:GetObject), never of iam or sts. */
  readonly developersPermittedServices: readonly string[];
  /** iam_group_developers_s3_bucket_prefix: each developer has the bucket of this and its user name. */
  readonly developersS3BucketPrefix: string;
  /** iam_groups_for_cross_account_access. */
  readonly crossAccount: readonly { readonly groupName: string; readonly iamRoleArns: readonly string[] }[];
  /** The group that may assume every role of `crossAccount`. */
  readonly crossAccountAllGroupName: string;
  /** iam_group_names_ssh_grunt_users: groups that give nothing in IAM, and that ssh-grunt looks for. */
  readonly sshGruntUsers: readonly string[];
  /** iam_group_names_ssh_grunt_sudo_users. */
  readonly sshGruntSudoUsers: readonly string[];
  /** iam_policy_iam_user_self_mgmt. */
  readonly selfMgmtPolicyName: string;
}

export type StandardGroup =
  | 'fullAccess'
  | 'billing'
  | 'support'
  | 'logs'
  | 'developers'
  | 'readOnly'
  | 'userSelfMgmt'
  | 'iamAdmin'
  | 'useExistingIamRoles'
  | 'autoDeploy'
  | 'crossAccountAccessAll';

/** The defaults of iam-users-and-groups. */
export const defaultGroupSettings: GroupSettings = {
  enableIamGroups: true,
  shouldRequireMfa: true,
  groupPath: '/',
  shouldCreate: {
    fullAccess: true,
    billing: false,
    support: false,
    logs: false,
    developers: false,
    readOnly: false,
    userSelfMgmt: true,
    iamAdmin: false,
    useExistingIamRoles: false,
    autoDeploy: false,
    crossAccountAccessAll: true,
  },
  names: {
    fullAccess: 'full-access',
    billing: 'billing',
    support: 'support',
    logs: 'logs',
    developers: 'developers',
    readOnly: 'read-only',
    userSelfMgmt: 'iam-user-self-mgmt',
    iamAdmin: 'iam-admin',
    useExistingIamRoles: 'use-existing-iam-roles',
    autoDeploy: '_machine.ecs-auto-deploy',
    crossAccountAccessAll: '_all-accounts',
  },
  cloudtrailKmsKeyArn: null,
  autoDeployPermissions: [],
  developersPermittedServices: [],
  developersS3BucketPrefix: 'your-org-name.user-',
  crossAccount: [],
  crossAccountAllGroupName: '_all-accounts',
  sshGruntUsers: ['ssh-grunt-users'],
  sshGruntSudoUsers: ['ssh-grunt-sudo-users'],
  selfMgmtPolicyName: 'iam-user-self-mgmt',
};

const requireMfaPolicyName = 'require-mfa';

/** IAM's quota of managed policies on a group. */
const maxGroupPolicies = 10;

/** Every group but the union, which is named and made with the cross-account ones. */
type OwnGroup = Exclude<StandardGroup, 'crossAccountAccessAll'>;

/** A group before its policies are written. */
interface Draft {
  /** The setting that names it. */
  readonly field: string;
  readonly name: string;
  /** What it gives by itself. */
  readonly document?: PolicyDocument;
  /** What it has in common with other groups. */
  readonly shared?: readonly RosterPolicy[];
  /** What AWS keeps. */
  readonly awsPolicyArns?: readonly string[];
}

/**
 * The groups that the settings ask for, in the order of Gruntwork's table, and every policy that one of them has. A
 * group's own document is the managed policy NAME-policy; what is too long for one goes on in NAME-policy-2 and so on.
 * Throws InvalidValue for a setting that IAM would refuse, or that would give a group more than it is meant to have.
 */
export function buildGroups(
  settings: GroupSettings,
  account: RosterAccount,
): { groups: RosterGroup[]; policies: RosterPolicy[] } {
  if (!settings.enableIamGroups) return { groups: [], policies: [] };
  const path = mustFollow(pathRule, settings.groupPath, 'groupPath');
  const drafts = [
    ...standardDrafts(settings, account),
    ...crossAccountDrafts(settings),
    ...markerDrafts('sshGruntUsers', settings.sshGruntUsers),
    ...markerDrafts('sshGruntSudoUsers', settings.sshGruntSudoUsers),
  ];
  for (const { field, name } of drafts) mustFollow(grantNameRule, name, field);
  mustDiffer(drafts);
  const built = drafts.map((draft) => {
    const policies = [...ownPolicies(draft, path, account), ...(draft.shared ?? [])];
    return { group: groupOf(draft, path, policies), policies };
  });
  const policies = [...new Set(built.flatMap(({ policies }) => policies))];
  mustDiffer(policies.map(({ name, description }) => ({ field: `policy (${description})`, name })));
  return { groups: built.map(({ group }) => group), policies };
}

/** In the order of Gruntwork's table. */
function standardDrafts(settings: GroupSettings, account: RosterAccount): Draft[] {
  const mfa = settings.shouldRequireMfa;
  const selfMgmt = selfMgmtPolicy(settings, account);
  const draftOf: Record<OwnGroup, () => Omit<Draft, 'field' | 'name'>> = {
    // The set-up of MFA needs none: without it a new administrator could not come to have one.
    fullAccess: () => ({ document: documents.fullAccessDocument(mfa), shared: [selfMgmt] }),
    billing: () => ({ document: documents.billingDocument(mfa) }),
    support: () => ({ document: documents.supportDocument(mfa) }),
    logs: () => ({ document: documents.logsDocument(settings.cloudtrailKmsKeyArn, mfa) }),
    developers: () => ({ document: documents.developersDocument(settings, account, mfa) }),
    // AWS keeps this list up to date, and no condition can be laid on it.
    readOnly: () => ({
      awsPolicyArns: [`arn:${account.partition}:iam::aws:policy/ReadOnlyAccess`],
      shared: mfa ? [requireMfaPolicy(settings, account)] : [],
    }),
    userSelfMgmt: () => ({ shared: [selfMgmt] }),
    iamAdmin: () => ({ document: documents.iamAdminDocument(mfa) }),
    useExistingIamRoles: () => ({ document: documents.useExistingIamRolesDocument(mfa) }),
    autoDeploy: () => ({ document: documents.autoDeployDocument(settings.autoDeployPermissions) }),
  };
  return (Object.keys(draftOf) as OwnGroup[])
    .filter((group) => settings.shouldCreate[group])
    .map((group) => ({ field: `names.${group}`, name: settings.names[group], ...draftOf[group]() }));
}

function selfMgmtPolicy(settings: GroupSettings, account: RosterAccount): RosterPolicy {
  const policy = {
    name: settings.selfMgmtPolicyName,
    path: settings.groupPath,
    description: 'What a user may do with its own credentials and MFA devices',
    document: documents.selfMgmtDocument(account, settings.shouldRequireMfa),
  };
  return rosterPolicy(account, policy, 'selfMgmtPolicyName');
}

function requireMfaPolicy({ groupPath }: GroupSettings, account: RosterAccount): RosterPolicy {
  return rosterPolicy(account, {
    name: requireMfaPolicyName,
    path: groupPath,
    description: 'Without MFA denies everything but its set-up',
    document: documents.requireMfaDocument(),
  });
}

/** A group for each entry, and the one that may assume all of their roles; none where there is no entry. */
function crossAccountDrafts({
  crossAccount,
  shouldCreate,
  crossAccountAllGroupName,
}: GroupSettings): Draft[] {
  const entries = crossAccount.map(({ groupName, iamRoleArns }, index) => {
    const field = `crossAccount[${index}].iamRoleArns`;
    if (iamRoleArns.length === 0) throw new InvalidValue(field, '[]', 'a list of at least one role ARN');
    const roleArns = iamRoleArns.map((arn) => parseRoleArn(arn, field));
    return { field: `crossAccount[${index}].groupName`, name: groupName, roleArns };
  });
  const union = {
    field: 'crossAccountAllGroupName',
    name: crossAccountAllGroupName,
    roleArns: entries.flatMap(({ roleArns }) => roleArns),
  };
  const hasUnion = entries.length > 0 && shouldCreate.crossAccountAccessAll;
  return [...entries, ...(hasUnion ? [union] : [])].map(({ field, name, roleArns }) => ({
    field,
    name,
    document: documents.crossAccountDocument([...new Set(roleArns)]),
  }));
}

/** Their members have a login on servers; IAM grants them nothing. */
function markerDrafts(field: 'sshGruntUsers' | 'sshGruntSudoUsers', names: readonly string[]): Draft[] {
  return names.map((name) => ({ field, name }));
}

/** The group's document as its own policies. */
function ownPolicies(
  { name, field, document }: Draft,
  path: string,
  account: RosterAccount,
): readonly RosterPolicy[] {
  if (document === undefined) return [];
  const base = `${name}-policy`;
  const description = `What the members of the group ${name} may do`;
  return splitPolicy(document, base).map((part, index) => {
    const policyName = index === 0 ? base : `${base}-${index + 1}`;
    return rosterPolicy(account, { name: policyName, path, description, document: part }, field);
  });
}

function groupOf(
  { field, name, awsPolicyArns = [] }: Draft,
  path: string,
  policies: readonly RosterPolicy[],
): RosterGroup {
  const policyArns = [...awsPolicyArns, ...policies.map(({ arn }) => arn)];
  if (policyArns.length > maxGroupPolicies) {
    throw new InvalidValue(
      field,
      name,
      `a group of at most ${maxGroupPolicies} policies, IAM's quota, and it needs ${policyArns.length}: list fewer roles or permissions`,
    );
  }
  return { name, path, policyArns };
}

/** IAM takes names that differ by case alone as one. */
function mustDiffer(named: readonly { readonly field: string; readonly name: string }[]): void {
  const seen = new Map<string, string>();
  for (const { field, name } of named) {
    const key = name.toLowerCase();
    const first = seen.get(key);
    if (first !== undefined) throw new InvalidValue(field, name, `another name than that of ${first}`);
    seen.set(key, field);
  }
}
