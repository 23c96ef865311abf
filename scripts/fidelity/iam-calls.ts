import * as fc from 'fast-check';
import { sshKey } from '../../local/sim/furnish.js';
import { type Drawn, draws, idOf, mostly, seldom } from './call.js';

const UserName = seldom(mostly('anna', 'ben', 'nobody'), 'ANNA', 'a name', 'x'.repeat(65));
const GroupName = seldom(mostly('readers', 'writers', 'nobodies'), 'a name');
const Path = mostly(undefined, '/lifecycle/', '/lifecycle/ci/', 'lifecycle');
const Status = seldom(mostly<string | undefined>('Inactive', 'Active'), 'Paused');

const statement = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
const document = (...actions: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement(...actions)] });
const many = (characters: number) =>
  Array.from({ length: Math.ceil(characters / 16) }, (_, index) => `s3:Get${String(index).padStart(6, '0')}`);
const PolicyDocument = seldom(
  mostly(document('s3:GetObject'), document('s3:PutObject', 's3:ListBucket')),
  '{"Version":"2012-10-17"',
  '{"Version":"2012-10-17","Statement":[{"Action":"s3:GetObject","Resource":"*"}]}',
);
const InlineDocument = seldom(PolicyDocument, document(...many(2300)), document(...many(5300)));
const ManagedDocument = seldom(PolicyDocument, document(...many(6400)));
const arn = (rest: string) => `arn:aws:iam::$account:${rest}`;
const PolicyArn = mostly(arn('policy/reading'), arn('policy/writing'), arn('policy/none'));

const Value = seldom(mostly('a', 'b', ''), 'y'.repeat(257), 'bad(value)');
const Key = seldom(
  mostly('team', 'owner', 'iam-lifecycle:managed'),
  'Team',
  'x'.repeat(129),
  'a,b',
  'aws:team',
);
const selector = ({ Key }: { Key: string }) => Key;
const Tags = fc.uniqueArray(fc.record({ Key, Value }), { minLength: 1, maxLength: 3, selector });

export const users: readonly Drawn[] = [
  draws('iam', 'CreateUser', { UserName, Path, Tags: fc.option(Tags, { nil: undefined }) }, 5),
  draws('iam', 'GetUser', { UserName }, 1),
  draws('iam', 'DeleteUser', { UserName }, 1),
];

export const tags: readonly Drawn[] = [
  draws('iam', 'TagUser', { UserName, Tags }, 5),
  draws('iam', 'UntagUser', {
    UserName,
    TagKeys: fc.array(mostly('team', 'owner', 'TEAM'), { minLength: 1 }),
  }),
  draws('iam', 'ListUserTags', { UserName }),
  draws('iam', 'GetUser', { UserName }),
  draws('iam', 'ListUsers', { PathPrefix: mostly(undefined, '/lifecycle/', '/none/') }),
];

const AccessKeyId = idOf('key');
export const keys: readonly Drawn[] = [
  draws('iam', 'CreateAccessKey', { UserName }, 5),
  draws('iam', 'UpdateAccessKey', { UserName, AccessKeyId, Status }, 3),
  draws('iam', 'DeleteAccessKey', { UserName, AccessKeyId }),
  draws('iam', 'ListAccessKeys', { UserName }),
  draws('iam', 'GetAccessKeyLastUsed', { AccessKeyId }),
];

const PolicyName = seldom(mostly('reading', 'writing'), 'a name', 'x'.repeat(129));
const VersionId = seldom(mostly('v1', 'v2', 'v3', 'v9'), 'latest');
export const policies: readonly Drawn[] = [
  draws(
    'iam',
    'CreatePolicy',
    { PolicyName, PolicyDocument: ManagedDocument, Description: mostly(undefined, 'of the roster') },
    5,
  ),
  draws('iam', 'GetPolicy', { PolicyArn }),
  draws('iam', 'DeletePolicy', { PolicyArn }),
  draws('iam', 'ListPolicies', { Scope: fc.constant('Local'), OnlyAttached: mostly(undefined, true, false) }),
  draws('iam', 'AttachUserPolicy', { UserName, PolicyArn }, 4),
  draws('iam', 'DetachUserPolicy', { UserName, PolicyArn }),
  draws('iam', 'ListAttachedUserPolicies', { UserName }),
];

