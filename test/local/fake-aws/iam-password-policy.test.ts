import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccountPasswordPolicyCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  UpdateAccountPasswordPolicyCommand,
  type UpdateAccountPasswordPolicyCommandInput,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { newAccount, outcome, outcomes, SECOND } from './account.js';

const UserName = 'ann';

async function accountWithUser() {
  const account = newAccount();
  const { iam } = account;
  await iam.send(new CreateUserCommand({ UserName }));
  const set = (input: UpdateAccountPasswordPolicyCommandInput) => () =>
    iam.send(new UpdateAccountPasswordPolicyCommand(input));
  const read = () => iam.send(new GetAccountPasswordPolicyCommand({}));
  const login = (Password: string) => () => iam.send(new CreateLoginProfileCommand({ UserName, Password }));
  return { ...account, set, read, login };
}

describe("the account's password policy", () => {
  test('is missing at first, and again after its deletion', async () => {
    const { iam, set, read } = await accountWithUser();
    const remove = () => iam.send(new DeleteAccountPasswordPolicyCommand({}));
    expect(await outcomes([read, remove, set({}), read, remove, read])).toEqual([
      'NoSuchEntityException',
      'NoSuchEntityException',
      'ok',
      'ok',
      'ok',
      'NoSuchEntityException',
    ]);
  });

  test('what a call leaves out falls back to its default', async () => {
    const { set, read } = await accountWithUser();
    await set({
      MinimumPasswordLength: 16,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      AllowUsersToChangePassword: true,
      MaxPasswordAge: 30,
      PasswordReusePrevention: 5,
      HardExpiry: false,
    })();
    expect((await read()).PasswordPolicy).toEqual({
      MinimumPasswordLength: 16,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      AllowUsersToChangePassword: true,
      ExpirePasswords: true,
      MaxPasswordAge: 30,
      PasswordReusePrevention: 5,
      HardExpiry: false,
    });
    await set({ RequireNumbers: true })();
    expect((await read()).PasswordPolicy).toEqual({
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: true,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    });
  });

  test.each([
    ['a length of 5', { MinimumPasswordLength: 5 }, 'ValidationError'],
    ['a length of 6', { MinimumPasswordLength: 6 }, 'ok'],
    ['a length of 129', { MinimumPasswordLength: 129 }, 'ValidationError'],
    ['an age of no days', { MaxPasswordAge: 0 }, 'ValidationError'],
    ['an age of 1,095 days', { MaxPasswordAge: 1095 }, 'ok'],
    ['an age of 1,096 days', { MaxPasswordAge: 1096 }, 'ValidationError'],
    ['no password remembered', { PasswordReusePrevention: 0 }, 'ValidationError'],
    ['24 passwords remembered', { PasswordReusePrevention: 24 }, 'ok'],
    ['25 passwords remembered', { PasswordReusePrevention: 25 }, 'ValidationError'],
  ])('%s', async (_, input, expected) => {
    const { set } = await accountWithUser();
    expect(await outcome(set(input)())).toBe(expected);
  });
});

describe('a console password', () => {
  test.each([
    ['seven characters', 'aB3$aB3', 'PasswordPolicyViolationException'],
    ['eight of three classes', 'aB3aB3aB', 'ok'],
    ['eight of two classes', 'aB aB aB', 'PasswordPolicyViolationException'],
    ['129 characters', 'aB3'.repeat(43), 'ValidationError'],
    ['characters beyond Latin-1', 'aB3aB3aB€', 'ValidationError'],
  ])('without a policy: %s', async (_, Password, expected) => {
    const { login } = await accountWithUser();
    expect(await outcome(login(Password)())).toBe(expected);
  });

  test.each([
    ['long enough and of all classes', 'aB3$aB3$aB3$aB3$', 'ok'],
    ['one too short', 'aB3$aB3$aB3$aB3', 'PasswordPolicyViolationException'],
    ['without a symbol', 'aB3aaB3aaB3aaB3a', 'PasswordPolicyViolationException'],
    ['with a symbol that is none to IAM', 'aB3~aB3~aB3~aB3~', 'PasswordPolicyViolationException'],
    ['without a number', 'aB$$aB$$aB$$aB$$', 'PasswordPolicyViolationException'],
    ['without an uppercase letter', 'ab3$ab3$ab3$ab3$', 'PasswordPolicyViolationException'],
    ['without a lowercase letter', 'AB3$AB3$AB3$AB3$', 'PasswordPolicyViolationException'],
  ])('under a policy of 16 characters and all classes: %s', async (_, Password, expected) => {
    const { set, login } = await accountWithUser();
    await set({
      MinimumPasswordLength: 16,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
    })();
    expect(await outcome(login(Password)())).toBe(expected);
  });

  test('is changed once its login is five seconds old', async () => {
    const { aws, iam, later, login } = await accountWithUser();
    const change = (Password?: string) => () =>
      iam.send(
        new UpdateLoginProfileCommand({
          UserName,
          PasswordResetRequired: true,
          ...(Password !== undefined && { Password }),
        }),
      );
    expect(await outcomes([change(), login('aB3aB3aB'), change()])).toEqual([
      'NoSuchEntityException',
      'ok',
      'EntityTemporarilyUnmodifiableException',
    ]);
    await later(5 * SECOND);
    expect(await outcomes([change('short'), change('cD4cD4cD'), change()])).toEqual([
      'PasswordPolicyViolationException',
      'ok',
      'ok',
    ]);
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName }));
    expect(LoginProfile?.PasswordResetRequired).toBe(true);
    expect(JSON.stringify(aws.calls)).not.toContain('cD4cD4cD');
  });
});
