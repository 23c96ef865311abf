import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import Table from 'cli-table3';
import { type Found, figuresOf, parseFound, renderCalibration } from './calibrate/page.js';
import { plantedBugs } from '../test/sim/planted-bugs.js';
import { Simulator } from '../test/sim/simulator.js';

/** How many drawn runs it takes until the oracle finds each planted bug. */

const page = fileURLToPath(new URL('../docs/evidence.md', import.meta.url));

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}

const options = new Command('calibrate')
  .description(
    'Plants each bug of test/sim/planted-bugs*.ts in turn and counts the drawn plans until an invariant breaks.',
  )
  .option('--seeds <n>', 'give a bug up after so many', wholeNumber, 20_000)
  .option('--from <n>', 'the first seed', wholeNumber, 1)
  .option('--only <text>', 'the bugs whose name has this in it')
  .option('--write', 'put the table into docs/evidence.md')
  .parse()
  .opts<{ seeds: number; from: number; only?: string; write?: true }>();

const bugs = plantedBugs.filter(({ name }) => name.includes(options.only ?? ''));
if (bugs.length === 0) throw new Error(`--only is "${options.only}": no planted bug has that in its name`);
const simulator = await Simulator.build();
const found: Found[] = [];
for (const bug of bugs) {
  await simulator.rebuild(bug);
  const { output } = await simulator.run(`--seeds ${options.seeds} --from ${options.from} --first`);
  const one = { bug: bug.name, file: bug.file, ...parseFound(output, options.from) };
  found.push(one);
  process.stderr.write(`${one.runs ?? `not in ${options.seeds}`}: ${bug.name}\n`);
}
await simulator.close();

const table = new Table({ head: ['bug', 'runs', 'rule'] });
for (const { bug, runs, rule } of found) table.push([bug, String(runs ?? 'not found'), rule ?? '']);
process.stdout.write(`${table.toString()}\n${figuresOf(found, options.seeds)}\n`);
if (options.write)
  await writeFile(page, renderCalibration(await readFile(page, 'utf8'), found, options.seeds));
process.exitCode = found.every(({ runs }) => runs !== null) ? 0 : 1;
