import { Command, InvalidArgumentError, Option } from 'commander';
import { InvalidValue } from '../functions/core/invalid-value.js';
import {
  type Exploration,
  exploreInterruptions,
  explorePairs,
  exploreSingles,
  lostLeaseRecoveryMs,
  pairCallers,
} from './sim/explore.js';
import { type Marks, addMarks, blanksOf, sitesOf } from './sim/marks.js';
import { type RunPlan, allFaults, formatFaults, parseFaults, run } from './sim/run.js';
import { type ScenarioName, scenarios } from './sim/scenarios.js';
import { planOfSeed } from './sim/seed.js';

interface Options {
  readonly seed?: number;
  readonly seeds?: number;
  readonly from: number;
  readonly scenario?: ScenarioName;
  readonly faults?: RunPlan['faults'];
  readonly callers?: readonly string[];
  readonly interrupt?: number;
  readonly loseLease?: boolean;
  readonly pollers: number;
  readonly copies: number;
  readonly marks?: number;
  readonly first?: boolean;
  readonly only?: ScenarioName;
  readonly all?: boolean;
  readonly every: number;
}

const names = Object.keys(scenarios);
const print = (line: string) => process.stdout.write(`${line}\n`);

/** One run, told in full. */
async function runOne(title: string, plan: RunPlan): Promise<boolean> {
  const { trace, counted, violations, hash } = await run(plan);
  for (const line of trace) print(line);
  print(`${title}: ${counted} calls under faults, trace ${hash.slice(0, 16)}`);
  for (const { message } of violations) print(`  BROKEN ${message}`);
  return violations.length === 0;
}

async function runSeeds({ from, seeds: count = 0, first, only, marks: atLeast }: Options): Promise<boolean> {
  let failed = 0;
  let searched = 0;
  const marks = new Map<string, number>();
  const startedAt = performance.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const { violations, records, marks: own } = await run(planOfSeed(seed, only));
    searched += records;
    addMarks(marks, own);
    if (violations.length === 0) continue;
    failed += 1;
    print(
      `seed ${seed} broke ${violations[0]!.message}\n  npm run sim -- --seed ${seed}${only ? ` --only ${only}` : ''}`,
    );
    if (first) return false;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  print(`${count} seeds from ${from}: ${failed} failed, ${(count / seconds).toFixed(0)} seeds/s`);
  print(`${searched} records searched for secrets in eight forms`);
  return (atLeast === undefined || areMet(marks, atLeast)) && failed === 0;
}

/** Every kind of fault at every call site that was reached: what was met too rarely is named. */
function areMet(marks: Marks, atLeast: number): boolean {
  const blanks = blanksOf(marks, allFaults, atLeast);
  const all = sitesOf(marks).length * allFaults.length;
  print(`${all} marks, ${blanks.length} of them hit less than ${atLeast} times`);
  for (const { site, fault, times } of blanks) print(`  ${site} ${fault}: ${times}`);
  return blanks.length === 0;
}

async function exploreAll({ only, every }: Options): Promise<boolean> {
  let isWell = true;
  for (const scenario of (only ? [only] : names) as ScenarioName[]) {
    const base = { scenario, pollers: 1, copies: 1 };
    isWell = report(`${scenario}, every single fault`, await exploreSingles(base)) && isWell;
    isWell = report(`${scenario}, another worker at every call`, await exploreInterruptions(base)) && isWell;
    const callers = pairCallers[scenario];
    if (callers)
      isWell =
        report(`${scenario}, every pair of faults`, await explorePairs({ ...base, callers }, every)) &&
        isWell;
  }
  return isWell;
}

function report(title: string, { runs, failed, failures }: Exploration): boolean {
  print(`${title}: ${runs} runs, ${failed} failed`);
  for (const { replay, violations } of failures) print(`  ${violations[0]}\n    ${replay}`);
  return failed === 0;
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function faultList(text: string): RunPlan['faults'] {
  try {
    return parseFaults(text);
  } catch (error) {
    if (error instanceof InvalidValue) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

const program = new Command('sim')
  .description(
    'Runs the production handlers on the simulated account under faults, and judges it after every effect.',
  )
  .option('--seed <n>', 'run one drawn plan and print its trace', wholeNumber)
  .option('--seeds <n>', 'run that many drawn plans', wholeNumber)
  .option('--from <n>', 'the first of them', wholeNumber, 1)
  .option(
    '--marks <n>',
    'with --seeds: fail unless every kind of fault hit every call site so often',
    wholeNumber,
  )
  .option('--first', 'stop at the first that breaks an invariant')
  .addOption(new Option('--only <name>', 'with --seeds or --all: this scenario alone').choices(names))
  .option('--all', 'every single fault of every scenario, and every pair of rotate and offboard')
  .addOption(new Option('--scenario <name>', 'run one scenario').choices(names))
  .option('--faults <list>', 'its faults, as in 7:crash-after,DeleteUser#1:fail', faultList)
  .option('--every <n>', 'with --all: of the pairs, each n-th', Number, 1)
  .option('--callers <names>', 'count only the calls of these functions', (text) => text.split(','))
  .option('--interrupt <call>', 'another worker runs just before this call', wholeNumber)
  .option('--lose-lease', 'and finds no lease')
  .option('--pollers <n>', 'pollers that take from each queue at once', wholeNumber, 1)
  .option('--copies <n>', 'how often each event is sent', wholeNumber, 1)
  .parse();

const options = program.opts<Options>();
const outcomes: boolean[] = [];
if (options.seed !== undefined)
  outcomes.push(await runOne(`seed ${options.seed}`, planOfSeed(options.seed, options.only)));
if (options.seeds !== undefined) outcomes.push(await runSeeds(options));
if (options.all) outcomes.push(await exploreAll(options));
if (options.scenario !== undefined) {
  const { scenario, faults = new Map(), callers, interrupt, loseLease, pollers, copies } = options;
  const plan: RunPlan = {
    scenario,
    faults,
    pollers,
    copies,
    ...(callers ? { callers } : {}),
    ...(interrupt === undefined ? {} : { interruptAt: interrupt }),
    ...(loseLease ? { losesLease: true, recoveryMs: lostLeaseRecoveryMs } : {}),
  };
  outcomes.push(await runOne(`${scenario} ${formatFaults(faults)}`, plan));
}
if (outcomes.length === 0) program.help({ error: true });
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
