import { describe, expect, test } from '@jest/globals';
import { type AdoptionFacts, type AdoptionWish, planAdoption } from '../../functions/core/adoption.js';
import type { UserFacts } from '../../functions/core/facts.js';
import type { AccessKeyId } from '../../functions/core/names.js';
import { at, boundaryArn, denyAllArn, secretOf, strangeKey } from '../support/account.js';
import { userFacts } from '../support/roster.js';

const rules = { userPath: '/lifecycle/', adoptedArns: [] as readonly string[], boundaryArn };
const usual: AdoptionWish = { owner: 'team-a', boundaryArn: null, wantsKey: false };
const otherBoundary = 'arn:aws:iam::123456789012:policy/Fence';
const key = (id: string) =>
  ({
    id: id as AccessKeyId,
    status: 'Active',
    createdAt: at('2025-01-01T00:00:00Z'),
    lastUse: 'unread',
  }) as const;
const foreign = key(strangeKey);
const second = key('AKIASTRANGE000000002');
const own = key('AKIACURRENT000000001');
const stored = secretOf({ AWSCURRENT: 'AKIACURRENT000000001' });

const adoptedTags = { 'iam-lifecycle:managed': 'true', 'iam-lifecycle:origin': 'adopted' };
const withOwner = { ...adoptedTags, 'iam-lifecycle:owner': 'team-a' };
const tagged = { ...withOwner, 'iam-lifecycle:key-store': 'none' };

function plan(
  user: Partial<UserFacts>,
  more: Partial<AdoptionFacts> = {},
  wish: Partial<AdoptionWish> = {},
  adoptedArns: readonly string[] = [],
) {
  const seen = {
    user: userFacts('bob', { tags: {}, boundaryArn: null, ...user }),
    keys: [],
    secret: null,
    policyArns: [],
    ...more,
  };
  return planAdoption(seen, { ...usual, ...wish }, { ...rules, adoptedArns });
}

const bob = { name: 'bob', id: 'AIDABOB' };
const tagStep = (tags: object) => ({ step: 'TagUser', user: bob, tags });
const boundary = { step: 'SetBoundary', user: bob, boundaryArn };
const untag = { step: 'UntagUser', user: bob, tagKeys: ['iam-lifecycle:key-store'] };

test('a name that nobody has is not there', () => {
  expect(planAdoption({ user: null, keys: [], secret: null, policyArns: [] }, usual, rules)).toMatchObject({
    at: { phase: 'NotThere' },
    steps: [],
  });
});

describe('a user that can be adopted', () => {
  test.each([
    ['without a boundary: gets it before the tags', {}, {}, [boundary, tagStep(tagged)]],
    ['with the usual boundary: gets tags alone', { boundaryArn }, {}, [tagStep(tagged)]],
    ['with tags of its own: keeps them', { boundaryArn, tags: { team: 'x' } }, {}, [tagStep(tagged)]],
    [
      'with one foreign key: is tagged as wanting none',
      { boundaryArn },
      { keys: [foreign] },
      [tagStep(tagged)],
    ],
    ['with two foreign keys: the same', { boundaryArn }, { keys: [foreign, second] }, [tagStep(tagged)]],
    [
      'with the tag of a store from another time: wants no key either',
      { boundaryArn, tags: { 'iam-lifecycle:key-store': 'ssm' } },
      { keys: [foreign] },
      [tagStep(tagged)],
    ],
    [
      'with a key that is stored here: goes on with it, for one that wants none would lose it',
      { boundaryArn },
      { keys: [own], secret: stored },
      [tagStep(withOwner)],
    ],
    [
      'of the API: changes its origin, and no more',
      {
        boundaryArn,
        tags: { ...adoptedTags, 'iam-lifecycle:origin': 'api', 'iam-lifecycle:owner': 'team-a' },
      },
      { keys: [own], secret: stored },
      [tagStep({ 'iam-lifecycle:origin': 'adopted' })],
    ],
    ['elsewhere: gets the same', { boundaryArn, path: '/' }, {}, [tagStep(tagged)]],
  ])('%s', (_, user, more, steps) => {
    expect(plan(user, more)).toMatchObject({ at: { phase: 'Adoptable' }, steps });
  });

  test('with another boundary keeps it, or changes it, where that is said', () => {
    const user = { boundaryArn: otherBoundary };
    expect(plan(user, {}, { boundaryArn: otherBoundary }).steps).toEqual([tagStep(tagged)]);
    expect(plan(user, {}, { boundaryArn }).steps).toEqual([boundary, tagStep(tagged)]);
  });

  test('and is to get a key at once is not tagged as wanting none, and loses the tag if it has it', () => {
    expect(plan({ boundaryArn }, { keys: [foreign] }, { wantsKey: true }).steps).toEqual([
      tagStep(withOwner),
    ]);
    expect(plan({ boundaryArn, tags: tagged }, { keys: [foreign] }, { wantsKey: true }).steps).toEqual([
      untag,
    ]);
  });

  test('without a named owner keeps the one of its tags', () => {
    const { steps } = plan({ boundaryArn }, {}, { owner: null });
    expect(steps).toEqual([tagStep({ ...adoptedTags, 'iam-lifecycle:key-store': 'none' })]);
  });
});

