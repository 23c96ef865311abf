import { originTags, rosterTags } from '../functions/core/tags.js';
import { ceiling, mostNamed } from './permissions-ceiling.js';
import {
  accountResource,
  anyCredentials,
  denyAllArn,
  isManaged,
  joinableGroups,
  keyStoreKeys,
  managedTag,
  revocationPolicies,
  rosterKeeperArn,
  rosterPolicies,
  tombstone,
} from './permissions-scope.js';
import type { FunctionName, PermissionContext, PermissionStatement } from './permissions-types.js';

/**
 * The permissions boundary of a function's role: the most that this function may ever do, whatever its own policy comes
 * to say, and what none may do even where another policy (of a secret, of a KMS key) would allow it. Written by hand
 * beside the functions' own statements, not derived from them: it is the second lock.
 */
export function functionBoundary(context: PermissionContext, name: FunctionName): PermissionStatement[] {
  return [
    ...ceiling(context, name),
    deny(
      'NeverAtAll',
      [
        ...neverAtAll,
        ...(joinableGroups(context).length === 0 ? ['iam:AddUserToGroup'] : []),
        ...(context.ssmBasePaths.length === 0 ? ['ssm:*'] : neverInSsm),
      ],
      'No default version is chosen, no inline policy written, no other credential made, no user moved or freed of its boundary, no secret read or shared, no role assumed, no code changed.',
    ),
    ...(name === 'revoke' ? neverButRevocations(context) : [neverPoliciesNorRoles]),
    ...neverGrantMore(context, name),
    ...neverTouchForeignUsers(context),
    // The only one whose ceiling has these: the others need their room for what they may do.
    ...(name === 'rotate' ? [neverMintForLeavers, neverReplicateAtCreation] : []),
    ...neverLeakSecrets(context),
  ];
}

const deny = (
  sid: string,
  actions: readonly string[],
  reason: string,
  conditions?: PermissionStatement['conditions'],
): PermissionStatement => ({
  sid,
  effect: 'Deny',
  actions,
  resources: ['*'],
  ...(conditions ? { conditions } : {}),
  reason,
});

/**
 * One statement, since a managed policy holds 6,144 characters; the reasons are beside the actions. What the ceiling leaves
 * out (groups' policies, providers, passwords, MFA devices, stacks) is denied by that, for want of room.
 */
const neverAtAll = [
  'iam:SetDefault*',
  'iam:Put*Policy',
  // Access keys are the only credentials that are made here.
  'iam:Create*Credential',
  'iam:Reset*Credential',
  'iam:Upload*',
  // The path is the anchor and only UpdateUser could move a user; a boundary is exchanged, never removed.
  'iam:UpdateUser',
  'iam:DeleteUserPermissionsBoundary',
  // No secret is read, at any stage; none is opened to others, copied elsewhere or handed to another key or function.
  'secretsmanager:*GetSecretValue',
  'secretsmanager:*ResourcePolicy',
  'secretsmanager:Replicate*',
  'secretsmanager:RotateSecret',
  'secretsmanager:UpdateSecret',
  // No role is assumed, no code changed, nothing started that runs with a role. GetCallerIdentity cannot be denied.
  'sts:*',
  'lambda:*',
] as const;

/** Create and Delete: no function creates or edits a policy document, passes or changes a role, or widens a trust. */
const neverPoliciesNorRoles = deny(
  'NeverDocuments',
  ['iam:*tePolicy*', 'iam:*Role*'],
  'Policies are deployed, identities are operated: no policy document is written, no role touched.',
);

/** The same for the one function that reads roles (Get and List are left) and writes some policies. */
function neverButRevocations(context: PermissionContext): PermissionStatement[] {
  return [
    deny(
      'NeverChangeRoles',
      [
        // Create, Delete, Remove, and UpdateAssumeRolePolicy.
        'iam:*eRole*',
        'iam:PassRole',
        'iam:AddRole*',
        'iam:PutRole*',
        // Attach and Detach.
        'iam:*hRolePolicy',
        // Tag and Untag.
        'iam:*agRole',
        'iam:*ServiceLinkedRole',
      ],
      'No role is made, passed or changed, and no trust widened.',
    ),
    {
      sid: 'NeverWriteOtherPolicies',
      effect: 'Deny',
      actions: ['iam:*tePolicy*'],
      resources: [revocationPolicies(context)],
      isElsewhere: true,
      reason: 'The one exception to "policies are deployed" ends at the policies that revoke sessions.',
    },
  ];
}

