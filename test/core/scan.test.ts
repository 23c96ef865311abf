import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../functions/core/names.js';
import {
  type AccountFacts,
  type CredentialRow,
  type ScannedSecret,
  type ScannedUser,
  planScan,
} from '../../functions/core/scan.js';
import { at, currentKey, denyAllArn, managedUser, nextKey, oldKey, secretOf } from '../support/account.js';
import { windows } from '../support/windows.js';

const now = at('2026-03-10T00:00:00Z');
const rules = { userPath: '/lifecycle/', windows, maxPurgeShare: 0.1 };

interface Life {
  readonly name?: string;
  readonly tags?: Record<string, string>;
  readonly policyArns?: readonly string[];
  readonly path?: string;
  readonly boundary?: string;
  /** Staging label -> key id; null where there is no secret. */
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly changedAt?: string;
  readonly deletedAt?: number;
  /** The report's line; null where the user is younger than the report. */
  readonly row?: Omit<CredentialRow, 'userArn'> | null;
}

/** A steady user: its key of 10 February is 28 days old, stored and alone. */
function accountOf(...lives: readonly Life[]): AccountFacts {
  const users: ScannedUser[] = [];
  const rows: CredentialRow[] = [];
  const secrets: ScannedSecret[] = [];
  for (const [index, life] of lives.entries()) {
    const name = (life.name ?? `user${index}`) as UserName;
    const userArn = `arn:aws:iam::123456789012:user/lifecycle/${name}`;
    const tags = { 'iam-lifecycle:mint-intent': '2026-02-10T00:00:00Z', ...life.tags };
    const user = managedUser(tags, {
      name,
      id: `AIDA${name}`,
      arn: userArn,
      path: life.path ?? '/lifecycle/',
      ...(life.boundary === undefined ? {} : { boundaryArn: life.boundary }),
    });
    users.push({ user, policyArns: life.policyArns ?? [] });
    const row = life.row === undefined ? { activeKeys: 1, oldestKeyAt: at('2026-02-10T00:00:01Z') } : life.row;
    if (row) rows.push({ userArn, ...row });
    if (life.labels !== null) {
      const secret = secretOf(life.labels ?? { AWSCURRENT: currentKey }, life.deletedAt ?? null);
      secrets.push({ ...secret, userName: name, changedAt: at(life.changedAt ?? '2026-02-10T00:00:05Z') });
    }
  }
  return { users, report: { generatedAt: now - 3_600_000, rows }, secrets };
}

const offboarded = (purgeAfter: string): Life => ({
  tags: {
    'iam-lifecycle:offboarded-at': '2026-02-20T00:00:00Z',
    'iam-lifecycle:purge-after': purgeAfter,
  },
  policyArns: [denyAllArn],
  row: { activeKeys: 0, oldestKeyAt: null },
});
const bothKeys = { AWSCURRENT: currentKey, AWSPREVIOUS: oldKey };
const twoActive = { activeKeys: 2, oldestKeyAt: at('2025-12-10T00:00:00Z') };
const mintedAt = (intent: string) => ({ 'iam-lifecycle:mint-intent': intent });

