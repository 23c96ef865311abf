import path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { InvalidConfig, type Settings } from './config.js';
import type { Environments } from './environment.js';
import { logGroup } from './log-group.js';
import { acknowledgeWildcards } from './nag.js';
import { functionBoundaryNameOf, logGroupNameOf, prefix } from './names.js';
import {
  type FunctionName,
  type PermissionContext,
  type PermissionStatement,
  deployedName,
  functionBoundary,
  functionsOf,
  maxInlineCharacters,
  maxManagedCharacters,
  permissionsOf,
  toDocument,
} from './permissions.js';
import { type Plumbing, plumbingOf, withPlumbing } from './plumbing.js';

const descriptions: Readonly<Record<FunctionName, string>> = {
  onboard: 'POST and PUT: creates a user and asks for its key, changes its roles and tags',
  users: 'Shows users and plans, asks for rotations, departures and returns',
  rotate: "Takes one user's key as far through its life as it may go now",
  offboard: 'Takes one user as far through its departure as it may go now',
  respond: 'Answers a leaked key: denies its user, deactivates it, asks for a successor',
  scan: 'Looks through the account and asks for attention where it is due',
  reconcile: 'Makes the users as the roster says, and tells of what no function may do',
  revoke: "Ends a leaver's sessions of the listed roles, and tells of those that it cannot end",
};

/** In seconds. An HTTP API answers for the function after 30. */
export const timeouts: Readonly<Record<FunctionName, number>> = {
  onboard: 29,
  users: 29,
  rotate: 120,
  offboard: 120,
  respond: 120,
  scan: 300,
  reconcile: 300,
  revoke: 120,
};

/** In MB. Two of them hold the whole account: 5,000 users, their rows and their secrets, or the roster of them. */
const memory: Readonly<Record<FunctionName, number>> = {
  onboard: 512,
  users: 512,
  rotate: 512,
  offboard: 512,
  respond: 512,
  scan: 1024,
  reconcile: 1024,
  revoke: 512,
};

/** They put messages into the queue that they take them from. */
const selfCalling: ReadonlySet<FunctionName> = new Set(['rotate', 'offboard', 'respond']);

interface FunctionsProps {
  readonly settings: Settings;
  readonly environments: Environments;
  readonly context: PermissionContext;
  readonly plumbing: Plumbing;
  readonly key: IKey;
  /** The folder of the bundles: one folder a function. */
  readonly bundles: string;
}

type OptionalFunction = 'reconcile' | 'revoke';

/** The functions by name; some are there only where the configuration asks for what they do. */
export type FunctionsByName = Readonly<
  Record<Exclude<FunctionName, OptionalFunction>, lambda.Function> &
    Partial<Record<OptionalFunction, lambda.Function>>
>;

/** The functions, each with its own role, log group and environment. */
export class Functions extends Construct {
  readonly all: FunctionsByName;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: FunctionsProps,
  ) {
    super(scope, id);
    const made = functionsOf(props.context).map((name) => [name, this.make(name)] as const);
    this.all = Object.fromEntries(made) as unknown as FunctionsByName;
  }

  private roleBoundary(scope: Construct, name: FunctionName): iam.ManagedPolicy {
    const { context, plumbing } = this.props;
    const statements = withPlumbing(functionBoundary(context, name), name, plumbing);
    mustFit(`the boundary of ${name}`, statements, maxManagedCharacters);
    const boundary = new iam.ManagedPolicy(scope, 'Boundary', {
      managedPolicyName: functionBoundaryNameOf(name),
      description: `The most that iam-lifecycle's ${name} function can ever do`,
      document: toPolicyDocument(statements),
    });
    acknowledgeWildcards(boundary, statements);
    return boundary;
  }

  private make(name: FunctionName): lambda.Function {
    const { environments, key, settings, bundles } = this.props;
    const scope = new Construct(this, name);
    const logs = logGroup(scope, 'Logs', { name: logGroupNameOf(name), key, settings });
    const made = new lambda.Function(scope, 'Function', {
      functionName: deployedName(name),
      description: descriptions[name],
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(path.join(bundles, name)),
      handler: 'index.handler',
      memorySize: memory[name],
      timeout: Duration.seconds(timeouts[name]),
      ...reservation(name, settings),
      role: this.role(scope, name),
      logGroup: logs,
      environment: {
        ...environments[name],
        POWERTOOLS_SERVICE_NAME: prefix,
        POWERTOOLS_LOG_LEVEL: settings.logLevel,
      },
      // A look that asks for the next one through its own queue is no runaway loop: Lambda would cut it after 16 turns.
      ...(selfCalling.has(name) ? { recursiveLoop: lambda.RecursiveLoop.ALLOW } : {}),
    });
    const resource = made.node.defaultChild as lambda.CfnFunction;
    if (settings.vpc) resource.vpcConfig = settings.vpc;
    // It refers to its role, which holds all of its policies: there is nothing else to wait for.
    resource.addDeletionOverride('DependsOn');
    return made;
  }

  private role(scope: Construct, name: FunctionName): iam.IRole {
    const { context, plumbing } = this.props;
    const statements = [...permissionsOf(name, context), ...plumbingOf(name, Stack.of(this), plumbing)];
    mustFit(`the rights of ${name}`, statements, maxInlineCharacters);
    const role = new iam.Role(scope, 'Role', {
      // The boundary lets this one role do what no other may, and so must know its name.
      ...(name === 'reconcile' ? { roleName: deployedName(name) } : {}),
      description: `What iam-lifecycle's ${name} function may do`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary: this.roleBoundary(scope, name),
      inlinePolicies: { Permissions: toPolicyDocument(statements) },
    });
    acknowledgeWildcards(role, statements);
    // Whatever a construct would like to add by itself: what is above is all there is.
    return role.withoutPolicyUpdates();
  }
}

/** A reference is longer once it is resolved, or shorter: CloudFormation has the last word, later. */
function mustFit(what: string, statements: readonly PermissionStatement[], most: number): void {
  const { length } = JSON.stringify(toDocument(statements));
  if (length > most)
    throw new InvalidConfig(
      `${what} takes about ${length} characters and IAM allows ${most}: have fewer policies, groups, revokeSessions, ssmBasePaths and keyStoreKmsKeyArns`,
    );
}

function reservation(name: FunctionName, { concurrency }: Settings): lambda.FunctionOptions {
  if (!concurrency.reserve) return {};
  const isAlone = name === 'scan' || name === 'reconcile';
  return { reservedConcurrentExecutions: isAlone ? 1 : concurrency[name] };
}

function toPolicyDocument(statements: readonly PermissionStatement[]): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: statements.map(
      ({ sid, effect, actions, resources, isElsewhere, conditions }) =>
        new iam.PolicyStatement({
          sid,
          effect: effect === 'Allow' ? iam.Effect.ALLOW : iam.Effect.DENY,
          actions: [...actions],
          ...(isElsewhere ? { notResources: [...resources] } : { resources: [...resources] }),
          ...(conditions ? { conditions } : {}),
        }),
    ),
  });
}
