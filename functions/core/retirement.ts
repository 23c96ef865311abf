import { type KeyFacts, type RotationFacts, targetOf } from './facts.js';
import { type Instant, formatSpan } from './instants.js';
import type { Cast } from './key-cast.js';
import { type RotationPlan, type RotationRequest, blocked, isOlderThan, rest } from './rotation-phase.js';
import type { Step } from './steps.js';
import { readKeyInstantTag, tag } from './tags.js';
import type { Windows } from './windows.js';

/** There is a predecessor: it holds the second slot until it is gone, so it comes before anything new. */
export function whenOldKey(
  seen: RotationFacts,
  { old: [old], current }: Cast,
  request: RotationRequest | null,
  windows: Windows,
  now: Instant,
): RotationPlan | null {
  if (!old) return null;
  const hurry = request?.kind === 'emergency' && isOlderThan(old, request);
  const inForce = hurry ? { ...windows, overlapMs: 0, quietMs: 0, quarantineMs: 0 } : windows;
  if (old.status !== 'Active') return planQuarantine(seen, old, request, inForce, now);
  return planOverlap(seen, old, current!, hurry, inForce, now);
}

function planOverlap(
  seen: RotationFacts,
  old: KeyFacts,
  current: KeyFacts,
  isHurried: boolean,
  windows: Windows,
  now: Instant,
): RotationPlan {
  const keyId = old.id;
  // A quarantine of no length needs no record of its beginning.
  const recordAt = windows.quarantineMs === 0 ? null : now;
  const deactivate: Step[] = [{ step: 'DeactivateKey', user: targetOf(seen.user), keyId, recordAt }];
  const until = overlapEndsAt(seen, old, current, windows);
  if (now < until)
    return rest({ phase: 'Overlap', keyId, until, usedBy: null }, 'clients may still hold the old key');
  // Without an emergency, the only key that works is not taken from whoever lives on it.
  if (current.status !== 'Active' && !isHurried)
    return blocked(
      `the current key ${current.id} is ${current.status}, and the old key ${keyId} takes the second slot`,
    );
  if (windows.quietMs === 0) {
    return rest(
      { phase: 'Overlap', keyId, until, usedBy: null },
      'the old key is replaced, and no wait is asked for',
      deactivate,
    );
  }
  if (old.lastUse === 'unread') {
    return rest(
      { phase: 'Overlap', keyId, until: now, usedBy: null },
      'the last use of the old key is not known',
    );
  }
  const usedAt = old.lastUse === 'never' ? old.createdAt : old.lastUse.at;
  const quietAt = usedAt + windows.quietMs;
  if (now >= quietAt) {
    return rest(
      { phase: 'Overlap', keyId, until: quietAt, usedBy: null },
      `the old key has been quiet for ${formatSpan(windows.quietMs)}`,
      deactivate,
    );
  }
  const usedBy = old.lastUse === 'never' ? 'nobody' : `${old.lastUse.service} in ${old.lastUse.region}`;
  const limit = current.createdAt + windows.maxOverlapMs;
  if (now < limit) {
    return rest(
      { phase: 'Overlap', keyId, until: quietAt, usedBy },
      `the old key ${keyId} is still used, last by ${usedBy}`,
    );
  }
  const why = `the old key ${keyId} is still used after ${formatSpan(windows.maxOverlapMs)}, last by ${usedBy}`;
  return windows.afterMaxOverlap === 'block'
    ? blocked(why)
    : rest(
        { phase: 'Overlap', keyId, until: limit, usedBy },
        `${why}; the configuration says to deactivate it`,
        deactivate,
      );
}

/**
 * Until when the old key stays whatever happens. A key is promoted before pendingLimit is over, so from then on the old
 * one has been replaced for certain. One that was asked back gets a whole overlap again.
 */
function overlapEndsAt(seen: RotationFacts, old: KeyFacts, current: KeyFacts, windows: Windows): Instant {
  const reactivatedAt = readKeyInstantTag(seen.user.tags, tag.reactivated, old.id) ?? 0;
  if (windows.overlapMs === 0) return Math.max(current.createdAt, reactivatedAt + windows.quietMs);
  return Math.max(current.createdAt + windows.pendingLimitMs, reactivatedAt) + windows.overlapMs;
}

function planQuarantine(
  seen: RotationFacts,
  old: KeyFacts,
  request: RotationRequest | null,
  windows: Windows,
  now: Instant,
): RotationPlan {
  const user = targetOf(seen.user);
  const recordedAt = readKeyInstantTag(seen.user.tags, tag.deactivated, old.id);
  const reactivatedAt = readKeyInstantTag(seen.user.tags, tag.reactivated, old.id);
  // A record that is older than the key's return speaks of an earlier time out of use.
  const deactivatedAt = (recordedAt ?? 0) < (reactivatedAt ?? 0) ? null : recordedAt;
  const answeredAt = Math.max(recordedAt ?? 0, reactivatedAt ?? 0);
  if (request?.kind === 'reactivate' && old.status === 'Inactive' && request.at > answeredAt) {
    const until = (deactivatedAt ?? now) + windows.quarantineMs;
    return rest({ phase: 'Quarantine', keyId: old.id, until }, 'the old key was asked for again', [
      { step: 'ReactivateKey', user, keyId: old.id, recordAt: now },
    ]);
  }
  if (deactivatedAt === null && windows.quarantineMs > 0) {
    const until = now + windows.quarantineMs;
    return rest(
      { phase: 'Quarantine', keyId: old.id, until },
      'nothing says when the old key was deactivated: its quarantine starts now',
      [{ step: 'DeactivateKey', user, keyId: old.id, recordAt: now }],
    );
  }
  const until = (deactivatedAt ?? now) + windows.quarantineMs;
  if (now < until) {
    const why = 'the old key is deactivated and can still be brought back';
    return rest({ phase: 'Quarantine', keyId: old.id, until }, why);
  }
  const why = `the old key has been inactive for ${formatSpan(windows.quarantineMs)}`;
  return rest({ phase: 'Quarantine', keyId: old.id, until }, why, [
    { step: 'DeleteKey', user, keyId: old.id },
  ]);
}
