import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { checkPolicyDocument, iamPage, mergeTags, requireName, requirePath } from './iam-rules.js';
import {
  alreadyExists,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakeGroup,
  type FakeRole,
  type IamState,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const GROUPS_PER_USER = 10;
const TRUST_POLICY_CHARACTERS = 2048;
const INLINE_CHARACTERS_PER_ROLE = 10_240;

export function groupOperations(state: IamState): Operations {
  return {
    CreateGroup: createGroup(state),
    AttachGroupPolicy: writes<iam.AttachGroupPolicyCommandInput, iam.AttachGroupPolicyCommandOutput>(
      ['GroupName', 'PolicyArn'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        state.changeGroup(group, {
          attached: attach(group.attached, state.policy(input.PolicyArn ?? '').arn),
        });
        return {};
      },
    ),
    ...membershipOperations(state),
  };
}

function createGroup(state: IamState) {
  return writes<iam.CreateGroupCommandInput, iam.CreateGroupCommandOutput>(
    ['GroupName', 'Path'],
    (input, { now }) => {
      const name = requireName('groupName', input.GroupName, 128);
      const path = requirePath(input.Path);
      if (state.groups.get(name.toLowerCase()) !== undefined)
        alreadyExists(`Group with name ${name} already exists.`);
      const id = `AGPA${state.world.random.base32(17)}`;
      const arn = state.arn('group', path, name);
      const group: FakeGroup = { name, path, id, arn, createdAt: now, attached: [], inline: {} };
      state.groups.set(name.toLowerCase(), group, now);
      return { Group: groupSummary(group) };
    },
  );
}

function membershipOperations(state: IamState): Operations {
  return {
    AddUserToGroup: writes<iam.AddUserToGroupCommandInput, iam.AddUserToGroupCommandOutput>(
      ['GroupName', 'UserName'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        const user = state.user(requireName('userName', input.UserName, 64));
        if (user.groups.includes(group.name)) return {};
        if (user.groups.length >= GROUPS_PER_USER) limitExceeded('Cannot exceed quota for GroupsPerUser: 10');
        state.changeUser(user, { groups: [...user.groups, group.name] });
        return {};
      },
    ),
    RemoveUserFromGroup: writes<iam.RemoveUserFromGroupCommandInput, iam.RemoveUserFromGroupCommandOutput>(
      ['GroupName', 'UserName'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        const user = state.user(requireName('userName', input.UserName, 64));
        if (!user.groups.includes(group.name)) missing(`User ${user.name} is not in group ${group.name}.`);
        state.changeUser(user, { groups: user.groups.filter((name) => name !== group.name) });
        return {};
      },
    ),
    ListGroupsForUser: reads<iam.ListGroupsForUserCommandInput, iam.ListGroupsForUserCommandOutput>(
      ['UserName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const user = state.user(requireName('userName', input.UserName, 64), asOf);
        const { page, more } = iamPage(state.world, 'ListGroupsForUser', input, user.groups, (name) => name);
        return { Groups: page.map((name) => groupSummary(state.group(name, asOf))), ...more };
      },
    ),
  };
}

export function roleOperations(state: IamState): Operations {
  return {
    CreateRole: createRole(state),
    GetRole: reads<iam.GetRoleCommandInput, iam.GetRoleCommandOutput>(['RoleName'], (input, { asOf }) => {
      const role = state.role(requireName('roleName', input.RoleName, 64), asOf);
      return { Role: { ...roleSummary(state, role), ...(role.tags.length > 0 && { Tags: [...role.tags] }) } };
    }),
    AttachRolePolicy: writes<iam.AttachRolePolicyCommandInput, iam.AttachRolePolicyCommandOutput>(
      ['RoleName', 'PolicyArn'],
      (input) => {
        const role = state.role(requireName('roleName', input.RoleName, 64));
        state.changeRole(role, { attached: attach(role.attached, state.policy(input.PolicyArn ?? '').arn) });
        return {};
      },
    ),
    PutRolePolicy: writes<iam.PutRolePolicyCommandInput, iam.PutRolePolicyCommandOutput>(
      ['RoleName', 'PolicyName', 'PolicyDocument'],
      (input) => {
        const role = state.role(requireName('roleName', input.RoleName, 64));
        const name = requireName('policyName', input.PolicyName, 128);
        const document = checkPolicyDocument(input.PolicyDocument, INLINE_CHARACTERS_PER_ROLE);
        state.changeRole(role, { inline: { ...role.inline, [name]: document } });
        return {};
      },
    ),
  };
}

function createRole(state: IamState) {
  return writes<iam.CreateRoleCommandInput, iam.CreateRoleCommandOutput>(
    ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Tags'],
    (input, { now }) => {
      const name = requireName('roleName', input.RoleName, 64);
      const path = requirePath(input.Path);
      const trust = checkPolicyDocument(input.AssumeRolePolicyDocument, TRUST_POLICY_CHARACTERS);
      if (state.roles.get(name.toLowerCase()) !== undefined)
        alreadyExists(`Role with name ${name} already exists.`);
      const role: FakeRole = {
        name,
        path,
        id: `AROA${state.world.random.base32(17)}`,
        arn: state.arn('role', path, name),
        createdAt: now,
        trustDocument: usersToIds(state, trust),
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration ?? 3600,
        tags: mergeTags([], input.Tags ?? []),
        attached: [],
        inline: {},
      };
      state.roles.set(name.toLowerCase(), role, now);
      return { Role: roleSummary(state, role) };
    },
  );
}

const USER_ARN = /"(arn:aws:iam::\d{12}:user\/[^"]+)"/g;
const USER_ID = /"(AIDA[A-Z2-7]{17})"/g;

/** A trust policy is kept by unique id, so that a later namesake inherits nothing from it. */
function usersToIds(state: IamState, trust: string): string {
  return trust.replace(USER_ARN, (_match, arn: string) => {
    const user = state.users.values().find((candidate) => candidate.arn === arn);
    if (user !== undefined) return `"${user.id}"`;
    throw awsError(
      'iam',
      'MalformedPolicyDocumentException',
      400,
      `Invalid principal in policy: "AWS":"${arn}"`,
    );
  });
}

/** A principal that is gone shows as its bare id. */
function idsToUsers(state: IamState, trust: string): string {
  return trust.replace(USER_ID, (match, id: string) => {
    const user = state.users.values().find((candidate) => candidate.id === id);
    return user === undefined ? match : `"${user.arn}"`;
  });
}

function attach(attached: readonly string[], arn: string): readonly string[] {
  if (attached.includes(arn)) return attached;
  if (attached.length >= 10) limitExceeded('Cannot exceed quota of 10 attached policies');
  return [...attached, arn];
}

export function groupSummary(group: FakeGroup) {
  return {
    GroupName: group.name,
    Path: group.path,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: wholeSeconds(group.createdAt),
  };
}

export function roleSummary(state: IamState, role: FakeRole) {
  return {
    RoleName: role.name,
    Path: role.path,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: wholeSeconds(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(idsToUsers(state, role.trustDocument)),
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.description !== undefined && { Description: role.description }),
  };
}
