import { isDeepStrictEqual } from 'node:util';
import type { Gap, Seen } from './gap.js';

/** A password policy without what is 0 or false. */
function withoutNothing(outcome: Seen['ours']): unknown {
  return JSON.parse(JSON.stringify(outcome, (_name, value: unknown) => (value ? value : undefined)));
}

/** Of users and what lets them in. */
export const userGaps: readonly Gap[] = [
  {
    operations: ['UpdateUser'],
    difference:
      'moto leaves the tags of a user that is renamed or moved under its old ARN, for the next user of that name',
    fault: 'moto',
    reason: 'IAM user guide, renaming a user: what it has, its tags too, stays its own',
    ours: ['ok'],
    theirs: ['ok'],
    shows: 'afterwards',
  },
  {
    operations: ['DeleteUser'],
    difference: 'moto deletes a user that still has something of its own',
    fault: 'moto',
    reason:
      'API reference, DeleteUser: login profile, keys, certificates, SSH keys, MFA devices and group memberships go first, else DeleteConflict',
    ours: ['DeleteConflictException'],
    theirs: ['ok'],
  },
  {
    operations: ['CreateLoginProfile', 'GetLoginProfile'],
    difference: 'moto forgets PasswordResetRequired',
    fault: 'moto',
    reason: 'API reference, LoginProfile: whether the password must be changed at the next sign-in',
    fields: ['PasswordResetRequired'],
  },
  {
    operations: ['GetAccessKeyLastUsed'],
    difference: 'of a key that nobody has: AccessDenied here, NoSuchEntity at moto',
    fault: 'moto',
    reason:
      'API reference, GetAccessKeyLastUsed: NoSuchEntity is not among its errors; AccessDenied as seen in the field',
    ours: ['AccessDenied'],
    theirs: ['NoSuchEntityException'],
  },
  {
    operations: ['GetAccountPasswordPolicy'],
    difference: 'moto tells an age of 0, a reuse of 0 and a hard expiry of false where none was set',
    fault: 'moto',
    reason: 'API reference, PasswordPolicy: MaxPasswordAge is 1 to 1,095, PasswordReusePrevention 1 to 24',
    fields: ['MaxPasswordAge', 'PasswordReusePrevention', 'HardExpiry'],
    when: ({ ours, theirs }) => isDeepStrictEqual(withoutNothing(ours), withoutNothing(theirs)),
  },
  {
    operations: ['DeleteVirtualMFADevice'],
    difference: 'moto deletes a device that a user has',
    fault: 'moto',
    reason: 'API reference, DeleteVirtualMFADevice: it must be deactivated first, else DeleteConflict',
    ours: ['DeleteConflictException'],
    theirs: ['ok'],
  },
  {
    operations: ['CreateUser', 'TagUser'],
    difference: 'moto takes two tag keys that differ by case alone',
    fault: 'moto',
    reason: 'IAM user guide, tagging: keys of users are not distinguished by case',
    ours: ['InvalidInputException'],
  },
  {
    operations: ['TagUser', 'UntagUser'],
    difference: 'moto keeps a tag beside one whose key differs by case alone',
    fault: 'moto',
    reason: 'IAM user guide, tagging: keys of users are not distinguished by case',
    ours: ['ok'],
    theirs: ['ok'],
    shows: 'afterwards',
    when: ({ call, before }) =>
      /"(Team|TEAM)"/.test(JSON.stringify(call.input)) ||
      before.some(({ input }) => JSON.stringify(input).includes('"Team"')),
  },
  {
    operations: ['CreateLoginProfile', 'UpdateLoginProfile'],
    difference: 'moto takes passwords that the password policy forbids',
    fault: 'moto',
    reason: 'API reference, CreateLoginProfile: PasswordPolicyViolation',
    ours: ['PasswordPolicyViolationException'],
  },
  {
    operations: ['CreateLoginProfile', 'UpdateLoginProfile'],
    difference: 'moto takes an empty password',
    fault: 'moto',
    reason: 'API reference, CreateLoginProfile, Password: 1 to 128 characters',
    ours: ['ValidationError'],
    when: ({ call }) => call.input['Password'] === '',
  },
  {
    operations: ['UpdateAccountPasswordPolicy'],
    difference: 'moto takes values out of range',
    fault: 'moto',
    reason: 'API reference, UpdateAccountPasswordPolicy: length 6 to 128, age 1 to 1,095, reuse 1 to 24',
    ours: ['ValidationError'],
  },
  {
    operations: ['UploadSigningCertificate'],
    difference: 'the simulated account takes what is no certificate',
    fault: 'ours',
    reason: 'nothing of the system uploads certificates; those of its tests are words',
    ours: ['ok', 'LimitExceededException'],
    theirs: ['MalformedCertificateException'],
  },
  {
    operations: ['UploadSSHPublicKey'],
    difference: 'moto takes what is no key',
    fault: 'moto',
    reason: 'API reference, UploadSSHPublicKey: InvalidPublicKey, UnrecognizedPublicKeyEncoding',
    ours: ['InvalidPublicKeyException', 'UnrecognizedPublicKeyEncodingException'],
  },
  {
    operations: ['UploadSSHPublicKey'],
    difference: 'moto takes the same key twice',
    fault: 'moto',
    reason: 'API reference, UploadSSHPublicKey: DuplicateSSHPublicKey',
    ours: ['DuplicateSSHPublicKeyException'],
    theirs: ['ok'],
  },
  {
    operations: ['EnableMFADevice'],
    difference: 'moto enables virtual devices that nobody made, and devices that somebody has',
    fault: 'moto',
    reason: 'API reference, EnableMFADevice: NoSuchEntity; EntityAlreadyExists',
    ours: ['NoSuchEntityException', 'EntityAlreadyExistsException'],
    theirs: ['ok'],
  },
  {
    operations: ['CreateVirtualMFADevice'],
    difference: 'the simulated account tells no seed and no QR code',
    fault: 'ours',
    reason:
      'whoever makes a device for a user has no use for them here: they are secrets, and any code is taken',
    fields: ['Base32StringSeed', 'QRCodePNG'],
  },
  {
    operations: ['UploadSSHPublicKey', 'GetSSHPublicKey'],
    difference: 'moto tells a fingerprint without colons',
    fault: 'moto',
    reason: 'API reference, SSHPublicKey, Fingerprint: the MD5 digest, 48 characters of [:\\w]',
    fields: ['Fingerprint'],
  },
  {
    operations: ['UploadSigningCertificate', 'ListSigningCertificates'],
    difference: 'the simulated account keeps no body of a certificate',
    fault: 'ours',
    reason: 'nothing reads it; a certificate is a thing that is active, inactive or deleted',
    fields: ['CertificateBody'],
  },
];
