import Table from 'cli-table3';
import { type Accepted, type Ledger, type Outcome, type Run, type Survivor, score, sum } from './ledger.js';

const head = ['file', 'mutants', 'killed', 'timed out', 'survived', 'no test', 'score'];

function row(file: string, outcome: Outcome): string[] {
  const { killed, timedOut, survived, uncovered } = outcome;
  const mutants = killed + timedOut + survived + uncovered;
  return [
    file,
    ...[mutants, killed, timedOut, survived, uncovered].map(String),
    `${score(outcome).toFixed(1)} %`,
  ];
}

/** For a terminal: a row for each file, and their sum. */
export function outcomeTable(runs: readonly Run[]): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...runs.map(({ file, outcome }) => row(file, outcome)));
  table.push(row('all', sum(runs.map(({ outcome }) => outcome))));
  return table.toString();
}

/** One survivor in two lines: where and what kind, then what became what. */
export function survivorText({
  file,
  at,
  mutator,
  original,
  replacement,
}: Survivor & { at: number }): string {
  return `${file}:${at} ${mutator}\n  ${onLine(original)}  ->  ${onLine(replacement)}`;
}

const onLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');

const start = '<!-- figures: start -->';
const end = '<!-- figures: end -->';

/** docs/mutation.md with its figures as the ledger has them. `all`: every file that is to be mutated. */
export function renderPage(page: string, ledger: Ledger, all: readonly string[]): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/mutation.md lacks the markers ${start} and ${end}`);
  const sections = [figures(ledger), notRun(ledger, all), survivors(ledger)];
  return `${page.slice(0, from + start.length)}\n\n${sections.join('\n\n')}\n\n${page.slice(to)}`;
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function figures({ files }: Ledger): string {
  const rows = Object.entries(files).map(([file, outcome]) => [...row(`\`${file}\``, outcome), outcome.day]);
  const all = [...row('all', sum(Object.values(files))), ''];
  return [
    line([...head, 'run on']),
    line(['---', ...Array.from({ length: head.length }, () => '--:')]),
    ...[...rows, all].map(line),
  ].join('\n');
}

function notRun({ files }: Ledger, all: readonly string[]): string {
  const missing = all.filter((file) => files[file] === undefined);
  if (missing.length === 0) return 'Every file that is to be mutated was.';
  return `Not run yet, ${missing.length} of ${all.length} files:\n\n${missing.map((file) => `- \`${file}\``).join('\n')}`;
}

function survivors({ survivors: all, reasons }: Ledger): string {
  if (all.length === 0) return '## Survivors\n\nNone.';
  const files = [...new Set(all.map(({ file }) => file))];
  const parts = files.map((file) => {
    const mine = all.filter((one) => one.file === file);
    return `### \`${file}\`\n\n${mine.map((one) => survivorLine(one, reasons)).join('\n')}`;
  });
  return `## Survivors\n\n${parts.join('\n\n')}`;
}

function survivorLine({ original, replacement, line, reason }: Accepted, reasons: Ledger['reasons']): string {
  const why = reason === '' ? '**no reason given yet**' : (reasons[reason] ?? reason);
  return `- ${code(line)}: ${code(original)} became ${code(replacement)}. ${why}`;
}

/** A span of code; a long text is cut, since the ledger has all of it. */
function code(text: string): string {
  const short = onLine(text);
  const cut = short.length > 100 ? `${short.slice(0, 99)}…` : short;
  return cut.includes('`') ? `\`\` ${cut} \`\`` : `\`${cut}\``;
}
