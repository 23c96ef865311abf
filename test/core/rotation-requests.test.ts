import { describe, expect, test } from '@jest/globals';
import { advanceRotation } from '../../functions/core/advance.js';
import type { KeyFacts, RotationFacts } from '../../functions/core/facts.js';
import type { RotationPhase, RotationRequest } from '../../functions/core/rotation-phase.js';
import { planRotation } from '../../functions/core/rotation.js';
import {
  at,
  currentKey,
  key,
  managedUser,
  oldKey,
  rotationFacts,
  secretOf,
  stepTexts,
  strangeKey,
  used,
} from '../support/account.js';
import { rotationRules } from '../support/windows.js';

type Kind = RotationRequest['kind'];
type Case = [
  seen: RotationFacts,
  request: [kind: Kind, at: string],
  now: string,
  phase: RotationPhase['phase'],
  steps: string[],
];

function check([seen, [kind, askedAt], now, phase, steps]: Case): void {
  const plan = planRotation(seen, { kind, at: at(askedAt) }, rotationRules, at(now));
  expect(plan.at.phase).toBe(phase);
  expect(stepTexts(plan)).toEqual(steps);
}

const young = rotationFacts({
  keys: [key(currentKey, '2026-03-02T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
});
const exempt = { ...young, user: managedUser({ 'iam-lifecycle:exempt-until': '2027-01-01' }) };
const withStranger = { ...young, keys: [...young.keys, key(strangeKey, '2026-02-01T00:00:00Z')] };
const withOld = (old: Partial<KeyFacts>, tags = {}) =>
  rotationFacts({
    user: managedUser(tags),
    keys: [
      key(oldKey, '2026-01-01T00:00:00Z', { lastUse: used('s3', '2026-03-03T00:00:00Z'), ...old }),
      key(currentKey, '2026-03-02T00:00:00Z'),
    ],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  });
const quarantined = withOld(
  { status: 'Inactive' },
  { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` },
);

describe.each(['rotate', 'emergency'] as const)('a new key asked for (%s)', (kind) => {
  test.each(
    Object.entries<Case>({
      'while the current one is young: mint': [
        young,
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Due',
        ['MintKey'],
      ],
      'one millisecond after the current one was made: mint': [
        young,
        [kind, '2026-03-02T00:00:00.001Z'],
        '2026-03-03T00:00:00Z',
        'Due',
        ['MintKey'],
      ],
      'when the current one was made: it is the answer already': [
        young,
        [kind, '2026-03-02T00:00:00Z'],
        '2026-03-03T00:00:00Z',
        'Settled',
        [],
      ],
      'before the current one was made, come late: it is the answer already': [
        young,
        [kind, '2026-02-20T00:00:00Z'],
        '2026-03-03T00:00:00Z',
        'Settled',
        [],
      ],
      'in spite of an exemption: mint': [
        exempt,
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Due',
        ['MintKey'],
      ],
      'while a stranger takes the second slot: a person must decide': [
        withStranger,
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Blocked',
        [],
      ],
    }),
  )('%s', (_, row) => check(row));

  test('says since when it is due', () => {
    const request = { kind, at: at('2026-03-03T00:00:00Z') };
    expect(planRotation(young, request, rotationRules, at('2026-03-04T00:00:00Z')).at).toEqual({
      phase: 'Due',
      since: at('2026-03-03T00:00:00Z'),
    });
  });
});

describe('an old key', () => {
  test.each(
    Object.entries<Case>({
      'waits for its overlap though a new key was asked for': [
        withOld({}),
        ['rotate', '2026-03-04T00:00:00Z'],
        '2026-03-04T00:00:01Z',
        'Overlap',
        [],
      ],
      'is deactivated at once in an emergency': [
        withOld({}),
        ['emergency', '2026-03-04T00:00:00Z'],
        '2026-03-04T00:00:01Z',
        'Overlap',
        [`DeactivateKey ${oldKey}`],
      ],
      'is deactivated at once in an emergency whose own rotation it is': [
        withOld({}),
        ['emergency', '2026-03-01T00:00:00Z'],
        '2026-03-02T00:00:05Z',
        'Overlap',
        [`DeactivateKey ${oldKey}`],
      ],
      'is deactivated in an emergency though its last use is not known': [
        withOld({ lastUse: 'unread' }),
        ['emergency', '2026-03-04T00:00:00Z'],
        '2026-03-04T00:00:01Z',
        'Overlap',
        [`DeactivateKey ${oldKey}`],
      ],
      'that was made after the emergency keeps its overlap': [
        withOld({}),
        ['emergency', '2025-12-31T23:59:59Z'],
        '2026-03-04T00:00:01Z',
        'Overlap',
        [],
      ],
      'that was made at the instant of the emergency keeps its overlap': [
        withOld({}),
        ['emergency', '2026-01-01T00:00:00Z'],
        '2026-03-04T00:00:01Z',
        'Overlap',
        [],
      ],
      'in quarantine is deleted at once in an emergency': [
        quarantined,
        ['emergency', '2026-03-11T00:00:00Z'],
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [`DeleteKey ${oldKey}`],
      ],
      'in quarantine stays there though a new key was asked for': [
        quarantined,
        ['rotate', '2026-03-11T00:00:00Z'],
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [],
      ],
      'in quarantine comes back on request': [
        quarantined,
        ['reactivate', '2026-03-11T00:00:00Z'],
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [`ReactivateKey ${oldKey}`],
      ],
      'comes back on request as long as it is not deleted': [
        quarantined,
        ['reactivate', '2026-03-17T00:00:00Z'],
        '2026-03-18T00:00:00Z',
        'Quarantine',
        [`ReactivateKey ${oldKey}`],
      ],
      'does not come back by a request older than its deactivation': [
        quarantined,
        ['reactivate', '2026-03-10T00:00:00Z'],
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [],
      ],
      'that has expired cannot come back': [
        withOld({ status: 'Expired' }, { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` }),
        ['reactivate', '2026-03-11T00:00:00Z'],
        '2026-03-11T00:00:01Z',
        'Quarantine',
        [],
      ],
      'that is Active needs no request to come back': [
        withOld({}),
        ['reactivate', '2026-03-04T00:00:00Z'],
        '2026-03-04T00:00:01Z',
        'Overlap',
        [],
      ],
    }),
  )('%s', (_, row) => check(row));

  test('that came back is held for the quiet time, and a late duplicate changes nothing', () => {
    const now = at('2026-03-11T00:00:01Z');
    const request = { kind: 'reactivate', at: at('2026-03-11T00:00:00Z') } as const;
    const [step] = planRotation(quarantined, request, rotationRules, now).steps;
    expect(step).toMatchObject({ step: 'ReactivateKey', keyId: oldKey, recordAt: now });
    const next = advanceRotation(quarantined, step!, { step: 'ReactivateKey' });
    for (const [again, phase, steps] of [
      ['2026-03-11T00:00:02Z', 'Overlap', []],
      ['2026-03-13T00:00:00.999Z', 'Overlap', []],
      ['2026-03-13T00:00:01Z', 'Overlap', [`DeactivateKey ${oldKey}`]],
    ] as const) {
      const plan = planRotation(next, request, rotationRules, at(again));
      expect([plan.at.phase, stepTexts(plan)]).toEqual([phase, steps]);
    }
  });

  test('that was deactivated again does not come back by the old request', () => {
    const seen = withOld(
      { status: 'Inactive' },
      {
        'iam-lifecycle:reactivated-at': `${oldKey} 2026-03-11T00:00:01.000Z`,
        'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-13T00:00:01.000Z`,
      },
    );
    check([seen, ['reactivate', '2026-03-11T00:00:00Z'], '2026-03-14T00:00:00Z', 'Quarantine', []]);
  });
});

test('there is nothing to bring back beside a single key', () => {
  check([young, ['reactivate', '2026-03-03T00:00:00Z'], '2026-03-04T00:00:00Z', 'Settled', []]);
});
