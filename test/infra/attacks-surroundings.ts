import type { FunctionName } from '../../infra/permissions.js';
import { attack, on } from './attack.js';
import { ourSecret, secretTag } from './attacks-secrets.js';
import { arn, managed, user } from './escalations.js';
import { deployed } from './context.js';

const { accountId, region } = deployed;
const otherArn = (resourceArn: string) => resourceArn.replace(/[^:/]+$/, 'orders');
const dead = (resourceArn: string) => `${resourceArn}-dlq`;
/** The records of one function's answers. */
const answersOf = (name: string) => ({ 'dynamodb:LeadingKeys': [`${name}/0a1b2c3d`] });
const work: readonly FunctionName[] = ['scan', 'users', 'reconcile'];

export const surroundingAttacks = [
  attack('Queues, leases, logs', 'Send to another queue', [
    on('sqs:SendMessage', otherArn(deployed.rotateQueueArn)),
  ]),
  attack('Queues, leases, logs', 'Take from another queue', [
    on('sqs:ReceiveMessage', otherArn(deployed.rotateQueueArn)),
  ]),
  attack('Queues, leases, logs', 'Empty a dead-letter queue', [
    on('sqs:PurgeQueue', dead(deployed.offboardQueueArn)),
  ]),
  attack('Queues, leases, logs', 'Delete departures that are waiting', [
    on('sqs:PurgeQueue', deployed.offboardQueueArn),
  ]),
  attack('Queues, leases, logs', 'Open a queue to others', [
    on('sqs:SetQueueAttributes', deployed.offboardQueueArn),
  ]),
  attack(
    'Queues, leases, logs',
    'Ask for the departure of a managed user',
    [on('sqs:SendMessage', deployed.offboardQueueArn)],
    [...work, 'offboard'],
  ),
  attack(
    'Queues, leases, logs',
    'Ask for an emergency rotation of a managed user',
    [on('sqs:SendMessage', deployed.rotateQueueArn)],
    ['scan', 'onboard', 'rotate', 'reconcile', 'users', 'respond'],
  ),
  ...(['onboard', 'users'] as const).map((name) =>
    attack('Queues, leases, logs', `Write to another table, as ${name} names its records`, [
      on('dynamodb:PutItem', otherArn(deployed.leaseTableArn), answersOf(name)),
    ]),
  ),
  attack('Queues, leases, logs', 'Delete the table of leases', [
    on('dynamodb:DeleteTable', deployed.leaseTableArn),
  ]),
  attack(
    'Queues, leases, logs',
    "Take another user's lease, and keep it",
    [on('dynamodb:PutItem', deployed.leaseTableArn)],
    ['onboard', 'rotate', 'offboard', 'respond', 'reconcile'],
  ),
  attack('Queues, leases, logs', 'Delete the table of answers', [
    on('dynamodb:DeleteTable', deployed.answerTableArn),
  ]),
  attack('Queues, leases, logs', 'Read what others were answered', [
    on('dynamodb:GetItem', deployed.answerTableArn, answersOf('users')),
  ]),
  attack('Queues, leases, logs', 'Forge an answer that no function gave', [
    on('dynamodb:PutItem', deployed.answerTableArn, answersOf('payments')),
  ]),
  ...(['onboard', 'users'] as const).map((name) =>
    attack(
      'Queues, leases, logs',
      `Forge an answer of ${name}, or forget one`,
      ['PutItem', 'DeleteItem'].map((operation) =>
        on(`dynamodb:${operation}`, deployed.answerTableArn, answersOf(name)),
      ),
      [name],
    ),
  ),
  attack('Queues, leases, logs', 'Delete its own log', [
    on(
      'logs:DeleteLogGroup',
      `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/iam-lifecycle-rotate`,
    ),
  ]),
  attack('Queues, leases, logs', "Write into another function's log", [
    on(
      'logs:PutLogEvents',
      `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/payments:log-stream:2026/01/01/[$LATEST]0`,
    ),
  ]),
  attack('Queues, leases, logs', 'Stop the trail', [
    on('cloudtrail:StopLogging', `arn:aws:cloudtrail:${region}:${accountId}:trail/main`),
  ]),
];

export const roleAttacks = [
  attack('Becoming another', 'Assume an assumable role', [on('sts:AssumeRole', arn('role/AdminRole'))]),
  attack('Becoming another', 'Assume an administrative role', [on('sts:AssumeRole', arn('role/Admin'))]),
  attack('Becoming another', "Change another function's code", [
    on('lambda:UpdateFunctionCode', `arn:aws:lambda:${region}:${accountId}:function:iam-lifecycle-rotate`),
  ]),
  attack('Becoming another', 'Invoke another function', [
    on('lambda:InvokeFunction', `arn:aws:lambda:${region}:${accountId}:function:iam-lifecycle-rotate`),
  ]),
  attack('Becoming another', 'Deploy a stack', [
    on('cloudformation:UpdateStack', `arn:aws:cloudformation:${region}:${accountId}:stack/IamLifecycle/1`),
  ]),
  attack(
    'Becoming another',
    'Mint a key for a managed user and keep its secret',
    [on('iam:CreateAccessKey', user, managed)],
    ['rotate'],
  ),
  attack(
    'Becoming another',
    "Store a key of the attacker's as a user's current one",
    [on('secretsmanager:PutSecretValue', ourSecret, secretTag)],
    ['rotate'],
  ),
  attack(
    'Becoming another',
    "Delete a managed user's key in use",
    [on('iam:DeleteAccessKey', user, managed)],
    ['rotate'],
  ),
  attack(
    'Becoming another',
    'Read all users, roles and policies of the account',
    [on('iam:GetAccountAuthorizationDetails', '*')],
    ['scan', 'users', 'reconcile'],
  ),
];
