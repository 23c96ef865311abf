/** How the mutants of one file fared, as counts. */
export interface Outcome {
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  /** Reached by no test. */
  readonly uncovered: number;
  /** Could not be run at all; Stryker leaves these out of the score, and so do we. */
  readonly invalid: number;
}

/** A mutant that no test noticed. What it is known by is all of this but not its line number, which any edit moves. */
export interface Survivor {
  readonly file: string;
  readonly mutator: string;
  /** The line that the mutated text starts on, without its indentation. */
  readonly line: string;
  readonly original: string;
  readonly replacement: string;
}

/** What one run found in one file. */
export interface Run {
  readonly file: string;
  readonly outcome: Outcome;
  readonly survivors: readonly (Survivor & { readonly at: number })[];
}

/** A survivor that was judged; an empty reason is one that nobody has given yet. */
export interface Accepted extends Survivor {
  readonly reason: string;
}

/** What scripts/mutation/ledger.json holds. */
export interface Ledger {
  /** Sentences that many survivors share, by the name that their `reason` says instead. */
  readonly reasons: Readonly<Record<string, string>>;
  /** By file: the last run, its UTC day as YYYY-MM-DD. */
  readonly files: Readonly<Record<string, Outcome & { readonly day: string }>>;
  readonly survivors: readonly Accepted[];
}

/** What stands between a run and its success. */
export interface Disagreement {
  readonly unexplained: readonly Survivor[];
  /** Accepted once, and now killed or gone. */
  readonly outdated: readonly Accepted[];
}

const identity = ({ file, line, original, replacement }: Survivor): string =>
  JSON.stringify([file, line, original, replacement]);

/** Of the files that were run; the others are taken as they were. */
export function disagreement(ledger: Ledger, runs: readonly Run[]): Disagreement {
  const explained = new Set(ledger.survivors.filter(({ reason }) => reason !== '').map(identity));
  const found = runs.flatMap(({ survivors }) => survivors);
  const present = new Set(found.map(identity));
  const files = new Set(runs.map(({ file }) => file));
  return {
    unexplained: found.filter((survivor) => !explained.has(identity(survivor))),
    outdated: ledger.survivors.filter((one) => files.has(one.file) && !present.has(identity(one))),
  };
}

/** The ledger after the runs: survivors that are new have an empty reason, and outdated ones are gone. */
export function updated(ledger: Ledger, runs: readonly Run[], day: string): Ledger {
  const reasons = new Map(ledger.survivors.map((one) => [identity(one), one.reason]));
  const files = new Set(runs.map(({ file }) => file));
  const found = new Map<string, Accepted>();
  for (const { at: _, ...survivor } of runs.flatMap(({ survivors }) => survivors)) {
    const key = identity(survivor);
    found.set(key, { ...survivor, reason: reasons.get(key) ?? '' });
  }
  const others = ledger.survivors.filter(({ file }) => !files.has(file));
  const outcomes = { ...ledger.files };
  for (const { file, outcome } of runs) outcomes[file] = { day, ...outcome };
  return {
    reasons: ledger.reasons,
    files: Object.fromEntries(Object.entries(outcomes).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    survivors: [...others, ...found.values()].toSorted((one, other) =>
      one.file < other.file ? -1 : one.file > other.file ? 1 : 0,
    ),
  };
}

/** The ledger without files that are no more. `all`: every file that is to be mutated. */
export function within(ledger: Ledger, all: readonly string[]): Ledger {
  return {
    reasons: ledger.reasons,
    files: Object.fromEntries(Object.entries(ledger.files).filter(([file]) => all.includes(file))),
    survivors: ledger.survivors.filter(({ file }) => all.includes(file)),
  };
}

/** The share of the mutants that the tests noticed, in percent; 100 where there was nothing to mutate. */
export function score(outcome: Outcome): number {
  const noticed = outcome.killed + outcome.timedOut;
  const all = noticed + outcome.survived + outcome.uncovered;
  return all === 0 ? 100 : (100 * noticed) / all;
}

export function sum(outcomes: readonly Outcome[]): Outcome {
  const total = (count: keyof Outcome) => outcomes.reduce((so, outcome) => so + outcome[count], 0);
  return {
    killed: total('killed'),
    timedOut: total('timedOut'),
    survived: total('survived'),
    uncovered: total('uncovered'),
    invalid: total('invalid'),
  };
}
