import type { Stack } from 'aws-cdk-lib';
import type { FunctionName, PermissionStatement } from './permissions.js';

/** What the way of deploying adds to the functions' own permissions: the key of the queues, dead letters, a VPC. */
export interface Plumbing {
  readonly keyArn: string;
  /** Function -> where an event goes that it failed on for good, of those that no queue of work brings their events. */
  readonly failures: Readonly<Partial<Record<FunctionName, string>>>;
  readonly isInVpc: boolean;
}

export function plumbingOf(name: FunctionName, stack: Stack, plumbing: Plumbing): PermissionStatement[] {
  return [
    useKey(stack, plumbing),
    ...tellOfFailure([plumbing.failures[name] ?? []].flat()),
    ...(plumbing.isInVpc ? [joinVpc] : []),
  ];
}

/** The boundary of a function with room for its plumbing. */
export function withPlumbing(
  boundary: readonly PermissionStatement[],
  name: FunctionName,
  plumbing: Plumbing,
): PermissionStatement[] {
  return [
    ...boundary,
    ...tellOfFailure([plumbing.failures[name] ?? []].flat()),
    ...(plumbing.isInVpc ? [joinVpc] : []),
  ];
}

/** SQS asks KMS on behalf of its caller; the boundary lets just these two actions through. */
function useKey({ region, urlSuffix }: Stack, { keyArn }: Plumbing): PermissionStatement {
  return {
    sid: 'OpenQueues',
    effect: 'Allow',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `sqs.${region}.${urlSuffix}` } },
    reason: 'The queues are encrypted with the key; here it is used through SQS only.',
  };
}

function tellOfFailure(queueArns: readonly string[]): PermissionStatement[] {
  if (queueArns.length === 0) return [];
  return [
    {
      sid: 'TellOfFailure',
      effect: 'Allow',
      actions: ['sqs:SendMessage'],
      resources: queueArns,
      reason:
        'Lambda puts an event that failed for good into the dead-letter queue with the role of the function.',
    },
  ];
}

/** Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC". */
const joinVpc: PermissionStatement = {
  sid: 'JoinVpc',
  effect: 'Allow',
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resources: ['*'],
  reason:
    'Lambda makes its network interfaces with the role of the function, and checks for these on every resource.',
};
