import { describe, expect, test } from '@jest/globals';
import { advanceRotation } from '../../functions/core/advance.js';
import type { RotationFacts } from '../../functions/core/facts.js';
import type { RotationPhase } from '../../functions/core/rotation-phase.js';
import { planRotation } from '../../functions/core/rotation.js';
import type { Windows } from '../../functions/core/windows.js';
import { at, currentKey, key, oldKey, rotationFacts, secretOf, stepTexts, used } from '../support/account.js';
import { quarantined, stepsToRest, withOff, withOld } from '../support/rotation-scenes.js';
import { rotationRules, windows } from '../support/windows.js';

/** An old key is asked back: the facts, when it was asked for, when somebody looks, and what is said then. */
type Case = [
  seen: RotationFacts,
  askedAt: string,
  now: string,
  phase: RotationPhase['phase'],
  steps: string[],
];

/** What the planner says, in the form of a row. */
function look(seen: RotationFacts, askedAt: string, now: string): unknown[] {
  const plan = planRotation(seen, { kind: 'reactivate', at: at(askedAt) }, rotationRules, at(now));
  return [plan.at.phase, stepTexts(plan)];
}

const returned = { 'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-11T00:00:00.000Z` };

describe('an old key that is asked back', () => {
  test.each(
    Object.entries<Case>({
      'comes back from its quarantine': [
        quarantined,
        '2026-03-11T00:00:00Z',
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [`ReactivateKey ${oldKey}`],
      ],
      'comes back as long as it is not deleted': [
        quarantined,
        '2026-03-17T00:00:00Z',
        '2026-03-18T00:00:00Z',
        'Quarantine',
        [`ReactivateKey ${oldKey}`],
      ],
      'does not come back by a request older than its deactivation': [
        quarantined,
        '2026-03-10T00:00:00Z',
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [],
      ],
      'comes back though nobody wrote down since when it is Inactive': [
        withOld({ status: 'Inactive' }),
        '2026-03-11T00:00:00Z',
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [`ReactivateKey ${oldKey}`],
      ],
      'comes back a second time by a request newer than its first return': [
        withOld({ status: 'Inactive' }, returned),
        '2026-03-11T00:00:00.001Z',
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [`ReactivateKey ${oldKey}`],
      ],
      'does not come back a second time by the request of its first return: its quarantine begins': [
        withOld({ status: 'Inactive' }, returned),
        '2026-03-11T00:00:00Z',
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [`DeactivateKey ${oldKey}`],
      ],
      'does not come back while the current one is Inactive: a person must decide': [
        withOff([key(oldKey, '2026-01-01T00:00:00Z', { status: 'Inactive' })]),
        '2026-03-11T00:00:00Z',
        '2026-03-11T00:00:01Z',
        'Blocked',
        [],
      ],
      'that has expired cannot come back': [
        withOld(
          { status: 'Expired' },
          { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` },
        ),
        '2026-03-11T00:00:00Z',
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [],
      ],
      'that is Active needs no request to come back': [
        withOld({}),
        '2026-03-04T00:00:00Z',
        '2026-03-04T00:00:01Z',
        'Overlap',
        [],
      ],
    }),
  )('%s', (_, [seen, askedAt, now, ...expected]) => {
    expect(look(seen, askedAt, now)).toEqual(expected);
  });

  test('that came back is held for a whole overlap, and a late duplicate changes nothing', () => {
    const now = at('2026-03-11T00:00:01Z');
    const request = { kind: 'reactivate', at: at('2026-03-11T00:00:00Z') } as const;
    const [step] = planRotation(quarantined, request, rotationRules, now).steps;
    expect(step).toMatchObject({ step: 'ReactivateKey', keyId: oldKey, recordAt: now });
    const next = advanceRotation(quarantined, step!, { step: 'ReactivateKey' });
    for (const [again, phase, steps] of [
      ['2026-03-11T00:00:02Z', 'Overlap', []],
      ['2026-03-18T00:00:00.999Z', 'Overlap', []],
      ['2026-03-18T00:00:01Z', 'Overlap', [`DeactivateKey ${oldKey}`]],
    ] as const) {
      const plan = planRotation(next, request, rotationRules, at(again));
      expect([plan.at.phase, stepTexts(plan)]).toEqual([phase, steps]);
    }
  });

  test.each(
    Object.entries({
      'was deactivated by hand': [withOld({ status: 'Inactive' }), {}],
      'was still used at 21 days, and deactivated for it': [
        withOld(
          { status: 'Inactive', lastUse: used('s3', '2026-03-22T23:00:00Z') },
          { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-23T00:00:00.000Z` },
        ),
        { afterMaxOverlap: 'deactivate' },
      ],
      'needs no quiet time': [quarantined, { quietMs: 0 }],
      'needs no overlap, but a quiet time': [quarantined, { overlapMs: 0 }],
      'has no quarantine': [quarantined, { quarantineMs: 0 }],
    } satisfies Record<string, [RotationFacts, Partial<Windows>]>),
  )('that %s comes back on request and stays', (_, [seen, changed]) => {
    const rules = { ...rotationRules, windows: { ...windows, ...changed } };
    const request = { kind: 'reactivate', at: at('2026-03-24T00:00:00Z') } as const;
    expect(stepsToRest(seen, request, rules, at('2026-03-24T00:00:01Z'))).toEqual([
      `ReactivateKey ${oldKey}`,
    ]);
  });

  test('that was deactivated again does not come back by the old request', () => {
    const seen = withOld(
      { status: 'Inactive' },
      {
        'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-11T00:00:01.000Z`,
        'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-13T00:00:01.000Z`,
      },
    );
    expect(look(seen, '2026-03-11T00:00:00Z', '2026-03-14T00:00:00Z')).toEqual(['Quarantine', []]);
  });
});

test('there is nothing to bring back beside a single key', () => {
  const young = rotationFacts({
    keys: [key(currentKey, '2026-03-02T00:00:00Z')],
    secret: secretOf({ AWSCURRENT: currentKey }),
  });
  expect(look(young, '2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z')).toEqual(['Settled', []]);
});
