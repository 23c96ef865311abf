import { readFileSync } from 'node:fs';
import { Stryker } from '@stryker-mutator/core';
import type { Group } from './judges.js';
import type { Outcome, Run, Survivor } from './ledger.js';

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/**
 * Mutates the sources of a group and runs its tests on each mutant. Jest imports every module anew for each mutant, so
 * what is evaluated on import is judged too. The limit on time is wide: a busy machine must not look like a loop.
 */
export async function mutated({ sources, tests }: Group): Promise<Run[]> {
  const results = await new Stryker({
    configFile: 'scripts/mutation/stryker.json',
    mutate: [...sources],
    plugins: [import.meta.resolve('@stryker-mutator/jest-runner')],
    jest: {
      projectType: 'custom',
      configFile: 'jest.config.js',
      enableFindRelatedTests: false,
      config: {
        globalSetup: null,
        globalTeardown: null,
        testMatch: tests.map((test) => `<rootDir>/${test}`),
      },
    },
  }).runMutationTest();
  return sources.map((file) => runOf(file, results));
}

function runOf(file: string, results: readonly MutantResult[]): Run {
  const lines = readFileSync(file, 'utf8').split('\n');
  const mine = results.filter(({ fileName }) => fileName.endsWith(`/${file}`));
  const survivors = mine
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map((mutant) => survivorOf(file, lines, mutant));
  return { file, outcome: outcomeOf(mine), survivors };
}

function outcomeOf(mutants: readonly MutantResult[]): Outcome {
  const count = (status: MutantResult['status']) =>
    mutants.filter((mutant) => mutant.status === status).length;
  return {
    killed: count('Killed'),
    timedOut: count('Timeout'),
    survived: count('Survived'),
    uncovered: count('NoCoverage'),
    invalid: count('CompileError') + count('RuntimeError'),
  };
}

function survivorOf(file: string, lines: readonly string[], mutant: MutantResult): Survivor & { at: number } {
  const { start } = mutant.location;
  return {
    file,
    at: start.line,
    mutator: mutant.mutatorName,
    line: lines[start.line - 1]!.trim(),
    original: textBetween(lines, mutant.location),
    replacement: mutant.replacement ?? '',
  };
}

/** Lines and columns count from 1; the end is the first character that is not part of the text. */
function textBetween(lines: readonly string[], { start, end }: MutantResult['location']): string {
  const whole = lines.slice(start.line - 1, end.line);
  const last = whole.length - 1;
  return whole
    .map((line, index) => {
      const from = index === 0 ? start.column - 1 : 0;
      return line.slice(from, index === last ? end.column - 1 : undefined);
    })
    .join('\n');
}
