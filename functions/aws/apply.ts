import { CreateAccessKeyCommand } from '@aws-sdk/client-iam';
import { RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Outcome } from '../core/advance.js';
import { formatInstant } from '../core/instants.js';
import { parseAccessKeyId } from '../core/names.js';
import type { Step, Target } from '../core/steps.js';
import { tag } from '../core/tags.js';
import { applyUserStep, deleteKey, tagUser } from './apply-user.js';
import type { Clients } from './clients.js';
import type { Clock } from './clock.js';
import { Redacted } from './redacted.js';
import { mendParameters, putParameters } from './parameter-store.js';
import {
  type MintedKey,
  type SecretSettings,
  clearPending,
  promote,
  putFirst,
  putPending,
} from './secret-store.js';
import { KeyNotUsable, verifyKey } from './verify.js';

/** What a step needs of the world. */
export interface ApplyContext {
  readonly clients: Pick<Clients, 'iam' | 'iamMint' | 'secretsManager' | 'ssm' | 'sts'>;
  readonly clock: Clock;
  readonly secrets: SecretSettings;
  /** When a key that STS does not accept yet is given up on for this run. */
  readonly giveUpAt: number;
}

/** Turns a step into calls. A failure escapes; the next run plans again from what it sees. */
export async function applyStep(step: Step, context: ApplyContext): Promise<Outcome> {
  const { clients } = context;
  switch (step.step) {
    case 'MintKey':
      return mintKey(step, context);
    case 'PromoteKey':
      await promote(clients, step.secretArn, step.keyId, step.fromVersionId);
      break;
    case 'ClearPending':
      await clearPending(clients, step.secretArn, step.versionId);
      break;
    case 'RestoreSecret':
      await clients.secretsManager.send(new RestoreSecretCommand({ SecretId: step.secretArn }));
      break;
    case 'MendParameters':
      await mendParameters(clients, step.user, step.keyId, step.parameters);
      break;
    default:
      return applyUserStep(step, clients);
  }
  return { step: step.step };
}

/**
 * Intent, create, store, test. Where storing is promoting, the test comes before the store, and a key that fails it
 * is deleted at once: nobody has seen it. Else the key waits at AWSPENDING, which says that it is ours: no secret is
 * ever read back, so a later run can only throw it away.
 */
async function mintKey(step: Step & { step: 'MintKey' }, context: ApplyContext): Promise<Outcome> {
  const { clients, clock, giveUpAt } = context;
  const secrets = { ...context.secrets, kmsKeyId: step.kmsKeyId ?? context.secrets.kmsKeyId };
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
    const secretArn =
      step.parameters === null
        ? await putFirst(clients, step.user, step.secretArn, key, secrets)
        : await putParameters(clients, key, step.parameters, secrets);
    return { ...minted, isCurrent: true, secretArn };
  }
  await putPending(clients, step.secretArn, key, secrets);
  await verifyKey(clients, clock, key, giveUpAt);
  return { ...minted, isCurrent: false, secretArn: step.secretArn };
}

async function createKey(clients: Pick<Clients, 'iamMint'>, user: Target): Promise<MintedKey> {
  const { AccessKey } = await clients.iamMint.send(new CreateAccessKeyCommand({ UserName: user.name }));
  return {
    id: parseAccessKeyId(AccessKey!.AccessKeyId!),
    userName: user.name,
    secret: new Redacted(AccessKey!.SecretAccessKey!),
    createdAt: AccessKey!.CreateDate!.getTime(),
  };
}
