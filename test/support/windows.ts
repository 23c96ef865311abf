import type { Windows } from '../../functions/core/windows.js';

/**
 * Rotate after 60 days; overlap 7 days; quiet 2 days; at most 21 days of overlap; 7 days of quarantine; one hour to
 * pass the test; 2 minutes to settle; 30 days to come back. Written out, so that a changed default changes no test.
 */
export const windows: Windows = {
  rotateAfterMs: 5_184_000_000,
  overlapMs: 604_800_000,
  quietMs: 172_800_000,
  maxOverlapMs: 1_814_400_000,
  afterMaxOverlap: 'block',
  quarantineMs: 604_800_000,
  pendingLimitMs: 3_600_000,
  settleMs: 120_000,
  offboardQuarantineMs: 2_592_000_000,
};

export const rotationRules = { userPath: '/lifecycle/', adoptedArns: [], windows };
