import type * as iam from '@aws-sdk/client-iam';
import { iamPage, mergeTags, requireName, requirePath, requireUserName } from './iam-rules.js';
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  wholeSeconds,
  type FakeUser,
  type IamState,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const USERS_PER_ACCOUNT = 5000;

export function userOperations(state: IamState): Operations {
  return {
    CreateUser: createUser(state),
    GetUser: getUser(state),
    UpdateUser: updateUser(state),
    DeleteUser: deleteUser(state),
    ListUsers: listUsers(state),
    ...tagOperations(state),
    ...boundaryOperations(state),
  };
}

function createUser(state: IamState) {
  return writes<iam.CreateUserCommandInput, iam.CreateUserCommandOutput>(
    ['UserName', 'Path', 'Tags', 'PermissionsBoundary'],
    (input, { now }) => {
      const name = requireName('userName', input.UserName, 64);
      const path = requirePath(input.Path);
      const tags = mergeTags([], input.Tags ?? []);
      if (state.users.get(name.toLowerCase()) !== undefined)
        alreadyExists(`User with name ${name} already exists.`);
      if (input.PermissionsBoundary !== undefined) state.policy(input.PermissionsBoundary);
      if (state.users.size >= USERS_PER_ACCOUNT)
        limitExceeded('Cannot exceed quota for UsersPerAccount: 5000');
      const user: FakeUser = {
        name,
        path,
        id: state.world.idOf('user', name) ?? `AIDA${state.world.random.base32(17)}`,
        arn: state.arn('user', path, name),
        createdAt: now,
        tags,
        boundaryArn: input.PermissionsBoundary,
        keys: [],
        attached: [],
        inline: {},
        groups: [],
        loginProfile: undefined,
        otherCredentials: [],
      };
      state.putUser(user);
      return { User: userWithDetails(user) };
    },
  );
}

function getUser(state: IamState) {
  return reads<iam.GetUserCommandInput, iam.GetUserCommandOutput>(['UserName'], (input, { asOf }) => {
    const user = state.user(requireUserName('GetUser', input.UserName), asOf);
    return { User: userWithDetails(user) };
  });
}

/** Modelled so that a caller who moves or renames users is caught doing so. */
function updateUser(state: IamState) {
  return writes<iam.UpdateUserCommandInput, iam.UpdateUserCommandOutput>(
    ['UserName', 'NewUserName', 'NewPath'],
    (input, { now }) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      const name =
        input.NewUserName === undefined ? user.name : requireName('newUserName', input.NewUserName, 64);
      const path = input.NewPath === undefined ? user.path : requirePath(input.NewPath);
      const holder = state.users.get(name.toLowerCase());
      if (holder !== undefined && holder.id !== user.id)
        alreadyExists(`User with name ${name} already exists.`);
      state.users.set(user.name.toLowerCase(), undefined, now);
      state.putUser({ ...user, name, path, arn: state.arn('user', path, name) });
      return {};
    },
  );
}

function deleteUser(state: IamState) {
  return writes<iam.DeleteUserCommandInput, iam.DeleteUserCommandOutput>(['UserName'], (input, { now }) => {
    const user = state.user(requireName('userName', input.UserName, 64));
    const left = whatStillHangsOn(user);
    if (left !== undefined) {
      deleteConflict(`Cannot delete entity, must ${left} first.`);
    }
    state.users.set(user.name.toLowerCase(), undefined, now);
    return {};
  });
}

function whatStillHangsOn(user: FakeUser): string | undefined {
  const has = (kind: string) => user.otherCredentials.some((credential) => credential.kind === kind);
  if (user.loginProfile !== undefined) return 'delete login profile';
  if (user.keys.length > 0) return 'delete access keys';
  if (has('signing-certificate')) return 'delete signing certificates';
  if (has('ssh-public-key')) return 'delete SSH public keys';
  if (has('service-specific')) return 'delete service specific credentials';
  if (has('mfa')) return 'deactivate MFA devices';
  if (Object.keys(user.inline).length > 0) return 'delete policies';
  if (user.attached.length > 0) return 'detach all policies';
  if (user.groups.length > 0) return 'remove users from group';
  return undefined;
}

function listUsers(state: IamState) {
  return reads<iam.ListUsersCommandInput, iam.ListUsersCommandOutput>(
    ['PathPrefix', 'Marker', 'MaxItems'],
    (input, { asOf }) => {
      const users = state.users.values(asOf).filter((user) => user.path.startsWith(input.PathPrefix ?? '/'));
      const { page, more } = iamPage(state.world, 'ListUsers', input, users, (user) =>
        user.name.toLowerCase(),
      );
      return { Users: page.map(userSummary), ...more };
    },
  );
}

function tagOperations(state: IamState): Operations {
  return {
    TagUser: writes<iam.TagUserCommandInput, iam.TagUserCommandOutput>(['UserName', 'Tags'], (input) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      state.changeUser(user, { tags: mergeTags(user.tags, input.Tags ?? []) });
      return {};
    }),
    UntagUser: writes<iam.UntagUserCommandInput, iam.UntagUserCommandOutput>(
      ['UserName', 'TagKeys'],
      (input) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const removed = (input.TagKeys ?? []).map((key) => key.toLowerCase());
        state.changeUser(user, { tags: user.tags.filter((tag) => !removed.includes(tag.Key.toLowerCase())) });
        return {};
      },
    ),
    ListUserTags: reads<iam.ListUserTagsCommandInput, iam.ListUserTagsCommandOutput>(
      ['UserName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const user = state.user(requireName('userName', input.UserName, 64), asOf);
        const { page, more } = iamPage(state.world, 'ListUserTags', input, user.tags, (tag) => tag.Key);
        return { Tags: page, ...more };
      },
    ),
  };
}

function boundaryOperations(state: IamState): Operations {
  return {
    PutUserPermissionsBoundary: writes<
      iam.PutUserPermissionsBoundaryCommandInput,
      iam.PutUserPermissionsBoundaryCommandOutput
    >(['UserName', 'PermissionsBoundary'], (input) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      const policy = state.policy(input.PermissionsBoundary ?? '');
      state.changeUser(user, { boundaryArn: policy.arn });
      return {};
    }),
    DeleteUserPermissionsBoundary: writes<
      iam.DeleteUserPermissionsBoundaryCommandInput,
      iam.DeleteUserPermissionsBoundaryCommandOutput
    >(['UserName'], (input) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      state.changeUser(user, { boundaryArn: undefined });
      return {};
    }),
  };
}

/** What a listing tells: neither tags nor boundary. */
export function userSummary(user: FakeUser) {
  return {
    UserName: user.name,
    Path: user.path,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: wholeSeconds(user.createdAt),
  };
}

function userWithDetails(user: FakeUser) {
  return {
    ...userSummary(user),
    ...(user.tags.length > 0 && { Tags: [...user.tags] }),
    ...(user.boundaryArn !== undefined && { PermissionsBoundary: boundary(user.boundaryArn) }),
  };
}

export function boundary(arn: string): iam.AttachedPermissionsBoundary {
  return {
    PermissionsBoundaryType: 'Policy' as iam.PermissionsBoundaryAttachmentType,
    PermissionsBoundaryArn: arn,
  };
}
