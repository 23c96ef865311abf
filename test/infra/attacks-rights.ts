import type { ConditionContext } from '../support/iam-simulation.js';
import { attack, on, requestTags, tombstoned } from './attack.js';
import { arn, boundary, denyAll, foreign, managed, ofRoster, unmanaged, user } from './escalations.js';
import { deployed } from './context.js';

const put = (policyArn: string) => ({ ...managed, 'iam:PermissionsBoundary': policyArn });
const attach = (policyArn: string, context: ConditionContext = { ...managed, ...boundary }) =>
  on('iam:AttachUserPolicy', user, { ...context, 'iam:PolicyARN': policyArn });

const detach = (policyArn: string, context: ConditionContext = managed) =>
  on('iam:DetachUserPolicy', user, { ...boundary, ...context, 'iam:PolicyARN': policyArn });

export const policyAttacks = [
  attack('Policies and boundaries', 'Attach AdministratorAccess', [
    attach('arn:aws:iam::aws:policy/AdministratorAccess'),
  ]),
  attack('Policies and boundaries', 'Attach another policy of the account', [
    attach(arn('policy/Deployers')),
  ]),
  attack('Policies and boundaries', 'Attach an assume policy to a user without the boundary', [
    attach(deployed.assumePolicyArns[0]!, managed),
  ]),
  attack('Policies and boundaries', 'Attach an assume policy to a user with another boundary', [
    attach(deployed.assumePolicyArns[0]!, put(arn('policy/Wide'))),
  ]),
  attack('Policies and boundaries', 'Attach an assume policy to a leaver', [
    attach(deployed.assumePolicyArns[0]!, { ...tombstoned, ...boundary }),
  ]),
  attack(
    'Policies and boundaries',
    'Detach an assume policy from a user who stays',
    [detach(deployed.assumePolicyArns[0]!)],
    ['reconcile', 'onboard'],
  ),
  attack(
    'Policies and boundaries',
    'Take a role from a user of the roster',
    [detach(deployed.assumePolicyArns[0]!, ofRoster)],
    ['reconcile'],
  ),
  attack('Policies and boundaries', 'Give a role to a user under our path that is not ours', [
    on('iam:AttachUserPolicy', unmanaged, {
      ...boundary,
      'aws:ResourceTag/iam-lifecycle:origin': 'api',
      'iam:PolicyARN': deployed.assumePolicyArns[0]!,
    }),
  ]),
  attack(
    'Policies and boundaries',
    "Detach a person's deny from a user who stays",
    [detach(arn('policy/DenyProduction'))],
    ['reconcile'],
  ),
  attack(
    'Policies and boundaries',
    "Delete a user's inline deny while it stays",
    [on('iam:DeleteUserPolicy', user, { ...managed, ...boundary })],
    ['reconcile'],
  ),
  attack('Policies and boundaries', 'Write an inline policy', [
    on('iam:PutUserPolicy', user, { ...managed, ...boundary }),
  ]),
  attack('Policies and boundaries', 'Remove the boundary', [
    on('iam:DeleteUserPermissionsBoundary', user, { ...managed, ...boundary }),
  ]),
  attack('Policies and boundaries', 'Set AdministratorAccess as the boundary', [
    on('iam:PutUserPermissionsBoundary', user, put('arn:aws:iam::aws:policy/AdministratorAccess')),
  ]),
  attack('Policies and boundaries', 'Set another policy of the account as the boundary', [
    on('iam:PutUserPermissionsBoundary', user, put(arn('policy/Wide'))),
  ]),
  attack('Policies and boundaries', "Remove the boundary of a function's own role", [
    on('iam:DeleteRolePermissionsBoundary', arn('role/iam-lifecycle-rotate')),
  ]),
  attack('Policies and boundaries', "Edit the policy of a function's own role", [
    on('iam:PutRolePolicy', arn('role/iam-lifecycle-rotate')),
  ]),
  attack('Policies and boundaries', 'Move a user out of our path', [on('iam:UpdateUser', user, managed)]),
  attack('Policies and boundaries', 'Move a foreign user into our path', [on('iam:UpdateUser', foreign)]),
];

export const leaverAttacks = [
  attack('Leavers', 'Mint a key for a leaver', [on('iam:CreateAccessKey', user, tombstoned)]),
  attack(
    'Leavers',
    "Make a leaver's key Active again",
    [on('iam:UpdateAccessKey', user, tombstoned)],
    ['offboard', 'respond'],
  ),
  ...[
    'DeactivateMFADevice',
    'DeleteSSHPublicKey',
    'DeleteSigningCertificate',
    'DeleteServiceSpecificCredential',
  ].map((action) => attack('Leavers', `${action} of a user who stays`, [on(`iam:${action}`, user, managed)])),
  attack(
    'Leavers',
    "Make a leaver's SSH key Active again",
    [on('iam:UpdateSSHPublicKey', user, tombstoned)],
    ['offboard'],
  ),
  attack('Leavers', 'Give a leaver an SSH key', [on('iam:UploadSSHPublicKey', user, tombstoned)]),
  attack('Leavers', 'Give a leaver a new password for a service', [
    on('iam:ResetServiceSpecificCredential', user, tombstoned),
  ]),
  attack('Leavers', 'Make a virtual MFA device and enable it for a leaver', [
    on('iam:CreateVirtualMFADevice', arn('mfa/mallory')),
    on('iam:EnableMFADevice', user, tombstoned),
  ]),
  attack('Leavers', 'Take the MFA device of a user outside our path, then delete it', [
    on('iam:DeactivateMFADevice', foreign, tombstoned),
    on('iam:DeleteVirtualMFADevice', arn('mfa/breakglass')),
  ]),
  attack('Leavers', 'Delete an SMS device', [on('iam:DeleteVirtualMFADevice', arn('sms-mfa/breakglass'))]),
  attack(
    'Leavers',
    'Delete a virtual MFA device that nobody has enabled',
    [on('iam:DeleteVirtualMFADevice', arn('mfa/unassigned'))],
    ['offboard'],
  ),
  attack(
    'Leavers',
    'Lift the deny from a leaver',
    [on('iam:DetachUserPolicy', user, { ...tombstoned, ...boundary, 'iam:PolicyARN': denyAll })],
    ['offboard'],
  ),
  attack(
    'Leavers',
    'Take the tombstone away',
    [on('iam:UntagUser', user, { ...tombstoned, 'aws:TagKeys': ['iam-lifecycle:offboarded-at'] })],
    ['offboard'],
  ),
  attack('Leavers', 'Delete a user under our path that is not ours and carries a tombstone', [
    on('iam:DeleteUser', unmanaged, { 'aws:ResourceTag/iam-lifecycle:offboarded-at': 'x' }),
  ]),
  attack('Leavers', 'Delete a user who stays', [on('iam:DeleteUser', user, managed)]),
  attack(
    'Leavers',
    'Tombstone a user who stays, then delete it at once',
    [
      on('iam:TagUser', user, { ...managed, ...requestTags({ 'iam-lifecycle:offboarded-at': 'x' }) }),
      on('iam:DeleteUser', user, tombstoned),
    ],
    ['offboard'],
  ),
  attack(
    'Leavers',
    'Take anybody out of a group that denies something',
    [on('iam:RemoveUserFromGroup', arn('group/denied'))],
    ['offboard'],
  ),
];
