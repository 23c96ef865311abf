import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OffboardingFacts } from '../../functions/core/facts.js';
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
import { carryOn, offboardAt, restoreAt, travel } from '../support/offboarding.js';

const now = at('2026-03-10T00:00:00Z');
const tombstone = {
  'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.000Z',
  'iam-lifecycle:purge-after': '2026-03-31T00:00:00.000Z',
  'iam-lifecycle:offboard-reason': 'left the company',
};
const contained = offboardingFacts({
  user: managedUser(tombstone),
  keys: [
    key(oldKey, '2026-01-01T00:00:00Z', { status: 'Inactive' }),
    key(currentKey, '2026-02-01T00:00:00Z', { status: 'Inactive' }),
  ],
  secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  policyArns: [denyAllArn],
});
const decided = at('2026-03-09T00:00:00Z');

describe('somebody comes back', () => {
  const { seen: back, at: rest, steps } = travel(contained, restoreAt(decided), now);

  test('the decision first, then the tombstone, the current key, and last the deny', () => {
    expect(steps).toEqual([
      'TagUser',
      'UntagUser',
      `ReactivateKey ${currentKey}`,
      `DetachPolicy ${denyAllArn}`,
    ]);
    expect(rest).toEqual({ phase: 'Employed' });
  });

  test('no key but the current one is Active again', () => {
    expect(back.keys.map(({ id, status }) => `${id} ${status}`)).toEqual([
      `${oldKey} Inactive`,
      `${currentKey} Active`,
    ]);
  });

  test('the return is on record, the departure is not', () => {
    expect(back.user?.tags).toEqual({
      'iam-lifecycle:managed': 'true',
      'iam-lifecycle:restored-at': '2026-03-09T00:00:00.000Z',
    });
  });

  test('a boundary that denied is the usual one again', () => {
    const user = managedUser(tombstone, { boundaryArn: denyAllArn });
    const { seen, steps } = travel({ ...contained, user, policyArns: [] }, restoreAt(decided), now);
    expect(steps.at(-1)).toBe(`SetBoundary ${boundaryArn}`);
    expect(seen.user?.boundaryArn).toBe(boundaryArn);
  });

  test('the departure that was called off does nothing when it comes again', () => {
    expect(travel(back, offboardAt(at('2026-03-01T00:00:00Z')), now)).toMatchObject({
      at: { phase: 'Superseded', by: decided },
      steps: [],
    });
  });

  test('a later departure stands', () => {
    expect(travel(back, offboardAt(decided + 1), now).at.phase).toBe('Quarantined');
  });

  test('a return decided before the departure does nothing', () => {
    const early = travel(contained, restoreAt(at('2026-02-28T00:00:00Z')), now);
    expect(early).toMatchObject({ at: { phase: 'Superseded', by: at('2026-03-01T00:00:00Z') }, steps: [] });
  });

  test('a return of somebody who never left changes no power', () => {
    const { at: rest, seen } = travel(offboardingFacts({ policyArns: ['p'] }), restoreAt(decided), now);
    expect(rest).toEqual({ phase: 'Employed' });
    expect(seen).toMatchObject({ policyArns: ['p'], keys: [] });
  });
});

describe('a return that was cut short', () => {
  const restored = { 'iam-lifecycle:restored-at': '2026-03-09T00:00:00.000Z' };

  test.each(
    Object.entries({
      'after the decision was written': { ...contained, user: managedUser({ ...tombstone, ...restored }) },
      'after the tombstone was taken off': { ...contained, user: managedUser(restored) },
      'after the key was given back': {
        ...contained,
        user: managedUser(restored),
        keys: [contained.keys[0]!, { ...contained.keys[1]!, status: 'Active' as const }],
      },
    }),
  )('%s is finished by whoever looks next', (_, seen) => {
    const journey = travel(seen, carryOn, now);
    expect(journey.at).toEqual({ phase: 'Employed' });
    expect(journey.seen.policyArns).toEqual([]);
    expect(journey.seen.keys[1]).toMatchObject({ id: currentKey, status: 'Active' });
    expect(journey.seen.user?.tags['iam-lifecycle:offboarded-at']).toBeUndefined();
    expect(journey.steps.at(-1)).toBe(`DetachPolicy ${denyAllArn}`);
  });

  test('a deny that somebody attached to a user that never left is not ours to take', () => {
    const seen = offboardingFacts({ policyArns: [denyAllArn] });
    expect(travel(seen, carryOn, now)).toMatchObject({ at: { phase: 'Employed' }, steps: [] });
  });
});

/** Seconds after the first decision, and how long the user may come back. */
interface Departure {
  readonly second: number;
  readonly quarantineMs: number;
}

function leave(seen: OffboardingFacts, { second, quarantineMs }: Departure): OffboardingFacts {
  return travel(seen, offboardAt(decided + second * 1000, quarantineMs), now).seen;
}

describe('decisions in any order, some of them twice', () => {
  const departures = fc.uniqueArray(
    fc.record({
      second: fc.integer({ min: 0, max: 40 }),
      quarantineMs: fc.constantFrom(0, 86_400_000, 2_592_000_000),
    }),
    { selector: ({ second }) => second, minLength: 1, maxLength: 5 },
  );
  const shuffled = departures.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 }),
    ),
  );
  const employed = offboardingFacts({ keys: [key(currentKey, '2026-02-01T00:00:00Z')] });

  test('departures end in the latest decision and the shortest quarantine', () => {
    fc.assert(
      fc.property(shuffled, ([all, order]) => {
        const { user, policyArns, keys } = order.reduce(leave, employed);
        const latest = Math.max(...all.map(({ second }) => second));
        const shortestMs = Math.max(120_000, Math.min(...all.map(({ quarantineMs }) => quarantineMs)));
        const offboardedAt = Date.parse(user?.tags['iam-lifecycle:offboarded-at'] ?? '');
        const purgeAfter = Date.parse(user?.tags['iam-lifecycle:purge-after'] ?? '');
        expect((offboardedAt - decided) / 1000).toBe(latest);
        expect(purgeAfter - now).toBe(shortestMs);
        expect(policyArns).toEqual([denyAllArn]);
        expect(keys[0]?.status).toBe('Inactive');
      }),
      { numRuns: 300 },
    );
  });

  test('a return that is later than all of them voids each, however often they come again', () => {
    fc.assert(
      fc.property(shuffled, ([all, order]) => {
        const left = all.reduce(leave, employed);
        const back = travel(left, restoreAt(decided + 41_000), now).seen;
        const end = order.reduce(leave, back);
        expect(end.user?.tags['iam-lifecycle:offboarded-at']).toBeUndefined();
        expect(end.policyArns).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a return that is earlier than all of them voids none', () => {
    fc.assert(
      fc.property(shuffled, ([, order]) => {
        const left = order.reduce(leave, employed);
        const { seen, steps } = travel(left, restoreAt(decided - 1), now);
        expect(steps).toEqual([]);
        expect(seen).toBe(left);
      }),
      { numRuns: 300 },
    );
  });
});
