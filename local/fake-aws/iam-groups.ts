import type * as iam from '@aws-sdk/client-iam';
import { groupPolicyOperations } from './iam-group-policies.js';
import { iamPage, requireName, requirePath } from './iam-rules.js';
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakeGroup,
  type IamState,
} from './iam-state.js';
import { userSummary } from './iam-users.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const GROUPS_PER_USER = 10;
const GROUPS_PER_ACCOUNT = 300;

export function groupOperations(state: IamState): Operations {
  return {
    CreateGroup: createGroup(state),
    DeleteGroup: deleteGroup(state),
    ...groupReads(state),
    ...groupPolicyOperations(state),
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
      if (state.groups.size >= GROUPS_PER_ACCOUNT)
        limitExceeded('Cannot exceed quota for GroupsPerAccount: 300');
      const id = `AGPA${state.world.random.base32(17)}`;
      const arn = state.arn('group', path, name);
      const group: FakeGroup = { name, path, id, arn, createdAt: now, attached: [], inline: {} };
      state.groups.set(name.toLowerCase(), group, now);
      return { Group: groupSummary(group) };
    },
  );
}

function deleteGroup(state: IamState) {
  return writes<iam.DeleteGroupCommandInput, iam.DeleteGroupCommandOutput>(
    ['GroupName'],
    (input, { now }) => {
      const group = state.group(requireName('groupName', input.GroupName, 128));
      if (membersOf(state, group).length > 0)
        deleteConflict('Cannot delete entity, must remove users from group first.');
      if (group.attached.length > 0) deleteConflict('Cannot delete entity, must detach all policies first.');
      if (Object.keys(group.inline).length > 0)
        deleteConflict('Cannot delete entity, must delete policies first.');
      state.groups.set(group.name.toLowerCase(), undefined, now);
      return {};
    },
  );
}

function groupReads(state: IamState): Operations {
  return {
    GetGroup: reads<iam.GetGroupCommandInput, iam.GetGroupCommandOutput>(
      ['GroupName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const group = state.group(requireName('groupName', input.GroupName, 128), asOf);
        const { page, more } = iamPage(
          state.world,
          'GetGroup',
          input,
          membersOf(state, group, asOf),
          (user) => user.name.toLowerCase(),
        );
        return { Group: groupSummary(group), Users: page.map(userSummary), ...more };
      },
    ),
    ListGroups: reads<iam.ListGroupsCommandInput, iam.ListGroupsCommandOutput>(
      ['PathPrefix', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const groups = state.groups
          .values(asOf)
          .filter((group) => group.path.startsWith(input.PathPrefix ?? '/'));
        const { page, more } = iamPage(state.world, 'ListGroups', input, groups, (group) =>
          group.name.toLowerCase(),
        );
        return { Groups: page.map(groupSummary), ...more };
      },
    ),
  };
}

function membersOf(state: IamState, { name }: FakeGroup, asOf?: number) {
  return state.users.values(asOf).filter((user) => user.groups.includes(name));
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

export function groupSummary(group: FakeGroup) {
  return {
    GroupName: group.name,
    Path: group.path,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: wholeSeconds(group.createdAt),
  };
}