describe('a user that is adopted', () => {
  test('stays as it is', () => {
    expect(plan({ boundaryArn, tags: tagged }, { keys: [foreign] })).toMatchObject({
      at: { phase: 'Adopted' },
      steps: [],
    });
  });

  test('and wants a key by now is not tagged otherwise when its owner changes', () => {
    const user = { boundaryArn, tags: withOwner };
    expect(plan(user, { keys: [own], secret: stored }, { owner: 'team-b' }).steps).toEqual([
      tagStep({ 'iam-lifecycle:owner': 'team-b' }),
    ]);
  });

  test('keeps another boundary that was decided on', () => {
    expect(plan({ boundaryArn: otherBoundary, tags: tagged }).steps).toEqual([]);
  });
});

describe('a user that cannot be adopted', () => {
  const manyTags = Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`tag${index}`, 'x']));
  test.each<[string, Partial<UserFacts>, Partial<AdoptionFacts>, Partial<AdoptionWish>, string]>([
    [
      'is offboarded',
      { tags: { ...tagged, 'iam-lifecycle:offboarded-at': '2026-01-01T00:00:00.000Z' } },
      {},
      {},
      'offboarded as of 2026-01-01T00:00:00.000Z',
    ],
    [
      'is of a roster',
      { tags: { 'iam-lifecycle:managed': 'true', 'iam-lifecycle:origin': 'roster' } },
      {},
      {},
      'a roster made the user',
    ],
    ['is contained by a policy', {}, { policyArns: [denyAllArn] }, {}, 'contained'],
    ['is contained by its boundary', { boundaryArn: denyAllArn }, {}, {}, 'contained'],
    [
      'has another boundary',
      { boundaryArn: otherBoundary },
      {},
      {},
      `keep it with \`--boundary ${otherBoundary}\``,
    ],
    // 47 of its own and four of ours.
    ['has too many tags', { boundaryArn, tags: manyTags }, {}, {}, 'would have 51 tags'],
    ['is to get a key where none is rotated', { path: '/ops/' }, {}, { wantsKey: true }, 'lives under /ops/'],
    [
      'is to get a key and has no slot for it',
      {},
      { keys: [foreign, second] },
      { wantsKey: true },
      'AKIASTRANGE000000001 and AKIASTRANGE000000002, which were not made here, take both slots',
    ],
  ])('%s: nothing is done', (_, user, more, wish, says) => {
    const { at, steps, why } = plan(user, more, wish);
    expect(at.phase).toBe('Conflict');
    expect(steps).toEqual([]);
    expect(why).toContain(says);
  });
});

describe('what is to be known', () => {
  test('of a user elsewhere: that the functions do not reach it, and who does', () => {
    const arn = 'arn:aws:iam::123456789012:user/ops/bob';
    const { notes } = plan({ boundaryArn, path: '/ops/', arn });
    expect(notes).toEqual([
      "It lives under /ops/, where the functions reach nobody: put arn:aws:iam::123456789012:user/ops/bob into `adopted` in the configuration and deploy. Until then nothing rotates its keys or sees it leave; an operator's apply keeps it as the roster says.",
    ]);
    expect(plan({ boundaryArn, path: '/ops/', arn }, {}, {}, [arn]).notes).toEqual([]);
  });

  test('of a user elsewhere that the configuration names: nothing, and it may have a key', () => {
    const user = { boundaryArn, path: '/ops/', arn: 'arn:aws:iam::123456789012:user/ops/bob' };
    expect(plan(user, {}, { wantsKey: true }, [user.arn])).toMatchObject({
      at: { phase: 'Adoptable' },
      steps: [tagStep(withOwner)],
    });
  });

  test('of a boundary that it gets, and of a key that stays', () => {
    expect(plan({}, { keys: [foreign] }).notes).toEqual([
      expect.stringContaining('no more than policy/LifecycleBoundary allows'),
      expect.stringContaining('AKIASTRANGE000000001 was not made here: it is reported and never touched'),
    ]);
  });

  test('nothing of a user with a boundary and no key', () => {
    expect(plan({ boundaryArn }).notes).toEqual([]);
  });
});
