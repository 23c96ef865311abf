import { describe, expect, test } from '@jest/globals';
import { type ReviewFacts, exitCodeOf, reviewUser } from '../../../functions/core/review/review.js';
import { asBob, assumed, at, bob, event } from './trail.js';

const now = at('09:30:00');
const nothing = { items: [], unread: [] };
const clear: ReviewFacts = {
  subject: bob,
  events: nothing,
  eventsCutAt: null,
  secretReads: nothing,
  secrets: [],
  leftovers: [],
  policies: nothing,
  users: nothing,
  rosterEntries: nothing,
  days: 90,
};
const session = (expiration: string) =>
  assumed('09:00:00', asBob, { role: 'R', name: 'bob', key: 'ASIA', expiration });
const bucket = event('09:00:00', asBob, 's3 CreateBucket', { bucketName: 'photos' });
const trusting = (arn: string) => ({
  what: 'trust policy of role R',
  arn,
  document: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: bob.arns[0] } }] }),
});

const verdictsOf = (facts: Partial<ReviewFacts>) => {
  const review = reviewUser({ ...clear, ...facts }, now);
  const { sessions, resources, ownership, references } = review;
  return [...[sessions, resources, ownership, references].map(({ verdict }) => verdict), exitCodeOf(review)];
};

describe('verdicts', () => {
  test.each<[string, Partial<ReviewFacts>, (string | number)[]]>([
    ['nothing points at it', {}, ['clear', 'clear', 'clear', 'clear', 0]],
    [
      'a session is open',
      { events: { items: [session('Mar 1, 2026, 9:30:01 AM')], unread: [] } },
      ['found', 'clear', 'clear', 'clear', 2],
    ],
    [
      'its session has ended',
      { events: { items: [session('Mar 1, 2026, 9:30:00 AM')], unread: [] } },
      ['clear', 'clear', 'clear', 'clear', 0],
    ],
    [
      'it made something',
      { events: { items: [bucket], unread: [] } },
      ['clear', 'found', 'clear', 'clear', 2],
    ],
    [
      'a user has it as owner',
      { users: { items: [{ name: 'ci-bot', tags: { 'iam-lifecycle:owner': 'Bob' } }], unread: [] } },
      ['clear', 'clear', 'found', 'clear', 2],
    ],
    [
      'it is its own owner, and others have others',
      {
        users: {
          unread: [],
          items: [
            { name: 'bob', tags: { 'iam-lifecycle:owner': 'bob' } },
            { name: 'ci-bot', tags: { 'iam-lifecycle:owner': 'bobby' } },
            { name: 'eve', tags: {} },
          ],
        },
      },
      ['clear', 'clear', 'clear', 'clear', 0],
    ],
    [
      'the roster names it',
      { rosterEntries: { items: ['roster.yaml names it'], unread: [] } },
      ['clear', 'clear', 'found', 'clear', 2],
    ],
    [
      'its secret is left',
      { leftovers: ['secret iam-lifecycle/bob'] },
      ['clear', 'clear', 'found', 'clear', 2],
    ],
    [
      'a role trusts it',
      { policies: { items: [trusting('arn:role')], unread: [] } },
      ['clear', 'clear', 'clear', 'found', 2],
    ],
    [
      'its own policies name it',
      { policies: { items: [trusting(bob.arns[0]!)], unread: [] } },
      ['clear', 'clear', 'clear', 'clear', 0],
    ],
    [
      'its events could not be read',
      { events: { items: [], unread: ['eu-west-1: AccessDenied'] } },
      ['incomplete', 'incomplete', 'clear', 'clear', 1],
    ],
    [
      'a policy could not be read, and another names it',
      { policies: { items: [trusting('arn:role')], unread: ['KMS keys: AccessDenied'] } },
      ['clear', 'clear', 'clear', 'incomplete', 1],
    ],
    [
      'a policy is no policy',
      { policies: { items: [{ ...trusting('arn:role'), document: '{' }], unread: [] } },
      ['clear', 'clear', 'clear', 'incomplete', 1],
    ],
    [
      'the users could not be read',
      { users: { items: [], unread: ['IAM: AccessDenied'] } },
      ['clear', 'clear', 'incomplete', 'clear', 1],
    ],
    [
      'the roster could not be read',
      { rosterEntries: { items: [], unread: ['roster.yaml'] } },
      ['clear', 'clear', 'incomplete', 'clear', 1],
    ],
    [
      'who reads its secret could not be read',
      { secretReads: { items: [], unread: ['eu-west-1'] } },
      ['clear', 'clear', 'incomplete', 'clear', 1],
    ],
  ])('%s', (_name, facts, verdicts) => {
    expect(verdictsOf(facts)).toEqual(verdicts);
  });
});

describe('events that were cut off', () => {
  const day = 86_400_000;

  test('leave the resources open, and the sessions only where these may be longer', () => {
    expect(verdictsOf({ eventsCutAt: now - 2 * day })).toEqual(['clear', 'incomplete', 'clear', 'clear', 1]);
    expect(verdictsOf({ eventsCutAt: now - day })).toEqual(['incomplete', 'incomplete', 'clear', 'clear', 1]);
  });

  test('are told of with the instant', () => {
    const { resources } = reviewUser({ ...clear, eventsCutAt: Date.parse('2026-02-01T10:00:00Z') }, now);
    expect(resources.notLookedAt).toEqual(['events before 2026-02-01T10:00:00.000Z']);
  });
});

test('what was made longer ago than was asked for is left out', () => {
  const facts = { ...clear, events: { items: [bucket], unread: [] }, days: 1 };
  expect(reviewUser(facts, at('09:00:00') + 86_400_000).resources.items).toHaveLength(1);
  expect(reviewUser(facts, at('09:00:00') + 86_400_001).resources.items).toEqual([]);
});
