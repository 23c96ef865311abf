import { type Instant, secondMs } from '../instants.js';

/** One listed version of a policy. IAM numbers them from 1 and gives no number twice. */
export interface SeenVersion {
  readonly number: number;
  readonly isDefault: boolean;
  /** In whole seconds, rounded down. */
  readonly createdAt: Instant;
  /** False: it was listed, and could not be read. */
  readonly isRead: boolean;
}

/**
 * From when on a look at a policy's versions may be taken for all that there is. IAM's reads trail its writes, each by its
 * own, and so do the pages of a listing: a number that is missing between two others is a version that was deleted, or one
 * that this look does not show yet, which only the settle time after its successor tells apart. A version that could not be
 * read, and any number of default versions but one, is a look at two instants at once: never.
 */
export function wholeFrom(versions: readonly SeenVersion[], settleMs: number): Instant {
  const isTorn = versions.some(({ isRead }) => !isRead);
  if (isTorn || versions.filter(({ isDefault }) => isDefault).length !== 1) return Infinity;
  const sorted = versions.toSorted((one, other) => one.number - other.number);
  const afterHoles = sorted.filter(
    ({ number }, index) => index > 0 && number > sorted[index - 1]!.number + 1,
  );
  return Math.max(-Infinity, ...afterHoles.map(({ createdAt }) => createdAt + secondMs + settleMs));
}

/** "v12" is 12. */
export function versionNumber(versionId: string): number {
  return Number.parseInt(versionId.slice(1), 10);
}
