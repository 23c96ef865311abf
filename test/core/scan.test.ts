import { describe, expect, test } from '@jest/globals';
import { planScan } from '../../functions/core/scan.js';
import { currentKey, denyAllArn, nextKey, oldKey } from '../support/account.js';
import {
  type Life,
  accountOf,
  bothKeys,
  mintedAt,
  noneActive,
  offboarded,
  oneActive,
  twoActive,
  scanRules as rules,
  scannedAt as now,
} from '../support/scan.js';

describe('a user that wants nothing gives no hint', () => {
  test.each(
    Object.entries<Life>({
      steady: {},
      'steady, and younger than the report': { row: null },
      'in the overlap, one millisecond before its end': {
        tags: mintedAt('2026-03-02T23:00:00.001Z'),
        labels: bothKeys,
        changedAt: '2026-03-02T23:00:05Z',
        row: twoActive,
      },
      'with an old key in quarantine for another millisecond': {
        tags: { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-03T00:00:00.001Z` },
        labels: bothKeys,
      },
      'with an old key in quarantine, by a report that still shows it Active': {
        tags: { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-09T23:00:00.000Z` },
        labels: bothKeys,
        row: twoActive,
      },
      'back since before its last key was made, in the overlap': {
        tags: {
          ...mintedAt('2026-03-09T00:00:00.000Z'),
          'iam-lifecycle:restored-at': '2026-03-08T00:00:00.000Z',
        },
        labels: bothKeys,
        changedAt: '2026-03-09T00:00:05Z',
        row: twoActive,
      },
      'with a pending label left on the current version': {
        labels: { AWSCURRENT: currentKey, AWSPENDING: currentKey },
      },
      'one millisecond before its key is due by the report': {
        row: oneActive('2026-01-09T00:00:00.001Z'),
      },
      'one millisecond before its key is due by our intent': {
        tags: mintedAt('2026-01-09T00:00:00.001Z'),
        changedAt: '2026-01-09T00:00:05Z',
        row: null,
      },
      'due and exempt for another millisecond': {
        tags: { 'iam-lifecycle:exempt-until': '2026-03-10T00:00:00.001Z' },
        row: oneActive('2026-01-01T00:00:00Z'),
      },
      'due by a report that is one millisecond too early to know the new key': {
        tags: mintedAt('2026-03-09T22:58:00.001Z'),
        changedAt: '2026-03-09T22:58:05Z',
        row: oneActive('2026-01-01T00:00:00Z'),
      },
      'without an active key by a report that is one millisecond too early to know the new one': {
        tags: mintedAt('2026-03-09T22:58:00.001Z'),
        changedAt: '2026-03-09T22:58:05Z',
        row: noneActive,
      },
      'minted a moment ago, one millisecond before the intent settles': {
        tags: mintedAt('2026-03-09T23:58:00.001Z'),
      },
      'offboarded, one millisecond before its purge': offboarded('2026-03-10T00:00:00.001Z'),
      'offboarded, denied by its boundary': {
        ...offboarded('2026-04-01T00:00:00Z'),
        policyArns: [],
        boundary: denyAllArn,
      },
      'not under our path': { path: '/', labels: null },
      'back, and no longer denied': { tags: { 'iam-lifecycle:restored-at': '2026-03-01T00:00:00Z' } },
    }),
  )('%s', (_, life) => {
    expect(planScan(accountOf(life), rules, now)).toMatchObject({ hints: [], findings: [] });
  });
});

