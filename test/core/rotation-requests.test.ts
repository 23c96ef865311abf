import { describe, expect, test } from '@jest/globals';
import type { RotationFacts } from '../../functions/core/facts.js';
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
} from '../support/account.js';
import { quarantined, stepsToRest, withOff, withOld } from '../support/rotation-scenes.js';
import { rotationRules } from '../support/windows.js';

type Kind = RotationRequest['kind'];
type Case = [
  seen: RotationFacts,
  request: [kind: Kind, at: string],
  now: string,
  phase: RotationPhase['phase'],
  steps: string[],
];

/** What the planner says, in the form of a row. */
function look(seen: RotationFacts, [kind, askedAt]: [Kind, string], now: string): unknown[] {
  const plan = planRotation(seen, { kind, at: at(askedAt) }, rotationRules, at(now));
  return [plan.at.phase, stepTexts(plan)];
}

const young = rotationFacts({
  keys: [key(currentKey, '2026-03-02T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
});
const exempt = { ...young, user: managedUser({ 'iam-lifecycle:exempt-until': '2027-01-01' }) };
const withStranger = { ...young, keys: [...young.keys, key(strangeKey, '2026-02-01T00:00:00Z')] };
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
      'a second after the current one was made: mint': [
        young,
        [kind, '2026-03-02T00:00:01Z'],
        '2026-03-03T00:00:00Z',
        'Due',
        ['MintKey'],
      ],
      'in the very second in which the current one was made: it is the answer already': [
        young,
        [kind, '2026-03-02T00:00:00.999Z'],
        '2026-03-03T00:00:00Z',
        'Settled',
        [],
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
      'while a mint of 40 seconds after the current one may not be visible yet: wait': [
        { ...young, user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-02T00:00:40Z' }) },
        [kind, '2026-03-02T00:00:30Z'],
        '2026-03-02T00:00:45Z',
        'Settling',
        [],
      ],
      'and exempt, while a stranger takes the second slot: a person must decide': [
        { ...withStranger, user: exempt.user },
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Blocked',
        [],
      ],
      'while the current one is Inactive: mint': [
        withOff([]),
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Due',
        ['MintKey'],
      ],
      'while the current one has expired: mint': [
        withOff([], 'Expired'),
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Due',
        ['MintKey'],
      ],
      'before the current one, now Inactive, was made: a person must decide': [
        withOff([]),
        [kind, '2026-03-02T00:00:00.999Z'],
        '2026-03-03T00:00:01Z',
        'Blocked',
        [],
      ],
      'while the current one is Inactive and a stranger takes the second slot: a person must decide': [
        withOff([key(strangeKey, '2026-02-01T00:00:00Z')]),
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Blocked',
        [],
      ],
      'while the current one is Inactive and the quarantine of the old one is over: make room': [
        {
          ...withOff([key(oldKey, '2026-01-01T00:00:00Z', { status: 'Inactive' })]),
          user: managedUser({ 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-03T00:00:00.000Z` }),
        },
        [kind, '2026-03-10T00:00:00Z'],
        '2026-03-10T00:00:00Z',
        'Quarantine',
        [`DeleteKey ${oldKey}`],
      ],
      'while a stranger takes the second slot: a person must decide': [
        withStranger,
        [kind, '2026-03-03T00:00:00Z'],
        '2026-03-03T00:00:01Z',
        'Blocked',
        [],
      ],
    }),
  )('%s', (_, [seen, request, now, ...expected]) => {
    expect(look(seen, request, now)).toEqual(expected);
  });

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
    }),
  )('%s', (_, [seen, request, now, ...expected]) => {
    expect(look(seen, request, now)).toEqual(expected);
  });

  test('that alone still works is not deactivated for a key that was asked for', () => {
    const seen = withOff([key(oldKey, '2026-01-01T00:00:00Z', { lastUse: 'never' })]);
    const request = { kind: 'rotate', at: at('2026-03-19T00:00:00Z') } as const;
    expect(stepsToRest(seen, request, rotationRules, at('2026-03-20T00:00:00Z'))).toEqual([]);
  });
});
