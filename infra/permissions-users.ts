import { leakTagPattern } from '../functions/core/leaks.js';
import { tag } from '../functions/core/tags.js';
import {
  accountResource,
  anyUser,
  denyAllArn,
  departureTags,
  employed,
  isManaged,
  lifeTags,
  managed,
  managedTag,
  managedUsers,
  offboarded,
  onlyTagKeys,
  requestTag,
  rotationTags,
  tombstone,
  usersBelowPath,
} from './permissions-scope.js';
import { keepUsers } from './permissions-changes.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

/** Reading a name that nobody has is authorized on a path-less ARN, so no read can be scoped to our path. */
export function readUsers(context: PermissionContext, actions: readonly string[]): PermissionStatement {
  return {
    sid: 'ReadUsers',
    effect: 'Allow',
    actions: actions.map((action) => `iam:${action}`),
    resources: anyUser(context),
    reason:
      'Looks before it acts, at names that nobody has or somebody else uses too: those must be answered "absent" or "not ours", never "denied".',
  };
}

/** Reads of the whole account; IAM scopes them to no resource. */
export function readAccount(actions: readonly string[]): PermissionStatement {
  return {
    sid: 'ReadAccount',
    effect: 'Allow',
    actions,
    resources: ['*'],
    reason: 'Sees a thousand users a call instead of one. These actions know no resource and no condition.',
  };
}

/** Users of one origin, made in one call with their boundary and their tags. `why` is the reason for the tags. */
export function createUsers(
  context: PermissionContext,
  origin: 'api' | 'roster',
  why: string,
): PermissionStatement[] {
  const resources = usersBelowPath(context);
  return [
    {
      sid: 'CreateUserInItsBounds',
      effect: 'Allow',
      actions: ['iam:CreateUser'],
      resources,
      conditions: {
        StringEquals: { 'iam:PermissionsBoundary': context.boundaryArn, [requestTag(tag.managed)]: 'true' },
      },
      reason: 'Creates a user under our path, with our boundary and our tag in the very same call.',
    },
    {
      sid: 'TagUserAtItsCreation',
      effect: 'Allow',
      actions: ['iam:TagUser'],
      resources,
      conditions: {
        StringEquals: { [requestTag(tag.managed)]: 'true', [requestTag(tag.origin)]: origin },
        Null: { [managedTag]: 'true', [requestTag(tag.owner)]: 'false' },
        'ForAllValues:StringNotEqualsIgnoreCase': { 'aws:TagKeys': lifeTags },
      },
      reason: why,
    },
  ];
}

/** Listed policies alone, and to users alone that carry our boundary and no tombstone. */
export function attachPolicies(
  context: PermissionContext,
  { sid, policies, reason }: { sid: string; policies: readonly string[]; reason: string },
): PermissionStatement[] {
  if (policies.length === 0) return [];
  return [
    {
      sid,
      effect: 'Allow',
      actions: ['iam:AttachUserPolicy'],
      resources: managedUsers(context),
      conditions: {
        StringEquals: { ...isManaged, 'iam:PermissionsBoundary': context.boundaryArn },
        ArnEquals: { 'iam:PolicyARN': policies },
        Null: { [tombstone]: 'true' },
      },
      reason,
    },
  ];
}

export function onboardUsers(context: PermissionContext): PermissionStatement[] {
  return [
    readUsers(context, ['GetUser', 'ListAttachedUserPolicies', 'ListGroupsForUser']),
    ...createUsers(
      context,
      'api',
      'CreateUser with tags asks for TagUser too. No tag of the later life (tombstone, mint intent, exemption) can be set, and on a user that is managed already none that makes it ours.',
    ),
    ...keepUsers(context),
  ];
}

export function rotateUsers(context: PermissionContext): PermissionStatement[] {
  const resources = managedUsers(context);
  return [
    readUsers(context, ['GetUser', 'ListAccessKeys', 'GetAccessKeyLastUsed']),
    {
      sid: 'RotateKeys',
      effect: 'Allow',
      actions: ['iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'],
      resources,
      conditions: employed,
      reason: 'Mints, retires and removes keys of managed users; none once the user carries the tombstone.',
    },
    {
      sid: 'RecordRotation',
      effect: 'Allow',
      actions: ['iam:TagUser'],
      resources,
      conditions: { ...employed, ...onlyTagKeys(rotationTags) },
      reason: 'Writes down the mint intent before a key is made, and when an old key was switched off or on.',
    },
    {
      sid: 'ForgetDeletedKey',
      effect: 'Allow',
      actions: ['iam:UntagUser'],
      resources,
      conditions: {
        ...employed,
        'ForAllValues:StringLike': { 'aws:TagKeys': [tag.deactivated, leakTagPattern] },
      },
      reason:
        'Clears the record of a deactivation, or of a leak, once its key is gone. The tombstone is out of its reach.',
    },
  ];
}

