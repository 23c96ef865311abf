import { describe, expect, test } from '@jest/globals';
import {
  announceAttention,
  announceDeparture,
  announceKey,
  announceLeak,
  announceUser,
  isWorthRepeating,
  withoutSpans,
} from '../../functions/core/announcements.js';
import type { DepartureRecord } from '../../functions/core/departure-record.js';
import type { OffboardingPhase, OffboardingRequest } from '../../functions/core/offboarding.js';
import type { Step } from '../../functions/core/steps.js';
import {
  alice,
  aliceId,
  at,
  currentKey,
  key,
  managedUser,
  nextKey,
  rotationFacts,
  secretArn,
  secretOf,
} from '../support/account.js';

const owner = { 'iam-lifecycle:owner': 'team@example.com' };
const now = at('2026-03-10T12:00:00Z');
const first = { isRedelivered: false, now };
const again = { isRedelivered: true, now };

describe('a key that became current', () => {
  const user = managedUser(owner);
  const before = rotationFacts({ user, secret: secretOf({ AWSCURRENT: currentKey }) });
  const after = (createdAt: string) =>
    rotationFacts({
      user,
      keys: [key(currentKey, '2026-01-01T00:00:00Z'), key(nextKey, createdAt)],
      secret: secretOf({ AWSCURRENT: nextKey, AWSPREVIOUS: currentKey }),
    });

  test('is told of with where it is, and which key it replaced', () => {
    expect(announceKey(before, after('2026-03-10T11:59:00Z'), 'older than 60 d', first)).toEqual({
      type: 'Access Key Rotated',
      detail: {
        id: `Access Key Rotated/${aliceId}/${nextKey}`,
        occurredAt: '2026-03-10T11:59:00.000Z',
        userName: 'alice',
        userId: aliceId,
        owner: 'team@example.com',
        why: 'older than 60 d',
        keyId: nextKey,
        previousKeyId: currentKey,
        secret: {
          store: 'secretsmanager',
          name: 'iam-lifecycle/alice',
          arn: secretArn,
          versionId: `iam-access-key-${nextKey}`,
        },
      },
    });
  });

  test('is told of when it is the first', () => {
    const only = rotationFacts({
      keys: [key(nextKey, '2026-03-10T11:59:00Z')],
      secret: secretOf({ AWSCURRENT: nextKey }),
    });
    expect(announceKey(rotationFacts({}), only, 'onboarding', first)).toMatchObject({
      detail: { keyId: nextKey, previousKeyId: null, owner: null },
    });
  });

  test('in SSM is named by its parameter, and has no version', () => {
    const tags = { 'iam-lifecycle:key-store': 'ssm', 'iam-lifecycle:ssm-path': '/system_user' };
    const kept = { ...after('2026-03-10T11:59:00Z'), user: managedUser(tags) };
    expect(announceKey(before, kept, 'due', first)?.detail).toMatchObject({
      secret: { store: 'ssm', name: '/system_user/alice/credentials', arn: secretArn, versionId: null },
    });
  });

  test.each([
    [
      'made this day, by a message that comes for the first time, is known already',
      '2026-03-10T11:59:00Z',
      first,
      false,
    ],
    ['made this day, by a message that comes again, is told of again', '2026-03-10T11:59:00Z', again, true],
    ['made a day ago to the second, likewise', '2026-03-09T12:00:00Z', again, true],
    ['made longer ago is old news', '2026-03-09T11:59:59Z', again, false],
  ])('that was current before, %s', (_, createdAt, occasion, isTold) => {
    const seen = after(createdAt);
    expect(announceKey(seen, seen, 'x', occasion) !== null).toBe(isTold);
  });

  test('of an earlier holder of the name is none of this user', () => {
    const strangers = rotationFacts({ secret: secretOf({ AWSCURRENT: currentKey }) });
    expect(announceKey(rotationFacts({}), strangers, 'x', again)).toBeNull();
  });

  test('is not there for a user that has none', () => {
    expect(announceKey(rotationFacts({}), rotationFacts({}), 'x', again)).toBeNull();
  });
});

const made = (createdAt: string) =>
  managedUser(
    { ...owner, 'iam-lifecycle:origin': 'api', Roles: 'admin data_engineer' },
    { createdAt: at(createdAt) },
  );
const asked = { isChanged: true, askedBy: 'arn:aws:sts::1:ci', why: 'asked for' };

