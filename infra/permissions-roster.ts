import { tag } from '../functions/core/tags.js';
import {
  containments,
  employed,
  isManaged,
  lifeTags,
  managedUsers,
  rosterPolicies,
} from './permissions-scope.js';
import type { PermissionContext, PermissionStatement, RosterContext } from './permissions-types.js';
import { attachPolicies, createUsers, readUsers } from './permissions-users.js';

/** Tags that are never the roster's to change: what makes a user ours, and what its later life writes down. */
const keptTags: readonly string[] = [
  tag.managed,
  tag.origin,
  tag.owner,
  ...lifeTags.filter((key) => key !== tag.unlistedSince),
];

/** Keeps users as the roster says. It makes no key and no login, writes no document, and reads no secret. */
export function keepRoster(context: PermissionContext, roster: RosterContext): PermissionStatement[] {
  return [
    readUsers(context, [
      'GetUser',
      'ListAttachedUserPolicies',
      'ListGroupsForUser',
      'ListUserPolicies',
      'GetUserPolicy',
      'GetLoginProfile',
      'ListSSHPublicKeys',
      'GetSSHPublicKey',
    ]),
    {
      sid: 'ReadRoster',
      effect: 'Allow',
      actions: ['s3:GetObject'],
      resources: [roster.objectArn],
      reason: 'Reads the roster, and nothing else in its bucket or in any other.',
    },
    ...createUsers(
      context,
      'roster',
      'CreateUser with tags asks for TagUser too; what onboarding may not set, this may not either.',
    ),
    ...keepGrants(context),
    ...keepTags(context),
    ...keepGroups(roster),
  ];
}

function keepGrants(context: PermissionContext): PermissionStatement[] {
  const resources = managedUsers(context);
  return [
    {
      sid: 'BindUsers',
      effect: 'Allow',
      actions: ['iam:PutUserPermissionsBoundary'],
      resources,
      conditions: {
        ...employed,
        StringEquals: { ...isManaged, 'iam:PermissionsBoundary': context.boundaryArn },
      },
      reason: 'Gives a user its boundary back that somebody removed or exchanged; no other one can be set.',
    },
    ...attachPolicies(context, {
      sid: 'AttachListedPolicies',
      policies: rosterPolicies(context),
      reason:
        "Gives a managed user what the deployed roster and the roles' list name, only while it carries our boundary and no tombstone.",
    }),
    {
      sid: 'DetachStrayPolicies',
      effect: 'Allow',
      actions: ['iam:DetachUserPolicy'],
      resources,
      conditions: { ...employed, ArnNotLike: { 'iam:PolicyARN': containments(context) } },
      reason:
        'Takes away what the roster does not give, whatever it is: a stray policy is one that no list names. What contains a user stays.',
    },
    {
      sid: 'DeleteStrayPolicies',
      effect: 'Allow',
      actions: ['iam:DeleteUserPolicy'],
      resources,
      conditions: employed,
      reason: 'Takes away an inline policy that the roster does not have. None can be written.',
    },
  ];
}

function keepTags(context: PermissionContext): PermissionStatement[] {
  return [
    {
      sid: 'KeepTags',
      effect: 'Allow',
      actions: ['iam:TagUser', 'iam:UntagUser'],
      resources: managedUsers(context),
      conditions: { ...employed, 'ForAllValues:StringNotEqualsIgnoreCase': { 'aws:TagKeys': keptTags } },
      reason:
        "The user's own tags, where its key is kept, and since when the roster no longer names it; never what makes it ours, nor the tombstone.",
    },
  ];
}

function keepGroups({ groupArns }: RosterContext): PermissionStatement[] {
  if (groupArns.length === 0) return [];
  return [
    {
      sid: 'KeepMemberships',
      effect: 'Allow',
      actions: ['iam:AddUserToGroup', 'iam:RemoveUserFromGroup'],
      resources: groupArns,
      reason: "The roster's groups, and no other. IAM checks the group alone: see the residual risks.",
    },
  ];
}
