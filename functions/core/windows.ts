import { dayMs, minuteMs } from './instants.js';

/** The lengths of time that rule a key's and a user's life, in milliseconds. */
export interface Windows {
  /** Age at which the current key is due for rotation. */
  readonly rotateAfterMs: number;
  /** How long the old key stays Active beside its successor, at the least. */
  readonly overlapMs: number;
  /** How long the old key must not have been used before it is deactivated. */
  readonly quietMs: number;
  /** Age of the successor at which an old key that is still used needs a decision. */
  readonly maxOverlapMs: number;
  /** That decision: tell a person and wait, or deactivate (which can be undone during the quarantine). */
  readonly afterMaxOverlap: 'block' | 'deactivate';
  /** How long a deactivated key is kept before it is deleted. */
  readonly quarantineMs: number;
  /** Age at which a minted key that is not current yet is thrown away: longer than any run lasts. */
  readonly pendingLimitMs: number;
  /** After this long a read is taken to show every earlier write. IAM gives no bound; its clients assume minutes. */
  readonly settleMs: number;
  /** How long an offboarded user can be restored. */
  readonly offboardQuarantineMs: number;
}

export const defaultWindows: Windows = {
  rotateAfterMs: 60 * dayMs,
  overlapMs: 7 * dayMs,
  quietMs: 2 * dayMs,
  maxOverlapMs: 21 * dayMs,
  afterMaxOverlap: 'block',
  quarantineMs: 7 * dayMs,
  pendingLimitMs: 10 * minuteMs,
  settleMs: 2 * minuteMs,
  offboardQuarantineMs: 30 * dayMs,
};
