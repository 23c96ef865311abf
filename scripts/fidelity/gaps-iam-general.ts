import type { Gap, Seen } from './gap.js';

/** A name, a path, a status or a tag of a form that IAM refuses, as the sequences draw them. */
function hasBadForm({ call }: Seen): boolean {
  return /"a name"|x{65}|y{257}|"lifecycle"|"Paused"|"a,b"|"bad\(value\)"|"aws:team"|"latest"/.test(
    JSON.stringify(call.input),
  );
}

const hasOtherCase = ({ call, before }: Seen) =>
  [call, ...before].some(({ input }) => input['UserName'] === 'ANNA');

const ofUsers = ['CreateUser', 'GetUser', 'DeleteUser', 'UpdateUser', 'TagUser', 'UntagUser', 'ListUserTags'];
const ofKeys = ['CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys'];
const ofAttachments = ['AttachUserPolicy', 'DetachUserPolicy', 'ListAttachedUserPolicies'];
const ofInline = ['PutUserPolicy', 'GetUserPolicy', 'DeleteUserPolicy', 'ListUserPolicies'];
const ofMembers = ['AddUserToGroup', 'RemoveUserFromGroup', 'ListGroupsForUser'];
const ofLogins = ['CreateLoginProfile', 'GetLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile'];
const ofDevices = ['EnableMFADevice', 'ListMFADevices', 'DeactivateMFADevice'];
const ofSshKeys = [
  'UploadSSHPublicKey',
  'GetSSHPublicKey',
  'ListSSHPublicKeys',
  'UpdateSSHPublicKey',
  'DeleteSSHPublicKey',
];
const ofCertificates = [
  'UploadSigningCertificate',
  'ListSigningCertificates',
  'UpdateSigningCertificate',
  'DeleteSigningCertificate',
];
const ofGroups = [
  'CreateGroup',
  'GetGroup',
  'DeleteGroup',
  'AttachGroupPolicy',
  'DetachGroupPolicy',
  'ListAttachedGroupPolicies',
  'PutGroupPolicy',
  'GetGroupPolicy',
  'DeleteGroupPolicy',
  'ListGroupPolicies',
];
const ofPolicies = [
  'CreatePolicy',
  'CreatePolicyVersion',
  'GetPolicyVersion',
  'SetDefaultPolicyVersion',
  'DeletePolicyVersion',
];
const namingUsers = [
  ...ofUsers,
  ...ofKeys,
  ...ofAttachments,
  ...ofInline,
  ...ofMembers,
  ...ofLogins,
  ...ofDevices,
  ...ofSshKeys,
  ...ofCertificates,
];

/** What concerns many operations of IAM. */
export const generalIamGaps: readonly Gap[] = [
  {
    operations: [
      'CreateServiceSpecificCredential',
      'ListServiceSpecificCredentials',
      'UpdateServiceSpecificCredential',
      'DeleteServiceSpecificCredential',
      'PutUserPermissionsBoundary',
      'DeleteUserPermissionsBoundary',
    ],
    difference: 'moto answers with an error of status 500',
    fault: 'moto',
    reason: 'moto does not know the operation',
    theirs: ['Error'],
  },
  {
    operations: namingUsers,
    difference: 'moto tells names of users apart that differ by case alone',
    fault: 'moto',
    reason: 'IAM user guide, names: they are not distinguished by case',
    when: hasOtherCase,
  },
  {
    operations: [...namingUsers, ...ofGroups, ...ofPolicies],
    difference:
      'moto takes names, paths, statuses and tags of a form that IAM refuses, or looks for the thing first',
    fault: 'moto',
    reason: 'API reference: length constraints and patterns of each parameter; a request of a bad form fails',
    ours: ['ValidationError'],
    when: hasBadForm,
  },
  {
    operations: [
      'GetGroup',
      'ListGroups',
      'ListAccessKeys',
      'ListSSHPublicKeys',
      'ListPolicyVersions',
      'ListSigningCertificates',
      'ListMFADevices',
      'ListGroupPolicies',
    ],
    difference: 'moto leaves IsTruncated out',
    fault: 'moto',
    reason: 'API reference, response elements: IsTruncated says whether there are more',
    fields: ['IsTruncated'],
  },
];
