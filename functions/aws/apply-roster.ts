import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  DetachGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import type { UserName } from '../core/names.js';
import type { OperatorStep } from '../core/roster/roster-steps.js';
import type { LoginWish, PasswordPolicy, RosterPolicy } from '../core/roster/roster.js';
import { applyToCredential } from './apply-credential.js';
import { gone } from './apply-user.js';
import type { Clients } from './clients.js';
import { isAlreadyThere, isDuplicateSshKey } from './errors.js';
import { canonicalDocument } from './observe.js';
import { generatePassword, passwordLengthFor } from './password.js';
import { orNull } from './reading.js';
import type { Redacted } from './redacted.js';

/** What an operator's step needs of the world. */
export interface OperatorContext {
  readonly clients: Pick<Clients, 'iam' | 'iamMint'>;
  /** Of the account's password policy as the plan leaves it; null where it has none. */
  readonly minimumPasswordLength: number | null;
  /** Hands a password out, to its user alone. It is called before the login exists, so that no crash can lose one. */
  deliverPassword(userName: UserName, password: Redacted, login: LoginWish): Promise<void>;
}

/** There is a policy of that name already, and it is another one. */
export class PolicyDiffers extends Error {
  override readonly name = 'PolicyDiffers';

  constructor({ name }: RosterPolicy, options: ErrorOptions) {
    super(`a policy named ${name} is there already, with another document or path: plan again`, options);
  }
}

/** Somebody else made the login first. Its password is not the one that was handed out. */
export class LoginExists extends Error {
  override readonly name = 'LoginExists';

  constructor(userName: UserName, options: ErrorOptions) {
    super(
      `${userName} has a console login already: the password that was just delivered for it is void`,
      options,
    );
  }
}

/**
 * Turns a step that only an operator's own rights allow into calls. What is to be there and is there already is well, as is
 * what is to be gone and is gone: the answer of an earlier call may have been lost.
 */
export async function applyOperatorStep(step: OperatorStep, context: OperatorContext): Promise<void> {
  const { iam } = context.clients;
  switch (step.step) {
    case 'CreatePolicy':
      return createPolicy(iam, step.policy);
    case 'UpdatePolicy':
      return updatePolicy(iam, step.policy, step.pruneVersionId);
    case 'CreateGroup':
      return there(iam.send(new CreateGroupCommand({ GroupName: step.groupName, Path: step.path })));
    case 'AttachGroupPolicy': {
      const input = { GroupName: step.groupName, PolicyArn: step.policyArn };
      await iam.send(new AttachGroupPolicyCommand(input));
      return;
    }
    case 'DetachGroupPolicy': {
      const input = { GroupName: step.groupName, PolicyArn: step.policyArn };
      return gone(iam.send(new DetachGroupPolicyCommand(input)));
    }
    case 'SetPasswordPolicy':
      return setPasswordPolicy(iam, step.policy);
    default:
      return applyToUser(step, context);
  }
}

type UserStep = OperatorStep & {
  step: 'PutInlinePolicy' | 'CreateLogin' | 'UploadSshKey' | 'DeleteCredential';
};

async function applyToUser(step: UserStep, context: OperatorContext): Promise<void> {
  const { iam } = context.clients;
  const UserName = step.user.name;
  switch (step.step) {
    case 'PutInlinePolicy': {
      const input = { UserName, PolicyName: step.policyName, PolicyDocument: step.document };
      await iam.send(new PutUserPolicyCommand(input));
      return;
    }
    case 'CreateLogin':
      return createLogin(step, context);
    case 'UploadSshKey': {
      const input = { UserName, SSHPublicKeyBody: step.body };
      return there(iam.send(new UploadSSHPublicKeyCommand(input)));
    }
    case 'DeleteCredential':
      return applyToCredential(step, iam);
  }
}

async function createPolicy(iam: IAMClient, policy: RosterPolicy): Promise<void> {
  try {
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: policy.name,
        Path: policy.path,
        PolicyDocument: JSON.stringify(policy.document),
        ...(policy.description === '' ? {} : { Description: policy.description }),
      }),
    );
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    const existing = await documentOf(iam, policy.arn);
    if (existing !== JSON.stringify(policy.document)) throw new PolicyDiffers(policy, { cause: error });
  }
}

/** The default version's document in canonical form, or null where no policy has that ARN. */
async function documentOf(iam: IAMClient, PolicyArn: string): Promise<string | null> {
  const answer = await orNull(iam.send(new GetPolicyCommand({ PolicyArn })));
  if (!answer) return null;
  const VersionId = answer.Policy!.DefaultVersionId;
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return canonicalDocument(PolicyVersion!.Document!);
}

async function updatePolicy(
  iam: IAMClient,
  policy: RosterPolicy,
  pruneVersionId: string | null,
): Promise<void> {
  const PolicyArn = policy.arn;
  if (pruneVersionId !== null)
    await gone(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: pruneVersionId })));
  const PolicyDocument = JSON.stringify(policy.document);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
}

/** Every rule that the call leaves out falls back to IAM's default, so the call always names them all. */
async function setPasswordPolicy(iam: IAMClient, policy: PasswordPolicy): Promise<void> {
  await iam.send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: policy.minimumPasswordLength,
      RequireLowercaseCharacters: policy.requireLowercaseCharacters,
      RequireUppercaseCharacters: policy.requireUppercaseCharacters,
      RequireNumbers: policy.requireNumbers,
      RequireSymbols: policy.requireSymbols,
      AllowUsersToChangePassword: policy.allowUsersToChangePassword,
      HardExpiry: policy.hardExpiry,
      // IAM takes no 0 for "no such rule": it wants the rule left out.
      ...(policy.maxPasswordAge === 0 ? {} : { MaxPasswordAge: policy.maxPasswordAge }),
      ...(policy.passwordReusePrevention === 0
        ? {}
        : { PasswordReusePrevention: policy.passwordReusePrevention }),
    }),
  );
}

async function createLogin(
  { user, login }: OperatorStep & { step: 'CreateLogin' },
  context: OperatorContext,
): Promise<void> {
  const password = generatePassword(passwordLengthFor(login.passwordLength, context.minimumPasswordLength));
  await context.deliverPassword(user.name, password, login);
  try {
    await context.clients.iamMint.send(
      new CreateLoginProfileCommand({
        UserName: user.name,
        Password: password.reveal(),
        PasswordResetRequired: login.passwordResetRequired,
      }),
    );
  } catch (error) {
    if (isAlreadyThere(error)) throw new LoginExists(user.name, { cause: error });
    throw error;
  }
}

async function there(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isAlreadyThere(error) && !isDuplicateSshKey(error)) throw error;
  }
}