describe('a user that is there as asked for', () => {
  test('is told of with its roles and where its key will be', () => {
    expect(announceUser(made('2026-03-10T11:59:58Z'), asked, now)).toEqual({
      type: 'User Onboarded',
      detail: {
        id: `User Onboarded/${aliceId}`,
        occurredAt: '2026-03-10T11:59:58.000Z',
        userName: 'alice',
        userId: aliceId,
        owner: 'team@example.com',
        why: 'asked for',
        arn: 'arn:aws:iam::123456789012:user/lifecycle/alice',
        origin: 'api',
        roles: ['admin', 'data_engineer'],
        secretName: 'iam-lifecycle/alice',
        askedBy: 'arn:aws:sts::1:ci',
      },
    });
  });

  test.each([
    ['an hour ago, and is asked for again', '2026-03-10T11:00:00Z', false, true],
    ['longer ago, and is asked for again', '2026-03-10T10:59:59Z', false, false],
    ['longer ago, and lacked something', '2026-01-01T00:00:00Z', true, true],
  ])('and was made %s', (_, createdAt, isChanged, isTold) => {
    expect(announceUser(made(createdAt), { ...asked, isChanged }, now) !== null).toBe(isTold);
  });

  test('without roles has none', () => {
    expect(announceUser(managedUser(), asked, now)?.detail).toMatchObject({ roles: [], origin: null });
  });
});

const rest = (at: OffboardingPhase, tags: Readonly<Record<string, string>>, steps: readonly Step[]) => ({
  at,
  seen: { user: managedUser(tags) },
  steps,
  signedOff: [],
});

describe('a departure', () => {
  const tombstone = {
    ...owner,
    'iam-lifecycle:offboarded-at': '2026-03-10T10:00:00.000Z',
    'iam-lifecycle:departed-at': '2026-03-01T00:00:00.000Z',
    'iam-lifecycle:purge-after': '2026-04-09T10:00:00.000Z',
    'iam-lifecycle:offboard-reason': 'left',
  };
  const who = { userName: 'alice', userId: null, absentSince: null };
  const decision = (time: string): OffboardingRequest => ({
    ...who,
    kind: 'offboard',
    at: at(time),
    reason: 'left',
    quarantineMs: null,
  });
  const goOn: OffboardingRequest = { ...who, kind: 'continue' };
  const back: OffboardingRequest = { ...who, kind: 'restore', at: at('2026-03-10T11:00:00Z') };
  const deny: Step = { step: 'AttachPolicy', user: alice, policyArn: 'AWSDenyAll' };
  const untag: Step = { step: 'UntagUser', user: alice, tagKeys: ['iam-lifecycle:offboarded-at'] };
  const quarantined: OffboardingPhase = { phase: 'Quarantined', until: now };
  test('is told of once the user has no power any more', () => {
    expect(
      announceDeparture(rest(quarantined, tombstone, [deny]), decision('2026-03-10T10:00:00Z'), first),
    ).toEqual([
      {
        type: 'User Quarantined',
        detail: {
          id: `User Quarantined/${aliceId}/2026-03-10T10:00:00.000Z`,
          occurredAt: '2026-03-10T10:00:00.000Z',
          userName: 'alice',
          userId: aliceId,
          owner: 'team@example.com',
          why: 'left',
          departedAt: '2026-03-01T00:00:00.000Z',
          purgeAfter: '2026-04-09T10:00:00.000Z',
        },
      },
    ]);
  });

  const old = { ...tombstone, 'iam-lifecycle:offboarded-at': '2026-03-09T11:59:59.000Z' };
  test.each<[string, number, Parameters<typeof announceDeparture>]>([
    ['a look that took nothing tells of nothing', 0, [rest(quarantined, tombstone, []), goOn, first]],
    ['a look that took what was left tells of it', 1, [rest(quarantined, tombstone, [deny]), goOn, first]],
    [
      'the decision that comes again tells again',
      1,
      [rest(quarantined, tombstone, []), decision('2026-03-10T10:00:00Z'), again],
    ],
    ['a look that comes again tells again', 1, [rest(quarantined, tombstone, []), goOn, again]],
    ['a look that comes again a day later does not', 0, [rest(quarantined, old, []), goOn, again]],
    [
      'the decision itself does, however late',
      1,
      [rest(quarantined, old, []), decision('2026-03-09T11:59:59Z'), again],
    ],
    ['another decision does not', 0, [rest(quarantined, old, []), decision('2026-03-08T00:00:00Z'), again]],
    [
      'a user that is contained only in part is not quarantined',
      0,
      [rest({ phase: 'Blocked', reason: 'x' }, tombstone, [deny]), goOn, first],
    ],
  ])('%s', (_, told, [seen, request, occasion]) => {
    expect(announceDeparture(seen, request, occasion)).toHaveLength(told);
  });

  const restored = { ...owner, 'iam-lifecycle:restored-at': '2026-03-10T11:00:00.000Z' };
  test('that is taken back is told of', () => {
    expect(announceDeparture(rest({ phase: 'Employed' }, restored, [untag]), back, first)).toEqual([
      {
        type: 'User Restored',
        detail: {
          id: `User Restored/${aliceId}/2026-03-10T11:00:00.000Z`,
          occurredAt: '2026-03-10T11:00:00.000Z',
          userName: 'alice',
          userId: aliceId,
          owner: 'team@example.com',
          why: 'the return was decided after the departure',
        },
      },
    ]);
  });

  test.each<[string, number, Parameters<typeof announceDeparture>]>([
    [
      'a return that another run finished tells of it',
      1,
      [rest({ phase: 'Employed' }, restored, [untag]), goOn, first],
    ],
    ['a return of nobody who left is no news', 0, [rest({ phase: 'Employed' }, restored, []), back, first]],
    ['a return that comes again tells again', 1, [rest({ phase: 'Employed' }, restored, []), back, again]],
    ['a look at somebody employed does not', 0, [rest({ phase: 'Employed' }, restored, []), goOn, again]],
    ['nor at somebody who never left', 0, [rest({ phase: 'Employed' }, {}, []), back, again]],
  ])('%s', (_, told, [seen, request, occasion]) => {
    expect(announceDeparture(seen, request, occasion)).toHaveLength(told);
  });

  test('is told of once it is signed off', () => {
    const record = {
      user: { name: 'alice', id: aliceId },
      departedAt: '2026-03-01T00:00:00.000Z',
      signedOff: { at: '2026-03-10T12:00:00.000Z', by: 'run', sha256: '' },
    } as unknown as DepartureRecord;
    const signedOff = [{ record, key: 'users/alice/record.json', owner: 'team@example.com' }];
    const gone = { at: { phase: 'Gone' }, seen: { user: null }, steps: [], signedOff } as const;
    expect(announceDeparture(gone, goOn, first)).toEqual([
      {
        type: 'User Purged',
        detail: {
          id: `User Purged/${aliceId}/2026-03-01T00:00:00.000Z`,
          occurredAt: '2026-03-10T12:00:00.000Z',
          userName: 'alice',
          userId: aliceId,
          owner: 'team@example.com',
          why: 'the user was seen to be absent twice, and its departure is signed off',
          departedAt: '2026-03-01T00:00:00.000Z',
          record: 'users/alice/record.json',
        },
      },
    ]);
  });

  test('of a name that never was one of ours is no news', () => {
    const gone = { at: { phase: 'Gone' }, seen: { user: null }, steps: [], signedOff: [] } as const;
    expect(announceDeparture(gone, decision('2026-03-10T10:00:00Z'), again)).toEqual([]);
  });
});

