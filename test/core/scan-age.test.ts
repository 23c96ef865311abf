import { describe, expect, test } from '@jest/globals';
import { planScan } from '../../functions/core/scan.js';
import { at } from '../support/account.js';
import {
  accountOf,
  mintedAt,
  offboarded,
  oneActive,
  scanRules as rules,
  scannedAt as now,
} from '../support/scan.js';

describe('a key that is far too old', () => {
  test.each([
    ['one millisecond before 81 days', '2025-12-19T00:00:00.001Z', []],
    [
      'at 81 days',
      '2025-12-19T00:00:00.000Z',
      [{ kind: 'Overdue', userName: 'user0', why: 'the current key is 81 d old' }],
    ],
  ])('%s', (_, createdAt, findings) => {
    const byReport = accountOf({ row: oneActive(createdAt) });
    expect(planScan(byReport, rules, now).findings).toEqual(findings);
    const byIntent = accountOf({ tags: mintedAt(createdAt), row: null });
    expect(planScan(byIntent, rules, now).findings).toEqual(findings);
  });

  test('is told though the user is exempt', () => {
    const life = {
      tags: { 'iam-lifecycle:exempt-until': '2027-01-01' },
      row: oneActive('2025-01-01T00:00:00Z'),
    };
    const { hints, findings } = planScan(accountOf(life), rules, now);
    expect(hints).toEqual([]);
    expect(findings).toMatchObject([{ kind: 'Overdue' }]);
  });

  test.each([
    ['was over when the report was made', '2026-03-09T22:58:00.000Z'],
    ['is younger than the report', '2026-03-09T23:30:00.000Z'],
  ])('is told though there was a mint that failed, which %s', (_, intent) => {
    const life = {
      tags: mintedAt(intent),
      changedAt: '2025-11-01T00:00:05Z',
      row: oneActive('2025-11-01T00:00:00Z'),
    };
    const { hints, findings, oldestKeyAgeMs } = planScan(accountOf(life), rules, now);
    expect(hints).toMatchObject([{ why: 'a mint was cut short' }]);
    expect(findings).toMatchObject([{ kind: 'Overdue' }]);
    expect(oldestKeyAgeMs).toBe(now - at('2025-11-01T00:00:00Z'));
  });

  test('is no news when a mint has replaced it since the report', () => {
    const life = {
      tags: mintedAt('2026-03-09T23:30:00Z'),
      changedAt: '2026-03-09T23:30:05Z',
      row: oneActive('2025-11-01T00:00:00Z'),
    };
    expect(planScan(accountOf(life), rules, now)).toMatchObject({ hints: [], findings: [] });
  });

  test('of an offboarded user is nobody’s business', () => {
    const life = offboarded('2026-04-01T00:00:00Z');
    const old = { ...life, row: oneActive('2025-01-01T00:00:00Z') };
    expect(planScan(accountOf(old), rules, now)).toMatchObject({ findings: [], oldestKeyAgeMs: 0 });
  });

  test('the oldest key of all is measured', () => {
    const { managedUsers, oldestKeyAgeMs } = planScan(
      accountOf(
        {},
        { row: oneActive('2026-02-08T00:00:00Z') },
        { path: '/', row: oneActive('2025-01-01T00:00:00Z') },
      ),
      rules,
      now,
    );
    expect(managedUsers).toBe(2);
    expect(oldestKeyAgeMs).toBe(2_592_000_000);
  });
});
