import { type PolicyDocument, assumePolicyDocument, assumePolicyName } from '../assume-policy.js';
import { InvalidValue } from '../invalid-value.js';
import { parseRoleArn, roleNameOf, sameName } from '../names.js';
import { type RosterAccount, documentOf, rosterPolicy } from './roster-policy.js';
import type { RosterPolicy } from './roster.js';
import { maxPolicyCharacters } from './split-policy.js';
import { policyCharacters } from './user-documents.js';

/** The permissions boundary of every user that is given no other one. */
export const boundaryName = 'IamLifecycleBoundary';

interface BoundaryWish extends RosterAccount {
  readonly roleArns: readonly string[];
  /** true: users have assume policies alone. false: some have any other policy, inline policy or group. */
  readonly isNarrow: boolean;
}

/** The most that a user of the roster can ever do. Throws InvalidValue where its roles do not fit into one policy. */
export function rosterBoundary({ roleArns, isNarrow, ...account }: BoundaryWish): RosterPolicy {
  const draft = {
    name: boundaryName,
    path: '/',
    description: 'The most that a user of the roster can ever do',
  };
  const { arn } = rosterPolicy(account, { ...draft, document: documentOf() });
  const document = isNarrow ? narrowDocument(roleArns) : broadDocument(account, arn);
  const characters = policyCharacters(document);
  if (characters > maxPolicyCharacters) {
    throw new InvalidValue(
      'assumableRoles',
      `${roleArns.length} roles, which make a boundary of ${characters} characters`,
      `few enough for the ${maxPolicyCharacters} characters of one policy: a user has one boundary, so it cannot be split`,
    );
  }
  return rosterPolicy(account, { ...draft, document });
}

/** The listed roles and nothing else. What a stray policy adds beside an assume policy has no effect. */
function narrowDocument(roleArns: readonly string[]): PolicyDocument {
  const assume = { Sid: 'AssumeListedRoles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArns };
  return documentOf(...(roleArns.length === 0 ? [] : [assume]), {
    Sid: 'NeverIdentities',
    Effect: 'Deny',
    Action: ['iam:*', 'organizations:*', 'account:*'],
    Resource: '*',
  });
}

/**
 * Whatever the user's policies give, for they may give anything, but no way out of the boundary. It binds users, not
 * roles: a user who may create roles and assume them acts through them unbound, as an administrator may.
 */
function broadDocument({ accountId, partition }: RosterAccount, boundaryArn: string): PolicyDocument {
  return documentOf(
    { Sid: 'WhateverPoliciesGive', Effect: 'Allow', Action: '*', Resource: '*' },
    // Of no user at all, since another one's boundary is the way to that one's rights.
    {
      Sid: 'NeverTakeABoundaryOff',
      Effect: 'Deny',
      Action: ['iam:DeleteUserPermissionsBoundary', 'iam:PutUserPermissionsBoundary'],
      Resource: `arn:${partition}:iam::${accountId}:user/*`,
    },
    // A boundary that says something else is no boundary.
    {
      Sid: 'NeverChangeTheBoundary',
      Effect: 'Deny',
      Action: [
        'iam:CreatePolicyVersion',
        'iam:DeletePolicy',
        'iam:DeletePolicyVersion',
        'iam:SetDefaultPolicyVersion',
      ],
      Resource: boundaryArn,
    },
    // A user without it could be created with a key, and do the rest. The condition holds where no boundary is given too.
    {
      Sid: 'NeverCreateAUserWithoutIt',
      Effect: 'Deny',
      Action: 'iam:CreateUser',
      Resource: '*',
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundaryArn } },
    },
  );
}

/**
 * The policy of each role, in the order of the roles; a role that has two keys has one. Throws InvalidValue for an
 * ARN that is none, and for two roles of one name, since a role's policy is named after it.
 */
export function assumePolicies(
  roles: Readonly<Record<string, string>>,
  account: RosterAccount,
): readonly RosterPolicy[] {
  const policies = new Map<string, RosterPolicy>();
  for (const [key, arn] of Object.entries(roles)) {
    const field = `assumableRoles.${key}`;
    const roleArn = parseRoleArn(arn, field);
    const roleName = roleNameOf(roleArn);
    const twin = [...policies.keys()].find((other) => other !== roleArn && sameName(nameOf(other), roleName));
    if (twin !== undefined) {
      throw new InvalidValue(
        field,
        arn,
        `a role of another name than ${twin}: a role's policy is named after it`,
      );
    }
    const draft = {
      name: assumePolicyName(roleArn),
      path: '/',
      description: `Allows assuming ${roleName}`,
      document: assumePolicyDocument(roleArn),
    };
    policies.set(roleArn, rosterPolicy(account, draft, field));
  }
  return [...policies.values()];
}

const nameOf = (arn: string) => roleNameOf(parseRoleArn(arn));