test('two leaks of one key are two events, and each has one id', () => {
  const report = {
    keyId: 'AKIA1',
    userName: null,
    phase: 'Unknown',
    why: 'x',
    lastUse: null,
    done: [],
    next: [],
    use: null,
  };
  const idAt = (instant: string) => announceLeak(report, null, at(instant)).detail.id;
  expect(idAt('2026-03-10T00:00:00Z')).toBe('Leaked Key Answered/AKIA1/2026-03-10T00:00:00.000Z');
  expect(idAt('2026-03-11T00:00:00Z')).toBe('Leaked Key Answered/AKIA1/2026-03-11T00:00:00.000Z');
  expect(announceLeak(report, managedUser(owner), now).detail).toMatchObject({
    userId: aliceId,
    owner: 'team@example.com',
    occurredAt: '2026-03-10T12:00:00.000Z',
  });
});

test('a call for attention has another id on another day', () => {
  const attention = { kind: 'Blocked', userName: 'bob', why: 'x', functionName: 'rotate' };
  const idAt = (instant: string) => announceAttention(attention, 'f00', at(instant)).detail.id;
  expect(idAt('2026-03-10T00:00:00Z')).toBe('Attention Needed/Blocked/bob/f00/2026-03-10');
  expect(idAt('2026-03-10T23:59:59Z')).toBe('Attention Needed/Blocked/bob/f00/2026-03-10');
  expect(idAt('2026-03-11T00:00:00Z')).toBe('Attention Needed/Blocked/bob/f00/2026-03-11');
});

test.each([
  ['the key is 91 d old', 'the key is d old'],
  ['quiet for 2 d, then 45 s and 7 min', 'quiet for d, then s and min'],
  ['AKIA12D 3days', 'AKIA12D 3days'],
])('"%s" without its spans is "%s"', (why, without) => {
  expect(withoutSpans(why)).toBe(without);
});

test('only a message that comes again is worth a repeat', () => {
  expect(isWorthRepeating(first, now)).toBe(false);
  expect(isWorthRepeating(again, now)).toBe(true);
});
