import { type KeyFacts, type RotationFacts, targetOf } from './facts.js';
import { type Instant, formatSpan } from './instants.js';
import type { Cast } from './key-cast.js';
import { isLeaked, leakTag } from './leaks.js';
import { type RotationPlan, type RotationRequest, blocked, isOlderThan, rest } from './rotation-phase.js';
import type { Windows } from './windows.js';

/** A leaked key is out of use before anything else is done; a person who made it Active again is not followed. */
export function whenLeakedKeyIsActive({ user, keys }: RotationFacts, now: Instant): RotationPlan | null {
  const active = keys.filter(({ id, status }) => status === 'Active' && isLeaked(user, id));
  const [first] = active;
  if (!first) return null;
  return rest(
    { phase: 'Leaked', keyId: first.id, until: now },
    `${first.id} leaked and is Active`,
    active.map(({ id }) => ({
      step: 'DeactivateKey',
      user: targetOf(user),
      keyId: id,
      recordAt: null,
    })),
  );
}

/**
 * A slot for the successor of a leaked key. The predecessor goes first, since everybody has to read the secret anew
 * anyhow; of leaked keys the newest stays as long as it can, because it is the evidence.
 */
export function makeRoom({ user }: RotationFacts, { old, leaked }: Cast): RotationPlan | null {
  const victim: KeyFacts | undefined = leaked.length === 0 ? undefined : [...old, ...ours(leaked)][0];
  if (!victim) return null;
  return rest({ phase: 'Unkeyed' }, `the successor of a leaked key needs the slot of ${victim.id}`, [
    { step: 'DeleteKey', user: targetOf(user), keyId: victim.id },
  ]);
}

/** The leaked key stays Inactive for its quarantine, in which somebody may want to know what it was used for. */
export function whenLeakedKeyIsKept(
  { user }: RotationFacts,
  { leaked }: Cast,
  request: RotationRequest | null,
  windows: Windows,
  now: Instant,
): RotationPlan | null {
  const [first] = leaked;
  if (!first) return null;
  if (request?.kind === 'reactivate')
    return blocked(`${first.id} leaked: it is never made Active again; ask for a new key instead`);
  // One that was not made here stays Inactive until a person deletes it, and takes its slot like any other stranger's.
  const [key] = ours(leaked);
  if (!key) return null;
  if (key.leakedAt === null)
    return blocked(
      `the tag ${leakTag(key.id)} must be the ISO 8601 instant since when ${key.id} is known to have leaked`,
    );
  const isHurried = request?.kind === 'emergency' && isOlderThan(key, request);
  const keptMs = isHurried ? 0 : windows.quarantineMs;
  const until = key.leakedAt + keptMs;
  const at = { phase: 'Leaked', keyId: key.id, until } as const;
  if (now < until) return rest(at, `${key.id} leaked, is Inactive, and is kept as evidence`);
  return rest(at, `${key.id} leaked, and has been kept for ${formatSpan(keptMs)}`, [
    { step: 'DeleteKey', user: targetOf(user), keyId: key.id },
  ]);
}

function ours<Key extends { readonly isOurs: boolean }>(keys: readonly Key[]): Key[] {
  return keys.filter(({ isOurs }) => isOurs);
}
