import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { checkPassword } from './iam-password-policy.js';
import { requireName } from './iam-rules.js';
import { alreadyExists, missing, wholeSeconds, type FakeUser, type IamState } from './iam-state.js';
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
    UpdateLoginProfile: updateLoginProfile(state),
    DeleteLoginProfile: deleteLoginProfile(state),
  };
}

function createLoginProfile(state: IamState) {
  return writes<iam.CreateLoginProfileCommandInput, iam.CreateLoginProfileCommandOutput>(
    ['UserName', 'Password', 'PasswordResetRequired'],
    (input, { now }) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      checkPassword(state, input.Password);
      if (user.loginProfile !== undefined)
        alreadyExists(`Login Profile for user ${user.name} already exists.`);
      const loginProfile = { createdAt: now, passwordResetRequired: input.PasswordResetRequired ?? false };
      state.changeUser(user, { loginProfile });
      return { LoginProfile: profile({ ...user, loginProfile }) };
    },
  );
}

function updateLoginProfile(state: IamState) {
  return writes<iam.UpdateLoginProfileCommandInput, iam.UpdateLoginProfileCommandOutput>(
    ['UserName', 'Password', 'PasswordResetRequired'],
    (input, { now }) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      refuseWhileYoung(user, now);
      if (input.Password !== undefined) checkPassword(state, input.Password);
      const { loginProfile } = user;
      const passwordResetRequired = input.PasswordResetRequired ?? loginProfile!.passwordResetRequired;
      state.changeUser(user, { loginProfile: { ...loginProfile!, passwordResetRequired } });
      return {};
    },
  );
}

function deleteLoginProfile(state: IamState) {
  return writes<iam.DeleteLoginProfileCommandInput, iam.DeleteLoginProfileCommandOutput>(
    ['UserName'],
    (input, { now }) => {
      const user = state.user(requireName('userName', input.UserName, 64));
      refuseWhileYoung(user, now);
      state.changeUser(user, { loginProfile: undefined });
      return {};
    },
  );
}

/** And where there is none. */
function refuseWhileYoung(user: FakeUser, now: number): void {
  const { CreateDate } = profile(user);
  if (now - CreateDate.getTime() >= YOUNG_PROFILE_MS) return;
  const message = `Login Profile for User ${user.name} cannot be modified while login profile is being created.`;
  throw awsError('iam', 'EntityTemporarilyUnmodifiableException', 409, message);
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
