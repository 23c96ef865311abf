import { isDeepStrictEqual } from 'node:util';
import { type Account, type Outcome, outcomeOf } from './accounts.js';
import type { Call } from './call.js';
import { type Done, type Gap, type Seen, codeOf } from './gap.js';
import { Words, inOrder } from './words.js';

/** A difference that no gap explains. */
export interface Difference {
  readonly index: number;
  readonly call: Call;
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

export interface Verdict {
  /** Calls that were made at both. */
  readonly calls: number;
  readonly usedGaps: readonly Gap[];
  readonly difference: Difference | null;
}

/**
 * Makes the calls at both accounts, one after the other, until an outcome differs that no gap explains, or the two part: by a gap
 * after which one of them has changed and the other has not.
 */
export async function compareSequence(
  calls: readonly Call[],
  accounts: { readonly ours: Account; readonly theirs: Account },
  gaps: readonly Gap[],
): Promise<Verdict> {
  const usedGaps: Gap[] = [];
  const before: Done[] = [];
  const words = { ours: new Words(accounts.ours.id), theirs: new Words(accounts.theirs.id) };
  const outcome = async (call: Call, side: 'ours' | 'theirs'): Promise<Outcome> => {
    const input = words[side].spoken(call.input) as object;
    const told = await outcomeOf(accounts[side], call, input);
    return 'answer' in told ? { answer: words[side].heard(told.answer) } : told;
  };
  for (const [index, call] of calls.entries()) {
    const [ours, theirs] = [await outcome(call, 'ours'), await outcome(call, 'theirs')];
    const judgement = judge({ call, before, ours, theirs }, gaps);
    if (judgement === 'unexplained')
      return { calls: index + 1, usedGaps, difference: { index, call, ours, theirs } };
    usedGaps.push(...judgement.gaps);
    if (judgement.parted) return { calls: index + 1, usedGaps, difference: null };
    before.push({ ...call, code: codeOf(ours) });
  }
  return { calls: calls.length, usedGaps, difference: null };
}

interface Explained {
  /** Those that explain the difference; none where there is none. */
  readonly gaps: readonly Gap[];
  /** The accounts are no longer the same. */
  readonly parted: boolean;
}

export function judge(seen: Seen, gaps: readonly Gap[]): Explained | 'unexplained' {
  const { ours, theirs } = seen;
  const known = gaps.filter((gap) => isKnown(gap, seen));
  const later = known.find(({ shows }) => shows === 'afterwards');
  if (later) return { gaps: [later], parted: true };
  if (isDeepStrictEqual(ours, theirs)) return { gaps: [], parted: false };
  const ofOutcome = known.find(({ fields }) => fields === undefined);
  if (ofOutcome) return { gaps: [ofOutcome], parted: parts(seen) };
  if (!('answer' in ours && 'answer' in theirs)) return 'unexplained';
  const fields = new Set(known.flatMap((gap) => gap.fields ?? []));
  if (!isDeepStrictEqual(without(ours.answer, fields), without(theirs.answer, fields))) return 'unexplained';
  const met = known.filter((gap) => differIn(ours.answer, theirs.answer, new Set(gap.fields)));
  return { gaps: met, parted: false };
}

function isKnown(gap: Gap, seen: Seen): boolean {
  return (
    gap.operations.includes(seen.call.operation) &&
    (gap.ours?.includes(codeOf(seen.ours)) ?? true) &&
    (gap.theirs?.includes(codeOf(seen.theirs)) ?? true) &&
    (gap.when?.(seen) ?? true)
  );
}

/** Two refusals changed nothing, and neither did a read; what else differs may differ in what it left behind. */
function parts({ call, ours, theirs }: Seen): boolean {
  return !/^(Get|List|Describe)/.test(call.operation) && ('answer' in ours || 'answer' in theirs);
}

type Fields = ReadonlySet<string>;

function differIn(ours: unknown, theirs: unknown, fields: Fields): boolean {
  return !isDeepStrictEqual(only(ours, fields), only(theirs, fields));
}

/** The values of these fields, wherever they are. */
function only(value: unknown, fields: Fields): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => only(one, fields));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    fields.has(name) ? [[name, one]] : only(one, fields),
  );
}

/** The value without these fields, wherever they are. */
function without(value: unknown, fields: Fields): unknown {
  if (Array.isArray(value)) return inOrder(value.map((one) => without(one, fields)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !fields.has(name))
      .map(([name, one]) => [name, without(one, fields)]),
  );
}
