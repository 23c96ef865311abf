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
import { type Marks, blanksOf, sitesOf } from './sim/marks.js';
import { type RunPlan, type RunResult, allFaults, formatFaults, parseFaults, run } from './sim/run.js';
import { type ScenarioName, scenarios } from './sim/scenarios.js';
import { type Drawn, runSeed, runSeeds, runShards, sayToParent } from './sim/seeds.js';

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
  readonly only?: Drawn;
  readonly workers: number;
  readonly all?: boolean;
  readonly every: number;
}

const names = Object.keys(scenarios);
const print = (line: string) => process.stdout.write(`${line}\n`);

/** One run, told in full. */
async function runOne(title: string, running: Promise<RunResult>): Promise<boolean> {
  const { trace, counted, violations, hash } = await running;
  for (const line of trace) print(line);
  print(`${title}: ${counted} calls under faults, trace ${hash.slice(0, 16)}`);
  for (const { message } of violations) print(`  BROKEN ${message}`);
  return violations.length === 0;
}

async function runDrawn({
  from,
  seeds: count = 0,
  first,
  only,
  workers,
  marks: atLeast,
}: Options): Promise<boolean> {
  const seeds = { from, count, only, first };
  const startedAt = performance.now();
  const tell = (text: string) => {
    print(text);
    sayToParent({ broken: text });
  };
  const tally = await (workers > 1 ? runShards(seeds, workers, tell) : runSeeds(seeds, tell));
  sayToParent({ done: tally });
  const marks: Marks = new Map(tally.marks);
  const rate = tally.runs / ((performance.now() - startedAt) / 1000);
  print(`${tally.runs} seeds from ${from}: ${tally.failed} failed, ${rate.toFixed(1)} seeds/s`);
  print(`${tally.records} records searched for secrets in eight forms`);
  return (atLeast === undefined || areMet(marks, atLeast)) && tally.failed === 0;
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
  if (only === 'fleet') throw new InvalidValue('--only', only, 'with --all one of the scenarios of one user');
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
  .addOption(
    new Option('--only <name>', 'with --seed, --seeds or --all: this scenario alone').choices([
      ...names,
      'fleet',
    ]),
  )
  .option('--workers <n>', 'with --seeds: child processes that share them', wholeNumber, 1)
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
  outcomes.push(await runOne(`seed ${options.seed}`, runSeed(options.seed, options.only)));
if (options.seeds !== undefined) outcomes.push(await runDrawn(options));
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
  outcomes.push(await runOne(`${scenario} ${formatFaults(faults)}`, run(plan)));
}
if (outcomes.length === 0) program.help({ error: true });
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
