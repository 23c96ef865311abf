import { globalRegionOf } from '../../functions/core/regions.js';
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
  readonly RoleName?: string;
  readonly SerialNumber?: string;
  readonly AccessKeyId?: string;
  readonly SecretId?: string;
  readonly Name?: string;
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Prefix?: string;
  readonly IfNoneMatch?: string;
  readonly Names?: readonly string[];
  readonly KeyId?: string;
  readonly KmsKeyId?: string;
  readonly VersionStage?: string;
  readonly RecoveryWindowInDays?: number;
  readonly QueueUrl?: string;
  readonly TableName?: string;
  readonly Item?: { readonly name: { readonly S: string } };
  readonly Entries?: readonly {
    readonly EventBusName: string;
    readonly Source: string;
    readonly DetailType: string;
  }[];
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
          context: { 'dynamodb:LeadingKeys': [leadingKeyOf(input)] },
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
      return parameterRequests(call.operation, input, account, deployed);
    case 's3':
      return bucketRequests(call.operation, input, deployed);
    case 'cloudtrail': {
      const context = { 'aws:RequestedRegion': globalRegionOf(deployed.region) };
      return [{ action: `cloudtrail:${call.operation}`, resource: '*', context }];
    }
    case 'kms':
    case 'sns':
    case 'events':
      return eventRequests(input, deployed);
  }
}

function bucketRequests(operation: string, input: Input, deployed: PermissionContext): AccessRequest[] {
  const bucketArn = `arn:${deployed.partition}:s3:::${input.Bucket!}`;
  if (operation === 'ListObjectsV2')
    return [{ action: 's3:ListBucket', resource: bucketArn, context: { 's3:prefix': input.Prefix! } }];
  const { IfNoneMatch } = input;
  const context = IfNoneMatch === undefined ? {} : { 's3:if-none-match': IfNoneMatch };
  const request = { action: `s3:${operation}`, resource: `${bucketArn}/${input.Key!}`, context };
  // The roster's bucket is encrypted by S3 itself.
  if (bucketArn !== deployed.evidenceBucketArn) return [request];
  return [
    request,
    {
      action: operation === 'PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt',
      resource: deployed.kmsKeyArn!,
      context: {
        'kms:ViaService': `s3.${deployed.region}.amazonaws.com`,
        // With a bucket key it names the bucket and not the object.
        'kms:EncryptionContext:aws:s3:arn': bucketArn,
      },
    },
  ];
}

function eventRequests({ Entries = [] }: Input, { eventBusArn }: PermissionContext): AccessRequest[] {
  return Entries.map(({ EventBusName, Source, DetailType }) => ({
    action: 'events:PutEvents',
    resource: eventBusArn.replace(/[^/]+$/, EventBusName),
    context: { 'events:source': Source, 'events:detail-type': DetailType },
  }));
}

const accountWide = new Set([
  'GetAccountAuthorizationDetails',
  'GenerateCredentialReport',
  'GetCredentialReport',
  'GetAccountPasswordPolicy',
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
  if (operation === 'DeleteVirtualMFADevice') return [{ action, resource: input.SerialNumber! }];
  if (['AddUserToGroup', 'RemoveUserFromGroup'].includes(operation))
    return [{ action, resource: arn(`group/${input.GroupName!}`) }];
  if (input.RoleName !== undefined) return [{ action, resource: truth.role(input.RoleName)!.arn }];
  if (/PolicyVersions?$/.test(operation)) return [{ action, resource: input.PolicyArn! }];
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
  const keyArn = input.KmsKeyId ?? secret?.kmsKeyId ?? deployed.kmsKeyArn!;
  const resource = secret?.arn ?? `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${id}`;
  if (operation === 'CreateSecret') {
    const tags = requestTags(input.Tags ?? []);
    return [
      { action, resource, context: tags },
      { action: 'secretsmanager:TagResource', resource, context: tags },
      secretKeyRequest('kms:GenerateDataKey', keyArn, 'RequestToValidateKeyAccess', deployed),
      secretKeyRequest('kms:GenerateDataKey', keyArn, resource, deployed),
      secretKeyRequest('kms:Decrypt', keyArn, resource, deployed),
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
    ...(operation === 'PutSecretValue'
      ? [secretKeyRequest('kms:GenerateDataKey', keyArn, resource, deployed)]
      : []),
    ...(['PutSecretValue', 'GetSecretValue'].includes(operation)
      ? [secretKeyRequest('kms:Decrypt', keyArn, resource, deployed)]
      : []),
  ];
}

/** What Secrets Manager asks of KMS in its caller's name. */
function secretKeyRequest(
  action: string,
  keyArn: string,
  secretArn: string,
  { region }: PermissionContext,
): AccessRequest {
  return {
    action,
    resource: keyArn,
    context: {
      'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': secretArn,
    },
  };
}

function parameterRequests(
  operation: string,
  input: Input,
  { truth }: FakeAws,
  { partition, region, accountId }: PermissionContext,
): AccessRequest[] {
  const action = `ssm:${operation}`;
  if (operation === 'DescribeParameters') return [{ action, resource: '*' }];
  const arnOf = (name: string) => `arn:${partition}:ssm:${region}:${accountId}:parameter${name}`;
  if (operation === 'DeleteParameters')
    return input.Names!.map((name) => ({ action, resource: arnOf(name), context: {} }));
  const resource = arnOf(input.Name!);
  const tags = requestTags(input.Tags ?? []);
  // The account's own key for SSM lets everybody in the account in by its own policy.
  const keyArn =
    input.KeyId ?? (operation === 'GetParameter' ? truth.parameter(input.Name!)?.keyId : undefined);
  return [
    { action, resource, context: input.Tags ? tags : {} },
    ...(input.Tags ? [{ action: 'ssm:AddTagsToResource', resource, context: tags }] : []),
    ...(keyArn === undefined || keyArn.startsWith('alias/aws/')
      ? []
      : [
          {
            action: operation === 'GetParameter' ? 'kms:Decrypt' : 'kms:Encrypt',
            resource: keyArn,
            context: {
              'kms:ViaService': `ssm.${region}.amazonaws.com`,
              'kms:EncryptionContext:PARAMETER_ARN': resource,
            },
          },
        ]),
  ];
}

/** The value of the partition key. */
function leadingKeyOf({ Item, Key }: Input): string {
  return (Item ?? (Key as unknown as NonNullable<Input['Item']>)).name.S;
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
