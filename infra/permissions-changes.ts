import { tag, tagPrefixPattern } from '../functions/core/tags.js';
import { isManaged, resourceTag, tombstone, usersBelowPath } from './permissions-scope.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

/**
 * What a user of the API has: given when it is made, and exchanged when somebody asks for other roles or tags. Those of
 * other origins are the roster's to change, and a leaver nobody's.
 */
export function keepUsers(context: PermissionContext): PermissionStatement[] {
  const resources = usersBelowPath(context);
  const ofApi = { ...isManaged, [resourceTag(tag.origin)]: 'api' };
  const stays = { [tombstone]: 'true' };
  return [
    ...(context.assumePolicyArns.length === 0
      ? []
      : [
          {
            sid: 'KeepAssumePolicies',
            effect: 'Allow',
            actions: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
            resources,
            conditions: {
              StringEquals: { ...ofApi, 'iam:PermissionsBoundary': context.boundaryArn },
              ArnEquals: { 'iam:PolicyARN': context.assumePolicyArns },
              Null: stays,
            },
            reason:
              'Gives a user the deployed policies of its roles and takes them again, only while it carries our boundary and no tombstone; no other policy, and no deny.',
          } as const,
        ]),
    ...(context.roleGroupArns.length === 0
      ? []
      : [
          {
            sid: 'KeepRoleGroups',
            effect: 'Allow',
            actions: ['iam:AddUserToGroup', 'iam:RemoveUserFromGroup'],
            resources: context.roleGroupArns,
            reason:
              'Gives and takes roles through their groups. IAM checks the group alone: see the residual risks.',
          } as const,
        ]),
    {
      sid: 'KeepOwnTags',
      effect: 'Allow',
      actions: ['iam:TagUser', 'iam:UntagUser'],
      resources,
      conditions: {
        StringEquals: ofApi,
        Null: stays,
        'ForAllValues:StringNotLike': { 'aws:TagKeys': tagPrefixPattern },
        'ForAllValues:StringNotEqualsIgnoreCase': { 'aws:TagKeys': tag.name },
      },
      reason:
        "A user's own tags, its roles and its description. Whatever could be a tag of the lifecycle, in any case, is out of reach: what makes it ours, the tombstone, the record of a leak.",
    },
  ];
}
