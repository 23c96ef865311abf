import type { UserName } from '../../functions/core/names.js';
import type { AccountFacts, CredentialRow, ScannedSecret, ScannedUser } from '../../functions/core/scan.js';
import { at, currentKey, denyAllArn, managedUser, oldKey, secretOf } from './account.js';
import { windows } from './windows.js';

/** When the scan looks; the report was made an hour before. */
export const scannedAt = at('2026-03-10T00:00:00Z');
export const scanRules = { userPath: '/lifecycle/', adoptedArns: [], windows, maxPurgeShare: 0.1 };

export interface Life {
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
export function accountOf(...lives: readonly Life[]): AccountFacts {
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
    const row =
      life.row === undefined ? { activeKeys: 1, oldestKeyAt: at('2026-02-10T00:00:01Z') } : life.row;
    if (row) rows.push({ userArn, ...row });
    if (life.labels !== null) {
      const secret = secretOf(life.labels ?? { AWSCURRENT: currentKey }, life.deletedAt ?? null);
      secrets.push({ ...secret, userName: name, changedAt: at(life.changedAt ?? '2026-02-10T00:00:05Z') });
    }
  }
  return { users, report: { generatedAt: scannedAt - 3_600_000, rows }, secrets };
}

export const offboarded = (purgeAfter: string): Life => ({
  tags: {
    'iam-lifecycle:offboarded-at': '2026-02-20T00:00:00Z',
    'iam-lifecycle:purge-after': purgeAfter,
  },
  policyArns: [denyAllArn],
  row: { activeKeys: 0, oldestKeyAt: null },
});
export const bothKeys = { AWSCURRENT: currentKey, AWSPREVIOUS: oldKey };
export const noneActive = { activeKeys: 0, oldestKeyAt: null };
export const oneActive = (createdAt: string) => ({ activeKeys: 1, oldestKeyAt: at(createdAt) });
export const twoActive = { activeKeys: 2, oldestKeyAt: at('2025-12-10T00:00:00Z') };
export const mintedAt = (intent: string) => ({ 'iam-lifecycle:mint-intent': intent });
