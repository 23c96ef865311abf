import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../../functions/core/names.js';
import { type Reach, reachOf, withinReach } from '../../../functions/core/roster/reach.js';
import type { Change, RosterStep } from '../../../functions/core/roster/roster-steps.js';
import { roster, userFacts, wanted } from '../../support/roster.js';

const boundaryArn = 'arn:aws:iam::123456789012:policy/IamLifecycleBoundary';
const wide = 'arn:aws:iam::123456789012:policy/Wide';
const reach: Reach = {
  userPath: '/lifecycle/',
  adoptedArns: [],
  boundaryArn,
  groupNames: new Set(['auditors']),
};

const bob = { name: 'bob' as UserName, id: 'AIDABOB' };
const attach: RosterStep = { step: 'AttachPolicy', user: bob, policyArn: wide };
const create = (boundary: string): RosterStep => ({
  step: 'CreateUser',
  name: bob.name,
  path: '/lifecycle/',
  tags: { 'iam-lifecycle:managed': 'true', 'iam-lifecycle:origin': 'roster' },
  boundaryArn: boundary,
});

const changeOf = (...steps: RosterStep[]): Change => ({
  action: 'update',
  subject: { kind: 'user', name: 'bob' },
  steps,
  reasons: steps.map((_, index) => `reason ${index}`),
});

const seen = userFacts('bob');

test('the groups of a roster are those that it makes and those that its users are in', () => {
  const groups = [{ name: 'read-only', path: '/', policyArns: [] }];
  const users = [wanted({ groupNames: ['read-only', 'auditors'] }), wanted({ groupNames: [] })];
  const { groupNames } = reachOf(roster({ groups, users }), {
    userPath: '/lifecycle/',
    adoptedArns: [],
    boundaryArn,
  });
  expect([...groupNames]).toEqual(['read-only', 'auditors']);
});

describe('a step beyond reach is left out with its reason, and the others stay', () => {
  const beyond: Record<string, [step: RosterStep, why: string]> = {
    'another boundary': [
      { step: 'SetBoundary', user: bob, boundaryArn: wide },
      'its boundary is to be policy/Wide, and no function sets another one than policy/IamLifecycleBoundary',
    ],
    'joining a group of others': [
      { step: 'JoinGroup', user: bob, groupName: 'admins' },
      "the group admins is not the roster's",
    ],
    'leaving a group of others': [
      { step: 'LeaveGroup', user: bob, groupName: 'admins' },
      "the group admins is not the roster's",
    ],
    'what makes a user ours': [
      { step: 'TagUser', user: bob, tags: { Team: 'x', 'iam-lifecycle:owner': 'roster' } },
      'no function changes the tags iam-lifecycle:owner',
    ],
    'taking it away': [
      { step: 'UntagUser', user: bob, tagKeys: ['iam-lifecycle:origin', 'iam-lifecycle:managed'] },
      'no function changes the tags iam-lifecycle:origin, iam-lifecycle:managed',
    ],
  };
  test.each(Object.entries(beyond))('%s', (_, [step, why]) => {
    const { change, refusals } = withinReach(changeOf(attach, step, attach), seen, reach);
    expect(change).toEqual({ ...changeOf(attach, attach), reasons: ['reason 0', 'reason 2'] });
    expect(refusals).toEqual([why]);
  });
});

test('what is within reach is left as it is', () => {
  const change = changeOf(
    { step: 'SetBoundary', user: bob, boundaryArn },
    { step: 'JoinGroup', user: bob, groupName: 'auditors' },
    { step: 'TagUser', user: bob, tags: { 'iam-lifecycle:key-store': 'none' } },
    attach,
  );
  expect(withinReach(change, seen, reach)).toEqual({ change, refusals: [] });
  expect(withinReach(changeOf(create(boundaryArn), attach), null, reach).refusals).toEqual([]);
});

test('without its creation nothing is left of a new user, and one reason says so', () => {
  const { change, refusals } = withinReach(changeOf(create(wide), attach), null, reach);
  expect(change.steps).toEqual([]);
  expect(refusals).toEqual([
    'its boundary is to be policy/Wide, and no function sets another one than policy/IamLifecycleBoundary',
  ]);
});

test('nothing is written to a user outside the path but to the adopted', () => {
  const adopted = userFacts('bob', { path: '/legacy/' });
  expect(withinReach(changeOf(attach, attach), adopted, reach)).toMatchObject({
    change: { steps: [] },
    refusals: [
      'the user lives under /legacy/, and no function writes outside /lifecycle/ to a user that `adopted` does not name',
    ],
  });
  const change = changeOf(attach, attach);
  const adoptedArns = [adopted.arn];
  expect(withinReach(change, adopted, { ...reach, adoptedArns })).toEqual({ change, refusals: [] });
});
