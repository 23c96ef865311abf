import { describe, expect, test } from '@jest/globals';
import { isBack, isContained, isRotated } from '../../functions/core/done.js';
import type { KeyFacts } from '../../functions/core/facts.js';
import type { RotationPhase, RotationRequest } from '../../functions/core/rotation-phase.js';
import { at, currentKey, key, managedUser, oldKey, secretOf } from '../support/account.js';

const askedAt = at('2026-03-01T10:00:00.500Z');
const settled: RotationPhase = { phase: 'Settled', until: at('2026-05-01T00:00:00Z') };
const overlap: RotationPhase = {
  phase: 'Overlap',
  keyId: oldKey,
  until: at('2026-03-08T00:00:00Z'),
  usedBy: null,
};
const [fresh, aged] = [key(currentKey, '2026-03-01T10:00:00Z'), key(oldKey, '2026-01-01T00:00:00Z')];

type Case = [kind: RotationRequest['kind'], keys: KeyFacts[], phase: RotationPhase, isDone: boolean];
describe('a rotation that was asked for is done', () => {
  test.each(
    Object.entries<Case>({
      'once the current key is of the second of the request, or later': [
        'rotate',
        [fresh, aged],
        overlap,
        true,
      ],
      'not while the current key is an older one': ['rotate', [{ ...aged, id: currentKey }], settled, false],
      'not where no key answers to the current version': ['rotate', [aged], settled, false],
      'in an emergency: not while an older key is Active': ['emergency', [fresh, aged], overlap, false],
      'in an emergency: once the older one is Inactive': [
        'emergency',
        [fresh, { ...aged, status: 'Inactive' }],
        settled,
        true,
      ],
      'as a return of the old key: once both are in use': ['reactivate', [fresh, aged], overlap, true],
      'as a return of the old key: not before': ['reactivate', [fresh, aged], settled, false],
    }),
  )('%s', (_, [kind, keys, phase, isDone]) => {
    const look = { keys, secret: secretOf({ AWSCURRENT: currentKey }), at: phase };
    expect(isRotated(look, { kind, at: askedAt })).toBe(isDone);
  });
});

const leaver = (offboardedAt: string) => managedUser({ 'iam-lifecycle:offboarded-at': offboardedAt });

describe('a departure that was asked for is done', () => {
  test.each([
    ['once it is written down and no key is Active', leaver('2026-03-01T10:00:00.500Z'), 'Inactive', true],
    ['not while a key is Active', leaver('2026-03-01T10:00:00.500Z'), 'Active', false],
    [
      'not where an earlier departure is all that is written down',
      leaver('2026-02-01T10:00:00Z'),
      'Inactive',
      false,
    ],
    ['not where nothing is', managedUser(), 'Inactive', false],
  ] as const)('%s', (_, user, status, isDone) => {
    expect(isContained({ user, keys: [{ ...aged, status }] }, askedAt)).toBe(isDone);
  });

  test('and taken back once the tombstone is gone', () => {
    expect([isBack({ user: managedUser() }), isBack({ user: leaver('2026-02-01T10:00:00Z') })]).toEqual([
      true,
      false,
    ]);
  });
});
