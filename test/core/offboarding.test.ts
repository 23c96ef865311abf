import { describe, expect, test } from '@jest/globals';
import { type OffboardingRequest, planOffboarding } from '../../functions/core/offboarding.js';
import {
  at,
  boundaryArn,
  currentKey,
  denyAllArn,
  key,
  managedUser,
  offboardingFacts,
  oldKey,
  secretOf,
} from '../support/account.js';
import { carryOn, offboardAt, offboardingRules, restoreAt, travel } from '../support/offboarding.js';

const decided = '2026-03-01T00:00:00Z';
const now = at('2026-03-01T00:00:10Z');
const offboard = offboardAt(at(decided));
const rolePolicy = 'arn:aws:iam::123456789012:policy/AssumeAdminRolePolicy';
const tenPolicies = Array.from({ length: 10 }, (_, index) => `arn:aws:iam::123456789012:policy/P${index}`);

const employed = offboardingFacts({
  keys: [key(oldKey, '2026-01-01T00:00:00Z'), key(currentKey, '2026-02-01T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  policyArns: [rolePolicy],
  inlinePolicyNames: ['own'],
  groupNames: ['readers', 'writers'],
  hasLoginProfile: true,
});

describe('somebody leaves', () => {
  const { seen: contained, at: rest, steps } = travel(employed, offboard, now);

  test('the tombstone first, then the deny, the keys, the password', () => {
    expect(steps).toEqual([
      'TagUser',
      `AttachPolicy ${denyAllArn}`,
      'TagUser',
      `DeactivateKey ${oldKey}`,
      `DeactivateKey ${currentKey}`,
      'DeleteLoginProfile',
    ]);
    expect(rest).toEqual({ phase: 'Quarantined', until: at('2026-03-31T00:00:10Z') });
  });

  test('the tombstone says when it was decided, when the purge may come, and why', () => {
    expect(contained.user?.tags).toEqual({
      'iam-lifecycle:managed': 'true',
      'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.000Z',
      'iam-lifecycle:departed-at': '2026-03-01T00:00:00.000Z',
      'iam-lifecycle:purge-after': '2026-03-31T00:00:10.000Z',
      'iam-lifecycle:offboard-reason': 'left the company',
      'iam-lifecycle:deactivated-credentials': '',
    });
  });

  test('a reason that no tag may hold is made fit', () => {
    const request = offboardAt(at(decided), 0, 'left (fired), see HR-7');
    const { seen } = travel(offboardingFacts(), request, now);
    expect(seen.user?.tags['iam-lifecycle:offboard-reason']).toBe('left fired see HR-7');
  });

  test('the same decision again changes nothing, however late it comes', () => {
    expect(travel(contained, offboard, at('2026-03-20T00:00:00Z')).steps).toEqual([]);
  });

  test('what comes back in the quarantine is taken away again', () => {
    const tampered = {
      ...contained,
      policyArns: [rolePolicy],
      keys: [{ ...contained.keys[0]!, status: 'Active' as const }],
    };
    expect(travel(tampered, carryOn, at('2026-03-10T00:00:00Z')).steps).toEqual([
      `AttachPolicy ${denyAllArn}`,
      `DeactivateKey ${oldKey}`,
    ]);
  });

  test.each(
    Object.entries({
      'one millisecond before the quarantine is over: nothing': [
        '2026-03-31T00:00:09.999Z',
        'Quarantined',
        0,
      ],
      'when the quarantine is over: everything': ['2026-03-31T00:00:10.000Z', 'Absent', 9],
    } as const),
  )('%s', (_, [instant, phase, count]) => {
    const journey = travel(contained, carryOn, at(instant));
    expect([journey.at.phase, journey.steps.length]).toEqual([phase, count]);
  });

  test('the purge keeps the deny longer than the keys, and the user to the last', () => {
    const purge = travel(contained, carryOn, at('2026-03-31T00:00:10Z'));
    expect(purge.steps).toEqual([
      'LeaveGroup readers',
      'LeaveGroup writers',
      'DeleteInlinePolicy own',
      `DetachPolicy ${rolePolicy}`,
      `DeleteKey ${oldKey}`,
      `DeleteKey ${currentKey}`,
      `DetachPolicy ${denyAllArn}`,
      'DeleteSecret',
      'DeleteUser',
    ]);
  });

  test('a purge cut short at any step goes on where it was, and attaches no deny again', () => {
    const purgeAt = at('2026-03-31T00:00:10Z');
    const { steps: whole } = travel(contained, carryOn, purgeAt);
    const untouched = {
      ...contained,
      keys: [],
      policyArns: [],
      inlinePolicyNames: [],
      groupNames: [],
      secret: secretOf({ AWSCURRENT: currentKey }, purgeAt),
    };
    expect(travel(untouched, carryOn, purgeAt).steps).toEqual(['DeleteUser']);
    expect(whole.filter((step) => step.startsWith('AttachPolicy'))).toEqual([]);
  });
});

describe('a user at the quota of ten policies', () => {
  const full = { ...employed, policyArns: tenPolicies };
  const { seen: contained, steps } = travel(full, offboard, now);

  test('is denied by its boundary', () => {
    expect(steps.slice(0, 2)).toEqual(['TagUser', `SetBoundary ${denyAllArn}`]);
    expect(contained.user?.boundaryArn).toBe(denyAllArn);
  });

  test('with nine policies there is room for the deny', () => {
    const nine = travel({ ...employed, policyArns: tenPolicies.slice(1) }, offboard, now);
    expect(nine.steps[1]).toBe(`AttachPolicy ${denyAllArn}`);
  });

  test('is purged without taking the deny from its boundary', () => {
    const purge = travel(contained, carryOn, at('2026-03-31T00:00:10Z'));
    expect(purge.steps.filter((step) => step.startsWith('SetBoundary'))).toEqual([]);
    expect(purge.steps.filter((step) => step.startsWith('DetachPolicy'))).toHaveLength(10);
  });
});

describe('a quarantine of nothing', () => {
  test('lasts the settle time all the same', () => {
    const { at: rest } = travel(employed, offboardAt(at(decided), 0), now);
    expect(rest).toEqual({ phase: 'Quarantined', until: at('2026-03-01T00:02:10Z') });
  });
});

describe('a second decision to offboard', () => {
  const first = offboardAt(at(decided), 86_400_000, 'first');
  const { seen: contained } = travel(employed, first, now);
  const later = at('2026-03-01T12:00:00Z');

  test.each(
    Object.entries({
      'that is later and shorter': [0, '2026-03-01T12:02:00.000Z'],
      'that is later and longer': [864_000_000, '2026-03-11T12:00:00.000Z'],
    } as const),
  )('%s wins with its quarantine and its reason', (_, [quarantineMs, purgeAfter]) => {
    const request = offboardAt(at(decided) + 1, quarantineMs, 'second');
    const { seen, at: rest, steps } = travel(contained, request, later);
    expect(steps).toEqual(['TagUser']);
    expect(rest).toEqual({ phase: 'Quarantined', until: at(purgeAfter) });
    expect(seen.user?.tags).toEqual({
      'iam-lifecycle:managed': 'true',
      'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.001Z',
      'iam-lifecycle:departed-at': '2026-03-01T00:00:00.000Z',
      'iam-lifecycle:purge-after': purgeAfter,
      'iam-lifecycle:offboard-reason': 'second',
      'iam-lifecycle:deactivated-credentials': '',
    });
  });

  test.each(
    Object.entries({
      'that is older and shorter': offboardAt(at(decided) - 1, 0, 'second'),
      'that is older and longer': offboardAt(at(decided) - 1, 864_000_000, 'second'),
      'of the same instant, and shorter': offboardAt(at(decided), 0, 'second'),
      'of the same instant, and longer': offboardAt(at(decided), 864_000_000, 'second'),
    }),
  )('%s changes nothing', (_, request) => {
    const journey = travel(contained, request, later);
    expect(journey.steps).toEqual([]);
    expect(journey.seen).toBe(contained);
  });

  test('that is older takes away what came back meanwhile, under the later tombstone', () => {
    const tampered = { ...contained, policyArns: [] };
    const { seen, steps } = travel(tampered, offboardAt(at(decided) - 1, 0, 'second'), later);
    expect(steps).toEqual([`AttachPolicy ${denyAllArn}`]);
    expect(seen.user?.tags).toEqual(contained.user?.tags);
  });
});

describe('whose name it is', () => {
  const newcomer = offboardingFacts({ user: managedUser({}, { createdAt: at('2026-03-01T00:00:01Z') }) });
  const rows: Record<string, [typeof newcomer, OffboardingRequest, string]> = {
    'another unique id: a namesake': [employed, { ...offboard, userId: 'AIDAOTHER00000000001' }, 'Namesake'],
    'the same unique id: the user': [employed, { ...offboard, userId: 'AIDAALICE00000000001' }, 'Containing'],
    'no id, and made after the decision: a namesake': [newcomer, offboard, 'Namesake'],
    'no id, and made at the decision: the user': [
      offboardingFacts({ user: managedUser({}, { createdAt: at(decided) }) }),
      offboard,
      'Containing',
    ],
    'an id, and made after a decision of a clock that runs behind: the user': [
      newcomer,
      { ...offboard, userId: 'AIDAALICE00000000001' },
      'Containing',
    ],
    'a restore decided before the user was made: a namesake': [newcomer, restoreAt(at(decided)), 'Namesake'],
    'the name in another case: the user': [employed, { ...offboard, userName: 'ALICE' }, 'Containing'],
    'to carry on, and made since nobody had the name: a namesake': [
      newcomer,
      { ...carryOn, absentSince: at('2026-03-01T00:00:01.500Z') },
      'Namesake',
    ],
    'to carry on, and made before a look that did not see it yet: the user': [
      newcomer,
      { ...carryOn, absentSince: at('2026-03-01T00:00:02Z') },
      'Employed',
    ],
    'another name: a namesake': [employed, { ...offboard, userName: 'bob' }, 'Namesake'],
  };
  test.each(Object.entries(rows))('%s', (_, [seen, request, phase]) => {
    const plan = planOffboarding(seen, request, offboardingRules, now);
    expect(plan.at.phase).toBe(phase);
    expect(plan.steps.length > 0).toBe(phase === 'Containing');
  });
});

const again = (absentSince: string) => ({ ...carryOn, absentSince: at(absentSince) });

describe('nobody has the name', () => {
  const nobody = offboardingFacts({ user: null });
  test.each(
    Object.entries({
      'the first look proves nothing': [carryOn, { phase: 'Absent', until: at('2026-03-01T00:02:10Z') }],
      'a second look one millisecond too early proves nothing': [
        again('2026-02-28T23:58:10.001Z'),
        { phase: 'Absent', until: at('2026-03-01T00:00:10.001Z') },
      ],
      'a second look a settle time later is enough': [again('2026-02-28T23:58:10Z'), { phase: 'Gone' }],
      'the same for a decision to offboard': [
        offboard,
        { phase: 'Absent', until: at('2026-03-01T00:02:10Z') },
      ],
    }),
  )('%s', (_, [request, phase]) => {
    const plan = planOffboarding(nobody, request as OffboardingRequest, offboardingRules, now);
    expect(plan.at).toEqual(phase);
    expect(plan.steps).toEqual([]);
  });
});

describe('a user that is not to be touched', () => {
  const tombstone = { 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00Z' };
  const purge = { 'iam-lifecycle:purge-after': '2026-03-31T00:00:00Z' };
  const denied = { policyArns: [denyAllArn] };
  test.each(
    Object.entries({
      'outside of our path': [managedUser({}, { path: '/' }), offboard, /not under \/lifecycle\//],
      'without our tag': [
        managedUser({ 'iam-lifecycle:managed': '' }),
        offboard,
        /iam-lifecycle:managed=true/,
      ],
      'with a tombstone that is no instant': [
        managedUser({ ...purge, 'iam-lifecycle:offboarded-at': 'today' }),
        carryOn,
        /iam-lifecycle:offboarded-at is no/,
      ],
      'with a date of purge that is no instant': [
        managedUser({ ...tombstone, 'iam-lifecycle:purge-after': 'soon' }),
        offboard,
        /iam-lifecycle:purge-after is no/,
      ],
      'with a restore that is no instant': [
        managedUser({ 'iam-lifecycle:restored-at': '' }),
        offboard,
        /iam-lifecycle:restored-at is no/,
      ],
      'with a tombstone and no date of purge': [
        managedUser({ ...tombstone, 'iam-lifecycle:deactivated-credentials': '' }),
        carryOn,
        /purge-after is missing/,
      ],
    } as const),
  )('%s is left to a person', (_, [user, request, reason]) => {
    const plan = planOffboarding(offboardingFacts({ user, ...denied }), request, offboardingRules, now);
    expect(plan.at).toMatchObject({ phase: 'Blocked', reason: expect.stringMatching(reason) });
    expect(plan.steps).toEqual([]);
  });

  test('nobody asked for it to leave', () => {
    expect(travel(employed, carryOn, now)).toMatchObject({ at: { phase: 'Employed' }, steps: [] });
  });

  test('its boundary stays the one that every managed user has', () => {
    expect(travel(employed, offboard, now).seen.user?.boundaryArn).toBe(boundaryArn);
  });
});
