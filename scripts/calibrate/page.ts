/** What one planted bug came to. */
export interface Found {
  readonly bug: string;
  readonly file: string;
  /** Drawn runs up to the one that broke an invariant, it included; null: none did. */
  readonly runs: number | null;
  /** The invariant, as in "R4". */
  readonly rule: string | null;
}

const begin = '<!-- calibration: start -->';
const end = '<!-- calibration: end -->';

/** Reads what `npm run sim -- --seeds N --from S --first` prints. */
export function parseFound(output: string, from: number): Pick<Found, 'runs' | 'rule'> {
  const [, seed, rule] = /^seed (\d+) broke ([A-Za-z]\w*)/m.exec(output) ?? [];
  return seed === undefined ? { runs: null, rule: null } : { runs: Number(seed) - from + 1, rule: rule! };
}

/** "43 bugs: 41 found; median 3 runs, most 512; not found in 2,000: 2". */
export function figuresOf(found: readonly Found[], limit: number): string {
  const runs = found.flatMap((one) => one.runs ?? []).toSorted((one, other) => one - other);
  const missed = found.length - runs.length;
  const middle = runs[Math.ceil(runs.length / 2) - 1] ?? '-';
  const rest = missed === 0 ? '' : `; not found in ${limit}: ${missed}`;
  return `${found.length} bugs: ${runs.length} found by drawn runs; median ${middle}, most ${runs.at(-1) ?? '-'}${rest}`;
}

/** The page with the table between its marks, the quickest found first. Throws where it lacks its marks. */
export function renderCalibration(page: string, found: readonly Found[], limit: number): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/evidence.md lacks its marks: ${begin} and ${end}`);
  const sorted = found.toSorted((one, other) => (one.runs ?? Infinity) - (other.runs ?? Infinity));
  const rows = sorted.map(
    ({ bug, file, runs, rule }) => `| ${bug} | \`${file}\` | ${runs ?? 'not found'} | ${rule ?? ''} |`,
  );
  const lines = ['| planted bug | in | runs | rule |', '| --- | --- | ---: | --- |', ...rows];
  return `${page.slice(0, from)}${begin}\n\n${figuresOf(found, limit)}.\n\n${lines.join('\n')}\n\n${page.slice(to)}`;
}
