import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type File, filesBelow, groupsOf } from './mutation/judges.js';
import { type Ledger, type Run, disagreement, updated, within } from './mutation/ledger.js';
import { outcomeTable, renderPage, survivorText } from './mutation/report.js';
import { mutated } from './mutation/run.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const ledgerFile = path.join(root, 'scripts/mutation/ledger.json');
const pageFile = path.join(root, 'docs/mutation.md');
const print = (text: string) => process.stdout.write(`${text}\n`);

/** Left out as a judge: it lives through every state, which takes half a minute, and that for each mutant. */
const tooSlow = 'test/core/rotation-total.test.ts';

/** What is mutated unless files are named: the decisions and the policy builders, and what keeps a secret from showing. */
function subjects(sources: readonly File[]): string[] {
  const names = sources.map((file) => file.path);
  return names.filter((name) => name.startsWith('functions/core/') || name === 'functions/aws/redacted.ts');
}

function keep(ledger: Ledger, all: readonly string[]): void {
  writeFileSync(ledgerFile, `${JSON.stringify(ledger, null, 2)}\n`);
  writeFileSync(pageFile, renderPage(readFileSync(pageFile, 'utf8'), ledger, all));
}

/** Throws for a file that is not among those. */
function wantedOf(files: readonly string[], all: readonly string[]): readonly string[] {
  const wanted = files.map((file) => path.posix.normalize(file));
  const unknown = wanted.find((file) => !all.includes(file));
  if (unknown === undefined) return wanted.length === 0 ? all : wanted;
  throw new Error(
    `${unknown} is not one of the files that are mutated: functions/core/**, functions/aws/redacted.ts`,
  );
}

/** True where the ledger explains what was found. */
function tell(before: Ledger, runs: readonly Run[]): boolean {
  const { unexplained, outdated } = disagreement(before, runs);
  print(outcomeTable(runs));
  for (const survivor of runs.flatMap(({ survivors }) => survivors)) print(survivorText(survivor));
  for (const { file, line, replacement } of outdated)
    print(`on the ledger, and no longer there: ${file}: ${line}: ${replacement}`);
  print(`${unexplained.length} survivors without a reason, ${outdated.length} on the ledger that are gone`);
  return unexplained.length + outdated.length === 0;
}

async function mutate(files: readonly string[], { write }: { readonly write?: boolean }): Promise<void> {
  process.chdir(root);
  const sources = filesBelow(root, 'functions');
  const tests = filesBelow(root, 'test').filter((test) => test.path !== tooSlow);
  const all = subjects(sources);
  const wanted = wantedOf(files, all);
  const groups = groupsOf(wanted, sources, tests);
  const unjudged = wanted.filter((file) => !groups.some((group) => group.sources.includes(file)));
  const before = within(JSON.parse(readFileSync(ledgerFile, 'utf8')) as Ledger, all);
  const runs: Run[] = [];
  for (const group of groups) {
    process.stderr.write(`${group.sources.join(' ')}: ${group.tests.length} files of tests\n`);
    runs.push(...(await mutated(group)));
    // After each group, so that a run that is cut short loses nothing.
    if (write) keep(updated(before, runs, new Date().toISOString().slice(0, 10)), all);
  }
  const isExplained = tell(before, runs);
  for (const file of unjudged) print(`not run, for no test in reach judges it: ${file}`);
  process.exitCode = isExplained ? 0 : 1;
}

await new Command('npm run mutate --')
  .description(
    `Changes the code in one place at a time and runs the tests that belong to it: a change that no test notices is a
survivor. Takes minutes for each thousand changes. Ends with 1 where a survivor has no reason in
scripts/mutation/ledger.json, and where one that has a reason is no longer there.`,
  )
  .argument('[files...]', 'what to mutate; everything in functions/core and redaction unless named')
  .option(
    '--write',
    'put the figures into the ledger and docs/mutation.md, add new survivors with an empty reason, drop those that are gone',
  )
  .action(mutate)
  .parseAsync();
