import { type RotationFacts, keyAtStage, stage } from './facts.js';
import type { Instant } from './instants.js';
import { type RotationPlan, type RotationRequest, isOlderThan } from './rotation-phase.js';
import { instantTag, tag } from './tags.js';

/** Whether a look at a user shows that what was asked for is done: what a caller of the API may wait for. */

/**
 * rotate: the current key was made since the request. emergency: and no Active key was there before. reactivate: the old
 * key is Active again beside the current one.
 */
export function isRotated(
  { keys, secret, at }: Pick<RotationFacts, 'keys' | 'secret'> & Pick<RotationPlan, 'at'>,
  request: RotationRequest,
): boolean {
  if (request.kind === 'reactivate') return at.phase === 'Overlap';
  const current = keys.find(({ id }) => id === keyAtStage(secret, stage.current));
  if (!current || isOlderThan(current, request)) return false;
  return (
    request.kind === 'rotate' || keys.every((key) => key.status !== 'Active' || !isOlderThan(key, request))
  );
}

/** The decision, or a later one, is written down, and no key of the user is Active. */
export function isContained(
  { user, keys }: Pick<RotationFacts, 'user' | 'keys'>,
  decidedAt: Instant,
): boolean {
  const offboardedAt = instantTag(user.tags, tag.offboarded);
  return (
    offboardedAt !== null && offboardedAt >= decidedAt && keys.every(({ status }) => status !== 'Active')
  );
}

/** The tombstone goes last. */
export function isBack({ user }: Pick<RotationFacts, 'user'>): boolean {
  return user.tags[tag.offboarded] === undefined;
}
