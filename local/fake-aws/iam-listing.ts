import type * as iam from '@aws-sdk/client-iam';
import { attachedPolicies, inlinePolicies, localPolicies, policySummary } from './iam-policies.js';
import { policyVersion } from './iam-policy-versions.js';
import { roleSummary } from './iam-roles.js';
import { groupSummary } from './iam-groups.js';
import { iamPage } from './iam-rules.js';
import {
  wholeSeconds,
  type FakeGroup,
  type FakePolicy,
  type FakeRole,
  type FakeUser,
  type IamState,
} from './iam-state.js';
import { boundary } from './iam-users.js';
import { notModelled, reads } from './operation.js';
import type { Operation } from './types.js';

type Input = iam.GetAccountAuthorizationDetailsCommandInput;
type Output = iam.GetAccountAuthorizationDetailsCommandOutput;

type Entry =
  | { readonly kind: 'User'; readonly name: string; readonly user: FakeUser }
  | { readonly kind: 'Group'; readonly name: string; readonly group: FakeGroup }
  | { readonly kind: 'Role'; readonly name: string; readonly role: FakeRole }
  | { readonly kind: 'LocalManagedPolicy'; readonly name: string; readonly policy: FakePolicy };

/** Everything about everybody but what people need most: keys, last use, login profile, MFA and certificates. */
export function getAccountAuthorizationDetails(state: IamState): Operation {
  return reads<Input, Output>(['Filter', 'MaxItems', 'Marker'], (input, { asOf }) => {
    const filter = input.Filter ?? ['User', 'Group', 'Role', 'LocalManagedPolicy'];
    if (filter.includes('AWSManagedPolicy'))
      notModelled('Filter AWSManagedPolicy of GetAccountAuthorizationDetails');
    const entries = entriesOf(state, filter, asOf);
    const { page, more } = iamPage(state.world, 'GetAccountAuthorizationDetails', input, entries, keyOf);
    return {
      UserDetailList: page.flatMap((entry) => (entry.kind === 'User' ? [userDetail(entry.user)] : [])),
      GroupDetailList: page.flatMap((entry) => (entry.kind === 'Group' ? [groupDetail(entry.group)] : [])),
      RoleDetailList: page.flatMap((entry) => (entry.kind === 'Role' ? [roleDetail(state, entry.role)] : [])),
      Policies: page.flatMap((entry) =>
        entry.kind === 'LocalManagedPolicy' ? [policyDetail(state, entry.policy)] : [],
      ),
      ...more,
    };
  });
}

function keyOf(entry: Entry): string {
  return `${entry.kind} ${entry.name.toLowerCase()}`;
}

function entriesOf(state: IamState, filter: readonly string[], asOf: number | undefined): Entry[] {
  const entries: Entry[] = [];
  if (filter.includes('Group')) {
    for (const group of state.groups.values(asOf)) entries.push({ kind: 'Group', name: group.name, group });
  }
  if (filter.includes('LocalManagedPolicy')) {
    for (const policy of localPolicies(state, asOf))
      entries.push({ kind: 'LocalManagedPolicy', name: policy.name, policy });
  }
  if (filter.includes('Role')) {
    for (const role of state.roles.values(asOf)) entries.push({ kind: 'Role', name: role.name, role });
  }
  if (filter.includes('User')) {
    for (const user of state.users.values(asOf)) entries.push({ kind: 'User', name: user.name, user });
  }
  return entries;
}

function userDetail(user: FakeUser): iam.UserDetail {
  return {
    UserName: user.name,
    Path: user.path,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: wholeSeconds(user.createdAt),
    UserPolicyList: inlinePolicies(user.inline),
    GroupList: [...user.groups],
    AttachedManagedPolicies: attachedPolicies(user.attached),
    Tags: [...user.tags],
    ...(user.boundaryArn !== undefined && { PermissionsBoundary: boundary(user.boundaryArn) }),
  };
}

function groupDetail(group: FakeGroup): iam.GroupDetail {
  return {
    ...groupSummary(group),
    GroupPolicyList: inlinePolicies(group.inline),
    AttachedManagedPolicies: attachedPolicies(group.attached),
  };
}

function roleDetail(state: IamState, role: FakeRole): iam.RoleDetail {
  const { MaxSessionDuration: _duration, Description: _description, ...summary } = roleSummary(state, role);
  return {
    ...summary,
    RolePolicyList: inlinePolicies(role.inline),
    AttachedManagedPolicies: attachedPolicies(role.attached),
    Tags: [...role.tags],
  };
}

function policyDetail(state: IamState, policy: FakePolicy): iam.ManagedPolicyDetail {
  const versions = policy.versions.map((version) => ({
    ...policyVersion(policy, version),
    Document: encodeURIComponent(version.document),
  }));
  return { ...policySummary(state, policy), PolicyVersionList: versions };
}
