import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { type OperationCost, operationCosts } from './bench/operations.js';
import { type RosterCost, type SimulatedPlanCost, rosterCosts, simulatedPlanCost } from './bench/roster.js';
import { type ScanCost, scanCost } from './bench/scan.js';
import { leakLatencies, percentile } from '../local/sim/leak-latency.js';
import { buildFunctions } from './build.js';

const script = fileURLToPath(import.meta.url);
const importRuns = 10;

/** What the deployment weighs. */
interface Synthesis {
  readonly seconds: number;
  readonly templateKb: number;
  readonly resources: number;
}

/** `cdk synth` in a process of its own, on bundles that are built already. */
function synthesis(): Synthesis {
  const output = path.resolve('build/bench-cdk');
  const from = performance.now();
  execFileSync('npx', ['cdk', 'synth', '--quiet', '--output', output], { stdio: 'ignore' });
  const seconds = (performance.now() - from) / 1000;
  const file = readdirSync(output).find((name) => name.endsWith('.template.json'))!;
  const text = readFileSync(path.join(output, file), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: object };
  return { seconds, templateKb: text.length / 1000, resources: Object.keys(Resources).length };
}

interface Bundle {
  readonly name: string;
  readonly bytes: number;
  /** Median of ten fresh processes, the start of Node itself taken off. */
  readonly importMs: number;
}

/** A process of its own for each size, so that its peak of memory is its own. */
function scanInOwnProcess(users: number): ScanCost {
  const output = execFileSync(process.execPath, ['--import', 'tsx', script, '--scan', String(users)], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as ScanCost;
}

async function bundles(node: string): Promise<Bundle[]> {
  const built = await buildFunctions();
  return built.map(({ name, bytes }) => ({
    name,
    bytes,
    importMs: coldImportMs(node, path.resolve('build/functions', name, 'index.mjs')),
  }));
}

function coldImportMs(node: string, file: string): number {
  const code = `const from = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - from);`;
  const runs = Array.from({ length: importRuns }, () =>
    Number(execFileSync(node, ['--input-type=module', '--eval', code], { encoding: 'utf8' })),
  );
  return runs.toSorted((one, other) => one - other)[importRuns / 2]!;
}

function table(head: string[], rows: (string | number)[][]): string {
  const made = new Table({ head, style: { head: [], border: [], compact: true } });
  made.push(...rows);
  return made.toString();
}

const kb = (bytes: number): string => (bytes / 1000).toFixed(1);

function services(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** From AWS's word of a leaked key to no Active one, in simulated seconds, with faults off. */
interface LeakFigures {
  readonly runs: number;
  readonly p50: number;
  readonly p99: number;
}

async function leakFigures(runs: number): Promise<LeakFigures> {
  const latencies = await leakLatencies(runs);
  return { runs, p50: percentile(latencies, 0.5) / 1000, p99: percentile(latencies, 0.99) / 1000 };
}

interface Figures {
  readonly operations: readonly OperationCost[];
  readonly scans: readonly ScanCost[];
  /** Null where moto is not installed. */
  readonly rosters: readonly RosterCost[] | null;
  readonly simulatedPlan: SimulatedPlanCost;
  readonly leak: LeakFigures;
  readonly functions: readonly Bundle[];
  readonly synthesis: Synthesis;
  /** Of the Node that imported the bundles. */
  readonly nodeVersion: string;
}

function tablesOf({
  operations,
  scans,
  rosters,
  simulatedPlan,
  leak,
  functions,
  synthesis,
  nodeVersion,
}: Figures): string {
  return [
    table(
      ['operation', 'AWS calls', 'by service'],
      operations.map(({ operation, calls, byService }) => [operation, calls, services(byService)]),
    ),
    table(
      ['scan of users', 'calls', 'writes', 'seconds', 'peak MB'],
      scans.map(({ users, calls, writes, seconds, peakMb }) => [
        users,
        calls,
        writes,
        seconds.toFixed(2),
        peakMb.toFixed(0),
      ]),
    ),
    rosters === null
      ? 'The roster was not measured: moto_server is not installed.'
      : table(
          ['roster at moto, users', 'operation', 'calls', 'seconds'],
          rosters.map(({ users, operation, calls, seconds }) => [
            users,
            operation,
            calls,
            seconds.toFixed(1),
          ]),
        ),
    table(
      ['no-change plan, simulated users', 'calls', 'seconds'],
      [[simulatedPlan.users, simulatedPlan.calls, simulatedPlan.seconds.toFixed(2)]],
    ),
    table(
      ['leaks, simulated', 'p50 seconds to no Active key', 'p99'],
      [[leak.runs, leak.p50.toFixed(1), leak.p99.toFixed(1)]],
    ),
    table(
      ['function', 'KB minified', `cold import ms on Node ${nodeVersion}`],
      functions.map(({ name, bytes, importMs }) => [name, kb(bytes), importMs.toFixed(0)]),
    ),
    table(
      ['synth seconds', 'template KB', 'resources'],
      [[synthesis.seconds.toFixed(1), synthesis.templateKb.toFixed(0), synthesis.resources]],
    ),
    '',
  ].join('\n\n');
}

const options = new Command('bench')
  .description('Counts calls, bytes and milliseconds. It prints and judges nothing.')
  .addOption(new Option('--output <form>', 'what is printed').choices(['text', 'json']).default('text'))
  .addOption(
    new Option('--node <path>', 'the Node that imports the bundles').default(process.execPath, 'this one'),
  )
  .addOption(new Option('--scan <users>', 'one scan alone, as JSON').hideHelp())
  .parse()
  .opts<{ output: 'text' | 'json'; node: string; scan?: string }>();

if (options.scan !== undefined) {
  process.stdout.write(JSON.stringify(await scanCost(Number(options.scan))));
} else {
  const figures: Figures = {
    operations: await operationCosts(),
    scans: [10, 1000, 5000].map(scanInOwnProcess),
    rosters: await rosterCosts([10, 100, 500]),
    simulatedPlan: await simulatedPlanCost(5000),
    leak: await leakFigures(300),
    functions: await bundles(options.node),
    synthesis: synthesis(),
    nodeVersion: execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim(),
  };
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(figures)}\n` : tablesOf(figures));
}
