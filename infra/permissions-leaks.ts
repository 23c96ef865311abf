import { leakTagPattern } from '../functions/core/leaks.js';
import { tag } from '../functions/core/tags.js';
import { lookupEvents } from './permissions-evidence.js';
import { denyAllArn, employed, isManaged, managed, managedUsers, tombstone } from './permissions-scope.js';
import type { Conditions, PermissionContext, PermissionStatement } from './permissions-types.js';
import { readUsers } from './permissions-users.js';

/** At least one tag key, and none but these, which may be patterns. */
export const onlyTagKeysLike = (keys: readonly string[]): Conditions => ({
  'ForAllValues:StringLike': { 'aws:TagKeys': keys },
});

/** What is written on a user about its leaked keys. */
const leakTags = [leakTagPattern, tag.leakDenied, tag.suspected];

/** Answers a leaked key. It makes no key, reads no secret, and gives nobody anything but the two denies. */
export function answerLeaks(context: PermissionContext): PermissionStatement[] {
  return [
    readUsers(context, ['GetUser', 'ListAttachedUserPolicies', 'ListAccessKeys', 'GetAccessKeyLastUsed']),
    ...recordLeaks(context),
    ...denyAndUndeny(context),
    {
      sid: 'SwitchLeakedKeysOff',
      effect: 'Allow',
      actions: ['iam:UpdateAccessKey'],
      resources: managedUsers(context),
      conditions: managed,
      reason:
        'Makes a leaked key Inactive, of a leaver too. IAM has no condition key for the status: see the residual risks.',
    },
    {
      sid: 'LookForUse',
      effect: 'Allow',
      actions: [lookupEvents],
      resources: ['*'],
      reason:
        'Reads what a leaked key was used for, in whatever region it was. IAM knows no narrower resource.',
    },
  ];
}

function recordLeaks(context: PermissionContext): PermissionStatement[] {
  return [
    {
      sid: 'RecordLeaks',
      effect: 'Allow',
      actions: ['iam:TagUser', 'iam:UntagUser'],
      resources: managedUsers(context),
      conditions: { ...managed, ...onlyTagKeysLike(leakTags) },
      reason:
        'Writes down which keys leaked and that the deny is ours, and clears that when it has served. The tombstone is out of its reach.',
    },
  ];
}

function denyAndUndeny(context: PermissionContext): PermissionStatement[] {
  const resources = managedUsers(context);
  const denies = { ArnEquals: { 'iam:PolicyARN': [denyAllArn(context), context.denySessionsArn] } };
  return [
    {
      sid: 'DenyUser',
      effect: 'Allow',
      actions: ['iam:AttachUserPolicy'],
      resources,
      conditions: { ...managed, ...denies },
      reason: 'AWSDenyAll at once, and then the policy that keeps out the sessions of the leaked key.',
    },
    {
      sid: 'UndenyUser',
      effect: 'Allow',
      actions: ['iam:DetachUserPolicy'],
      resources,
      conditions: { ...employed, ...denies },
      reason: 'Lifts the two when their time is over; of a leaver never.',
    },
    {
      sid: 'BoundToDeny',
      effect: 'Allow',
      actions: ['iam:PutUserPermissionsBoundary'],
      resources,
      conditions: { StringEquals: { ...isManaged, 'iam:PermissionsBoundary': denyAllArn(context) } },
      reason: 'Where the quota of policies has no room, AWSDenyAll becomes the boundary.',
    },
    {
      sid: 'BoundBack',
      effect: 'Allow',
      actions: ['iam:PutUserPermissionsBoundary'],
      resources,
      conditions: {
        StringEquals: { ...isManaged, 'iam:PermissionsBoundary': context.boundaryArn },
        Null: { [tombstone]: 'true' },
      },
      reason: 'Gives the user our boundary back, and no third one; a leaver keeps the deny.',
    },
  ];
}
