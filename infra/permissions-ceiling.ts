import { saidBy } from '../functions/core/event-details.js';
import { type Ceiling, ceilings } from './ceilings.js';
import { lookupEvents } from './permissions-evidence.js';
import { listParameters } from './permissions-parameters.js';
import { keepAnswers, ownEvents } from './permissions-platform.js';
import {
  accountResource,
  joinableGroups,
  keyStoreKeys,
  loginSecrets,
  logStreamsOfAll,
  managedUsers,
  parameters,
  revocationPolicies,
  secrets,
  via,
} from './permissions-scope.js';
import { listSecrets } from './permissions-secrets.js';
import type { FunctionName, PermissionContext, PermissionStatement } from './permissions-types.js';

/** What the boundary of a function lets through; see functionBoundary. */
export function ceiling(context: PermissionContext, name: FunctionName): PermissionStatement[] {
  const most = ceilings[name];
  return [
    readAnything(context),
    ...writeUsers(context, most),
    ...joinGroups(context, most),
    ...setRevocations(context, most),
    ...readHistory(most),
    useOurThings(context, most),
    ...(most.keepsAnswers ? [keepAnswers(context, name)] : []),
    ...sayOwnEvents(context, name),
    ...useKeys(context, most),
  ];
}

function readAnything({ ssmBasePaths }: PermissionContext): PermissionStatement {
  return {
    sid: 'Read',
    effect: 'Allow',
    actions: [...reads, ...(ssmBasePaths.length > 0 ? [listParameters] : [])],
    resources: ['*'],
    reason: 'Whatever IAM can be asked: none of it is a secret, and each function has a few of these.',
  };
}

const reads = ['iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport', listSecrets] as const;

function writeUsers(context: PermissionContext, { users }: Ceiling): PermissionStatement[] {
  if (users.length === 0) return [];
  return [
    {
      sid: 'WriteUsers',
      effect: 'Allow',
      actions: users,
      resources: [
        ...managedUsers(context),
        ...(users.includes('iam:RemoveUserFromGroup') ? [accountResource(context, 'group/*')] : []),
        ...(users.includes('iam:De*MFADevice') ? [accountResource(context, 'mfa/*')] : []),
      ],
      reason:
        'No user outside our path can be written to but the adopted: only UpdateUser could move one, and it is not here. Groups are left, never joined.',
    },
  ];
}

function joinGroups(context: PermissionContext, { joinsGroups }: Ceiling): PermissionStatement[] {
  if (!joinsGroups || joinableGroups(context).length === 0) return [];
  return [
    {
      sid: 'JoinGroups',
      effect: 'Allow',
      actions: ['iam:AddUserToGroup'],
      resources: joinable(context),
      reason:
        'The groups of the roles and of the roster. Beyond five any of the account, for want of room: the function that joins has the list whole.',
    },
  ];
}

function setRevocations(context: PermissionContext, { revokes }: Ceiling): PermissionStatement[] {
  if (revokes !== 'sets') return [];
  return [
    {
      sid: 'SetRevocations',
      effect: 'Allow',
      actions: ['iam:CreatePolicyVersion', 'iam:DeletePolicyVersion'],
      resources: [revocationPolicies(context)],
      reason:
        'New versions of the policies that revoke sessions. What they may grant ends at the boundary of their role.',
    },
  ];
}

function readHistory({ readsHistory }: Ceiling): PermissionStatement[] {
  if (!readsHistory) return [];
  return [
    {
      sid: 'ReadHistory',
      effect: 'Allow',
      actions: [lookupEvents],
      resources: ['*'],
      reason: 'What was called in this account, which tells of no content.',
    },
  ];
}

/** A managed policy holds 6,144 characters: this many names of one kind are written out. */
export const mostNamed = 5;

function joinable(context: PermissionContext): readonly string[] {
  const groups = joinableGroups(context);
  return groups.length <= mostNamed ? groups : [accountResource(context, 'group/*')];
}

/** One resource list serves several services: an action meets only the resources of its own type. */
function useOurThings(context: PermissionContext, most: Ceiling): PermissionStatement {
  const { rotateQueueArn, offboardQueueArn, respondQueueArn, leaseTableArn, roster, revocation } = context;
  const parameterUses = context.ssmBasePaths.length > 0 ? most.parameters : [];
  const rosters = most.readsRoster && roster !== null ? [roster.objectArn] : [];
  return {
    sid: 'UseOurThings',
    effect: 'Allow',
    actions: [
      ...most.secrets,
      ...parameterUses,
      'sqs:SendMessage',
      ...(most.takesWork ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] : []),
      ...(most.holdsLeases ? ['dynamodb:PutItem', 'dynamodb:DeleteItem'] : []),
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      ...(rosters.length === 0 ? [] : ['s3:GetObject']),
      ...(most.filesEvidence ? ['s3:PutObject', 's3:GetObject', 's3:ListBucket'] : []),
    ],
    resources: [
      ...(most.secrets.length === 0 ? [] : [...secrets(context), ...loginSecrets(context)]),
      ...(parameterUses.length === 0 ? [] : parameters(context)),
      rotateQueueArn,
      offboardQueueArn,
      ...(most.asksForAnswers ? [respondQueueArn] : []),
      ...(revocation === null || most.revokes === null ? [] : [revocation.queueArn]),
      ...(most.holdsLeases ? [leaseTableArn] : []),
      logStreamsOfAll(context),
      ...rosters,
      ...(most.filesEvidence ? [`${context.evidenceBucketArn}*`] : []),
    ],
    reason:
      "Of the secrets under our prefix, the parameters under our paths, our queues, the table of leases, the functions' own log groups, the one roster and the evidence of departures, what this function needs.",
  };
}

function sayOwnEvents({ eventBusArn }: PermissionContext, name: FunctionName): PermissionStatement[] {
  if (saidBy[name].length === 0) return [];
  return [
    {
      sid: 'SayEvents',
      effect: 'Allow',
      actions: ['events:PutEvents'],
      resources: [eventBusArn],
      conditions: ownEvents(name),
      reason: "What this function did. A decision about a user's life is never a function's to say.",
    },
  ];
}

/** Through the queues alone, but where keys are stored: there every key that a store may have, through its service. */
function useKeys(context: PermissionContext, most: Ceiling): PermissionStatement[] {
  const storesSecrets = most.secrets.includes('secretsmanager:PutSecretValue');
  const storesParameters = context.ssmBasePaths.length > 0 && most.parameters.includes('ssm:PutParameter');
  const own = context.kmsKeyArn === null ? [] : [context.kmsKeyArn];
  const keys = storesSecrets ? keyStoreKeys(context) : own;
  if (keys.length === 0) return [];
  return [
    {
      sid: 'UseKeys',
      effect: 'Allow',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt', ...(storesParameters ? ['kms:Encrypt'] : [])],
      resources: keys,
      conditions: {
        StringEquals: {
          'kms:ViaService': [
            ...via('sqs', context),
            ...(storesSecrets ? via('secretsmanager', context) : []),
            ...(storesParameters ? via('ssm', context) : []),
            ...(most.filesEvidence ? via('s3', context) : []),
          ],
        },
      },
      reason: 'The listed keys, through the services that hold what they encrypt for this function.',
    },
  ];
}