describe('a user that wants attention gives one hint', () => {
  test.each(
    Object.entries<[Life, queue: 'rotate' | 'offboard', why: RegExp]>({
      'no secret': [{ labels: null }, 'rotate', /no current key/],
      'a secret without a current version': [{ labels: {} }, 'rotate', /no current key/],
      'a secret to be deleted': [{ deletedAt: now - 1 }, 'rotate', /scheduled for deletion/],
      'a pending key': [
        { labels: { AWSCURRENT: currentKey, AWSPENDING: nextKey } },
        'rotate',
        /was left behind/,
      ],
      'an intent that has settled and left nothing in the secret': [
        { tags: mintedAt('2026-03-09T23:58:00.000Z') },
        'rotate',
        /a mint was cut short/,
      ],
      'an old key whose quarantine is over': [
        {
          tags: { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-03T00:00:00.000Z` },
          labels: bothKeys,
        },
        'rotate',
        /inactive for long enough/,
      ],
      'an old key that its departure made Inactive and its return left so': [
        {
          tags: {
            ...mintedAt('2026-03-08T00:00:00.000Z'),
            'iam-lifecycle:restored-at': '2026-03-09T00:00:00.000Z',
          },
          labels: bothKeys,
          changedAt: '2026-03-08T00:00:05Z',
        },
        'rotate',
        /it came back, and its old key may still be there/,
      ],
      'an old key whose overlap is over': [
        {
          tags: mintedAt('2026-03-02T23:00:00.000Z'),
          labels: bothKeys,
          changedAt: '2026-03-02T23:00:05Z',
          row: twoActive,
        },
        'rotate',
        /more than one active key/,
      ],
      'no active key': [{ row: noneActive }, 'rotate', /its current key is not active/],
      'no active key by a report from when the mint had just settled': [
        {
          tags: mintedAt('2026-03-09T22:58:00.000Z'),
          changedAt: '2026-03-09T22:58:05Z',
          row: noneActive,
        },
        'rotate',
        /its current key is not active/,
      ],
      'no active key though the old one is in quarantine': [
        {
          tags: { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-09T00:00:00.000Z` },
          labels: bothKeys,
          row: noneActive,
        },
        'rotate',
        /its current key is not active/,
      ],
      'a key that is due, and a successor that was thrown away': [
        {
          tags: mintedAt('2026-02-20T00:00:00Z'),
          changedAt: '2026-02-20T01:00:05Z',
          row: oneActive('2025-12-20T00:00:00Z'),
        },
        'rotate',
        /its key is due/,
      ],
      'a second active key that is in no version': [{ row: twoActive }, 'rotate', /more than one active key/],
      'a key that is due by our intent, of which no report knows': [
        { tags: mintedAt('2026-01-09T00:00:00.000Z'), changedAt: '2026-01-09T00:00:05Z', row: null },
        'rotate',
        /its key is due/,
      ],
      'a key that is due by the report': [
        { row: oneActive('2026-01-09T00:00:00Z') },
        'rotate',
        /its key is due/,
      ],
      'a key that is due by the report, without an intent': [
        {
          tags: mintedAt('unreadable'),
          row: oneActive('2026-01-09T00:00:00Z'),
        },
        'rotate',
        /its key is due/,
      ],
      'a due key whose exemption ends now': [
        {
          tags: { 'iam-lifecycle:exempt-until': '2026-03-10T00:00:00.000Z' },
          row: oneActive('2026-01-01T00:00:00Z'),
        },
        'rotate',
        /its key is due/,
      ],
      'a due key whose exemption cannot be read': [
        {
          tags: { 'iam-lifecycle:exempt-until': 'for ever' },
          row: oneActive('2026-01-01T00:00:00Z'),
        },
        'rotate',
        /its key is due/,
      ],
      'a quarantine that is over': [offboarded('2026-03-10T00:00:00.000Z'), 'offboard', /quarantine is over/],
      'a tombstone without a date of purge': [offboarded('soon'), 'offboard', /no date of purge/],
      'a tombstone without the deny': [
        { ...offboarded('2026-04-01T00:00:00Z'), policyArns: [] },
        'offboard',
        /deny is missing/,
      ],
      'a tombstone and a key that is Active': [
        {
          ...offboarded('2026-04-01T00:00:00Z'),
          row: oneActive('2026-02-10T00:00:01Z'),
        },
        'offboard',
        /a key may still be active/,
      ],
      'a return whose tombstone is still there': [
        {
          tags: {
            'iam-lifecycle:offboarded-at': '2026-02-28T00:00:00Z',
            'iam-lifecycle:purge-after': '2026-03-30T00:00:00Z',
            'iam-lifecycle:restored-at': '2026-03-01T00:00:00Z',
          },
        },
        'offboard',
        /a return was cut short/,
      ],
    }),
  )('%s', (_, [life, queue, why]) => {
    const { hints } = planScan(accountOf(life), rules, now);
    expect(hints).toEqual([
      { queue, userName: 'user0', userId: 'AIDAuser0', why: expect.stringMatching(why) },
    ]);
  });
});

const steady = (count: number): Life[] => Array.from({ length: count }, () => ({}));

describe('the brake on a mass purge', () => {
  const due = offboarded('2026-03-01T00:00:00Z');
  const doomed = (count: number): Life[] => Array.from({ length: count }, () => due);

  test.each([
    ['one of one may go', 0, 1, 1],
    ['one of five may go, though it is more than a tenth', 4, 1, 1],
    ['two of twenty may go', 18, 2, 2],
    ['three of thirty may go', 27, 3, 3],
    ['two of nineteen may not', 17, 2, 0],
    ['four of thirty-nine may not', 35, 4, 0],
  ])('%s', (_, steadyCount, doomedCount, hintCount) => {
    const { hints, findings } = planScan(
      accountOf(...steady(steadyCount), ...doomed(doomedCount)),
      rules,
      now,
    );
    expect(hints).toHaveLength(hintCount);
    expect(findings.map(({ kind }) => kind)).toEqual(hintCount === 0 ? ['BlastBrake'] : []);
  });

  test('stops the purges and nothing else, and says so', () => {
    const { hints, findings } = planScan(accountOf({ labels: null }, ...doomed(3)), rules, now);
    expect(hints.map(({ userName }) => userName)).toEqual(['user0']);
    expect(findings).toEqual([
      {
        kind: 'BlastBrake',
        userName: null,
        why: '3 users are to be purged at once, and at most 1 may be: none was',
      },
    ]);
  });
});

test('an empty account gives nothing', () => {
  expect(planScan(accountOf(), rules, now)).toEqual({
    hints: [],
    findings: [],
    managedUsers: 0,
    oldestKeyAgeMs: 0,
  });
});