describe('a user that wants nothing gives no hint', () => {
  test.each(
    Object.entries<Life>({
      'steady': {},
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
      'with a pending label left on the current version': {
        labels: { AWSCURRENT: currentKey, AWSPENDING: currentKey },
      },
      'one millisecond before its key is due': {
        tags: mintedAt('2026-01-09T00:00:00.001Z'),
        changedAt: '2026-01-09T00:00:05Z',
      },
      'due and exempt for another millisecond': {
        tags: { ...mintedAt('2026-01-01'), 'iam-lifecycle:exempt-until': '2026-03-10T00:00:00.001Z' },
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
      'not tagged as ours': { tags: { 'iam-lifecycle:managed': 'no' }, labels: null },
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
      'a pending key': [{ labels: { AWSCURRENT: currentKey, AWSPENDING: nextKey } }, 'rotate', /waits for its test/],
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
      'a second active key that is in no version': [{ row: twoActive }, 'rotate', /more than one active key/],
      'a key that is due by our intent': [
        { tags: mintedAt('2026-01-09T00:00:00.000Z'), changedAt: '2026-01-09T00:00:05Z' },
        'rotate',
        /its key is due/,
      ],
      'a key that is due by the report, without an intent': [
        {
          tags: mintedAt('unreadable'),
          row: { activeKeys: 1, oldestKeyAt: at('2026-01-09T00:00:00Z') },
        },
        'rotate',
        /its key is due/,
      ],
      'a due key whose exemption ends now': [
        {
          tags: { ...mintedAt('2026-01-01'), 'iam-lifecycle:exempt-until': '2026-03-10T00:00:00.000Z' },
        },
        'rotate',
        /its key is due/,
      ],
      'a due key whose exemption cannot be read': [
        { tags: { ...mintedAt('2026-01-01'), 'iam-lifecycle:exempt-until': 'for ever' } },
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
        { ...offboarded('2026-04-01T00:00:00Z'), row: { activeKeys: 1, oldestKeyAt: at('2026-02-10T00:00:01Z') } },
        'offboard',
        /a key may still be active/,
      ],
      'a return with the deny still there': [
        { tags: { 'iam-lifecycle:restored-at': '2026-03-01T00:00:00Z' }, policyArns: [denyAllArn] },
        'offboard',
        /a return was cut short/,
      ],
    }),
  )('%s', (_, [life, queue, why]) => {
    const { hints } = planScan(accountOf(life), rules, now);
    expect(hints).toEqual([{ queue, userName: 'user0', userId: 'AIDAuser0', why: expect.stringMatching(why) }]);
  });
});

describe('a key that is far too old', () => {
  const aged = (intent: string): Life => ({ tags: mintedAt(intent), changedAt: '2026-01-01T00:00:00Z' });

  test.each([
    ['one millisecond before 81 days', '2025-12-19T00:00:00.001Z', []],
    ['at 81 days', '2025-12-19T00:00:00.000Z', [{ kind: 'Overdue', userName: 'user0', why: 'the current key is 81 d old' }]],
  ])('%s', (_, intent, findings) => {
    expect(planScan(accountOf(aged(intent)), rules, now).findings).toEqual(findings);
  });

  test('is told though the user is exempt', () => {
    const life = { ...aged('2025-01-01'), tags: { ...mintedAt('2025-01-01'), 'iam-lifecycle:exempt-until': '2027-01-01' } };
    const { hints, findings } = planScan(accountOf(life), rules, now);
    expect(hints).toEqual([]);
    expect(findings).toMatchObject([{ kind: 'Overdue' }]);
  });

  test('of an offboarded user is nobody’s business', () => {
    const life = offboarded('2026-04-01T00:00:00Z');
    const old = { ...life, tags: { ...life.tags, ...mintedAt('2025-01-01') } };
    expect(planScan(accountOf(old), rules, now)).toMatchObject({ findings: [], oldestKeyAgeMs: 0 });
  });

  test('the oldest key of all is measured', () => {
    const { managedUsers, oldestKeyAgeMs } = planScan(
      accountOf({}, { tags: mintedAt('2026-02-08T00:00:00Z'), changedAt: '2026-02-08T00:00:05Z' }, { path: '/' }),
      rules,
      now,
    );
    expect(managedUsers).toBe(2);
    expect(oldestKeyAgeMs).toBe(2_592_000_000);
  });
});

describe('the brake on a mass purge', () => {
  const due = offboarded('2026-03-01T00:00:00Z');
  const steady = (count: number): Life[] => Array.from({ length: count }, () => ({}));
  const doomed = (count: number): Life[] => Array.from({ length: count }, () => due);

  test.each([
    ['one of one may go', 0, 1, 1],
    ['one of five may go, though it is more than a tenth', 4, 1, 1],
    ['two of twenty may go', 18, 2, 2],
    ['three of thirty may go', 27, 3, 3],
    ['two of nineteen may not', 17, 2, 0],
    ['four of thirty-nine may not', 35, 4, 0],
  ])('%s', (_, steadyCount, doomedCount, hintCount) => {
    const { hints, findings } = planScan(accountOf(...steady(steadyCount), ...doomed(doomedCount)), rules, now);
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
