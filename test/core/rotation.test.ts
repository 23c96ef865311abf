import { describe, expect, test } from '@jest/globals';
import type { RotationFacts } from '../../functions/core/facts.js';
import type { RotationPhase } from '../../functions/core/rotation-phase.js';
import { phaseOf, planRotation } from '../../functions/core/rotation.js';
import {
  at,
  currentKey,
  key,
  managedUser,
  nextKey,
  oldKey,
  rotationFacts,
  secretOf,
  stepTexts,
  used,
} from '../support/account.js';
import { rotationRules, windows } from '../support/windows.js';

/** The phase table of the design, line by line, each boundary to the millisecond. */
type Case = [seen: RotationFacts, now: string, phase: RotationPhase['phase'], until: string | null, steps: string[]];

function check([seen, now, phase, until, steps]: Case): void {
  const plan = planRotation(seen, null, rotationRules, at(now));
  expect(plan.at.phase).toBe(phase);
  expect('until' in plan.at ? plan.at.until : null).toBe(until === null ? null : at(until));
  expect(stepTexts(plan)).toEqual(steps);
  expect(plan.why).not.toBe('');
}

/** Made on 1 January: 60 days later is 2 March. */
const young = rotationFacts({
  user: managedUser({ 'iam-lifecycle:mint-intent': '2026-01-01T00:00:00Z' }),
  keys: [key(currentKey, '2026-01-01T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
});

const noKey = rotationFacts({});
const lostSecretAnswer = rotationFacts({
  user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-02T00:00:00.500Z' }),
  keys: [key(currentKey, '2026-01-01T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
});

describe('a first key', () => {
  test.each(
    Object.entries<Case>({
      'nothing at all: mint': [noKey, '2026-03-01T00:00:00Z', 'Unkeyed', null, ['MintKey']],
      'a secret without a version: mint': [
        rotationFacts({ secret: secretOf({}) }),
        '2026-03-01T00:00:00Z',
        'Unkeyed',
        null,
        ['MintKey'],
      ],
      'one millisecond before an intent has settled: wait': [
        rotationFacts({ user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-01T00:00:00Z' }) }),
        '2026-03-01T00:01:59.999Z',
        'Settling',
        '2026-03-01T00:02:00Z',
        [],
      ],
      'when the intent has settled: mint': [
        rotationFacts({ user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-01T00:00:00Z' }) }),
        '2026-03-01T00:02:00Z',
        'Unkeyed',
        null,
        ['MintKey'],
      ],
      'the current version names a key that is gone: mint': [
        rotationFacts({ secret: secretOf({ AWSCURRENT: currentKey }) }),
        '2026-03-01T00:00:00Z',
        'Unkeyed',
        null,
        ['MintKey'],
      ],
    }),
  )('%s', (_, row) => check(row));

  test('is stored as the current one after its test, since no version is current', () => {
    const { steps } = planRotation(noKey, null, rotationRules, at('2026-03-01T00:00:00Z'));
    expect(steps).toEqual([
      {
        step: 'MintKey',
        user: { name: 'alice', id: 'AIDAALICE00000000001' },
        secretArn: null,
        intentAt: at('2026-03-01T00:00:00Z'),
        storeIsPromote: true,
      },
    ]);
  });

  test('in a secret whose current key is gone is stored as pending', () => {
    const seen = rotationFacts({ secret: secretOf({ AWSCURRENT: currentKey }) });
    const { steps } = planRotation(seen, null, rotationRules, at('2026-03-01T00:00:00Z'));
    expect(steps).toMatchObject([{ step: 'MintKey', storeIsPromote: false }]);
  });

  test('in a secret whose current version somebody else wrote takes that version’s place', () => {
    const secret = { ...secretOf({}), stages: { AWSCURRENT: '7d1b2c3e-0000-4000-8000-1234567890ab' } };
    const { steps } = planRotation(rotationFacts({ secret }), null, rotationRules, at('2026-03-01T00:00:00Z'));
    expect(steps).toMatchObject([{ step: 'MintKey', storeIsPromote: true }]);
  });
});

describe('the age of the current key', () => {
  test.each(
    Object.entries<Case>({
      'on its first day': [young, '2026-01-01T00:00:00Z', 'Settled', '2026-03-02T00:00:00Z', []],
      'one millisecond before 60 days': [
        young,
        '2026-03-01T23:59:59.999Z',
        'Settled',
        '2026-03-02T00:00:00Z',
        [],
      ],
      'at 60 days': [young, '2026-03-02T00:00:00Z', 'Due', null, ['MintKey']],
      'one millisecond after 60 days': [young, '2026-03-02T00:00:00.001Z', 'Due', null, ['MintKey']],
      'at 60 days with an intent that has not settled': [
        lostSecretAnswer,
        '2026-03-02T00:02:00.499Z',
        'Settling',
        '2026-03-02T00:02:00.500Z',
        [],
      ],
      'at 60 days with an intent that has settled': [
        lostSecretAnswer,
        '2026-03-02T00:02:00.500Z',
        'Due',
        null,
        ['MintKey'],
      ],
    }),
  )('%s', (_, row) => check(row));

  test('Due says since when', () => {
    expect(phaseOf(young, null, rotationRules, at('2026-03-05T12:00:00Z'))).toEqual({
      phase: 'Due',
      since: at('2026-03-02T00:00:00Z'),
    });
  });

  test('the next key is stored beside the current one', () => {
    const { steps } = planRotation(young, null, rotationRules, at('2026-03-02T00:00:00Z'));
    expect(steps).toMatchObject([{ step: 'MintKey', storeIsPromote: false, intentAt: at('2026-03-02T00:00:00Z') }]);
  });

  test('the record of a deletion long done is taken off a settled user', () => {
    const user = managedUser({ 'iam-lifecycle:deactivated-at': `${oldKey} 2026-01-08T00:00:00.000Z` });
    const plan = planRotation({ ...young, user }, null, rotationRules, at('2026-02-01T00:00:00Z'));
    expect(plan.at.phase).toBe('Settled');
    expect(plan.steps).toEqual([
      {
        step: 'UntagUser',
        user: { name: 'alice', id: 'AIDAALICE00000000001' },
        tagKeys: ['iam-lifecycle:deactivated-at'],
      },
    ]);
  });
});

describe('a pending key', () => {
  const pending = rotationFacts({
    user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-02T00:00:00Z' }),
    keys: [key(currentKey, '2026-01-01T00:00:00Z'), key(nextKey, '2026-03-02T00:00:01Z')],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPENDING: nextKey }),
  });
  const inactive = (status: 'Inactive' | 'Expired') => ({
    ...pending,
    keys: [pending.keys[0]!, { ...pending.keys[1]!, status }],
  });
  const discarded = [`DeleteKey ${nextKey}`, `ClearPending iam-access-key-${nextKey}`];
  const vanished = { ...pending, keys: [pending.keys[0]!] };

  test.each(
    Object.entries<Case>({
      'that is not tested yet: test, then promote': [
        pending,
        '2026-03-02T00:00:05Z',
        'Pending',
        null,
        [`VerifyKey ${nextKey}`, `PromoteKey ${nextKey}`],
      ],
      'that passed its test in this run: promote': [
        { ...pending, verified: nextKey },
        '2026-03-02T00:00:05Z',
        'Pending',
        null,
        [`PromoteKey ${nextKey}`],
      ],
      'while another key passed a test: test this one': [
        { ...pending, verified: currentKey },
        '2026-03-02T00:00:05Z',
        'Pending',
        null,
        [`VerifyKey ${nextKey}`, `PromoteKey ${nextKey}`],
      ],
      'one millisecond before its hour is over: test it once more': [
        pending,
        '2026-03-02T01:00:00.999Z',
        'Pending',
        null,
        [`VerifyKey ${nextKey}`, `PromoteKey ${nextKey}`],
      ],
      'when its hour is over: key first, label second': [
        pending,
        '2026-03-02T01:00:01Z',
        'Pending',
        null,
        discarded,
      ],
      'that somebody deactivated': [inactive('Inactive'), '2026-03-02T00:00:05Z', 'Pending', null, discarded],
      'that has expired': [inactive('Expired'), '2026-03-02T00:00:05Z', 'Pending', null, discarded],
      'that is not to be seen, one millisecond before it settles': [
        vanished,
        '2026-03-02T00:01:59.999Z',
        'Settling',
        '2026-03-02T00:02:00Z',
        [],
      ],
      'that is gone for good: only its label goes': [
        vanished,
        '2026-03-02T00:02:00Z',
        'Pending',
        null,
        [`ClearPending iam-access-key-${nextKey}`],
      ],
      'made in the same second as the current one': [
        { ...pending, keys: [key(currentKey, '2026-03-02T00:00:01Z'), key(nextKey, '2026-03-02T00:00:01Z')] },
        '2026-03-02T00:00:05Z',
        'Pending',
        null,
        [`VerifyKey ${nextKey}`, `PromoteKey ${nextKey}`],
      ],
      'older than the current one': [
        { ...pending, keys: [key(currentKey, '2026-03-02T00:00:02Z'), key(nextKey, '2026-03-02T00:00:01Z')] },
        '2026-03-02T00:00:05Z',
        'Blocked',
        null,
        [],
      ],
      'whose label is a leftover on the current version: nothing is pending': [
        { ...young, secret: secretOf({ AWSCURRENT: currentKey, AWSPENDING: currentKey }) },
        '2026-02-01T00:00:00Z',
        'Settled',
        '2026-03-02T00:00:00Z',
        [],
      ],
    }),
  )('%s', (_, row) => check(row));

  test('the promotion takes the label from the version that has it', () => {
    const plan = planRotation({ ...pending, verified: nextKey }, null, rotationRules, at('2026-03-02T00:00:05Z'));
    expect(plan.steps).toMatchObject([{ step: 'PromoteKey', fromVersionId: `iam-access-key-${currentKey}` }]);
  });
});

describe('an old key beside the current one', () => {
  /** Promoted within the hour of 2 March: the overlap of 7 days is over on 9 March at 1 o'clock. */
  const overlap = (lastUse: 'unread' | 'never' | ReturnType<typeof used>, tags = {}) =>
    rotationFacts({
      user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-02T00:00:00Z', ...tags }),
      keys: [key(oldKey, '2026-01-01T00:00:00Z', { lastUse }), key(currentKey, '2026-03-02T00:00:00Z')],
      secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
    });
  const deactivate = [`DeactivateKey ${oldKey}`];
  const longUnused = overlap(used('s3', '2026-03-01T00:00:00Z'));
  const busy = overlap(used('s3', '2026-03-22T12:00:00Z'));

  test.each(
    Object.entries<Case>({
      'one millisecond before the overlap is over': [
        longUnused,
        '2026-03-09T00:59:59.999Z',
        'Overlap',
        '2026-03-09T01:00:00Z',
        [],
      ],
      'when the overlap is over, and quiet': [
        longUnused,
        '2026-03-09T01:00:00Z',
        'Overlap',
        '2026-03-03T00:00:00Z',
        deactivate,
      ],
      'when the overlap is over, and never used': [
        overlap('never'),
        '2026-03-09T01:00:00Z',
        'Overlap',
        '2026-01-03T00:00:00Z',
        deactivate,
      ],
      'when the last use could not be read: nothing is concluded': [
        overlap('unread'),
        '2026-06-01T00:00:00Z',
        'Overlap',
        '2026-06-01T00:00:00Z',
        [],
      ],
      'used, one millisecond before it has been quiet for 2 days': [
        overlap(used('s3', '2026-03-09T00:00:00Z')),
        '2026-03-10T23:59:59.999Z',
        'Overlap',
        '2026-03-11T00:00:00Z',
        [],
      ],
      'used, and quiet for 2 days': [
        overlap(used('s3', '2026-03-09T00:00:00Z')),
        '2026-03-11T00:00:00Z',
        'Overlap',
        '2026-03-11T00:00:00Z',
        deactivate,
      ],
      'brought back by request: as good as a use': [
        overlap('never', { 'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` }),
        '2026-03-11T23:59:59.999Z',
        'Overlap',
        '2026-03-12T00:00:00Z',
        [],
      ],
      'brought back by request, and quiet since': [
        overlap('never', { 'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` }),
        '2026-03-12T00:00:00Z',
        'Overlap',
        '2026-03-12T00:00:00Z',
        deactivate,
      ],
      'while the record of a return speaks of another key': [
        overlap('never', { 'iam-lifecycle:reactivated-at': `${nextKey} 2026-03-10T00:00:00.000Z` }),
        '2026-03-11T00:00:00Z',
        'Overlap',
        '2026-01-03T00:00:00Z',
        deactivate,
      ],
      'still used one millisecond before 21 days': [
        busy,
        '2026-03-22T23:59:59.999Z',
        'Overlap',
        '2026-03-24T12:00:00Z',
        [],
      ],
      'still used at 21 days: a person must decide': [busy, '2026-03-23T00:00:00Z', 'Blocked', null, []],
    }),
  )('%s', (_, row) => check(row));

  test('the deactivation is recorded as of now', () => {
    const { steps } = planRotation(longUnused, null, rotationRules, at('2026-03-09T01:00:00.007Z'));
    expect(steps).toMatchObject([{ step: 'DeactivateKey', recordAt: at('2026-03-09T01:00:00.007Z') }]);
  });

  test('who still uses it is told with service and region', () => {
    expect(phaseOf(busy, null, rotationRules, at('2026-03-22T13:00:00Z'))).toMatchObject({
      phase: 'Overlap',
      usedBy: 's3 in eu-central-1',
    });
    expect(phaseOf(busy, null, rotationRules, at('2026-03-23T00:00:00Z'))).toEqual({
      phase: 'Blocked',
      reason: `the old key ${oldKey} is still used after 21 d, last by s3 in eu-central-1`,
    });
  });

  test('at 21 days the configuration may have decided beforehand', () => {
    const rules = { ...rotationRules, windows: { ...windows, afterMaxOverlap: 'deactivate' as const } };
    expect(stepTexts(planRotation(busy, null, rules, at('2026-03-22T23:59:59.999Z')))).toEqual([]);
    expect(stepTexts(planRotation(busy, null, rules, at('2026-03-23T00:00:00Z')))).toEqual(deactivate);
  });
});
