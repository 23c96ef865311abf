import type { FunctionName } from '../../infra/permissions.js';
import type { ConditionContext } from '../support/iam-simulation.js';
import { attack, on } from './attack.js';
import { deployed } from './context.js';

const { eventBusArn } = deployed;
const source = { 'events:source': 'iam-lifecycle' };

const say = (
  title: string,
  context: ConditionContext,
  residual?: readonly FunctionName[],
  bus = eventBusArn,
) => attack('Events', title, [on('events:PutEvents', bus, context)], residual);
const sayOwn = (title: string, detailType: string | readonly string[], residual?: readonly FunctionName[]) =>
  say(title, { ...source, 'events:detail-type': detailType }, residual);

/** Every function but the one that shows users: a person is only ever asked to look. */
const callsForAttention: readonly FunctionName[] = [
  'onboard',
  'rotate',
  'offboard',
  'respond',
  'scan',
  'reconcile',
  'revoke',
];

/** What a function may say is heard by people and by services that refresh a copy of a secret; no function acts on it. */
export const eventAttacks = [
  sayOwn('Say that a user leaves, so that it is offboarded', 'User Offboarded'),
  sayOwn('Say that a user leaves, in one call with an event that may be said', [
    'Attention Needed',
    'User Offboarded',
  ]),
  sayOwn('Say that a leaver is to come back', 'User Restore Requested'),
  sayOwn('Say that a purge is due', 'Offboarding Due'),
  sayOwn('Report a departure as another system does', 'Departure Reported'),
  say('Say that a user leaves in the name of the HR system', {
    'events:source': 'hr.example',
    'events:detail-type': 'User Offboarded',
  }),
  say('Call for attention in the name of AWS Health', {
    'events:source': 'aws.health',
    'events:detail-type': 'Attention Needed',
  }),
  say('Say something in the name of nobody', { 'events:detail-type': 'Attention Needed' }),
  say('Say something of no type', source),
  say(
    "Call for attention on the account's own bus",
    { ...source, 'events:detail-type': 'Attention Needed' },
    undefined,
    eventBusArn.replace(/[^/]+$/, 'default'),
  ),
  sayOwn('Tell people of a leak that there was not', 'Leaked Key Answered', ['respond']),
  sayOwn('Say that a key was rotated that was not', 'Access Key Rotated', ['rotate']),
  sayOwn('Say that a user came that did not', 'User Onboarded', ['onboard', 'reconcile']),
  sayOwn('Say that a user was quarantined that was not', 'User Quarantined', ['offboard']),
  sayOwn('Say that a user was restored that was not', 'User Restored', ['offboard']),
  sayOwn('Say that a user was purged that was not', 'User Purged', ['offboard']),
  sayOwn('Call for attention to nothing', 'Attention Needed', callsForAttention),
];
