import type { ConditionContext } from '../support/iam-simulation.js';
import { attack, creationTags, on, requestTags, tombstoned } from './attack.js';
import { arn, boundary, denyAll, foreign, managed, own, unmanaged, user } from './escalations.js';
import { deployed, extended } from './context.js';

const roster = (
  title: string,
  requests: Parameters<typeof attack>[2],
  residual?: Parameters<typeof attack>[3],
) => attack('The roster', title, requests, residual);

const [listed] = extended.roster!.policyArns;
const rosterTags = { ...creationTags, 'iam-lifecycle:origin': 'roster' };
const { objectArn } = extended.roster!;
const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
const stray = 'arn:aws:iam::aws:policy/AdministratorAccess';
const bound = { 'iam:PermissionsBoundary': deployed.boundaryArn };

const detach = (policyArn: string, resource: string, context: ConditionContext) =>
  on('iam:DetachUserPolicy', resource, { ...context, 'iam:PolicyARN': policyArn });
const tagIt = (resource: string, context: ConditionContext, tags: Readonly<Record<string, string>>) =>
  on('iam:TagUser', resource, { ...context, ...requestTags(tags) });

const tagging = [
  roster('Tag a foreign user as the roster would at its creation', [tagIt(foreign, {}, rosterTags)]),
  roster(
    'Tag a user under our path that is not ours as the roster would',
    [tagIt(unmanaged, {}, rosterTags)],
    ['reconcile'],
  ),
  ...Object.keys(rosterTags).map((missing) =>
    roster(`Tag a user under our path as the roster would, without ${missing}`, [
      tagIt(unmanaged, {}, Object.fromEntries(Object.entries(rosterTags).filter(([key]) => key !== missing))),
    ]),
  ),
  roster('Tag a user under our path as the roster would, and as a leaver', [
    tagIt(unmanaged, {}, { ...rosterTags, 'iam-lifecycle:offboarded-at': 'x' }),
  ]),
  roster('Make a managed user one of the roster', [tagIt(user, managed, rosterTags)]),
  roster('Take over a leaver as the roster would', [tagIt(user, tombstoned, rosterTags)]),
  roster('Set a tag of a leaver', [tagIt(user, tombstoned, { Team: 'x' })]),
  roster('Set a tag of a foreign user', [tagIt(foreign, managed, { Team: 'x' })]),
  roster('Set a tag of a user under our path that is not ours', [tagIt(unmanaged, {}, { Team: 'x' })]),
  roster('Write a tombstone in another case of its key', [
    tagIt(user, managed, { 'IAM-Lifecycle:Offboarded-At': 'x' }),
  ]),
  roster(
    'Say since when the roster does not name a user',
    [tagIt(user, managed, { 'iam-lifecycle:unlisted-since': '2020-01-01T00:00:00Z' })],
    ['reconcile'],
  ),
];

const granting = [
  roster(
    'Give a managed user any policy that the deployed roster names',
    [on('iam:AttachUserPolicy', user, { ...managed, ...boundary, 'iam:PolicyARN': listed! })],
    ['reconcile'],
  ),
  roster('Give a policy of the roster to a user without our boundary', [
    on('iam:AttachUserPolicy', user, { ...managed, 'iam:PolicyARN': listed! }),
  ]),
  roster('Give a policy of the roster to a leaver', [
    on('iam:AttachUserPolicy', user, { ...tombstoned, ...boundary, 'iam:PolicyARN': listed! }),
  ]),
  roster('Detach a stray policy from a foreign user', [detach(stray, foreign, managed)]),
  roster('Detach a policy from a user under our path that is not ours', [detach(stray, unmanaged, {})]),
  roster('Detach a policy from a leaver before its time', [detach(stray, user, tombstoned)], ['offboard']),
  roster("Lift AWS's quarantine of a leaked key", [detach(quarantine, user, managed)]),
  roster('Lift AWSDenyAll from a user who stays', [detach(denyAll, user, managed)], ['offboard', 'respond']),
  roster(
    'Delete an inline policy of a leaver before its time',
    [on('iam:DeleteUserPolicy', user, tombstoned)],
    ['offboard'],
  ),
  roster(
    'Give our boundary to a leaver that is bound by AWSDenyAll',
    [on('iam:PutUserPermissionsBoundary', user, { ...tombstoned, ...bound })],
    ['offboard'],
  ),
];

const others = [
  roster('Read another object of the bucket', [on('s3:GetObject', objectArn.replace('roster.yaml', 'x'))]),
  roster('Read an object of another bucket', [on('s3:GetObject', 'arn:aws:s3:::payroll/roster.yaml')]),
  roster('Write the roster', [on('s3:PutObject', objectArn)]),
  roster('Delete the roster', [on('s3:DeleteObject', objectArn)]),
  roster('Read an earlier roster', [on('s3:GetObjectVersion', objectArn)]),
  roster('Put a user into a group of others', [on('iam:AddUserToGroup', arn('group/administrators'))]),
  roster(
    'Put anybody into a group of the roster',
    [on('iam:AddUserToGroup', arn('group/auditors'))],
    ['reconcile'],
  ),
  roster(
    'Take anybody out of a group of the roster',
    [on('iam:RemoveUserFromGroup', arn('group/auditors'))],
    ['reconcile', 'offboard'],
  ),
  roster(
    'Create a user with all that the roster may give, and ask for its key',
    [
      on('iam:CreateUser', own, { ...requestTags(rosterTags), ...boundary }),
      tagIt(own, {}, rosterTags),
      on('iam:AttachUserPolicy', own, { ...managed, ...boundary, 'iam:PolicyARN': listed! }),
      on('sqs:SendMessage', deployed.rotateQueueArn),
    ],
    ['reconcile'],
  ),
  roster('Create a user and mint its key', [
    on('iam:CreateUser', own, { ...requestTags(rosterTags), ...boundary }),
    on('iam:CreateAccessKey', own, managed),
  ]),
];

export const rosterAttacks = [...tagging, ...granting, ...others];
