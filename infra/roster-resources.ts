import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PolicyDocument } from '../functions/core/assume-policy.js';
import type { Roster, RosterGroup, RosterPolicy } from '../functions/core/roster/roster.js';
import { acknowledge, acknowledgeWildcards } from './nag.js';

interface RosterResourcesProps {
  readonly roster: Roster;
  /** Names of policies that the stack makes anyway -> their ARNs: the roles' policies and the boundary. */
  readonly made: Readonly<Record<string, string>>;
}

/**
 * The policies and groups that a roster declares. Policies are deployed, identities are operated: users and their
 * memberships are in no stack. They outlive it, as users are attached to them.
 */
export class RosterResources extends Construct {
  /** What the roster gives its users. */
  readonly policyArns: readonly string[];
  /** The groups that it puts them into, made here or elsewhere. */
  readonly groupArns: readonly string[];
  /** ARN as the roster writes it -> reference to what is made of it. */
  private readonly references = new Map<string, string>();

  constructor(scope: Construct, id: string, { roster, made }: RosterResourcesProps) {
    super(scope, id);
    for (const policy of roster.policies)
      this.references.set(policy.arn, made[policy.name] ?? this.policy(policy));
    const groups = new Map(roster.groups.map((group) => [group.name, this.group(group)]));
    this.policyArns = distinct(roster.users.flatMap(({ policyArns }) => policyArns)).map((arn) =>
      this.referenceTo(arn),
    );
    const joined = distinct(roster.users.flatMap(({ groupNames }) => groupNames));
    this.groupArns = [
      ...groups.values(),
      // The path of a group that others made is not known here.
      ...joined.filter((name) => !groups.has(name)).flatMap((name) => groupArns(roster, name)),
    ];
  }

  private policy({ name, path, description, document }: RosterPolicy): string {
    const policy = new iam.CfnManagedPolicy(this, name, {
      managedPolicyName: name,
      path,
      ...(description === '' ? {} : { description }),
      policyDocument: document,
    });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledgeWildcards(policy, statementsOf(document));
    return policy.ref;
  }

  private group({ name, path, policyArns }: RosterGroup): string {
    const group = new iam.CfnGroup(this, `Group ${name}`, {
      groupName: name,
      path,
      ...(policyArns.length === 0
        ? {}
        : { managedPolicyArns: policyArns.map((arn) => this.referenceTo(arn)) }),
    });
    group.applyRemovalPolicy(RemovalPolicy.RETAIN);
    for (const arn of policyArns.filter((arn) => arn.includes('::aws:policy/')))
      acknowledge(group, `IAM4[Policy::${arn}]`, `The roster gives the group ${name} this policy of AWS.`);
    return group.attrArn;
  }

  private referenceTo(arn: string): string {
    return this.references.get(arn) ?? arn;
  }
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function groupArns({ accountId, assumableRoles }: Roster, name: string): string[] {
  const partition = Object.values(assumableRoles)[0]?.split(':')[1] ?? 'aws';
  return [name, `*/${name}`].map((resource) => `arn:${partition}:iam::${accountId}:group/${resource}`);
}

/** What cdk-nag looks at in a document of the roster. */
export function statementsOf({ Statement }: PolicyDocument) {
  const reason =
    'The roster declares this policy; its documents are those of the Terraform modules that it replaces, or its own.';
  return Statement.map((statement) => {
    const { Effect, Action, Resource } = statement as Readonly<Record<string, string | string[] | undefined>>;
    return {
      effect: Effect as 'Allow' | 'Deny',
      actions: [Action ?? []].flat(),
      resources: [Resource ?? []].flat(),
      reason,
    };
  });
}
