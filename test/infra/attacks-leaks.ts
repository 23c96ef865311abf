import type { FunctionName } from '../../infra/permissions.js';
import type { ConditionContext } from '../support/iam-simulation.js';
import { attack, on, requestTags, tombstoned } from './attack.js';
import { boundary, denyAll, foreign, managed, unmanaged, user } from './escalations.js';
import { deployed } from './context.js';

const leaks = (title: string, requests: Parameters<typeof attack>[2], residual?: readonly FunctionName[]) =>
  attack('Leaked keys', title, requests, residual);

const record = 'iam-lifecycle:leaked/akiacurrent000000001';
const { denySessionsArn, respondQueueArn } = deployed;

const remember = (resource: string, context: ConditionContext) =>
  on('iam:TagUser', resource, { ...context, ...requestTags({ [record]: '2026-03-01T00:00:00Z' }) });
const forget = (resource: string, context: ConditionContext) =>
  on('iam:UntagUser', resource, { ...context, 'aws:TagKeys': [record] });
const attach = (resource: string, context: ConditionContext) =>
  on('iam:AttachUserPolicy', resource, { ...context, ...boundary, 'iam:PolicyARN': denySessionsArn });
const detach = (resource: string, context: ConditionContext) =>
  on('iam:DetachUserPolicy', resource, { ...context, ...boundary, 'iam:PolicyARN': denySessionsArn });
const bind = (resource: string, context: ConditionContext) =>
  on('iam:PutUserPermissionsBoundary', resource, { ...context, 'iam:PermissionsBoundary': denyAll });

/** Whoever holds respond's role can take any managed user's power away for a while: that is what it is for. */
export const leakAttacks = [
  leaks('Say that a key of a foreign user leaked', [remember(foreign, managed)]),
  leaks('Say that a key of a user under our path that is not ours leaked', [remember(unmanaged, {})]),
  leaks(
    'Say that a key of a managed user leaked, so that it is never used again',
    [remember(user, managed)],
    ['respond', 'reconcile'],
  ),
  leaks(
    'Forget that a key of a managed user leaked',
    [forget(user, managed)],
    ['respond', 'rotate', 'reconcile'],
  ),
  leaks('Forget that a key of a leaver leaked', [forget(user, tombstoned)], ['respond']),
  leaks('Forget that a key of a foreign user leaked', [forget(foreign, managed)]),
  leaks('Keep out the sessions of a foreign user', [attach(foreign, managed)]),
  leaks('Keep out the sessions of a user under our path that is not ours', [attach(unmanaged, {})]),
  leaks('Keep out the sessions of a managed user', [attach(user, managed)], ['respond']),
  leaks('Let in the sessions of a leaked key', [detach(user, managed)], ['respond']),
  leaks('Let in the sessions of a leaver', [detach(user, tombstoned)], ['offboard']),
  leaks('Bind a foreign user by AWSDenyAll', [bind(foreign, managed)]),
  leaks('Bind a user under our path that is not ours by AWSDenyAll', [bind(unmanaged, {})]),
  leaks('Bind a managed user by AWSDenyAll', [bind(user, managed)], ['offboard', 'respond']),
  leaks(
    'Ask for the answer to a leak that there was not',
    [on('sqs:SendMessage', respondQueueArn)],
    ['scan', 'respond'],
  ),
  leaks('Delete leaks that are waiting', [on('sqs:PurgeQueue', respondQueueArn)]),
];
