import { tag } from '../functions/core/tags.js';
import {
  accountResource,
  denyAllArn,
  grantablePolicies,
  isManaged,
  logStreamsOfAll,
  managedTag,
  managedUsers,
  secrets,
  tombstone,
} from './permissions-scope.js';
import { listSecrets } from './permissions-secrets.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

/**
 * The permissions boundary of every function's role: the most that any function may ever do, whatever its own policy
 * comes to say, and what none may do even where another policy (of a secret, of a KMS key) would allow it. Written by
 * hand beside the functions' own statements, not derived from them: it is the second lock.
 */
export function functionBoundary(context: PermissionContext): PermissionStatement[] {
  return [
    ...ceiling(context),
    deny(
      'NeverAtAll',
      context.roleGroupArns.length === 0 ? [...neverAtAll, 'iam:AddUserToGroup'] : neverAtAll,
      'No policy document is written, no role or group touched, no other credential made, no user moved or freed of its boundary, no secret read or shared, no role assumed, no code changed.',
    ),
    ...neverGrantMore(context),
    ...neverTouchForeignUsers(),
    ...neverLeakSecrets(context),
  ];
}

const userWrites = [
  'iam:TagUser',
  'iam:UntagUser',
  'iam:AttachUserPolicy',
  'iam:DetachUserPolicy',
  'iam:DeleteUserPolicy',
  'iam:PutUserPermissionsBoundary',
  'iam:CreateAccessKey',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
  'iam:DeleteLoginProfile',
  'iam:DeleteUser',
] as const;

