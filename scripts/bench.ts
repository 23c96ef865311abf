import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { type OperationCost, operationCosts } from './bench/operations.js';
import { type ScanCost, scanCost } from './bench/scan.js';
import { buildFunctions } from './build.js';

const script = fileURLToPath(import.meta.url);
const importRuns = 10;

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

async function bundles(): Promise<Bundle[]> {
  const built = await buildFunctions();
  return built.map(({ name, bytes }) => ({
    name,
    bytes,
    importMs: coldImportMs(path.resolve('build/functions', name, 'index.mjs')),
  }));
}

function coldImportMs(file: string): number {
  const code = `const from = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - from);`;
  const runs = Array.from({ length: importRuns }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' })),
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

interface Figures {
  readonly operations: readonly OperationCost[];
  readonly scans: readonly ScanCost[];
  readonly functions: readonly Bundle[];
}

function tablesOf({ operations, scans, functions }: Figures): string {
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
    table(
      ['function', 'KB minified', `cold import ms on Node ${process.versions.node}`],
      functions.map(({ name, bytes, importMs }) => [name, kb(bytes), importMs.toFixed(0)]),
    ),
    '',
  ].join('\n\n');
}

const options = new Command('bench')
  .description('Counts calls, bytes and milliseconds. It prints and judges nothing.')
  .addOption(new Option('--output <form>', 'what is printed').choices(['text', 'json']).default('text'))
  .addOption(new Option('--scan <users>', 'one scan alone, as JSON').hideHelp())
  .parse()
  .opts<{ output: 'text' | 'json'; scan?: string }>();

if (options.scan !== undefined) {
  process.stdout.write(JSON.stringify(await scanCost(Number(options.scan))));
} else {
  const figures: Figures = {
    operations: await operationCosts(),
    scans: [10, 1000, 5000].map(scanInOwnProcess),
    functions: await bundles(),
  };
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(figures)}\n` : tablesOf(figures));
}
