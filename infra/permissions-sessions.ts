import type { PermissionStatement, RevocationContext } from './permissions-types.js';

/**
 * The one exception to "policies are deployed": new versions of the deployed revocation policies, and nothing else. IAM
 * cannot be told that a version must deny; that the code writes no other, and what the role's own boundary lets through,
 * is the limit: see the residual risks.
 */
export function revokeRoleSessions({ roleArns, policyArns }: RevocationContext): PermissionStatement[] {
  return [
    {
      sid: 'ReadListedRoles',
      effect: 'Allow',
      actions: ['iam:GetRole', 'iam:ListAttachedRolePolicies'],
      resources: roleArns,
      reason:
        'Sees whether the trust policy of a listed role makes sure whose a session is, how long sessions last, and that the revocation policy is attached.',
    },
    {
      sid: 'SetRevocations',
      effect: 'Allow',
      actions: [
        'iam:ListPolicyVersions',
        'iam:GetPolicyVersion',
        'iam:CreatePolicyVersion',
        'iam:DeletePolicyVersion',
      ],
      resources: policyArns,
      reason:
        "Denies a leaver's sessions by a new version of the one policy of their role; IAM keeps five versions, so the oldest goes.",
    },
  ];
}