/** A pair is read by its one name; these read many at once, whole paths, and former values. */
const neverInSsm = ['ssm:GetParameters*', 'ssm:GetParameterHistory', 'ssm:*ResourcePolicy'] as const;

function neverGrantMore(context: PermissionContext, name: FunctionName): PermissionStatement[] {
  const denyAll = denyAllArn(context);
  const denies = name === 'respond' ? [denyAll, context.denySessionsArn] : [denyAll];
  return [
    deny(
      'NeverSetAnotherBoundary',
      ['iam:CreateUser', 'iam:PutUserPermissionsBoundary'],
      'A user has our boundary or AWSDenyAll, from its first instant on.',
      { StringNotEquals: { 'iam:PermissionsBoundary': [denyAll, context.boundaryArn] } },
    ),
    deny(
      'NeverGrantToUnbound',
      ['iam:AttachUserPolicy'],
      'A user without our boundary is given nothing but the denies.',
      {
        StringNotEquals: { 'iam:PermissionsBoundary': [denyAll, context.boundaryArn] },
        ArnNotEquals: { 'iam:PolicyARN': denies },
      },
    ),
    deny(
      'NeverAttachAnotherPolicy',
      ['iam:AttachUserPolicy'],
      'The assume policies, the allow-list, the denies, and nothing else. Beyond five policies any of the account: a boundary holds no longer list, and the function that attaches has it whole.',
      { ArnNotLike: { 'iam:PolicyARN': [...denies, ...attachable(context)] } },
    ),
  ];
}

function attachable(context: PermissionContext): readonly string[] {
  const policies = rosterPolicies(context);
  return policies.length <= mostNamed
    ? policies
    : [accountResource(context, 'policy/*'), ...context.managedPolicyAllowList];
}

function neverTouchForeignUsers(context: PermissionContext): PermissionStatement[] {
  return [
    deny(
      'NeverTouchUnmanaged',
      [
        'iam:*AccessKey',
        'iam:*UserPolicy',
        'iam:*Credential',
        // Update and Delete; Get is a read.
        'iam:*eSSHPublicKey',
        'iam:*Certificate',
        'iam:DeactivateMFADevice',
        'iam:UntagUser',
        'iam:DeleteUser',
        'iam:DeleteLoginProfile',
        'iam:PutUserPermissionsBoundary',
      ],
      "A user under our path that does not carry our tag is somebody else's.",
      { StringNotEquals: isManaged },
    ),
    neverRetag(
      'NeverRetagManaged',
      originTags,
      'What makes a user ours is said once, by CreateUser, and stays as long as the user does.',
    ),
    neverRetag(
      'NeverMoveKeyStores',
      rosterTags,
      'Where a key is kept, and how its user leaves, is said at its creation; the roster alone says it anew.',
      context.roster === null ? {} : { ArnNotEquals: { 'aws:PrincipalArn': rosterKeeperArn(context) } },
    ),
  ];
}

const neverMintForLeavers = deny(
  'NeverMintForLeavers',
  ['iam:CreateAccessKey'],
  'After the tombstone no key is minted, whatever a function believes.',
  { Null: { [tombstone]: 'false' } },
);

const neverReplicateAtCreation = deny(
  'NeverReplicateAtCreation',
  ['secretsmanager:CreateSecret'],
  'A new secret stays in its region.',
  { Null: { 'secretsmanager:AddReplicaRegions': 'false' } },
);

function neverRetag(
  sid: string,
  keys: readonly string[],
  reason: string,
  conditions: PermissionStatement['conditions'] = {},
): PermissionStatement {
  return deny(sid, ['iam:TagUser', 'iam:UntagUser'], reason, {
    Null: { [managedTag]: 'false' },
    'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': keys },
    ...conditions,
  });
}

function neverLeakSecrets(context: PermissionContext): PermissionStatement[] {
  return [
    ...(context.ssmBasePaths.length === 0
      ? []
      : [
          {
            sid: 'NeverReadOtherParameters',
            effect: 'Deny',
            actions: ['ssm:GetParameter'],
            resources: [anyCredentials(context)],
            isElsewhere: true,
            reason:
              'Nothing is read but the pair from which torn parts are mended; under which paths is said above.',
          } as const,
        ]),
    deny('NeverDestroySecrets', ['secretsmanager:DeleteSecret'], 'A deleted secret can be brought back.', {
      Bool: { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' },
    }),
    ...(keyStoreKeys(context).length === 0
      ? []
      : [
          deny(
            'NeverDecryptDirectly',
            ['kms:*'],
            'The key is used through the services that hold our things, never directly.',
            { Null: { 'kms:ViaService': 'true' } },
          ),
        ]),
  ];
}
