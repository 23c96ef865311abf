import { type KeyFacts, type RotationFacts, keyAtStage, stage } from './facts.js';
import { type Instant, minuteMs, readInstant, secondMs } from './instants.js';
import { leaksOf } from './leaks.js';
import { type AccessKeyId, keyIdOf } from './names.js';
import { tag } from './tags.js';
import type { Windows } from './windows.js';

/** Allowance for AWS's clock against ours, and for creation dates that are cut to the second. */
const clockSkewMs = minuteMs;
/** A key of ours is created within this long of its intent: longer than any function runs. */
const mintWindowMs = 5 * minuteMs;

/** The keys of one user, sorted into their parts in a rotation. */
export interface Cast {
  readonly current: KeyFacts | null;
  readonly pending: KeyFacts | null;
  /** AWSPENDING names a key that was not seen. */
  readonly strayPendingVersion: string | null;
  /** In a labelled version, neither current nor pending nor leaked; oldest first. */
  readonly old: readonly KeyFacts[];
  /** Known to have leaked, and not pending: such a key is nobody's current one, whatever label it has; oldest first. */
  readonly leaked: readonly LeakedKey[];
  /** In no version, and surely made by us and never handed out. */
  readonly stranded: KeyFacts | null;
  /** In no version, and not known to be ours. */
  readonly foreign: readonly KeyFacts[];
}

/** A key that is never made Active again. */
export interface LeakedKey extends KeyFacts {
  /** Since when it is known; null where the record cannot be read. */
  readonly leakedAt: Instant | null;
  /** In a labelled version. */
  readonly isOurs: boolean;
}

/** Sorts one user's keys by what the secret's staging labels and the mint intent say of them. */
export function castKeys({ user, keys, secret }: RotationFacts, windows: Windows): Cast {
  const find = (id: AccessKeyId | null) => keys.find((key) => key.id === id) ?? null;
  const leaks = leaksOf(user.tags);
  const labelledCurrent = find(keyAtStage(secret, stage.current));
  const current = labelledCurrent && leaks.has(labelledCurrent.id) ? null : labelledCurrent;
  const pendingId = keyAtStage(secret, stage.pending);
  const isPending = pendingId !== null && pendingId !== keyAtStage(secret, stage.current);
  const pending = isPending ? find(pendingId) : null;
  const labelled = new Set(Object.values(secret?.stages ?? {}).map(keyIdOf));
  const leaked = keys.filter((key) => leaks.has(key.id) && key !== pending);
  const unlabelled = keys.filter((key) => !labelled.has(key.id) && !leaked.includes(key));
  const stranded = findStranded(user.tags[tag.mintIntent], keys, unlabelled, windows);
  return {
    current,
    pending,
    strayPendingVersion: isPending && !pending ? secret!.stages[stage.pending]! : null,
    old: keys
      .filter((key) => labelled.has(key.id) && key !== current && key !== pending && !leaked.includes(key))
      .toSorted(byAge),
    leaked: leaked
      .map((key) => ({ ...key, leakedAt: leaks.get(key.id) ?? null, isOurs: labelled.has(key.id) }))
      .toSorted(byAge),
    stranded,
    foreign: keys.filter((key) => key !== stranded && key !== pending && !labelled.has(key.id)),
  };
}

function byAge(one: KeyFacts, other: KeyFacts): number {
  return one.createdAt - other.createdAt;
}

/**
 * The key that an interrupted mint left behind. An intent makes one key at most: if a stored key answers to it, or
 * two unknown ones could, then no key is known to be ours, and "not known" is foreign.
 */
function findStranded(
  intent: string | undefined,
  keys: readonly KeyFacts[],
  unlabelled: readonly KeyFacts[],
  windows: Windows,
): KeyFacts | null {
  const intentAt = intent === undefined ? null : readInstant(intent);
  if (intentAt === null) return null;
  const answers = keys.filter((key) => mayAnswer(key, intentAt, !unlabelled.includes(key)));
  const [key] = answers;
  if (answers.length !== 1 || !key || !unlabelled.includes(key)) return null;
  return isUnusedByOthers(key, windows) ? key : null;
}

/**
 * May this key have been made on that intent? A key that is stored already is known well enough not to be taken for
 * the answer to a later intent: for it the clocks are trusted to the second in which creation dates come.
 */
export function mayAnswer({ createdAt }: KeyFacts, intentAt: Instant, isStored: boolean): boolean {
  const toleranceMs = isStored ? secondMs : clockSkewMs;
  return createdAt > intentAt - toleranceMs && createdAt <= intentAt + mintWindowMs;
}

/** Our own test marks a new key as used by sts; nothing else may have used it. */
function isUnusedByOthers({ lastUse, createdAt }: KeyFacts, windows: Windows): boolean {
  if (lastUse === 'unread') return false;
  if (lastUse === 'never') return true;
  return (
    lastUse.service === 'sts' && lastUse.at <= createdAt + Math.max(mintWindowMs, windows.pendingLimitMs)
  );
}