export const versions: readonly Drawn[] = [
  draws('iam', 'CreatePolicy', { PolicyName, PolicyDocument: ManagedDocument }, 4),
  draws(
    'iam',
    'CreatePolicyVersion',
    { PolicyArn, PolicyDocument: ManagedDocument, SetAsDefault: mostly(undefined, true, false) },
    6,
  ),
  draws('iam', 'GetPolicyVersion', { PolicyArn, VersionId }),
  draws('iam', 'ListPolicyVersions', { PolicyArn }),
  draws('iam', 'SetDefaultPolicyVersion', { PolicyArn, VersionId }),
  draws('iam', 'DeletePolicyVersion', { PolicyArn, VersionId }),
  draws('iam', 'GetPolicy', { PolicyArn }),
  draws('iam', 'DeletePolicy', { PolicyArn }),
];

export const inlinePolicies: readonly Drawn[] = [
  draws('iam', 'PutUserPolicy', { UserName, PolicyName, PolicyDocument: InlineDocument }, 5),
  draws('iam', 'GetUserPolicy', { UserName, PolicyName }),
  draws('iam', 'DeleteUserPolicy', { UserName, PolicyName }),
  draws('iam', 'ListUserPolicies', { UserName }),
  draws('iam', 'CreateGroup', { GroupName }, 3),
  draws('iam', 'PutGroupPolicy', { GroupName, PolicyName, PolicyDocument: InlineDocument }, 3),
  draws('iam', 'GetGroupPolicy', { GroupName, PolicyName }, 1),
  draws('iam', 'DeleteGroupPolicy', { GroupName, PolicyName }, 1),
  draws('iam', 'ListGroupPolicies', { GroupName }, 1),
  draws('iam', 'DeleteGroup', { GroupName }, 1),
];

export const groups: readonly Drawn[] = [
  draws('iam', 'CreateGroup', { GroupName, Path }, 4),
  draws('iam', 'GetGroup', { GroupName }),
  draws('iam', 'ListGroups', { PathPrefix: mostly(undefined, '/lifecycle/') }, 1),
  draws('iam', 'DeleteGroup', { GroupName }, 1),
  draws('iam', 'AddUserToGroup', { GroupName, UserName }, 5),
  draws('iam', 'RemoveUserFromGroup', { GroupName, UserName }),
  draws('iam', 'ListGroupsForUser', { UserName }),
  draws('iam', 'CreatePolicy', { PolicyName, PolicyDocument }, 2),
  draws('iam', 'AttachGroupPolicy', { GroupName, PolicyArn }),
  draws('iam', 'DetachGroupPolicy', { GroupName, PolicyArn }, 1),
  draws('iam', 'ListAttachedGroupPolicies', { GroupName }, 1),
];

const Password = seldom(mostly('Correct-Horse-9', 'Battery-Staple-7'), 'short', '', 'alllowercaseletters');
const PasswordResetRequired = mostly(undefined, true, false);
export const logins: readonly Drawn[] = [
  draws('iam', 'CreateLoginProfile', { UserName, Password, PasswordResetRequired }, 5),
  draws('iam', 'GetLoginProfile', { UserName }),
  draws('iam', 'UpdateLoginProfile', { UserName, Password, PasswordResetRequired }),
  draws('iam', 'DeleteLoginProfile', { UserName }),
  draws('iam', 'UpdateAccountPasswordPolicy', {
    MinimumPasswordLength: seldom(mostly(undefined, 8, 16), 5, 129),
    RequireSymbols: mostly(undefined, true),
    MaxPasswordAge: seldom(mostly(undefined, 90), 1096),
    PasswordReusePrevention: seldom(mostly(undefined, 5), 25),
    HardExpiry: mostly(undefined, true, false),
  }),
  draws('iam', 'GetAccountPasswordPolicy', {}, 1),
  draws('iam', 'DeleteAccountPasswordPolicy', {}, 1),
];

