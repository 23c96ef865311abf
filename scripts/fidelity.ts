import { Command, InvalidArgumentError } from 'commander';
import { isOnPath, motoIsMissing, startMoto } from './bench/moto.js';
import { gaps } from './fidelity/gaps.js';
import { type Failure, type Fidelity, compareSequences } from './fidelity/run.js';

const notInstalledCode = 3;

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('it must be a whole number');
  return count;
}

const options = new Command('fidelity')
  .description(
    'Makes drawn sequences of calls at the simulated account and at moto, and compares them outcome by outcome. Whatever differs must be ' +
      'in the list of gaps (scripts/fidelity/gaps.ts, docs/fidelity.md).',
  )
  .option('--sequences <number>', 'how many', parseCount, 10_000)
  .option('--from <seed>', 'the seed of the first; the others follow', parseCount, 0)
  .option('--most <number>', 'end after so many sequences with an unexplained difference', parseCount, 5)
  .addHelpText(
    'after',
    `
Exit codes: 0 no unexplained difference; 1 a difference, or something failed; 2 no difference, but a gap that was never met
(in a run of 5,000 sequences or more); ${notInstalledCode} moto is not installed.`,
  )
  .parse()
  .opts<{ sequences: number; from: number; most: number }>();

/** On a terminal one line that counts; elsewhere a line now and then. */
function told(done: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} sequences`);
  else if (done % 500 === 0) process.stderr.write(`${done} sequences\n`);
}

/** In fewer sequences a rare gap may well not be met. */
const enoughForGaps = 5000;

function failureText({ seed, calls, difference }: Failure): string {
  const told = calls.map(
    ({ service, operation, input }) => `  ${service} ${operation} ${JSON.stringify(input)}`,
  );
  return [
    `seed ${seed}: npm run fidelity -- --sequences 1 --from ${seed}`,
    ...told,
    `  ours: ${JSON.stringify(difference.ours)}`,
    `  moto: ${JSON.stringify(difference.theirs)}`,
    '',
  ].join('\n');
}

function report({ sequences, calls, gaps: counts, failures }: Fidelity, seconds: number): void {
  for (const failure of failures) process.stdout.write(`${failureText(failure)}\n`);
  const unused = [...counts].filter(([, count]) => count === 0).map(([gap]) => gap);
  for (const { operations, difference } of unused)
    process.stdout.write(`gap never met: ${operations.join(', ')}: ${difference}\n`);
  process.stdout.write(
    `${sequences} sequences, ${calls} calls in ${seconds.toFixed(0)} s: ${failures.length} unexplained differences; ` +
      `${counts.size - unused.length} of ${counts.size} gaps met.\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
  else if (unused.length > 0 && sequences >= enoughForGaps) process.exitCode = 2;
}

if (isOnPath('moto_server')) {
  const moto = await startMoto({ MOTO_IAM_LOAD_MANAGED_POLICIES: 'false' });
  try {
    const started = performance.now();
    const found = await compareSequences({ ...options, url: moto.url, gaps, progress: told });
    process.stderr.write('\n');
    report(found, (performance.now() - started) / 1000);
  } catch (error) {
    process.stderr.write(`\n${(error as Error).stack}\n`);
    process.exitCode = 1;
  } finally {
    moto.stop();
  }
} else {
  process.stderr.write(`${motoIsMissing}\n`);
  process.exitCode = notInstalledCode;
}
