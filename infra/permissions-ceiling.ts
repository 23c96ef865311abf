import { listParameters } from './permissions-parameters.js';
import {
  accountResource,
  joinableGroups,
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
    ...(joinableGroups(context).length === 0
      ? []
      : [
          {
            sid: 'JoinGroups',
            effect: 'Allow',
            actions: ['iam:AddUserToGroup'],
            resources: joinable(context),
            reason:
              'The groups of the roles and of the roster. Beyond five any of the account, for want of room: the function that joins has the list whole.',
          } as const,
        ]),
  ];
}

/** A managed policy holds 6,144 characters: this many names of one kind are written out. */
export const mostNamed = 5;

function joinable(context: PermissionContext): readonly string[] {
  const groups = joinableGroups(context);
  return groups.length <= mostNamed ? groups : [accountResource(context, 'group/*')];
}

/** One resource list serves several services: an action meets only the resources of its own type. */
function ofOurThings(context: PermissionContext): PermissionStatement {
  const { rotateQueueArn, offboardQueueArn, leaseTableArn, ssmBasePaths, roster } = context;
  const usesSsm = ssmBasePaths.length > 0;
  const keys = keyStoreKeys(context);
  return {
    sid: 'UseOurThings',
    effect: 'Allow',
    actions: [
      ...secretUses,
      ...(usesSsm ? parameterUses : []),
      'sqs:*Message',
      'sqs:GetQueueAttributes',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      ...(keys.length === 0 ? [] : ['kms:GenerateDataKey', 'kms:Decrypt']),
      ...(keys.length === 0 || !usesSsm ? [] : ['kms:Encrypt']),
      ...(roster === null ? [] : ['s3:GetObject']),
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
      ...(roster === null ? [] : [roster.objectArn]),
    ],
    reason:
      "The secrets under our prefix, the parameters under our paths, our queues, our one table, the functions' own log groups, the listed keys, the one roster.",
  };
}

const reads = ['iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport', listSecrets] as const;

/** Those on the secret itself in one; the two of them that hand it over to others are denied below. */
const secretUses = [
  'secretsmanager:*Secret',
  'secretsmanager:TagResource',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
] as const;

const parameterUses = [
  'ssm:PutParameter',
  'ssm:AddTagsToResource',
  'ssm:GetParameter',
  'ssm:DeleteParameters',
] as const;