export function offboardUsers(context: PermissionContext): PermissionStatement[] {
  return [
    readUsers(context, [
      'GetUser',
      'ListAccessKeys',
      'ListAttachedUserPolicies',
      'ListUserPolicies',
      'GetUserPolicy',
      'ListGroupsForUser',
      'GetLoginProfile',
      'ListMFADevices',
      'ListSSHPublicKeys',
      'ListSigningCertificates',
      'ListServiceSpecificCredentials',
    ]),
    ...recordDeparture(context),
    ...contain(context),
    ...purge(context),
  ];
}

function recordDeparture(context: PermissionContext): PermissionStatement[] {
  const resources = managedUsers(context);
  return [
    {
      sid: 'RecordDeparture',
      effect: 'Allow',
      actions: ['iam:TagUser'],
      resources,
      conditions: { ...managed, ...onlyTagKeys([...departureTags, tag.restored, tag.mfaRemoval]) },
      reason:
        'Writes the tombstone, under which its evidence is filed, the purge date, the reason and what was Active, which MFA device is being removed, or the decision to restore.',
    },
    {
      sid: 'RecordReturn',
      effect: 'Allow',
      actions: ['iam:UntagUser'],
      resources,
      conditions: { ...managed, ...onlyTagKeys(departureTags) },
      reason: 'Takes the tombstone away when the user is restored.',
    },
  ];
}

function contain(context: PermissionContext): PermissionStatement[] {
  const resources = managedUsers(context);
  const denyAll = denyAllArn(context);
  return [
    {
      sid: 'DenyAndUndenyUser',
      effect: 'Allow',
      actions: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
      resources,
      conditions: { ...managed, ArnEquals: { 'iam:PolicyARN': denyAll } },
      reason:
        'AWSDenyAll stops a leaver at once and is lifted when the user is restored. No boundary is asked for: a user that lost its own must be stoppable too.',
    },
    {
      sid: 'BoundToDenyAndBack',
      effect: 'Allow',
      actions: ['iam:PutUserPermissionsBoundary'],
      resources,
      conditions: {
        StringEquals: { ...isManaged, 'iam:PermissionsBoundary': [denyAll, context.boundaryArn] },
      },
      reason:
        'Where the quota of policies is full, AWSDenyAll becomes the boundary; a restored user gets ours back. No third boundary can be set.',
    },
    {
      sid: 'SwitchKeys',
      effect: 'Allow',
      actions: [
        'iam:UpdateAccessKey',
        'iam:UpdateServiceSpecificCredential',
        'iam:UpdateSSHPublicKey',
        'iam:UpdateSigningCertificate',
      ],
      resources,
      conditions: managed,
      reason:
        'Switches every key and other credential of a leaver off, and on again what was on when it is restored. IAM has no condition key for the status.',
    },
    {
      sid: 'TakePassword',
      effect: 'Allow',
      actions: ['iam:DeleteLoginProfile'],
      resources,
      conditions: managed,
      reason:
        'A password cannot be switched off, only deleted. It must work in the seconds before the tombstone is seen everywhere.',
    },
  ];
}

function purge(context: PermissionContext): PermissionStatement[] {
  return [
    {
      sid: 'PurgeOffboarded',
      effect: 'Allow',
      actions: [
        'iam:DeleteAccessKey',
        'iam:DeleteServiceSpecificCredential',
        'iam:DeleteSSHPublicKey',
        'iam:DeleteSigningCertificate',
        'iam:DeactivateMFADevice',
        'iam:DetachUserPolicy',
        'iam:DeleteUserPolicy',
        'iam:DeleteUser',
      ],
      resources: managedUsers(context),
      conditions: offboarded,
      reason:
        'What DeleteUser demands gone, and the user: only with the tombstone. Any policy may be detached here, or one that a person attached would keep the user for ever.',
    },
    {
      sid: 'DeleteMfaDevices',
      effect: 'Allow',
      actions: ['iam:DeleteVirtualMFADevice'],
      resources: [accountResource(context, 'mfa/*')],
      reason:
        'A virtual device outlives its user. IAM knows it by its own name alone, and refuses while anybody has it: see the residual risks.',
    },
    {
      sid: 'LeaveGroups',
      effect: 'Allow',
      actions: ['iam:RemoveUserFromGroup'],
      resources: [accountResource(context, 'group/*')],
      reason: 'A user in a group cannot be deleted. IAM checks the group alone: see the residual risks.',
    },
  ];
}
