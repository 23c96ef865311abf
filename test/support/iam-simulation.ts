import { type Simulation, runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import {
  type FunctionName,
  type PermissionContext,
  type PermissionStatement,
  deployedName,
  functionBoundary,
  permissionsOf,
  toDocument,
} from '../../infra/permissions.js';

/** Answers as IAM would: may this function's role, under its boundary, do that? */

export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  /** Such as iam:CreateUser. */
  readonly action: string;
  /** An ARN, or * for an action that knows no resource. */
  readonly resource: string;
  /** Condition keys of the request and of the resource. */
  readonly context?: ConditionContext;
}

export interface Decision {
  readonly isAllowed: boolean;
  /** Denied by a statement, not for the lack of one. */
  readonly isExplicit: boolean;
  /** Condition keys that the action does not know: a policy that relies on one would not work. */
  readonly unknownKeys: readonly string[];
}

/** An action that was retired and that the simulator's data no longer knows. */
const retired = 'codestar:CreateProjectFromTemplate';

/** The simulator drops these keys, which KMS has, so others stand in for them on both sides. */
const droppedKeys = /kms:EncryptionContext:(SecretARN|PARAMETER_ARN|aws:s3:arn)/g;
const standIn = 'aws:PrincipalTag/$1';

function withStandIn<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replaceAll(droppedKeys, standIn)) as Value;
}

/** What the role is held by; as deployed where nothing else is said. */
export interface Locks {
  /** Its own policy; 'open' allows everything. */
  readonly policy?: 'open' | readonly PermissionStatement[];
  readonly boundary?: 'open';
}

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

export class PermissionSimulator {
  private readonly decided = new Map<string, Promise<Decision>>();
  private readonly documents = new Map<unknown, object>();

  constructor(readonly context: PermissionContext) {}

  /** Equal questions are asked once. */
  decide(name: FunctionName, request: AccessRequest, locks: Locks = {}): Promise<Decision> {
    const key = JSON.stringify([name, request, locks]);
    const known = this.decided.get(key) ?? this.simulate(name, request, locks);
    this.decided.set(key, known);
    return known;
  }

  private async simulate(name: FunctionName, request: AccessRequest, locks: Locks): Promise<Decision> {
    const simulation = this.simulationOf(name, request, locks);
    if (request.action === retired) return decisionOf(runUnsafeSimulation(simulation, {}), []);
    const answer = await runSimulation(simulation, {});
    if (answer.resultType === 'error') {
      throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(answer.errors)}`);
    }
    const unknownKeys = answer.resultType === 'single' ? (answer.result.ignoredContextKeys ?? []) : [];
    return decisionOf(answer.overallResult, unknownKeys);
  }

  private simulationOf(name: FunctionName, request: AccessRequest, { policy, boundary }: Locks): Simulation {
    const { accountId, partition } = this.context;
    const own =
      policy === 'open'
        ? everything
        : this.document(
            policy ?? `permissions of ${name}`,
            () => policy ?? permissionsOf(name, this.context),
          );
    const bounds =
      boundary === 'open'
        ? everything
        : this.document(`boundary of ${name}`, () => functionBoundary(this.context, name));
    return {
      request: withStandIn({
        principal: `arn:${partition}:sts::${accountId}:assumed-role/${deployedName(name)}/${deployedName(name)}`,
        action: request.action,
        resource: { resource: request.resource, accountId },
        contextVariables: {
          'aws:PrincipalArn': `arn:${partition}:iam::${accountId}:role/${deployedName(name)}`,
          ...request.context,
        },
      }),
      identityPolicies: [{ name: 'permissions', policy: own }],
      permissionBoundaryPolicies: [{ name: 'boundary', policy: bounds }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(request.action.startsWith('kms:') ? { resourcePolicy: keyPolicy(this.context) } : {}),
    };
  }

  /** A policy as the simulator takes it, written once. */
  private document(key: unknown, statements: () => readonly PermissionStatement[]): object {
    const known = this.documents.get(key) ?? withStandIn(toDocument(statements()));
    this.documents.set(key, known);
    return known;
  }
}

/** What every key's policy has by default: the account's IAM policies decide. */
function keyPolicy({ accountId, partition }: PermissionContext): object {
  const Principal = { AWS: `arn:${partition}:iam::${accountId}:root` };
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }],
  };
}

function decisionOf(result: string, unknownKeys: readonly string[]): Decision {
  return { isAllowed: result === 'Allowed', isExplicit: result === 'ExplicitlyDenied', unknownKeys };
}