/** One resource list serves several services: an action meets only the resources of its own type. */
function ceiling(context: PermissionContext): PermissionStatement[] {
  const { rotateQueueArn, offboardQueueArn, leaseTableArn, kmsKeyArn } = context;
  return [
    {
      sid: 'Read',
      effect: 'Allow',
      actions: reads,
      resources: ['*'],
      reason: 'The reads of users, and those of the account, which know no resource.',
    },
    {
      sid: 'WriteUsers',
      effect: 'Allow',
      actions: ['iam:CreateUser', ...userWrites, 'iam:RemoveUserFromGroup'],
      resources: [...managedUsers(context), accountResource(context, 'group/*')],
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
    {
      sid: 'UseOurThings',
      effect: 'Allow',
      actions: [
        ...secretUses,
        'sqs:SendMessage',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'dynamodb:PutItem',
        'dynamodb:DeleteItem',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        ...(kmsKeyArn === null ? [] : ['kms:GenerateDataKey', 'kms:Decrypt']),
      ],
      resources: [
        ...secrets(context),
        rotateQueueArn,
        offboardQueueArn,
        leaseTableArn,
        logStreamsOfAll(context),
        ...(kmsKeyArn === null ? [] : [kmsKeyArn]),
      ],
      reason:
        "The secrets under our prefix, our two queues, our one table, the functions' own log groups, our one key.",
    },
  ];
}

const reads = [
  'iam:GetAccountAuthorizationDetails',
  'iam:GenerateCredentialReport',
  'iam:GetCredentialReport',
  'iam:GetUser',
  'iam:GetLoginProfile',
  'iam:GetAccessKeyLastUsed',
  'iam:ListAccessKeys',
  'iam:ListAttachedUserPolicies',
  'iam:ListUserPolicies',
  'iam:ListGroupsForUser',
  listSecrets,
] as const;

const secretUses = [
  'secretsmanager:CreateSecret',
  'secretsmanager:TagResource',
  'secretsmanager:DescribeSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'secretsmanager:RestoreSecret',
  'secretsmanager:DeleteSecret',
] as const;

const deny = (
  sid: string,
  actions: readonly string[],
  reason: string,
  conditions?: PermissionStatement['conditions'],
): PermissionStatement => ({
  sid,
  effect: 'Deny',
  actions,
  resources: ['*'],
  ...(conditions ? { conditions } : {}),
  reason,
});

/** One statement, since a managed policy holds 6,144 characters; the reasons are beside the actions. */
const neverAtAll = [
  // Policies are deployed, identities are operated: no function creates or edits a policy document.
  'iam:CreatePolicy*',
  'iam:DeletePolicy*',
  'iam:SetDefaultPolicyVersion',
  'iam:Put*Policy',
  // No role is passed, made or changed, no trust is widened, no group is given anything.
  'iam:*Role*',
  'iam:*Provider*',
  'iam:AttachGroupPolicy',
  // Access keys are the only credentials that are made here.
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:ChangePassword',
  'iam:CreateServiceSpecificCredential',
  'iam:ResetServiceSpecificCredential',
  'iam:Upload*',
  'iam:EnableMFADevice',
  // The path is the anchor and only UpdateUser could move a user; a boundary is exchanged, never removed.
  'iam:UpdateUser',
  'iam:DeleteUserPermissionsBoundary',
  // No secret is read, at any stage; none is opened to others, copied elsewhere or handed to another key or function.
  'secretsmanager:*GetSecretValue',
  'secretsmanager:*ResourcePolicy',
  'secretsmanager:Replicate*',
  'secretsmanager:RotateSecret',
  'secretsmanager:UpdateSecret',
  'secretsmanager:UntagResource',
  // No role is assumed, no code changed, nothing started that runs with a role. GetCallerIdentity cannot be denied.
  'sts:*',
  'lambda:*',
  'cloudformation:*',
] as const;

function neverGrantMore(context: PermissionContext): PermissionStatement[] {
  const denyAll = denyAllArn(context);
  return [
    deny(
      'NeverSetAnotherBoundary',
      ['iam:CreateUser', 'iam:PutUserPermissionsBoundary'],
      'A user has our boundary or AWSDenyAll, from its first instant on.',
      { StringNotEquals: { 'iam:PermissionsBoundary': [denyAll, context.boundaryArn] } },
    ),
    deny(
      'NeverGrantToUnbound',
      ['iam:AttachUserPolicy'],
      'A user without our boundary is given nothing but the deny.',
      {
        StringNotEquals: { 'iam:PermissionsBoundary': [denyAll, context.boundaryArn] },
        ArnNotEquals: { 'iam:PolicyARN': denyAll },
      },
    ),
    deny(
      'NeverAttachAnotherPolicy',
      ['iam:AttachUserPolicy'],
      'The assume policies, the allow-list, AWSDenyAll, and nothing else. Beyond 10 policies any of the account: a boundary holds no longer list, and the function that attaches has it whole.',
      { ArnNotLike: { 'iam:PolicyARN': [denyAll, ...attachable(context)] } },
    ),
  ];
}

const mostNamed = 10;

function attachable(context: PermissionContext): readonly string[] {
  const policies = grantablePolicies(context);
  return policies.length <= mostNamed
    ? policies
    : [accountResource(context, 'policy/*'), ...context.managedPolicyAllowList];
}

function neverTouchForeignUsers(): PermissionStatement[] {
  return [
    deny(
      'NeverTouchUnmanaged',
      [
        'iam:*AccessKey',
        'iam:*UserPolicy',
        'iam:UntagUser',
        'iam:DeleteUser',
        'iam:DeleteLoginProfile',
        'iam:PutUserPermissionsBoundary',
      ],
      "A user under our path that does not carry our tag is somebody else's.",
      { StringNotEquals: isManaged },
    ),
    deny(
      'NeverRetagManaged',
      ['iam:TagUser', 'iam:UntagUser'],
      'What makes a user ours is said once, by CreateUser, and stays as long as the user does.',
      {
        Null: { [managedTag]: 'false' },
        'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': [tag.managed, tag.origin, tag.owner] },
      },
    ),
    deny(
      'NeverMintForLeavers',
      ['iam:CreateAccessKey'],
      'After the tombstone no key is minted, whatever a function believes.',
      { Null: { [tombstone]: 'false' } },
    ),
  ];
}

function neverLeakSecrets({ kmsKeyArn }: PermissionContext): PermissionStatement[] {
  return [
    deny('NeverReplicateAtCreation', ['secretsmanager:CreateSecret'], 'A new secret stays in its region.', {
      Null: { 'secretsmanager:AddReplicaRegions': 'false' },
    }),
    deny('NeverDestroySecrets', ['secretsmanager:DeleteSecret'], 'A deleted secret can be brought back.', {
      Bool: { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' },
    }),
    ...(kmsKeyArn === null
      ? []
      : [
          deny(
            'NeverDecryptDirectly',
            ['kms:*'],
            'The key is used through the services that hold our things, never directly.',
            { Null: { 'kms:ViaService': 'true' } },
          ),
        ]),
  ];
}
