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
} from '../support/account.js';
import { rotationRules } from '../support/windows.js';

/** The phase table of the design, line by line, each boundary to the millisecond. */
type Case = [
  seen: RotationFacts,
  now: string,
  phase: RotationPhase['phase'],
  until: string | null,
  steps: string[],
];

/** What the planner says, in the form of a row. */
function look(seen: RotationFacts, now: string): unknown[] {
  const plan = planRotation(seen, null, rotationRules, at(now));
  expect(plan.why).not.toBe('');
  const until = 'until' in plan.at ? new Date(plan.at.until).toISOString().replace('.000Z', 'Z') : null;
  return [plan.at.phase, until, stepTexts(plan)];
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
  )('%s', (_, [seen, now, ...expected]) => {
    expect(look(seen, now)).toEqual(expected);
  });

  test('is stored as the current one after its test, since no version is current', () => {
    const { steps } = planRotation(noKey, null, rotationRules, at('2026-03-01T00:00:00Z'));
    expect(steps).toEqual([
      {
        step: 'MintKey',
        user: { name: 'alice', id: 'AIDAALICE00000000001' },
        secretArn: null,
        intentAt: at('2026-03-01T00:00:00Z'),
        storeIsPromote: true,
        kmsKeyId: null,
        parameters: null,
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
    const { steps } = planRotation(
      rotationFacts({ secret }),
      null,
      rotationRules,
      at('2026-03-01T00:00:00Z'),
    );
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
  )('%s', (_, [seen, now, ...expected]) => {
    expect(look(seen, now)).toEqual(expected);
  });

  test('Due says since when', () => {
    expect(phaseOf(young, null, rotationRules, at('2026-03-05T12:00:00Z'))).toEqual({
      phase: 'Due',
      since: at('2026-03-02T00:00:00Z'),
    });
  });

  test('the next key is stored beside the current one', () => {
    const { steps } = planRotation(young, null, rotationRules, at('2026-03-02T00:00:00Z'));
    expect(steps).toMatchObject([
      { step: 'MintKey', storeIsPromote: false, intentAt: at('2026-03-02T00:00:00Z') },
    ]);
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
      'of another run, which may not be over: wait': [
        pending,
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        [],
      ],
      'that passed its test in this run: promote': [
        { ...pending, verified: nextKey },
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        [`PromoteKey ${nextKey}`],
      ],
      'while another key passed a test: wait': [
        { ...pending, verified: currentKey },
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        [],
      ],
      'one millisecond before its hour is over: wait': [
        pending,
        '2026-03-02T01:00:00.999Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        [],
      ],
      'when its hour is over: key first, label second': [
        pending,
        '2026-03-02T01:00:01Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        discarded,
      ],
      'that passed its test in this run, when its hour is over: promote': [
        { ...pending, verified: nextKey },
        '2026-03-02T01:00:01Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        [`PromoteKey ${nextKey}`],
      ],
      'while another key passed a test, when its hour is over: key first, label second': [
        { ...pending, verified: currentKey },
        '2026-03-02T01:00:01Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        discarded,
      ],
      'that passed its test and was deactivated since: nobody is given a key that does not work': [
        { ...inactive('Inactive'), verified: nextKey },
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        discarded,
      ],
      'that somebody deactivated': [
        inactive('Inactive'),
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        discarded,
      ],
      'that has expired': [
        inactive('Expired'),
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        discarded,
      ],
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
        '2026-03-02T00:02:00Z',
        [`ClearPending iam-access-key-${nextKey}`],
      ],
      'made in the same second as the current one': [
        { ...pending, keys: [key(currentKey, '2026-03-02T00:00:01Z'), key(nextKey, '2026-03-02T00:00:01Z')] },
        '2026-03-02T00:00:05Z',
        'Pending',
        '2026-03-02T01:00:01Z',
        [],
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
  )('%s', (_, [seen, now, ...expected]) => {
    expect(look(seen, now)).toEqual(expected);
  });

  test('the promotion takes the label from the version that has it', () => {
    const plan = planRotation(
      { ...pending, verified: nextKey },
      null,
      rotationRules,
      at('2026-03-02T00:00:05Z'),
    );
    expect(plan.steps).toMatchObject([{ step: 'PromoteKey', fromVersionId: `iam-access-key-${currentKey}` }]);
  });
});
