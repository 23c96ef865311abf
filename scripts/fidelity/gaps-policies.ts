import type { Gap, Seen } from './gap.js';

/** Whether something was attached that was attached already. */
function hasAttachedTwice({ before }: Seen): boolean {
  const attached = before.filter(({ operation }) => operation.startsWith('Attach'));
  return new Set(attached.map(({ input }) => JSON.stringify(input))).size < attached.length;
}

/** Of policies, groups and overviews. */
export const policyGaps: readonly Gap[] = [
  {
    operations: ['GetAccountAuthorizationDetails'],
    difference: 'moto leaves the tags of a user out where there are none',
    fault: 'moto',
    reason: 'API reference, UserDetail, Tags',
    fields: ['Tags'],
    when: ({ ours }) => JSON.stringify(ours).includes('"Tags":[]'),
  },
  {
    operations: ['CreatePolicy', 'GetPolicy', 'ListPolicies', 'GetAccountAuthorizationDetails'],
    difference: 'moto leaves PermissionsBoundaryUsageCount out',
    fault: 'moto',
    reason: 'API reference, Policy: how many entities the policy bounds',
    fields: ['PermissionsBoundaryUsageCount'],
  },
  {
    operations: ['CreatePolicyVersion', 'ListPolicyVersions'],
    difference: 'moto tells the document',
    fault: 'moto',
    reason:
      'API reference, PolicyVersion: CreatePolicyVersion and ListPolicyVersions do not return the document',
    fields: ['Document'],
  },
  {
    operations: ['GetAccountAuthorizationDetails'],
    difference: 'moto tells the description of a policy',
    fault: 'undocumented',
    reason: 'the type has the member; the answer that AWS shows as an example lacks it',
    fields: ['Description'],
  },
  {
    operations: ['GetAccountAuthorizationDetails'],
    difference: 'moto leaves name and id of a policy out',
    fault: 'moto',
    reason: 'API reference, ManagedPolicyDetail, PolicyName and PolicyId',
    fields: ['PolicyId', 'PolicyName'],
    when: ({ call }) => JSON.stringify(call.input).includes('LocalManagedPolicy'),
  },
  {
    operations: ['ListGroups'],
    difference: 'moto shows the groups of all paths, whatever prefix was asked for',
    fault: 'moto',
    reason: 'API reference, ListGroups, PathPrefix',
    fields: ['Groups'],
    when: ({ call }) => call.input['PathPrefix'] !== undefined,
  },
  {
    operations: ['GetPolicy', 'ListPolicies', 'GetAccountAuthorizationDetails'],
    difference: 'moto counts what is attached twice as two attachments',
    fault: 'moto',
    reason: 'API reference, Policy, AttachmentCount: the number of entities',
    fields: ['AttachmentCount'],
    when: hasAttachedTwice,
  },
  {
    operations: ['DeleteGroup'],
    difference: 'moto deletes a group that has members',
    fault: 'moto',
    reason: 'API reference, DeleteGroup: it must not contain any users or have any attached policies',
    ours: ['DeleteConflictException'],
    theirs: ['ok'],
  },
  {
    operations: ['ListPolicyVersions', 'GetPolicyVersion'],
    difference: 'moto marks no version as the default one once the default one was made the default again',
    fault: 'moto',
    reason: 'API reference, PolicyVersion, IsDefaultVersion; a policy always has a default version',
    fields: ['IsDefaultVersion'],
    when: ({ before }) => before.some(({ operation }) => operation === 'SetDefaultPolicyVersion'),
  },
  {
    operations: ['PutUserPolicy', 'PutGroupPolicy'],
    difference: 'moto counts each inline policy for itself',
    fault: 'moto',
    reason:
      'IAM user guide, quotas: 2,048 characters for all inline policies of a user, 5,120 for those of a group',
    ours: ['LimitExceededException'],
  },
  {
    operations: ['GetGroup'],
    difference: 'moto tells the tags of members',
    fault: 'moto',
    reason: 'API reference, User, Tags: listings do not return them',
    fields: ['Tags'],
  },
  {
    operations: ['CreatePolicy', 'CreatePolicyVersion', 'PutUserPolicy', 'PutGroupPolicy'],
    difference: 'of a malformed document for a wrong thing: each account names another of the two first',
    fault: 'undocumented',
    reason: 'the order of the checks is not documented',
    ours: ['EntityAlreadyExistsException', 'NoSuchEntityException', 'LimitExceededException'],
    theirs: ['MalformedPolicyDocumentException'],
  },
  {
    operations: ['DeletePolicy'],
    difference: 'moto deletes a policy that has more versions than its default one',
    fault: 'moto',
    reason: 'API reference, DeletePolicy: all other versions go first, else DeleteConflict',
    ours: ['DeleteConflictException'],
    theirs: ['ok'],
  },
];
