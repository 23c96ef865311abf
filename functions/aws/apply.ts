import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Outcome } from '../core/advance.js';
import { formatInstant } from '../core/instants.js';
import { type AccessKeyId, parseAccessKeyId } from '../core/names.js';
import type { Step, Target } from '../core/steps.js';
import { type Tags, keyInstantTag, tag } from '../core/tags.js';
import type { Clients } from './clients.js';
import type { Clock } from './clock.js';
import { isNotFound } from './errors.js';
import { toUserFacts } from './observe.js';
import { Redacted } from './redacted.js';
import {
  type MintedKey,
  type SecretSettings,
  clearPending,
  promote,
  putFirst,
  putPending,
  readPending,
} from './secret-store.js';
import { KeyNotUsable, verifyKey } from './verify.js';

/** What a step needs of the world. */
export interface ApplyContext {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly secrets: SecretSettings;
  /** When a key that STS does not accept yet is given up on for this run. */
  readonly giveUpAt: number;
}

/** Secrets Manager's longest window: a deleted secret can be brought back for 30 days. */
const recoveryWindowInDays = 30;

/** Turns a step into calls. A failure escapes; the next run plans again from what it sees. */
export async function applyStep(step: Step, context: ApplyContext): Promise<Outcome> {
  const { clients } = context;
  switch (step.step) {
    case 'CreateUser':
      return createUser(step, clients);
    case 'MintKey':
      return mintKey(step, context);
    case 'VerifyKey': {
      const key = await readPending(clients, step.user, step.secretArn, step.keyId);
      await verifyKey(clients, context.clock, key, context.giveUpAt);
      break;
    }
    case 'PromoteKey':
      await promote(clients, step.secretArn, step.keyId, step.fromVersionId);
      break;
    case 'ClearPending':
      await clearPending(clients, step.secretArn, step.versionId);
      break;
    case 'RestoreSecret':
      await clients.secretsManager.send(new RestoreSecretCommand({ SecretId: step.secretArn }));
      break;
    case 'DeleteSecret':
      await clients.secretsManager.send(
        new DeleteSecretCommand({ SecretId: step.secretArn, RecoveryWindowInDays: recoveryWindowInDays }),
      );
      break;
    default:
      await applyToUser(step, clients);
  }
  return { step: step.step };
}

type UserStep = Exclude<
  Step,
  {
    step:
      | 'CreateUser'
      | 'MintKey'
      | 'VerifyKey'
      | 'PromoteKey'
      | 'ClearPending'
      | 'RestoreSecret'
      | 'DeleteSecret';
  }
>;

/** The steps that are a call or two of IAM. What is to be gone and is gone already is well. */
async function applyToUser(step: UserStep, { iam }: Clients): Promise<void> {
  const UserName = step.user.name;
  switch (step.step) {
    case 'AttachPolicy':
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: step.policyArn }));
      return;
    case 'DetachPolicy':
      return gone(iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: step.policyArn })));
    case 'DeleteInlinePolicy':
      return gone(iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: step.policyName })));
    case 'LeaveGroup':
      return gone(iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: step.groupName })));
    case 'SetBoundary':
      await iam.send(
        new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: step.boundaryArn }),
      );
      return;
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
      return gone(iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: step.keyId })));
    case 'DeleteLoginProfile':
      return gone(iam.send(new DeleteLoginProfileCommand({ UserName })));
    case 'DeleteUser':
      return gone(iam.send(new DeleteUserCommand({ UserName })));
  }
}

async function createUser(step: Step & { step: 'CreateUser' }, { iam }: Clients): Promise<Outcome> {
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

/**
 * Intent, create, store, test. Where storing is promoting, the test comes before the store, and a key that fails it
 * is deleted at once: nobody has seen it. Else the key waits at AWSPENDING, from where any later run can test it.
 */
async function mintKey(step: Step & { step: 'MintKey' }, context: ApplyContext): Promise<Outcome> {
  const { clients, clock, secrets, giveUpAt } = context;
  await tagUser(clients.iam, step.user, { [tag.mintIntent]: formatInstant(step.intentAt) });
  const key = await createKey(clients, step.user);
  const minted = { step: 'MintKey', keyId: key.id, createdAt: key.createdAt } as const;
  if (step.storeIsPromote || step.secretArn === null) {
    try {
      await verifyKey(clients, clock, key, giveUpAt);
    } catch (error) {
      if (error instanceof KeyNotUsable) await deleteKey(clients, step.user, key.id);
      throw error;
    }
    return {
      ...minted,
      isCurrent: true,
      secretArn: await putFirst(clients, step.user, step.secretArn, key, secrets),
    };
  }
  await putPending(clients, step.secretArn, key, secrets);
  await verifyKey(clients, clock, key, giveUpAt);
  return { ...minted, isCurrent: false, secretArn: step.secretArn };
}

async function createKey(clients: Clients, user: Target): Promise<MintedKey> {
  const { AccessKey } = await clients.iamMint.send(new CreateAccessKeyCommand({ UserName: user.name }));
  return {
    id: parseAccessKeyId(AccessKey!.AccessKeyId!),
    userName: user.name,
    secret: new Redacted(AccessKey!.SecretAccessKey!),
    createdAt: AccessKey!.CreateDate!.getTime(),
  };
}

async function deleteKey({ iam }: Clients, user: Target, keyId: AccessKeyId): Promise<void> {
  await gone(iam.send(new DeleteAccessKeyCommand({ UserName: user.name, AccessKeyId: keyId })));
}

async function setKeyStatus(
  iam: Clients['iam'],
  { user, keyId, recordAt }: Step & { step: 'DeactivateKey' | 'ReactivateKey' },
  status: 'Active' | 'Inactive',
  recordTag: string,
): Promise<void> {
  if (recordAt !== null) await tagUser(iam, user, { [recordTag]: keyInstantTag(keyId, recordAt) });
  await iam.send(new UpdateAccessKeyCommand({ UserName: user.name, AccessKeyId: keyId, Status: status }));
}

async function tagUser(iam: Clients['iam'], user: Target, tags: Tags): Promise<void> {
  await iam.send(new TagUserCommand({ UserName: user.name, Tags: toTagList(tags) }));
}

function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A deletion whose object is gone has done its work, perhaps in a call whose answer was lost. */
async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
