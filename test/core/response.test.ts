import { describe, expect, test } from '@jest/globals';
import { advanceResponse } from '../../functions/core/advance.js';
import type { ResponseFacts, UserFacts } from '../../functions/core/facts.js';
import { type ResponseRequest, type ResponseRules, planResponse } from '../../functions/core/response.js';
import {
  alice,
  at,
  boundaryArn,
  currentKey,
  denyAllArn,
  key,
  managedUser,
  nextKey,
  oldKey,
  secretOf,
  stepText,
} from '../support/account.js';

const denySessionsArn = 'arn:aws:iam::123456789012:policy/IamLifecycleDenySessions';
const rules: ResponseRules = {
  userPath: '/lifecycle/',
  adoptedArns: [],
  boundaryArn,
  denySessionsArn,
  afterLeak: 'restore',
  settleMs: 120_000,
};
const now = at('2026-03-10T12:00:00Z');
const leak: ResponseRequest = { kind: 'leak', keyId: currentKey };
const look: ResponseRequest = { kind: 'look' };
const policies = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::123456789012:policy/P${index}`);

const employed: ResponseFacts = {
  user: managedUser(),
  keys: [key(currentKey, '2026-02-01T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
  policyArns: ['arn:aws:iam::123456789012:policy/Role'],
};
const withUser = (user: UserFacts | null, more: Partial<ResponseFacts> = {}): ResponseFacts => ({
  ...employed,
  user,
  ...more,
});

/** The tag of a leak of the key that was current. */
const record = 'iam-lifecycle:leaked/akiacurrent000000001';
const leakedTags = { [record]: '2026-03-10T11:00:00.000Z' };
const deniedTags = { ...leakedTags, 'iam-lifecycle:leak-denied': 'true' };
/** Contained an hour ago, and the successor is current. */
const succeeded = withUser(managedUser(deniedTags), {
  keys: [
    key(currentKey, '2026-02-01T00:00:00Z', { status: 'Inactive' }),
    key(nextKey, '2026-03-10T11:03:00Z'),
  ],
  secret: secretOf({ AWSCURRENT: nextKey, AWSPREVIOUS: currentKey }),
  policyArns: ['arn:aws:iam::123456789012:policy/Role', denyAllArn],
});

/** As a run does: one step, then it plans again. */
function travel(first: ResponseFacts, request: ResponseRequest, instant = now, by = rules) {
  const steps: string[] = [];
  let seen = first;
  for (;;) {
    const plan = planResponse(seen, request, by, instant);
    const [step] = plan.steps;
    if (!step || steps.length > 20) return { steps, at: plan.at, why: plan.why, seen };
    steps.push(stepText(step));
    if (step.step === 'CreateUser' || step.step === 'MintKey') throw new Error(`${step.step} in a response`);
    seen = advanceResponse(seen, step, { step: step.step });
  }
}

describe('a key leaks', () => {
  const { steps, at: rest, seen } = travel(employed, leak);

  test('the record, the deny, the key, in this order', () => {
    expect(steps).toEqual(['TagUser', `AttachPolicy ${denyAllArn}`, `DeactivateKey ${currentKey}`]);
  });

  test('the record says when, and that the deny is ours', () => {
    expect(seen.user?.tags).toEqual({
      'iam-lifecycle:managed': 'true',
      [record]: '2026-03-10T12:00:00.000Z',
      'iam-lifecycle:leak-denied': 'true',
    });
  });

  test('nothing is lifted before all of it is to be seen: twice the settle time', () => {
    expect(rest).toEqual({ phase: 'Settling', until: at('2026-03-10T12:04:00Z') });
    expect(travel(seen, look, at('2026-03-10T12:03:59Z')).at.phase).toBe('Settling');
    expect(travel(seen, look, at('2026-03-10T12:04:00Z')).at.phase).toBe('Replacing');
  });

  test('the run that did it itself need not wait', () => {
    expect(travel(seen, { kind: 'finish' }).at.phase).toBe('Replacing');
  });

  test('the same news again changes nothing', () => {
    expect(travel(seen, leak, at('2026-03-10T12:01:00Z')).steps).toEqual([]);
  });

  test('another key of the same user has a record of its own, and the deny is there already', () => {
    const both = { ...seen, keys: [...seen.keys, key(oldKey, '2026-01-01T00:00:00Z')] };
    const second = travel(both, { kind: 'leak', keyId: oldKey });
    expect(second.steps).toEqual(['TagUser', `DeactivateKey ${oldKey}`]);
    expect(Object.keys(second.seen.user!.tags)).toContain('iam-lifecycle:leaked/akiaold0000000000001');
  });

  test('the steps pin the user', () => {
    expect(planResponse(employed, leak, rules, now).steps[0]).toMatchObject({ user: alice });
  });
});

describe('room', () => {
  test.each([
    [8, `AttachPolicy ${denyAllArn}`],
    [9, `SetBoundary ${denyAllArn}`],
    [10, `SetBoundary ${denyAllArn}`],
  ])('with %i policies: %s', (count, step) => {
    expect(travel({ ...employed, policyArns: policies(count) }, leak).steps[1]).toBe(step);
  });

  test('a user without room for another tag is contained all the same, and a person is told', () => {
    const tags = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`t${index}`, 'x']));
    const { steps, at: rest } = travel(withUser(managedUser(tags)), leak);
    expect(steps).toEqual([`AttachPolicy ${denyAllArn}`, `DeactivateKey ${currentKey}`]);
    expect(rest).toMatchObject({ phase: 'Blocked', reason: expect.stringContaining('50 tags') });
  });
});

describe('who is not touched', () => {
  test.each([
    ['a user outside the path', managedUser({}, { path: '/' })],
    ['a user without our tag', managedUser({ 'iam-lifecycle:managed': 'false' })],
  ])('%s', (_, user) => {
    const { steps, at: rest } = travel(withUser(user), leak);
    expect([steps, rest.phase]).toEqual([[], 'Stranger']);
  });

  test('nobody', () => {
    expect(travel(withUser(null), leak).at.phase).toBe('Absent');
  });

  test('a leaver: its leaked key is made Inactive, and it is never let in', () => {
    const leaver = withUser(managedUser({ 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00Z' }), {
      policyArns: [denyAllArn],
    });
    const { steps, at: rest, seen } = travel(leaver, leak);
    expect([steps, rest.phase]).toEqual([['TagUser', `DeactivateKey ${currentKey}`], 'Offboarded']);
    expect(travel(seen, { kind: 'lift' }, now + 172_800_000).steps).toEqual([]);
  });
});

describe('the deny ends', () => {
  test('once the successor is current: sessions are kept out first', () => {
    const { steps, at: rest, seen } = travel(succeeded, look);
    expect(steps).toEqual([`AttachPolicy ${denySessionsArn}`, `DetachPolicy ${denyAllArn}`, 'UntagUser']);
    // 36 hours and the settle time after 11:00 on the 10th.
    expect(rest).toEqual({ phase: 'Watching', until: at('2026-03-11T23:02:00Z') });
    expect(seen.user?.tags).toEqual({ 'iam-lifecycle:managed': 'true', ...leakedTags });
  });

  test('as the boundary it gives way to ours', () => {
    const bound = {
      ...succeeded,
      user: managedUser(deniedTags, { boundaryArn: denyAllArn }),
      policyArns: policies(9),
    };
    expect(travel(bound, look).steps).toEqual([
      `AttachPolicy ${denySessionsArn}`,
      `SetBoundary ${boundaryArn}`,
      'UntagUser',
    ]);
  });

  const { keys, secret } = succeeded;
  test.each([
    ['the successor is only pending', { secret: secretOf({ AWSCURRENT: currentKey, AWSPENDING: nextKey }) }],
    ['the successor is Inactive', { keys: [keys[0]!, { ...keys[1]!, status: 'Inactive' as const }] }],
    ['the successor is not to be seen', { keys: [keys[0]!] }],
    ['there is no secret', { secret: null }],
  ])('not while %s', (_, more) => {
    expect(travel({ ...succeeded, ...more }, look)).toMatchObject({ steps: [], at: { phase: 'Replacing' } });
  });

  test('a user that wants no key needs no successor', () => {
    const user = managedUser({ ...deniedTags, 'iam-lifecycle:key-store': 'none' });
    expect(travel({ ...succeeded, user, keys: [keys[0]!], secret }, look).at.phase).toBe('Watching');
  });

  test.each([
    ['the configuration says hold', succeeded, { ...rules, afterLeak: 'hold' as const }],
    ['somebody else had denied the user before', { ...succeeded, user: managedUser(leakedTags) }, rules],
    ['the policy that denies sessions is not deployed', succeeded, { ...rules, denySessionsArn: null }],
    [
      'the quota has no room for it',
      { ...succeeded, user: managedUser(deniedTags, { boundaryArn: denyAllArn }), policyArns: policies(10) },
      rules,
    ],
  ])('a person ends it where %s', (_, seen, by) => {
    const held = travel(seen, look, now, by);
    expect([held.steps, held.at.phase]).toEqual([[], 'Held']);
    expect(held.why).toContain('iam-lifecycle respond KEY_ID --lift');
    expect(travel(seen, { kind: 'lift' }, now, by).at.phase).toBe('Watching');
  });

  test('a run that was cut off after the deny was detached clears the mark', () => {
    const cut = { ...succeeded, policyArns: [denySessionsArn] };
    expect(travel(cut, look).steps).toEqual(['UntagUser']);
  });
});

describe('sessions of the leaked key', () => {
  const watched = withUser(managedUser(leakedTags), {
    ...succeeded,
    user: managedUser(leakedTags),
    policyArns: [denySessionsArn],
  });

  test('are kept out until 36 hours and the settle time are over', () => {
    expect(travel(watched, look, at('2026-03-11T23:01:59Z')).steps).toEqual([]);
    expect(travel(watched, look, at('2026-03-11T23:02:00Z'))).toMatchObject({
      steps: [`DetachPolicy ${denySessionsArn}`],
      at: { phase: 'Closed' },
    });
  });

  test('are kept out too where the key was found Inactive and nobody was denied', () => {
    const off = withUser(managedUser(), {
      keys: [
        key(currentKey, '2026-02-01T00:00:00Z', { status: 'Inactive' }),
        key(nextKey, '2026-03-10T11:03:00Z'),
      ],
      secret: secretOf({ AWSCURRENT: nextKey }),
    });
    const first = travel(off, leak);
    expect(first.steps).toEqual(['TagUser']);
    expect(travel(first.seen, look, at('2026-03-10T12:04:00Z')).steps).toEqual([
      `AttachPolicy ${denySessionsArn}`,
    ]);
  });

  test('the record of a key that is gone goes with them, and not before', () => {
    const gone = { ...watched, keys: [key(nextKey, '2026-03-10T11:03:00Z')] };
    expect(travel(gone, look).steps).toEqual([]);
    expect(travel(gone, look, at('2026-03-12T00:00:00Z')).steps).toEqual([
      `DetachPolicy ${denySessionsArn}`,
      'UntagUser',
    ]);
  });
});

describe("AWS's quarantine policy, which names no key", () => {
  const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
  const seen = {
    ...employed,
    keys: [key(oldKey, '2026-01-01T00:00:00Z'), key(currentKey, '2026-02-01T00:00:00Z')],
    policyArns: [quarantine],
  };
  const first = travel(seen, { kind: 'suspect' });

  test('every Active key is taken for leaked', () => {
    expect(first.steps).toEqual([
      'TagUser',
      `AttachPolicy ${denyAllArn}`,
      `DeactivateKey ${oldKey}`,
      `DeactivateKey ${currentKey}`,
    ]);
    expect(first.seen.user?.tags['iam-lifecycle:keys-suspected-at']).toBe('2026-03-10T12:00:00.000Z');
  });

  test('once: the keys that come after it are not suspect', () => {
    const later = { ...first.seen, keys: [key(nextKey, '2026-03-10T12:05:00Z')] };
    expect(travel(later, { kind: 'suspect' }, at('2026-03-10T13:00:00Z')).steps).toEqual([]);
  });

  test('is never detached by us; the mark goes when a person has done so', () => {
    const user = managedUser({ 'iam-lifecycle:keys-suspected-at': '2026-03-01T00:00:00.000Z' });
    expect(travel({ ...employed, user, policyArns: [quarantine] }, look).steps).toEqual([]);
    expect(travel({ ...employed, user }, look).steps).toEqual(['UntagUser']);
  });
});

test('a record that is no instant is for a person', () => {
  const user = managedUser({ [record]: 'last week' });
  const off = [key(currentKey, '2026-02-01T00:00:00Z', { status: 'Inactive' as const })];
  expect(travel(withUser(user, { keys: off }), look).at).toMatchObject({
    phase: 'Blocked',
    reason: expect.stringContaining('ISO 8601'),
  });
});

test('a key that somebody made Active again is denied and deactivated anew, with a new record', () => {
  const user = managedUser(leakedTags);
  const { steps, seen } = travel(
    { ...succeeded, user, keys: [key(currentKey, '2026-02-01T00:00:00Z')], policyArns: [] },
    look,
  );
  expect(steps).toEqual(['TagUser', `AttachPolicy ${denyAllArn}`, `DeactivateKey ${currentKey}`]);
  expect(seen.user?.tags[record]).toBe('2026-03-10T12:00:00.000Z');
});
