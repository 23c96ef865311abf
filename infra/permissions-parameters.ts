import { tag } from '../functions/core/tags.js';
import { credentialParameters, keyStoreKeys, parameters, requestTag, via } from './permissions-scope.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

/** Access keys in SSM parameters: nothing at all where no base path is configured. */
function whereConfigured(
  { ssmBasePaths }: PermissionContext,
  statements: () => readonly PermissionStatement[],
): readonly PermissionStatement[] {
  return ssmBasePaths.length === 0 ? [] : statements();
}

/** What DescribeParameters shows of a parameter: who holds what, and never a value. */
export function describeParameters(context: PermissionContext): readonly PermissionStatement[] {
  return whereConfigured(context, () => [
    {
      sid: 'DescribeParameters',
      effect: 'Allow',
      actions: [listParameters],
      resources: ['*'],
      reason: 'Reads which key a parameter holds, from its description. The action knows no resource.',
    },
  ]);
}

export function rotateParameters(context: PermissionContext): readonly PermissionStatement[] {
  return whereConfigured(context, () => [
    ...describeParameters(context),
    {
      sid: 'PutParameters',
      effect: 'Allow',
      actions: ['ssm:PutParameter'],
      resources: parameters(context),
      reason:
        'Stores a tested key. Parameters that another tool made under these paths are taken over, so no tag is asked for.',
    },
    {
      sid: 'TagNewParameters',
      effect: 'Allow',
      actions: ['ssm:AddTagsToResource'],
      resources: parameters(context),
      conditions: { StringEquals: { [requestTag(tag.managed)]: 'true' } },
      reason: 'PutParameter with tags asks for this too; they are those of the user, ours among them.',
    },
    {
      sid: 'MendTornParameters',
      effect: 'Allow',
      actions: ['ssm:GetParameter'],
      resources: credentialParameters(context),
      reason:
        'The one place where a key is read: a run that was cut off left the parts behind the pair, from which they are written anew.',
    },
    ...(keyStoreKeys(context).length === 0 ? [] : [encrypt(context)]),
  ]);
}

/**
 * KMS developer guide, "How AWS Systems Manager Parameter Store uses AWS KMS": a standard parameter is encrypted by KMS
 * itself, as the caller, with the parameter's ARN in the encryption context. The account's own key for SSM, which is used
 * where none is named, lets the whole account in by its own policy.
 */
function encrypt(context: PermissionContext): PermissionStatement {
  return {
    sid: 'EncryptParameters',
    effect: 'Allow',
    actions: ['kms:Encrypt', 'kms:Decrypt'],
    resources: keyStoreKeys(context),
    conditions: {
      StringEquals: { 'kms:ViaService': via('ssm', context) },
      StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': parameters(context) },
    },
    reason: 'SSM encrypts and decrypts on our behalf, our parameters only, never directly.',
  };
}

export function offboardParameters(context: PermissionContext): readonly PermissionStatement[] {
  return whereConfigured(context, () => [
    ...describeParameters(context),
    {
      sid: 'DeleteParameters',
      effect: 'Allow',
      actions: ['ssm:DeleteParameters'],
      resources: parameters(context),
      reason: "Takes a leaver's key away. What is deleted in SSM cannot be brought back.",
    },
  ]);
}

export const listParameters = 'ssm:DescribeParameters';
