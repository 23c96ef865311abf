import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  type PolicyDocument,
  assumePolicyDocument,
  assumePolicyName,
} from '../functions/core/assume-policy.js';
import { denySessionsDocument } from '../functions/core/deny-sessions.js';
import { boundaryName } from '../functions/core/roster/boundary.js';
import { maxPolicyCharacters } from '../functions/core/roster/split-policy.js';
import { policyCharacters } from '../functions/core/roster/user-documents.js';
import { type RoleArn, parseRoleArn, roleNameOf } from '../functions/core/names.js';
import { denySessionsPolicyName } from '../functions/core/steps.js';
import type { Settings } from './config.js';
import type { Roster } from '../functions/core/roster/roster.js';
import { acknowledgeWildcards } from './nag.js';
import { statementsOf } from './roster-resources.js';
import { pascalCase } from './names.js';

/**
 * Everything that a managed user may ever be given: one policy a role, the boundary and, where wanted, a group a role.
 * They outlive the stack, since users are attached to them; see docs/deploy.md.
 */
export class UserPolicies extends Construct {
  /** Role key -> the policy that lets a user assume the role. */
  readonly assumePolicyArns: Readonly<Record<string, string>>;
  /** Role key -> the group that has that policy; none where policies are attached to users. */
  readonly groups: Readonly<Record<string, { readonly name: string; readonly arn: string }>>;
  readonly boundaryArn: string;
  /** What keeps out the sessions of a user whose key leaked. */
  readonly denySessionsArn: string;

  /** The ARN of each policy by its name. */
  readonly arnByName: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, settings: Settings, roster: Roster | null) {
    super(scope, id);
    const roles = Object.entries(settings.roles).map(([key, arn]) => [key, parseRoleArn(arn, key)] as const);
    this.assumePolicyArns = Object.fromEntries(
      roles.map(([key, roleArn]) => [key, this.assumePolicy(key, roleArn, settings)]),
    );
    this.groups =
      settings.attach === 'users'
        ? {}
        : Object.fromEntries(roles.map(([key, roleArn]) => [key, this.group(key, roleArn, settings)]));
    const boundary = settings.boundaryArn === undefined ? this.boundary(settings, roster) : null;
    this.denySessionsArn = this.denySessions();
    this.boundaryArn = boundary ?? settings.boundaryArn!;
    this.arnByName = {
      ...Object.fromEntries(
        roles.map(([key, roleArn]) => [assumePolicyName(roleArn), this.assumePolicyArns[key]!]),
      ),
      ...(boundary === null ? {} : { [boundaryName]: boundary }),
    };
  }

  private assumePolicy(key: string, roleArn: RoleArn, settings: Settings): string {
    const name = roleNameOf(roleArn);
    const policy = new iam.CfnManagedPolicy(this, `Assume${pascalCase(key)}`, {
      managedPolicyName: assumePolicyName(roleArn),
      description: `Allows assuming ${name}`,
      policyDocument: pinnedPolicyDocument(roleArn, settings.sessionPin),
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnOutput(Stack.of(this), `AssumePolicyArn${pascalCase(key)}`, {
      description: `The policy that lets a user assume ${key}`,
      value: policy.ref,
    });
    return policy.ref;
  }

  private group(key: string, roleArn: RoleArn, { userPath }: Settings): { name: string; arn: string } {
    const name = `Assume${roleNameOf(roleArn)}`;
    const group = new iam.CfnGroup(this, `Group${pascalCase(key)}`, {
      groupName: name,
      path: userPath,
      managedPolicyArns: [this.assumePolicyArns[key]!],
    });
    group.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return { name, arn: group.attrArn };
  }

  private denySessions(): string {
    const policy = new iam.CfnManagedPolicy(this, 'DenySessions', {
      managedPolicyName: denySessionsPolicyName,
      description: 'Denies whatever is asked for with temporary credentials; for users whose key leaked',
      policyDocument: denySessionsDocument,
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return policy.ref;
  }

  /** A roster's own boundary wins: it knows which policies its users have. */
  private boundary(settings: Settings, roster: Roster | null): string {
    const own = roster?.policies.find(({ name }) => name === boundaryName)?.document;
    const document = own ?? boundaryDocument(settings);
    const length = policyCharacters(document);
    if (length > maxPolicyCharacters) {
      throw new Error(
        `the boundary takes ${length} characters and IAM allows ${maxPolicyCharacters}: give one of your own as boundaryArn, or list fewer roles and managedPolicies`,
      );
    }
    const policy = new iam.CfnManagedPolicy(this, 'Boundary', {
      managedPolicyName: boundaryName,
      // It cannot be changed, so it is the same whoever wrote the document.
      description: 'The most that a managed user can ever do, whatever is attached to it',
      policyDocument: document,
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const reason =
      'The boundary grants nothing: what the configuration or the roster gives users is let through by it.';
    acknowledgeWildcards(
      policy,
      statementsOf(document).map((statement) => ({ ...statement, reason })),
    );
    return policy.ref;
  }
}

/** The assume policy of a role; pinned, the session bears the user's own name, and nobody can act as somebody else. */
export function pinnedPolicyDocument(roleArn: RoleArn, pin: Settings['sessionPin']): PolicyDocument {
  const document = assumePolicyDocument(roleArn);
  const narrowed = (more: object): PolicyDocument => ({
    ...document,
    Statement: document.Statement.map((statement) => ({ ...statement, ...more })),
  });
  switch (pin) {
    case 'none':
      return document;
    case 'session-name':
      return narrowed({ Condition: { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } } });
    case 'source-identity':
      // Setting a source identity is an action of its own beside sts:AssumeRole, and allows nothing by itself.
      return narrowed({
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'sts:SourceIdentity': '${aws:username}' } },
      });
  }
}

/** What no managed user ever exceeds: the listed roles, and what the listed managed policies need. Never IAM. */
export function boundaryDocument({ roles, sessionPin, managedPolicies }: Settings): PolicyDocument {
  const assume =
    sessionPin === 'source-identity' ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : 'sts:AssumeRole';
  const roleArns = Object.values(roles);
  return {
    Version: '2012-10-17',
    Statement: [
      ...(roleArns.length === 0
        ? []
        : [{ Sid: 'AssumeListedRoles', Effect: 'Allow', Action: assume, Resource: roleArns }]),
      ...managedPolicies.map(({ actions, resources }, index) => ({
        Sid: `ManagedPolicy${index + 1}`,
        Effect: 'Allow',
        Action: actions,
        Resource: resources,
      })),
      {
        Sid: 'NeverIdentities',
        Effect: 'Deny',
        Action: ['iam:*', 'organizations:*', 'account:*'],
        Resource: '*',
      },
    ],
  };
}
