import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { requireName } from './iam-rules.js';
import { alreadyExists, invalid, missing, wholeSeconds, type FakeUser, type IamState } from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const YOUNG_PROFILE_MS = 5000;

/** Console passwords: they cannot be disabled, only deleted, and not while they are young. */
export function loginOperations(state: IamState): Operations {
  return {
    CreateLoginProfile: createLoginProfile(state),
    GetLoginProfile: reads<iam.GetLoginProfileCommandInput, iam.GetLoginProfileCommandOutput>(
      ['UserName'],
      (input, { asOf }) => {
        const user = state.user(requireName('userName', input.UserName, 64), asOf);
        return { LoginProfile: profile(user) };
      },
    ),
    DeleteLoginProfile: deleteLoginProfile(state),
  };
}

function createLoginProfile(state: IamState) {
  return writes<iam.CreateLoginProfileCommandInput, iam.CreateLoginProfileCommandOutput>(
    ['UserName', 'Password', 'PasswordResetRequired'],
    (input, { now }) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      if ((input.Password ?? '').length < 8) invalid('Password must have at least 8 characters');
      if (user.loginProfile !== undefined)
        alreadyExists(`Login Profile for user ${user.name} already exists.`);
      const loginProfile = { createdAt: now, passwordResetRequired: input.PasswordResetRequired ?? false };
      state.changeUser(user, { loginProfile });
      return { LoginProfile: profile({ ...user, loginProfile }) };
    },
  );
}

function deleteLoginProfile(state: IamState) {
  return writes<iam.DeleteLoginProfileCommandInput, iam.DeleteLoginProfileCommandOutput>(
    ['UserName'],
    (input, { now }) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      const { CreateDate } = profile(user);
      if (now - CreateDate.getTime() < YOUNG_PROFILE_MS) {
        const message = `Login Profile for User ${user.name} cannot be modified while login profile is being created.`;
        throw awsError('iam', 'EntityTemporarilyUnmodifiableException', 409, message);
      }
      state.changeUser(user, { loginProfile: undefined });
      return {};
    },
  );
}

function profile(user: FakeUser) {
  const { loginProfile } = user;
  if (loginProfile === undefined) missing(`Login Profile for User ${user.name} cannot be found.`);
  return {
    UserName: user.name,
    CreateDate: wholeSeconds(loginProfile.createdAt),
    PasswordResetRequired: loginProfile.passwordResetRequired,
  };
}
