import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { stage } from '../core/facts.js';
import { formatInstant } from '../core/instants.js';
import { type AccessKeyId, secretNameOf, versionIdOf } from '../core/names.js';
import type { Target } from '../core/steps.js';
import { tag } from '../core/tags.js';
import type { Clients } from './clients.js';
import { isAlreadyThere, isInvalidRequest } from './errors.js';
import type { FreshKey } from './verify.js';

/** Where and how secrets are kept. */
export interface SecretSettings {
  readonly accountId: string;
  /** Key ARN, id or alias of the KMS key; null for the account's own key for Secrets Manager. */
  readonly kmsKeyId: string | null;
}

type SecretClients = Pick<Clients, 'secretsManager'>;

export interface MintedKey extends FreshKey {
  readonly createdAt: number;
}

/** The value of a secret, or of the credentials parameter, as its reader finds it. */
export function secretValue(key: MintedKey, { accountId }: SecretSettings): string {
  return JSON.stringify({
    accessKeyId: key.id,
    secretAccessKey: key.secret.reveal(),
    userName: key.userName,
    accountId,
    createdAt: formatInstant(key.createdAt),
  });
}

/** Stores the key beside the current one, at AWSPENDING. The version id makes a repeated call harmless. */
export async function putPending(
  clients: SecretClients,
  secretArn: string,
  key: MintedKey,
  settings: SecretSettings,
): Promise<void> {
  await put(clients, secretArn, key, settings, stage.pending);
}

/**
 * Stores a tested key where none is current, and answers the secret's ARN. The secret is made if need be; one that
 * is there already (an earlier life of the same name) is used again, out of its deletion window if it is in one.
 */
export async function putFirst(
  clients: SecretClients,
  user: Target,
  secretArn: string | null,
  key: MintedKey,
  settings: SecretSettings,
): Promise<string> {
  if (secretArn === null) {
    try {
      return await createSecret(clients, user, key, settings);
    } catch (error) {
      if (!isAlreadyThere(error) && !isInvalidRequest(error)) throw error;
    }
  }
  const { secretsManager } = clients;
  const SecretId = secretArn ?? secretNameOf(user.name);
  const { ARN, DeletedDate } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  if (DeletedDate) await secretsManager.send(new RestoreSecretCommand({ SecretId: ARN }));
  await put(clients, ARN!, key, settings, stage.current);
  return ARN!;
}

async function createSecret(
  clients: SecretClients,
  user: Target,
  key: MintedKey,
  settings: SecretSettings,
): Promise<string> {
  const created = await clients.secretsManager.send(
    new CreateSecretCommand({
      Name: secretNameOf(user.name),
      Description: `The access key of the IAM user ${user.name}`,
      ClientRequestToken: versionIdOf(key.id),
      SecretString: secretValue(key, settings),
      ...(settings.kmsKeyId === null ? {} : { KmsKeyId: settings.kmsKeyId }),
      Tags: [
        { Key: tag.managed, Value: 'true' },
        { Key: tag.name, Value: user.name },
      ],
    }),
  );
  return created.ARN!;
}

async function put(
  clients: SecretClients,
  secretArn: string,
  key: MintedKey,
  settings: SecretSettings,
  label: string,
): Promise<void> {
  await clients.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: secretArn,
      ClientRequestToken: versionIdOf(key.id),
      SecretString: secretValue(key, settings),
      VersionStages: [label],
    }),
  );
}

/** Moves AWSCURRENT to the key; AWSPREVIOUS follows by itself. */
export async function promote(
  clients: SecretClients,
  secretArn: string,
  keyId: AccessKeyId,
  fromVersionId: string | null,
): Promise<void> {
  await clients.secretsManager.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretArn,
      VersionStage: stage.current,
      MoveToVersionId: versionIdOf(keyId),
      ...(fromVersionId === null ? {} : { RemoveFromVersionId: fromVersionId }),
    }),
  );
}

export async function clearPending(
  clients: SecretClients,
  secretArn: string,
  versionId: string,
): Promise<void> {
  await clients.secretsManager.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretArn,
      VersionStage: stage.pending,
      RemoveFromVersionId: versionId,
    }),
  );
}