const SerialNumber = mostly(arn('mfa/phone'), 'GAHT12345678', arn('mfa/tablet'), arn('mfa/none'));
const codes = { AuthenticationCode1: fc.constant('123456'), AuthenticationCode2: fc.constant('654321') };
export const mfaDevices: readonly Drawn[] = [
  draws('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: mostly('phone', 'tablet') }, 4),
  draws('iam', 'EnableMFADevice', { UserName, SerialNumber, ...codes }, 5),
  draws('iam', 'ListMFADevices', { UserName }),
  draws('iam', 'DeactivateMFADevice', { UserName, SerialNumber }, 3),
  draws('iam', 'DeleteVirtualMFADevice', { SerialNumber }),
];

const SSHPublicKeyId = idOf('sshKey');
const SSHPublicKeyBody = seldom(mostly(...[1, 2, 3, 4, 5, 6].map(sshKey)), 'ssh-rsa AAAA', 'no key');
export const sshKeys: readonly Drawn[] = [
  draws('iam', 'UploadSSHPublicKey', { UserName, SSHPublicKeyBody }, 6),
  draws('iam', 'GetSSHPublicKey', { UserName, SSHPublicKeyId, Encoding: fc.constant('SSH') }),
  draws('iam', 'ListSSHPublicKeys', { UserName }),
  draws('iam', 'UpdateSSHPublicKey', { UserName, SSHPublicKeyId, Status }),
  draws('iam', 'DeleteSSHPublicKey', { UserName, SSHPublicKeyId }),
];

/** Self-signed, of a key that nobody kept. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUeDKjlSElvwhNkZfUF/T55+ufxMcwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDYm9iMCAXDTI2MTEyMjA5MTY0NloYDzIxMjYxMDI5MDkxNjQ2
WjAOMQwwCgYDVQQDDANib2IwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARvHvsZ
A2nFwixR+nCZ5+lDDVmFjZGyy3gFdsH65LYFd1Rq8zQ+GidEjzsBs4UP1fN9oVIa
dN/dPHz0sb1Mvrryo1MwUTAdBgNVHQ4EFgQURlJYseAmrkdxyXq0KBcT5WB1z8ow
HwYDVR0jBBgwFoAURlJYseAmrkdxyXq0KBcT5WB1z8owDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiBjgJJFYg8BJchvwV8b+wwU6Na25TBX89h2fyhS
55R9EgIhAMZSMQwBPAPaY2dmRpmTUQy70WEqae7kz+ufUteD3poF
-----END CERTIFICATE-----`;
const CertificateId = idOf('certificate');
const ServiceName = seldom(fc.constant('codecommit.amazonaws.com'), 'nothing.amazonaws.com');
const ServiceSpecificCredentialId = idOf('serviceCredential');
export const otherCredentials: readonly Drawn[] = [
  draws(
    'iam',
    'UploadSigningCertificate',
    { UserName, CertificateBody: seldom(fc.constant(certificate), 'no certificate') },
    5,
  ),
  draws('iam', 'ListSigningCertificates', { UserName }),
  draws('iam', 'UpdateSigningCertificate', { UserName, CertificateId, Status }),
  draws('iam', 'DeleteSigningCertificate', { UserName, CertificateId }),
  draws('iam', 'CreateServiceSpecificCredential', { UserName, ServiceName }, 1),
  draws('iam', 'ListServiceSpecificCredentials', { UserName }, 1),
  draws('iam', 'UpdateServiceSpecificCredential', { UserName, ServiceSpecificCredentialId, Status }, 1),
  draws('iam', 'DeleteServiceSpecificCredential', { UserName, ServiceSpecificCredentialId }, 1),
];

export const overviews: readonly Drawn[] = [
  draws('iam', 'GetAccountAuthorizationDetails', {
    Filter: mostly(
      ['User'],
      ['Group', 'LocalManagedPolicy'],
      ['User', 'Group', 'Role', 'LocalManagedPolicy'],
    ),
  }),
  draws('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary: PolicyArn }, 1),
  draws('iam', 'DeleteUserPermissionsBoundary', { UserName }, 1),
  draws('iam', 'UpdateUser', { UserName, NewUserName: mostly('carl', undefined, 'ben'), NewPath: Path }, 1),
  ...groups,
  ...policies,
];
