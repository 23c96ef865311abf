import { listParameters } from './permissions-parameters.js';
import {
  accountResource,
  keyStoreKeys,
  loginSecrets,
  logStreamsOfAll,
  managedUsers,
  parameters,
  secrets,
} from './permissions-scope.js';
import { listSecrets } from './permissions-secrets.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

const userWrites = [
  'iam:TagUser',
  'iam:UntagUser',
  'iam:AttachUserPolicy',
  'iam:DetachUserPolicy',
  'iam:DeleteUserPolicy',
  'iam:PutUserPermissionsBoundary',
  'iam:*AccessKey',
  'iam:DeleteLoginProfile',
  // To switch off and to delete: making them is denied below.
  'iam:*Credential',
  'iam:*SSHPublicKey',
  'iam:*Certificate',
  'iam:De*MFADevice',
  'iam:DeleteUser',
] as const;

/** What the boundary of every function lets through; see functionBoundary. */
export function ceiling(context: PermissionContext): PermissionStatement[] {
  return [...ofUsers(context), ofOurThings(context)];
}

function ofUsers(context: PermissionContext): PermissionStatement[] {
  const usesSsm = context.ssmBasePaths.length > 0;
  return [
    {
      sid: 'Read',
      effect: 'Allow',
      actions: [...reads, ...(usesSsm ? [listParameters] : [])],
      resources: ['*'],
      reason: 'Whatever IAM can be asked: none of it is a secret, and each function has a few of these.',
    },
    {
      sid: 'WriteUsers',
      effect: 'Allow',
      actions: ['iam:CreateUser', ...userWrites, 'iam:RemoveUserFromGroup'],
      resources: [
        ...managedUsers(context),
        accountResource(context, 'group/*'),
        accountResource(context, 'mfa/*'),
      ],
      reason:
        'No user outside our path can be written to: only UpdateUser could move one, and it is not here. Groups are left, never joined.',
    },
    ...(context.roleGroupArns.length === 0
      ? []
      : [
          {
            sid: 'JoinRoleGroups',
            effect: 'Allow',
            actions: ['iam:AddUserToGroup'],
            resources: context.roleGroupArns,
            reason: 'The groups of the roles, and no other group.',
          } as const,
        ]),
  ];
}

/** One resource list serves several services: an action meets only the resources of its own type. */
function ofOurThings(context: PermissionContext): PermissionStatement {
  const { rotateQueueArn, offboardQueueArn, leaseTableArn, ssmBasePaths } = context;
  const usesSsm = ssmBasePaths.length > 0;
  const keys = keyStoreKeys(context);
  return {
    sid: 'UseOurThings',
    effect: 'Allow',
    actions: [
      ...secretUses,
      ...(usesSsm ? parameterUses : []),
      'sqs:SendMessage',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      ...(keys.length === 0 ? [] : ['kms:GenerateDataKey', 'kms:Decrypt']),
      ...(keys.length === 0 || !usesSsm ? [] : ['kms:Encrypt']),
    ],
    resources: [
      ...secrets(context),
      ...loginSecrets(context),
      ...parameters(context),
      rotateQueueArn,
      offboardQueueArn,
      leaseTableArn,
      logStreamsOfAll(context),
      ...keys,
    ],
    reason:
      "The secrets under our prefix, the parameters under our paths, our queues, our one table, the functions' own log groups, the listed keys.",
  };
}

const reads = ['iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport', listSecrets] as const;

const secretUses = [
  'secretsmanager:CreateSecret',
  'secretsmanager:TagResource',
  'secretsmanager:DescribeSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'secretsmanager:RestoreSecret',
  'secretsmanager:DeleteSecret',
] as const;

const parameterUses = [
  'ssm:PutParameter',
  'ssm:AddTagsToResource',
  'ssm:GetParameter',
  'ssm:DeleteParameters',
] as const;
