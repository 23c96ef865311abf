import { tag } from '../functions/core/tags.js';
import {
  isManaged,
  loginSecrets,
  keyStoreKeys,
  managed,
  onlyTagKeys,
  recoveryWindowDays,
  requestTag,
  secrets,
  via,
} from './permissions-scope.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

/** Which versions and labels a secret has; never a value. */
export function describeSecrets(
  context: PermissionContext,
  others: readonly string[] = [],
): PermissionStatement {
  return {
    sid: 'DescribeSecrets',
    effect: 'Allow',
    actions: ['secretsmanager:DescribeSecret'],
    resources: [...secrets(context), ...others],
    reason:
      'Reads which key each label names. No tag is asked for: a secret that does not exist yet carries none.',
  };
}

export function rotateSecrets(context: PermissionContext): PermissionStatement[] {
  const resources = secrets(context);
  return [
    describeSecrets(context),
    {
      sid: 'CreateSecrets',
      effect: 'Allow',
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      resources,
      conditions: {
        StringEquals: { [requestTag(tag.managed)]: 'true' },
        ...onlyTagKeys([tag.managed, tag.name]),
      },
      reason:
        'Makes the secret of a first key, with our tag. CreateSecret with tags asks for TagResource too.',
    },
    {
      sid: 'StoreKeys',
      effect: 'Allow',
      actions: ['secretsmanager:PutSecretValue', 'secretsmanager:RestoreSecret'],
      resources,
      conditions: managed,
      reason: 'Stores a new key, and brings back the secret of a living user. PutSecretValue knows no stage.',
    },
    {
      sid: 'MoveLabels',
      effect: 'Allow',
      actions: ['secretsmanager:UpdateSecretVersionStage'],
      resources,
      conditions: {
        StringEquals: { ...isManaged, 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPENDING'] },
      },
      reason: 'Makes a tested key the current one, and clears a pending label whose key is gone.',
    },
    ...(keyStoreKeys(context).length === 0 ? [] : [encrypt(context)]),
  ];
}

/**
 * Secrets Manager user guide, "Secret encryption and decryption": it calls KMS as the caller, with the secret's ARN in
 * the encryption context, or with a fixed text where it only tries whether the caller may use the key.
 */
function encrypt(context: PermissionContext): PermissionStatement {
  return {
    sid: 'EncryptSecrets',
    effect: 'Allow',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: keyStoreKeys(context),
    conditions: {
      StringEquals: { 'kms:ViaService': via('secretsmanager', context) },
      StringLike: {
        'kms:EncryptionContext:SecretARN': [...secrets(context), 'RequestToValidateKeyAccess'],
      },
    },
    reason: 'Secrets Manager encrypts and decrypts on our behalf, our secrets only, never directly.',
  };
}

export function offboardSecrets(context: PermissionContext): PermissionStatement[] {
  return [
    describeSecrets(context, loginSecrets(context)),
    {
      sid: 'DeleteSecrets',
      effect: 'Allow',
      actions: ['secretsmanager:DeleteSecret'],
      resources: [...secrets(context), ...loginSecrets(context)],
      conditions: {
        ...managed,
        NumericEquals: { 'secretsmanager:RecoveryWindowInDays': recoveryWindowDays },
      },
      reason: `Deletes a leaver's secrets with the longest recovery window, ${recoveryWindowDays} days.`,
    },
    {
      sid: 'RemoveReplicas',
      effect: 'Allow',
      actions: ['secretsmanager:RemoveRegionsFromReplication'],
      resources: [...secrets(context), ...loginSecrets(context)],
      conditions: managed,
      reason: 'A secret that somebody replicated cannot be deleted before its replicas are removed.',
    },
  ];
}

export const listSecrets = 'secretsmanager:ListSecrets';
