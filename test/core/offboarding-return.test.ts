import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
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

  test('the decision first, then the current key and the deny, and last the tombstone', () => {
    expect(steps).toEqual([
      'TagUser',
      `ReactivateKey ${currentKey}`,
      `DetachPolicy ${denyAllArn}`,
      'UntagUser',
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
    expect(steps.at(-2)).toBe(`SetBoundary ${boundaryArn}`);
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
});

describe('a return of somebody who has not left', () => {
  const employed = offboardingFacts({ policyArns: ['p'] });
  const { seen: back, at: rest, steps } = travel(employed, restoreAt(decided), now);

  test('is written down and changes no power', () => {
    expect(steps).toEqual(['TagUser']);
    expect(rest).toEqual({ phase: 'Employed' });
    expect(back).toEqual({
      ...employed,
      user: managedUser({ 'iam-lifecycle:restored-at': '2026-03-09T00:00:00.000Z' }),
    });
  });

  test.each([
    ['one millisecond before', decided - 1],
    ['at the same instant', decided],
  ])('voids a departure decided %s that comes after it', (_, leftAt) => {
    expect(travel(back, offboardAt(leftAt), now)).toMatchObject({
      at: { phase: 'Superseded', by: decided },
      steps: [],
    });
  });

  test('voids no departure decided after it', () => {
    expect(travel(back, offboardAt(decided + 1), now).at.phase).toBe('Quarantined');
  });

  test('that comes again, or that is older than another, changes nothing', () => {
    for (const again of [decided, decided - 1])
      expect(travel(back, restoreAt(again), now)).toMatchObject({ at: { phase: 'Employed' }, steps: [] });
  });

  test('takes no deny away that somebody else attached, and gives no key back', () => {
    const seen = offboardingFacts({
      keys: [key(currentKey, '2026-02-01T00:00:00Z', { status: 'Inactive' })],
      secret: secretOf({ AWSCURRENT: currentKey }),
      policyArns: [denyAllArn],
    });
    expect(travel(seen, restoreAt(decided), now).steps).toEqual(['TagUser']);
  });
});

describe('a return that was cut short', () => {
  const restored = { 'iam-lifecycle:restored-at': '2026-03-09T00:00:00.000Z' };

  test.each(
    Object.entries({
      'after the decision was written': { ...contained, user: managedUser({ ...tombstone, ...restored }) },
      'after the key was given back': {
        ...contained,
        user: managedUser({ ...tombstone, ...restored }),
        keys: [contained.keys[0]!, { ...contained.keys[1]!, status: 'Active' as const }],
      },
      'after the deny was detached': {
        ...contained,
        user: managedUser({ ...tombstone, ...restored }),
        keys: [contained.keys[0]!, { ...contained.keys[1]!, status: 'Active' as const }],
        policyArns: [],
      },
    }),
  )('%s is finished by whoever looks next', (_, seen) => {
    const journey = travel(seen, carryOn, now);
    expect(journey.at).toEqual({ phase: 'Employed' });
    expect(journey.seen.policyArns).toEqual([]);
    expect(journey.seen.keys[1]).toMatchObject({ id: currentKey, status: 'Active' });
    expect(journey.seen.user?.tags['iam-lifecycle:offboarded-at']).toBeUndefined();
    expect(journey.steps.at(-1)).toBe('UntagUser');
  });

  test('a deny that somebody attached long after the return is not ours to take', () => {
    const seen = offboardingFacts({ user: managedUser(restored), policyArns: [denyAllArn] });
    expect(travel(seen, carryOn, now)).toMatchObject({ at: { phase: 'Employed' }, steps: [] });
  });
});

/** One decision: when it was made, in seconds after the first possible one, and what it says. */
interface Decision {
  readonly second: number;
  readonly leaves: boolean;
  readonly quarantineMs: number;
}

const decidedAt = ({ second }: Decision) => decided + second * 1000;

function decide(seen: OffboardingFacts, decision: Decision): OffboardingFacts {
  const { second, leaves, quarantineMs } = decision;
  const request = leaves
    ? offboardAt(decidedAt(decision), quarantineMs, `decision ${second}`)
    : restoreAt(decidedAt(decision));
  return travel(seen, request, now).seen;
}

/** Up to five decisions of distinct instants, and an order in which each of them arrives twice. */
function arrivals(leaves: fc.Arbitrary<boolean>) {
  const decisions = fc.uniqueArray(
    fc.record({
      second: fc.integer({ min: 0, max: 40 }),
      leaves,
      quarantineMs: fc.constantFrom(0, 86_400_000, 2_592_000_000),
    }),
    { selector: ({ second }) => second, minLength: 1, maxLength: 5 },
  );
  return decisions.chain((all) => {
    const twice = [...all, ...all];
    const order = fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length });
    return fc.tuple(fc.constant(all.toSorted((one, other) => one.second - other.second)), order);
  });
}

