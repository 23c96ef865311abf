import type { Call, FakeAws } from '../../local/fake-aws/fake-aws.js';
import type { PermissionContext } from '../../infra/permissions.js';
import type { AccessRequest, ConditionContext } from '../support/iam-simulation.js';

/** What IAM is asked when a call arrives: the action, the resource, and the condition keys that hold at that instant. */

interface Tag {
  readonly Key: string;
  readonly Value: string;
}
type Input = Call['input'] & {
  readonly UserName?: string;
  readonly Path?: string;
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
  readonly PermissionsBoundary?: string;
  readonly PolicyArn?: string;
  readonly GroupName?: string;
  readonly AccessKeyId?: string;
  readonly SecretId?: string;
  readonly Name?: string;
  readonly VersionStage?: string;
  readonly RecoveryWindowInDays?: number;
  readonly QueueUrl?: string;
  readonly TableName?: string;
};

/** Empty where IAM is not asked: GetCallerIdentity is signed by the new key and needs no permission. */
export function requestsOf(call: Call, account: FakeAws, deployed: PermissionContext): AccessRequest[] {
  const input = call.input as Input;
  switch (call.service) {
    case 'iam':
      return iamRequests(call.operation, input, account, deployed);
    case 'secretsmanager':
      return secretRequests(call.operation, input, account, deployed);
    case 'dynamodb':
      return [
        {
          action: `dynamodb:${call.operation}`,
          resource: deployed.leaseTableArn.replace(/[^/]+$/, input.TableName!),
        },
      ];
    case 'sqs':
      return [
        {
          action: `sqs:${call.operation.replace(/Batch$/, '')}`,
          resource: deployed.rotateQueueArn.replace(/[^:]+$/, input.QueueUrl!.split('/').at(-1)!),
        },
      ];
    case 'sts':
      return [];
    case 'ssm':
    case 'events':
      throw new Error(`no function calls ${call.service}, but ${call.caller} did`);
  }
}

const accountWide = new Set([
  'GetAccountAuthorizationDetails',
  'GenerateCredentialReport',
  'GetCredentialReport',
  'ListSecrets',
]);

function iamRequests(
  operation: string,
  input: Input,
  { truth }: FakeAws,
  { partition, accountId }: PermissionContext,
): AccessRequest[] {
  const action = `iam:${operation}`;
  const arn = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  if (accountWide.has(operation)) return [{ action, resource: '*' }];
  if (operation === 'RemoveUserFromGroup') return [{ action, resource: arn(`group/${input.GroupName!}`) }];
  if (operation === 'CreateUser') {
    const resource = arn(`user${input.Path ?? '/'}${input.UserName!}`);
    const tags = requestTags(input.Tags ?? []);
    const boundary = input.PermissionsBoundary;
    return [
      {
        action,
        resource,
        context: { ...tags, ...(boundary ? { 'iam:PermissionsBoundary': boundary } : {}) },
      },
      ...(input.Tags ? [{ action: 'iam:TagUser', resource, context: tags }] : []),
    ];
  }
  // A key's owner is asked for, where the call names the key alone.
  const name =
    input.UserName ?? truth.users().find(({ keys }) => keys.some(({ id }) => id === input.AccessKeyId))?.name;
  const user = truth.user(name ?? '');
  // Of a name that nobody has, IAM knows no path.
  if (!user) return [{ action, resource: arn(`user/${name ?? input.AccessKeyId!}`) }];
  const seen = resourceTags(user.tags);
  const boundary = operation === 'PutUserPermissionsBoundary' ? input.PermissionsBoundary : user.boundaryArn;
  const hasBoundaryKey = /UserPolicy$|PermissionsBoundary$/.test(operation) && boundary !== undefined;
  return [
    {
      action,
      resource: arn(`user${user.path}${user.name}`),
      context: {
        ...seen,
        ...(input.Tags ? requestTags(input.Tags) : {}),
        ...(input.TagKeys ? { 'aws:TagKeys': input.TagKeys } : {}),
        ...(hasBoundaryKey ? { 'iam:PermissionsBoundary': boundary } : {}),
        ...(input.PolicyArn ? { 'iam:PolicyARN': input.PolicyArn } : {}),
      },
    },
  ];
}

function secretRequests(
  operation: string,
  input: Input,
  { truth }: FakeAws,
  deployed: PermissionContext,
): AccessRequest[] {
  const action = `secretsmanager:${operation}`;
  if (accountWide.has(operation)) return [{ action, resource: '*' }];
  const id = input.SecretId ?? input.Name!;
  const secret = truth.secrets().find(({ arn, name }) => arn === id || name === id);
  const { partition, region, accountId } = deployed;
  const resource = secret?.arn ?? `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${id}`;
  if (operation === 'CreateSecret') {
    const tags = requestTags(input.Tags ?? []);
    return [
      { action, resource, context: tags },
      { action: 'secretsmanager:TagResource', resource, context: tags },
      keyRequest('kms:GenerateDataKey', 'RequestToValidateKeyAccess', deployed),
      keyRequest('kms:GenerateDataKey', resource, deployed),
      keyRequest('kms:Decrypt', resource, deployed),
    ];
  }
  const { VersionStage, RecoveryWindowInDays } = input;
  return [
    {
      action,
      resource,
      context: {
        ...resourceTags(secret?.tags ?? []),
        ...(VersionStage ? { 'secretsmanager:VersionStage': VersionStage } : {}),
        ...(RecoveryWindowInDays
          ? { 'secretsmanager:RecoveryWindowInDays': String(RecoveryWindowInDays) }
          : {}),
      },
    },
    ...(operation === 'PutSecretValue' ? [keyRequest('kms:GenerateDataKey', resource, deployed)] : []),
    ...(['PutSecretValue', 'GetSecretValue'].includes(operation)
      ? [keyRequest('kms:Decrypt', resource, deployed)]
      : []),
  ];
}

/** What Secrets Manager asks of KMS in its caller's name. */
function keyRequest(
  action: string,
  secretArn: string,
  { kmsKeyArn, region }: PermissionContext,
): AccessRequest {
  return {
    action,
    resource: kmsKeyArn!,
    context: {
      'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': secretArn,
    },
  };
}

function requestTags(tags: readonly Tag[]): ConditionContext {
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  };
}

function resourceTags(tags: unknown): ConditionContext {
  return Object.fromEntries(
    (tags as readonly Tag[]).map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]),
  );
}
