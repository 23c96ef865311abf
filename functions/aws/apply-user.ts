import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  type IAMClient,
  PutUserPermissionsBoundaryCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { Outcome } from '../core/advance.js';
import type { AccessKeyId } from '../core/names.js';
import type { Step, Target } from '../core/steps.js';
import { type Tags, keyInstantTag, tag } from '../core/tags.js';
import type { Clients } from './clients.js';
import { isNotFound } from './errors.js';
import { toUserFacts } from './observe.js';

/**
 * Turns a step into calls: every step on the user itself. Functions that may mint no key apply their plans with this,
 * so that no code of theirs could. What is to be gone and is gone already is well.
 */
export async function applyUserStep(step: Step, { iam }: Pick<Clients, 'iam'>): Promise<Outcome> {
  switch (step.step) {
    case 'CreateUser':
      return createUser(step, iam);
    case 'MintKey':
    case 'PromoteKey':
    case 'ClearPending':
    case 'MendParameters':
    case 'RestoreSecret':
    case 'RemoveReplicas':
    case 'DeleteSecret':
    case 'DeleteParameters':
    case 'DeactivateCredential':
    case 'ReactivateCredential':
    case 'DeleteCredential':
    case 'DeactivateMfaDevice':
    case 'DeleteVirtualMfaDevice':
      throw new Error(`${step.step} is no step on a user itself`);
    case 'AttachPolicy':
    case 'DetachPolicy':
    case 'DeleteInlinePolicy':
    case 'JoinGroup':
    case 'LeaveGroup':
    case 'SetBoundary':
      await applyToRights(step, iam);
      break;
    default:
      await applyToIdentity(step, iam);
  }
  return { step: step.step };
}

type RightsStep = Step & {
  step: 'AttachPolicy' | 'DetachPolicy' | 'DeleteInlinePolicy' | 'JoinGroup' | 'LeaveGroup' | 'SetBoundary';
};

async function applyToRights(step: RightsStep, iam: IAMClient): Promise<void> {
  const UserName = step.user.name;
  switch (step.step) {
    case 'AttachPolicy':
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: step.policyArn }));
      return;
    case 'DetachPolicy':
      return gone(iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: step.policyArn })));
    case 'DeleteInlinePolicy':
      return gone(iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: step.policyName })));
    case 'JoinGroup':
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName: step.groupName }));
      return;
    case 'LeaveGroup':
      return gone(iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: step.groupName })));
    case 'SetBoundary':
      await iam.send(
        new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: step.boundaryArn }),
      );
  }
}

type IdentityStep = Step & {
  step:
    | 'TagUser'
    | 'UntagUser'
    | 'DeactivateKey'
    | 'ReactivateKey'
    | 'DeleteKey'
    | 'DeleteLoginProfile'
    | 'DeleteUser';
};

async function applyToIdentity(step: IdentityStep, iam: IAMClient): Promise<void> {
  const UserName = step.user.name;
  switch (step.step) {
    case 'TagUser':
      return tagUser(iam, step.user, step.tags);
    case 'UntagUser':
      await iam.send(new UntagUserCommand({ UserName, TagKeys: [...step.tagKeys] }));
      return;
    case 'DeactivateKey':
      return setKeyStatus(iam, step, 'Inactive', tag.deactivated);
    case 'ReactivateKey':
      return setKeyStatus(iam, step, 'Active', tag.reactivated);
    case 'DeleteKey':
      return deleteKey({ iam }, step.user, step.keyId);
    case 'DeleteLoginProfile':
      return gone(iam.send(new DeleteLoginProfileCommand({ UserName })));
    case 'DeleteUser':
      return gone(iam.send(new DeleteUserCommand({ UserName })));
  }
}

async function createUser(step: Step & { step: 'CreateUser' }, iam: IAMClient): Promise<Outcome> {
  const { User } = await iam.send(
    new CreateUserCommand({
      UserName: step.name,
      Path: step.path,
      PermissionsBoundary: step.boundaryArn,
      Tags: toTagList(step.tags),
    }),
  );
  // The answer repeats neither boundary nor tags on every endpoint; both were set by this very call.
  return {
    step: 'CreateUser',
    user: { ...toUserFacts(User!), tags: step.tags, boundaryArn: step.boundaryArn },
  };
}

export async function deleteKey(
  { iam }: Pick<Clients, 'iam'>,
  user: Target,
  keyId: AccessKeyId,
): Promise<void> {
  await gone(iam.send(new DeleteAccessKeyCommand({ UserName: user.name, AccessKeyId: keyId })));
}

async function setKeyStatus(
  iam: IAMClient,
  { user, keyId, recordAt }: Step & { step: 'DeactivateKey' | 'ReactivateKey' },
  status: 'Active' | 'Inactive',
  recordTag: string,
): Promise<void> {
  if (recordAt !== null) await tagUser(iam, user, { [recordTag]: keyInstantTag(keyId, recordAt) });
  await iam.send(new UpdateAccessKeyCommand({ UserName: user.name, AccessKeyId: keyId, Status: status }));
}

export async function tagUser(iam: IAMClient, user: Target, tags: Tags): Promise<void> {
  await iam.send(new TagUserCommand({ UserName: user.name, Tags: toTagList(tags) }));
}

function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A deletion whose object is gone has done its work, perhaps in a call whose answer was lost. */
export async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
