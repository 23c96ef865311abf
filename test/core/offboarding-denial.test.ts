import { describe, expect, test } from '@jest/globals';
import type { OffboardingFacts } from '../../functions/core/facts.js';
import { type OffboardingRequest, planDenial, standingDeparture } from '../../functions/core/offboarding.js';
import { at, currentKey, key, managedUser, offboardingFacts, secretOf } from '../support/account.js';
import { carryOn, offboardAt, offboardingRules, restoreAt, travel } from '../support/offboarding.js';

const decided = '2026-03-01T00:00:00Z';
const now = at('2026-03-01T00:00:10Z');
const offboard = offboardAt(at(decided));
const rolePolicy = 'arn:aws:iam::123456789012:policy/AssumeAdminRolePolicy';
const tenPolicies = Array.from({ length: 10 }, (_, index) => `arn:aws:iam::123456789012:policy/P${index}`);

const employed = offboardingFacts({
  keys: [key(currentKey, '2026-02-01T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
  policyArns: [rolePolicy],
  groupNames: ['readers'],
  hasLoginProfile: true,
});

const ssh = (id: string, status: 'Active' | 'Inactive') => ({ kind: 'ssh-key', id, status }) as const;
const recordOf = (seen: OffboardingFacts) => seen.user?.tags['iam-lifecycle:deactivated-credentials'];

describe('a quarantine that the request leaves open', () => {
  const open = offboardAt(at(decided), null);
  const rows: Record<string, [Record<string, string>, string]> = {
    "is the deployment's": [{}, '2026-03-31T00:00:10Z'],
    "is the user's own, where its tag says one": [
      { 'iam-lifecycle:quarantine': 'P3D' },
      '2026-03-04T00:00:10Z',
    ],
    "is the deployment's where the tag says nothing that could be waited for": [
      { 'iam-lifecycle:quarantine': 'three days' },
      '2026-03-31T00:00:10Z',
    ],
    'lasts the settle time at least': [{ 'iam-lifecycle:quarantine': 'PT0S' }, '2026-03-01T00:02:10Z'],
  };
  test.each(Object.entries(rows))('%s', (_, [tags, until]) => {
    const seen = offboardingFacts({ user: managedUser(tags) });
    expect(travel(seen, open, now).at).toEqual({ phase: 'Quarantined', until: at(until) });
  });

  test("and one that it does not leave open goes before the user's own", () => {
    const seen = offboardingFacts({ user: managedUser({ 'iam-lifecycle:quarantine': 'P3D' }) });
    const { at: rest } = travel(seen, offboardAt(at(decided), 86_400_000), now);
    expect(rest).toEqual({ phase: 'Quarantined', until: at('2026-03-02T00:00:10Z') });
  });
});

describe('the deny needs no look at anything but the user and its policies', () => {
  const { user } = employed;
  const denialOf = (request: OffboardingRequest, instant: number, seen = employed.user) =>
    planDenial({ user: seen, policyArns: [rolePolicy] }, request, offboardingRules, instant).steps.map(
      ({ step }) => step,
    );

  test('the tombstone and the deny, and nothing of what else there may be', () => {
    expect(denialOf(offboard, now)).toEqual(['TagUser', 'AttachPolicy']);
    const full = planDenial({ user, policyArns: tenPolicies }, offboard, offboardingRules, now);
    expect(full.steps.map(({ step }) => step)).toEqual(['TagUser', 'SetBoundary']);
  });

  test('a return, and a purge, wait for the whole look', () => {
    const { seen: contained } = travel(employed, offboard, now);
    expect(denialOf(restoreAt(now), now, contained.user)).toEqual([]);
    expect(denialOf(carryOn, at('2026-03-31T00:00:10Z'), contained.user)).toEqual([]);
  });

  test('and so does whatever there is to do for a user that is not to be touched', () => {
    expect(denialOf(offboard, now, managedUser({}, { path: '/' }))).toEqual([]);
    expect(denialOf(offboard, now, null)).toEqual([]);
  });
});

describe('what is recorded as Active before a departure', () => {
  const before = { ...employed, credentials: [ssh('APKA1', 'Active'), ssh('APKA2', 'Inactive')] };
  const { seen: contained } = travel(before, offboard, now);

  test('is what was so at the first whole look', () => {
    expect(recordOf(contained)).toBe('APKA1');
  });

  test.each([
    ['in the quarantine', '2026-03-02T00:00:00Z', false],
    ['when it is over', '2026-03-31T00:00:10Z', true],
  ])('is never what somebody makes %s', (_, instant, isOver) => {
    const added = { ...contained, credentials: [...contained.credentials, ssh('APKA3', 'Active')] };
    const { seen, steps } = travel(added, carryOn, at(instant));
    expect(steps.slice(0, 1)).toEqual(['DeactivateCredential APKA3']);
    expect(isOver ? seen.user : recordOf(seen)).toBe(isOver ? null : 'APKA1');
  });

  test('is never what somebody makes after a departure of a user that had none', () => {
    const { seen: bare } = travel(employed, offboard, now);
    const added = { ...bare, credentials: [ssh('APKA3', 'Active')] };
    expect(recordOf(travel(added, carryOn, at('2026-03-02T00:00:00Z')).seen)).toBe('');
  });
});

describe('a departure is filed under its first decision', () => {
  const rows: Record<string, [Record<string, string>, string | null]> = {
    'one that stands': [{ 'iam-lifecycle:departed-at': '2026-02-28T00:00:00Z' }, '2026-02-28T00:00:00Z'],
    'one of a tombstone that says no more than that': [{}, '2026-03-01T00:00:00Z'],
    'one that was taken back is over': [{ 'iam-lifecycle:restored-at': '2026-03-01T00:00:00Z' }, null],
    'one that was decided after a return stands': [
      { 'iam-lifecycle:restored-at': '2026-02-01T00:00:00Z' },
      '2026-03-01T00:00:00Z',
    ],
  };
  test.each(Object.entries(rows))('%s', (_, [tags, departedAt]) => {
    const user = managedUser({ 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00Z', ...tags });
    expect(standingDeparture(user)).toBe(departedAt === null ? null : at(departedAt));
  });

  test('nobody is in one without a tombstone', () => {
    expect(standingDeparture(managedUser({ 'iam-lifecycle:departed-at': decided }))).toBeNull();
  });

  test('a departure after one that was taken back begins anew', () => {
    const back = managedUser({
      'iam-lifecycle:offboarded-at': '2026-02-01T00:00:00.000Z',
      'iam-lifecycle:departed-at': '2026-02-01T00:00:00.000Z',
      'iam-lifecycle:restored-at': '2026-02-02T00:00:00.000Z',
    });
    const { seen } = travel(offboardingFacts({ user: back }), offboard, now);
    expect(seen.user?.tags['iam-lifecycle:departed-at']).toBe('2026-03-01T00:00:00.000Z');
  });
});
