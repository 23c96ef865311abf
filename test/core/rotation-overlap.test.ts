import { describe, expect, test } from '@jest/globals';
import type { KeyFacts, RotationFacts } from '../../functions/core/facts.js';
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

/** Promoted within the hour of 2 March: the overlap of 7 days is over on 9 March at 1 o'clock. */
const overlap = (lastUse: 'unread' | 'never' | ReturnType<typeof used>, tags = {}) =>
  rotationFacts({
    user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-02T00:00:00Z', ...tags }),
    keys: [key(oldKey, '2026-01-01T00:00:00Z', { lastUse }), key(currentKey, '2026-03-02T00:00:00Z')],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  });

describe('an old key beside the current one', () => {
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
      'brought back by request, one millisecond before its second overlap is over': [
        overlap('never', { 'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` }),
        '2026-03-16T23:59:59.999Z',
        'Overlap',
        '2026-03-17T00:00:00Z',
        [],
      ],
      'brought back by request, when its second overlap is over': [
        overlap('never', { 'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` }),
        '2026-03-17T00:00:00Z',
        'Overlap',
        '2026-01-03T00:00:00Z',
        deactivate,
      ],
      'brought back within the hour of the promotion: the first overlap is the longer one': [
        overlap('never', { 'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-02T00:59:59.999Z` }),
        '2026-03-09T00:59:59.999Z',
        'Overlap',
        '2026-03-09T01:00:00Z',
        [],
      ],
      'brought back by request and still used at 21 days: its second overlap comes first': [
        overlap(used('s3', '2026-03-22T12:00:00Z'), {
          'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-20T00:00:00.000Z`,
        }),
        '2026-03-26T23:59:59.999Z',
        'Overlap',
        '2026-03-27T00:00:00Z',
        [],
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
  )('%s', (_, [seen, now, ...expected]) => {
    expect(look(seen, now)).toEqual(expected);
  });

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

const quarantined = (tags: Record<string, string>, status: KeyFacts['status'] = 'Inactive') =>
  rotationFacts({
    user: managedUser(tags),
    keys: [key(oldKey, '2026-01-01T00:00:00Z', { status }), key(currentKey, '2026-03-02T00:00:00Z')],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  });

describe('an old key that is Inactive', () => {
  const recorded = { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-09T01:00:00.000Z` };

  test.each(
    Object.entries<Case>({
      'one millisecond before its quarantine is over': [
        quarantined(recorded),
        '2026-03-16T00:59:59.999Z',
        'Quarantine',
        '2026-03-16T01:00:00Z',
        [],
      ],
      'when its quarantine is over: delete': [
        quarantined(recorded),
        '2026-03-16T01:00:00Z',
        'Quarantine',
        '2026-03-16T01:00:00Z',
        [`DeleteKey ${oldKey}`],
      ],
      'that has expired, when its quarantine is over: delete': [
        quarantined(recorded, 'Expired'),
        '2026-03-16T01:00:00Z',
        'Quarantine',
        '2026-03-16T01:00:00Z',
        [`DeleteKey ${oldKey}`],
      ],
      'and nobody wrote down since when: the quarantine begins now': [
        quarantined({}),
        '2026-06-01T00:00:00Z',
        'Quarantine',
        '2026-06-08T00:00:00Z',
        [`DeactivateKey ${oldKey}`],
      ],
      'and the record speaks of another key: the quarantine begins now': [
        quarantined({ 'iam-lifecycle:deactivated-at': `${nextKey} 2026-03-09T01:00:00.000Z` }),
        '2026-06-01T00:00:00Z',
        'Quarantine',
        '2026-06-08T00:00:00Z',
        [`DeactivateKey ${oldKey}`],
      ],
      'and the record is no instant: the quarantine begins now': [
        quarantined({ 'iam-lifecycle:deactivated-at': `${oldKey} long ago` }),
        '2026-06-01T00:00:00Z',
        'Quarantine',
        '2026-06-08T00:00:00Z',
        [`DeactivateKey ${oldKey}`],
      ],
      'and the record is older than its return: the quarantine begins now': [
        quarantined({
          ...recorded,
          'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z`,
        }),
        '2026-06-01T00:00:00Z',
        'Quarantine',
        '2026-06-08T00:00:00Z',
        [`DeactivateKey ${oldKey}`],
      ],
      'and the record is younger than its return, when its quarantine is over: delete': [
        quarantined({
          ...recorded,
          'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-09T00:59:59.999Z`,
        }),
        '2026-03-16T01:00:00Z',
        'Quarantine',
        '2026-03-16T01:00:00Z',
        [`DeleteKey ${oldKey}`],
      ],
    }),
  )('%s', (_, [seen, now, ...expected]) => {
    expect(look(seen, now)).toEqual(expected);
  });

  test('is deleted at once where no quarantine is asked for, and nothing is written down', () => {
    const rules = { ...rotationRules, windows: { ...windows, quarantineMs: 0 } };
    const now = at('2026-03-09T01:00:00Z');
    const active = planRotation(overlap('never'), null, rules, now);
    expect(active.steps).toMatchObject([{ step: 'DeactivateKey', keyId: oldKey, recordAt: null }]);
    expect(stepTexts(planRotation(quarantined({}), null, rules, now))).toEqual([`DeleteKey ${oldKey}`]);
  });

  test('the end of the quarantine is told', () => {
    const plan = planRotation(quarantined(recorded), null, rotationRules, at('2026-03-10T00:00:00Z'));
    expect(plan.at).toEqual({ phase: 'Quarantine', keyId: oldKey, until: at('2026-03-16T01:00:00Z') });
  });
});
