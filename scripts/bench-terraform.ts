import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { callsPlot, secondsPlot, withFigures } from './bench/comparison-page.js';
import { type Comparison, compare, comparisonHead, comparisonRow } from './bench/comparison.js';
import { type Measure, NotInstalled, compareAt, terraformVersions } from './bench/incumbent.js';
import { isOnPath, motoIsMissing, startMoto } from './bench/moto.js';
import { buildCli } from './build.js';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const notInstalledCode = 3;

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 10 || size > 1000 || size % 10 !== 0))
    throw new InvalidArgumentError(
      'it must be numbers of users, multiples of 10 from 10 to 1000, with commas',
    );
  return sizes;
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new InvalidArgumentError('it must be 1 or more');
  return rounds;
}

const { users, rounds, write } = new Command('bench:terraform')
  .description(
    'Makes the same users at the same moto with Terraform and with the command line of this project, in turn, and compares ' +
      'calls, time and memory. It judges nothing.',
  )
  .option('--users <numbers>', 'how many, such as 10,100', parseSizes, [10, 100, 500])
  .option('--rounds <number>', 'how often all is measured; medians are told', parseRounds, 1)
  .option('--write', 'put the figures into docs/benchmarks.md and draw its plots', false)
  .addHelpText(
    'after',
    `
It needs terraform and moto_server on the PATH, and the provider hashicorp/aws: Terraform takes it from its registry, or from a mirror
that your own configuration names (TF_CLI_CONFIG_FILE).

Exit codes: 0 measured; 1 something failed; ${notInstalledCode} terraform, its provider or moto is not installed.`,
  )
  .parse()
  .opts<{ users: number[]; rounds: number; write: boolean }>();

async function measure(): Promise<Measure[]> {
  if (!isOnPath('terraform'))
    throw new NotInstalled('terraform is not on the PATH: https://developer.hashicorp.com/terraform/install');
  if (!isOnPath('moto_server')) throw new NotInstalled(motoIsMissing);
  await buildCli();
  const moto = await startMoto();
  try {
    const measures: Measure[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const size of users) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${size} users\n`);
        measures.push(...(await compareAt(moto, size, round % 2 === 1)));
        // What is measured stays, should a later size fail.
        if (write) await writeDocs(compare(measures));
      }
    }
    return measures;
  } finally {
    moto.stop();
  }
}

function tableOf(comparisons: readonly Comparison[]): string {
  const table = new Table({ head: comparisonHead, style: { head: [], border: [], compact: true } });
  table.push(...comparisons.map(comparisonRow));
  return `${table.toString()}\nA ratio above 1 means that Terraform took more; in brackets, with what we waited on purpose.\n`;
}

async function writeDocs(comparisons: readonly Comparison[]): Promise<void> {
  const page = path.join(docs, 'benchmarks.md');
  const [cpu] = os.cpus();
  const on = {
    date: new Date().toISOString().slice(0, 10),
    rounds,
    machine: `${os.cpus().length} processors (${cpu?.model ?? 'unknown'}), ${os.type()}`,
    versions: [await terraformVersions(), `moto ${motoVersion()}`, `Node ${process.version}`],
  };
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), comparisons, on));
  writeFileSync(path.join(docs, 'benchmarks-calls.svg'), callsPlot(comparisons));
  writeFileSync(path.join(docs, 'benchmarks-seconds.svg'), secondsPlot(comparisons));
}

function motoVersion(): string {
  const code = 'import importlib.metadata as m; print(m.version("moto"))';
  return execFileSync('python3', ['-c', code], { encoding: 'utf8' }).trim();
}

try {
  process.stdout.write(tableOf(compare(await measure())));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof NotInstalled ? notInstalledCode : 1;
}
