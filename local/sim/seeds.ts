import { fork } from 'node:child_process';
import { runFleet } from './fleet.js';
import { addMarks } from './marks.js';
import { type RunResult, run } from './run.js';
import type { ScenarioName } from './scenarios.js';
import { planOfSeed } from './seed.js';

/** What a seed may draw: a life of one user, or of a fleet of them. */
export type Drawn = ScenarioName | 'fleet';

export interface Seeds {
  readonly from: number;
  readonly count: number;
  readonly only?: Drawn | undefined;
  /** Stop at the first that breaks an invariant. */
  readonly first?: boolean | undefined;
}

export interface Tally {
  readonly runs: number;
  readonly failed: number;
  /** How many were searched for secrets. */
  readonly records: number;
  /** As in Marks, in a form that goes from process to process. */
  readonly marks: readonly (readonly [mark: string, times: number])[];
}

/** What a worker says on the way: of a seed that broke an invariant, or that it is done. */
type Word = { readonly broken: string } | { readonly done: Tally };

/** A worker ended without its result. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

export function runSeed(seed: number, only?: Drawn): Promise<RunResult> {
  return only === 'fleet' ? runFleet(seed) : run(planOfSeed(seed, only));
}

/** Runs one seed after the other; `tell` is told of each that broke an invariant, and how to live it again. */
export async function runSeeds(seeds: Seeds, tell: (text: string) => void): Promise<Tally> {
  const { from, count, only, first } = seeds;
  let failed = 0;
  let records = 0;
  const marks = new Map<string, number>();
  for (let seed = from; seed < from + count; seed += 1) {
    const { violations, ...result } = await runSeed(seed, only);
    records += result.records;
    addMarks(marks, result.marks);
    if (violations.length === 0) continue;
    failed += 1;
    const replay = `npm run sim -- --seed ${seed}${only ? ` --only ${only}` : ''}`;
    tell(`seed ${seed} broke ${violations[0]!.message}\n  ${replay}`);
    if (first) return { runs: seed - from + 1, failed, records, marks: [...marks] };
  }
  return { runs: count, failed, records, marks: [...marks] };
}

/** Runs the seeds in so many child processes, each a range of its own, and adds up what they say. */
export async function runShards(seeds: Seeds, workers: number, tell: (text: string) => void): Promise<Tally> {
  const tallies = await Promise.all(shardsOf(seeds, workers).map((shard) => runShard(shard, tell)));
  const marks = new Map<string, number>();
  for (const tally of tallies) addMarks(marks, new Map(tally.marks));
  const sumOf = (field: 'runs' | 'failed' | 'records') =>
    tallies.reduce((sum, tally) => sum + tally[field], 0);
  return { runs: sumOf('runs'), failed: sumOf('failed'), records: sumOf('records'), marks: [...marks] };
}

/** Ranges that differ by one seed at most; none is empty. */
export function shardsOf(seeds: Seeds, workers: number): Seeds[] {
  const { from, count } = seeds;
  const bounds = Array.from({ length: workers + 1 }, (_, index) => Math.floor((count * index) / workers));
  return bounds
    .slice(1)
    .map((to, index) => ({ ...seeds, from: from + bounds[index]!, count: to - bounds[index]! }))
    .filter((shard) => shard.count > 0);
}

/** This very program, told by its parent what to run. Throws WorkerDied. */
function runShard({ from, count, only, first }: Seeds, tell: (text: string) => void): Promise<Tally> {
  const options = [
    '--seeds',
    String(count),
    '--from',
    String(from),
    ...(only ? ['--only', only] : []),
    ...(first ? ['--first'] : []),
  ];
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, options, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let tally: Tally | null = null;
    child.on('message', (word: Word) => {
      if ('broken' in word) tell(word.broken);
      else tally = word.done;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (tally) resolve(tally);
      else reject(new WorkerDied(`the worker of the seeds from ${from} ended with ${code} and no result`));
    });
  });
}

/** As a worker: to the parent, where there is one. */
export function sayToParent(word: Word): void {
  process.send?.(word);
}
