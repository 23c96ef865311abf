import { saidBy } from '../functions/core/event-details.js';
import { eventSource } from '../functions/core/names.js';
import { logStreams } from './permissions-scope.js';
import type {
  Conditions,
  FunctionName,
  PermissionContext,
  PermissionStatement,
} from './permissions-types.js';

/** What a function needs of its surroundings: logs, queues, leases, answers. How the system is deployed may add to it: see infra/plumbing.ts. */

/** The stack makes the log group: a function that could make its own could make any. */
export function writeLogs(context: PermissionContext, name: FunctionName): PermissionStatement {
  return {
    sid: 'WriteLogs',
    effect: 'Allow',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logStreams(context, name)],
    reason: "Lambda writes the function's log with its role, into its own group only.",
  };
}

/**
 * All that an entry may be: our source, and the types that are this function's. Should IAM judge a batch as a whole, each
 * of its values must be one of these; and of no value at all every value is one of them.
 */
export function ownEvents(name: FunctionName): Conditions {
  return {
    'ForAllValues:StringEquals': { 'events:source': [eventSource], 'events:detail-type': saidBy[name] },
    Null: { 'events:source': 'false', 'events:detail-type': 'false' },
  };
}

export function sayEvents({ eventBusArn }: PermissionContext, name: FunctionName): PermissionStatement[] {
  if (saidBy[name].length === 0) return [];
  return [
    {
      sid: 'SayEvents',
      effect: 'Allow',
      actions: ['events:PutEvents'],
      resources: [eventBusArn],
      conditions: ownEvents(name),
      reason: 'Says what it did, and nothing that any function acts on: it can send nobody away.',
    },
  ];
}

export function sendTo(queueArns: readonly string[]): PermissionStatement {
  return {
    sid: 'AskForWork',
    effect: 'Allow',
    actions: ['sqs:SendMessage'],
    resources: queueArns,
    reason: 'Asks for a look at a user. A message is a hint: whoever takes it looks for itself.',
  };
}

/** Lambda developer guide, "Using Lambda with Amazon SQS": the poller acts with the function's role. */
export function receiveFrom(queueArn: string): PermissionStatement {
  return {
    sid: 'TakeWork',
    effect: 'Allow',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queueArn],
    reason: "Lambda's poller takes messages with the function's role.",
  };
}

/** A lease is taken, and given back by a run that wrote nothing which must settle. */
export function holdLeases({ leaseTableArn }: PermissionContext): PermissionStatement {
  return {
    sid: 'HoldLeases',
    effect: 'Allow',
    actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    resources: [leaseTableArn],
    reason:
      "One conditional write takes a user's lease. dynamodb:LeadingKeys would say nothing: every user's lease is the function's business.",
  };
}

/** A request with an Idempotency-Key is begun and its answer kept, or it is forgotten. The conditional write answers what is there. */
export function keepAnswers({ answerTableArn }: PermissionContext, name: FunctionName): PermissionStatement {
  return {
    sid: 'KeepAnswers',
    effect: 'Allow',
    actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    resources: [answerTableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${name}/*`] } },
    reason:
      "What was answered to a request with an Idempotency-Key is answered again. Only under the function's own name: it can forge no answer of another.",
  };
}
