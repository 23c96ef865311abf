import { expect, test } from '@jest/globals';
import type { UserName } from '../../../functions/core/names.js';
import { describeRosterStep } from '../../../functions/core/roster/describe-step.js';
import type { RosterStep } from '../../../functions/core/roster/roster-steps.js';
import { bobKey, login, passwordPolicy, readOnly, rosterPolicy, s3Document } from '../../support/roster.js';

const user = { name: 'bob' as UserName, id: 'AIDABOB' };
const policy = rosterPolicy('AssumeAdminRolePolicy');

test.each<[RosterStep, string]>([
  [{ step: 'AttachPolicy', user, policyArn: readOnly }, 'attach policy/ReadOnlyAccess'],
  [{ step: 'EnsureKey', user }, 'mint an access key and store it'],
  [
    { step: 'Offboard', user, quarantineMs: null, reason: 'left' },
    'offboard, with the quarantine of the configuration',
  ],
  [{ step: 'Offboard', user, quarantineMs: 0, reason: 'left' }, 'offboard, without quarantine'],
  [
    { step: 'Offboard', user, quarantineMs: 604_800_000, reason: 'left' },
    'offboard, with a quarantine of 7 d',
  ],
  [{ step: 'CreatePolicy', policy }, 'create managed policy AssumeAdminRolePolicy under /'],
  [
    { step: 'UpdatePolicy', policy, pruneVersionId: null },
    'make a new version of managed policy AssumeAdminRolePolicy',
  ],
  [
    { step: 'UpdatePolicy', policy, pruneVersionId: 'v2' },
    'make a new version of managed policy AssumeAdminRolePolicy, deleting version v2 first',
  ],
  [{ step: 'CreateGroup', groupName: 'developers', path: '/' }, 'create group developers under /'],
  [
    { step: 'AttachGroupPolicy', groupName: 'developers', policyArn: readOnly },
    'attach policy/ReadOnlyAccess to group developers',
  ],
  [
    { step: 'DetachGroupPolicy', groupName: 'developers', policyArn: readOnly },
    'detach policy/ReadOnlyAccess from group developers',
  ],
  // {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}
  [
    { step: 'PutInlinePolicy', user, policyName: 's3', document: s3Document },
    'put inline policy s3 (96 characters)',
  ],
  [
    { step: 'CreateLogin', user, login },
    "create a console login with a password of 20 characters, to be changed at the first sign-in, kept as the user's secret",
  ],
  [
    { step: 'CreateLogin', user, login: { ...login, passwordResetRequired: false, pgpKey: 'mQENBF' } },
    "create a console login with a password of 20 characters, encrypted to the user's PGP key",
  ],
  [{ step: 'UploadSshKey', user, body: bobKey }, 'upload an SSH public key of type ssh-ed25519'],
  [{ step: 'DeleteCredential', user, kind: 'ssh-key', credentialId: 'APKA1' }, 'delete SSH public key APKA1'],
  [
    { step: 'DeactivateCredential', user, kind: 'service-credential', credentialId: 'ACCA1' },
    'deactivate service-specific credential ACCA1',
  ],
  [
    { step: 'ReactivateCredential', user, kind: 'certificate', credentialId: 'CERT1' },
    'reactivate signing certificate CERT1',
  ],
  [{ step: 'DeactivateMfaDevice', user, serialNumber: 'GAHT12345678' }, 'deactivate MFA device GAHT12345678'],
  [
    { step: 'DeleteVirtualMfaDevice', user, serialNumber: 'arn:aws:iam::123456789012:mfa/phone' },
    'deactivate and delete virtual MFA device arn:aws:iam::123456789012:mfa/phone',
  ],
  [
    { step: 'SetPasswordPolicy', policy: passwordPolicy },
    "set the account's password policy: minimumPasswordLength=16, requireLowercaseCharacters=true, requireUppercaseCharacters=true, requireNumbers=true, requireSymbols=true, allowUsersToChangePassword=true, hardExpiry=false, maxPasswordAge=30, passwordReusePrevention=5",
  ],
])('%j is said as: %s', (step, words) => {
  expect(describeRosterStep(step)).toBe(words);
});
