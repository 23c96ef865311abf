import { type KeyFacts, type RotationFacts, type UserFacts, targetOf } from './facts.js';
import { type Instant, formatSpan } from './instants.js';
import { type Cast } from './key-cast.js';
import { readKeyWish } from './key-wish.js';
import { servedRecords } from './leaks.js';
import { type RotationPlan, rest } from './rotation-phase.js';
import type { Step } from './steps.js';
import { readKeyInstantTag, tag } from './tags.js';
import type { Windows } from './windows.js';

/** No key is wanted: what we made is taken out of use, kept for its quarantine, and deleted. */
export function whenKeyless(
  seen: RotationFacts,
  cast: Cast,
  windows: Windows,
  now: Instant,
): RotationPlan | null {
  const { user } = seen;
  if (readKeyWish(user.tags) !== null) return null;
  const leaked = cast.leaked.filter(({ isOurs }) => isOurs);
  const ours = [cast.current, cast.pending, ...cast.old, ...leaked].filter(
    (key): key is KeyFacts => key !== null,
  );
  if (ours.length === 0) {
    const keyIds = cast.foreign.map(({ id }) => id);
    return keyIds.length === 0
      ? rest({ phase: 'Keyless' }, 'no key is wanted', forgetDeleted(user, seen.keys, windows, now))
      : rest({ phase: 'Foreign', keyIds }, `no key is wanted; ${keyIds.join(' and ')} was not made here`);
  }
  const deactivate = (key: KeyFacts): Step => ({
    step: 'DeactivateKey',
    user: targetOf(user),
    keyId: key.id,
    recordAt: now,
  });
  const [first] = ours;
  const at = (until: Instant) => ({ phase: 'Retiring', keyId: first!.id, until }) as const;
  const active = ours.filter(({ status }) => status === 'Active');
  if (active.length > 0) {
    const until = now + windows.quarantineMs;
    return rest(at(until), 'no key is wanted any more', active.map(deactivate));
  }
  const recordedAt = Math.max(
    ...ours.map(({ id }) => readKeyInstantTag(user.tags, tag.deactivated, id) ?? 0),
  );
  if (recordedAt === 0)
    return rest(at(now + windows.quarantineMs), 'nothing says since when: the quarantine starts now', [
      deactivate(first!),
    ]);
  const until = recordedAt + windows.quarantineMs;
  if (now < until) return rest(at(until), 'no key is wanted; the last one is kept for its quarantine');
  return rest(
    at(until),
    `no key has been wanted for ${formatSpan(windows.quarantineMs)}`,
    ours.map((key): Step => ({ step: 'DeleteKey', user: targetOf(user), keyId: key.id })),
  );
}

/**
 * The record of a deactivation has served once its key is gone; left there, it would ask for attention for ever. That of a
 * leak serves until its sessions are gone too.
 */
export function forgetDeleted(
  user: UserFacts,
  keys: readonly KeyFacts[],
  { settleMs }: Windows,
  now: Instant,
): Step[] {
  const tagKeys = [
    ...(user.tags[tag.deactivated] === undefined ? [] : [tag.deactivated]),
    ...servedRecords(user.tags, keys, settleMs, now),
  ];
  return tagKeys.length === 0 ? [] : [{ step: 'UntagUser', user: targetOf(user), tagKeys }];
}