/** What a user's tags say was decided last: its tombstone, or when it came back. */
function standing({ user }: OffboardingFacts): (string | undefined)[] {
  const tags = user?.tags ?? {};
  const isGone = tags['iam-lifecycle:offboarded-at'] !== undefined;
  return (isGone ? Object.keys(tombstone) : ['iam-lifecycle:restored-at']).map((name) => tags[name]);
}

function tagsOf(latest: Decision): string[] {
  const at = new Date(decidedAt(latest)).toISOString();
  const purgeAfter = new Date(now + Math.max(120_000, latest.quarantineMs)).toISOString();
  return latest.leaves ? [at, purgeAfter, `decision ${latest.second}`] : [at];
}

describe('decisions in any order, each of them twice', () => {
  const departures = arrivals(fc.constant(true));
  const employed = offboardingFacts({
    keys: [key(currentKey, '2026-02-01T00:00:00Z')],
    secret: secretOf({ AWSCURRENT: currentKey }),
  });

  test('departures end in the latest decision, with its own quarantine and reason', () => {
    fc.assert(
      fc.property(departures, ([sorted, order]) => {
        const end = order.reduce(decide, employed);
        const latest = sorted.at(-1)!;
        expect(standing(end)).toEqual(tagsOf(latest));
        expect(end.policyArns).toEqual([denyAllArn]);
        expect(end.keys[0]?.status).toBe('Inactive');
      }),
      { numRuns: 300 },
    );
  });

  test('departures and returns end as they would have in the order in which they were decided', () => {
    fc.assert(
      fc.property(arrivals(fc.boolean()), ([sorted, order]) => {
        const end = order.reduce(decide, employed);
        const latest = sorted.at(-1)!;
        expect(standing(end)).toEqual(tagsOf(latest));
        expect(end.policyArns).toEqual(latest.leaves ? [denyAllArn] : []);
        expect(end.keys[0]?.status).toBe(latest.leaves ? 'Inactive' : 'Active');
        expect({ ...end, user: null }).toEqual({ ...sorted.reduce(decide, employed), user: null });
      }),
      { numRuns: 300 },
    );
  });

  test('a return that is later than all of them voids each, however often they come again', () => {
    fc.assert(
      fc.property(departures, ([all, order]) => {
        const left = all.reduce(decide, employed);
        const back = travel(left, restoreAt(decided + 41_000), now).seen;
        const end = order.reduce(decide, back);
        expect(end.user?.tags['iam-lifecycle:offboarded-at']).toBeUndefined();
        expect(end.policyArns).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a return that is earlier than all of them voids none', () => {
    fc.assert(
      fc.property(departures, ([, order]) => {
        const left = order.reduce(decide, employed);
        const { seen, steps } = travel(left, restoreAt(decided - 1), now);
        expect(steps).toEqual([]);
        expect(seen).toBe(left);
      }),
      { numRuns: 300 },
    );
  });
});
