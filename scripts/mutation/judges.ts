import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** A source or a test: its path from the root of the project. */
export interface File {
  readonly path: string;
  /** The paths of the project's own files that it imports. */
  readonly imports: readonly string[];
}

/** Sources that the same tests judge: one run of Stryker serves them all. */
export interface Group {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** The TypeScript files below `folder`, both seen from the folder `root`, in the order of their paths. */
export function filesBelow(root: string, folder: string): File[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
    .toSorted()
    .map((name) => ({ path: name, imports: importsOf(name, readFileSync(path.join(root, name), 'utf8')) }));
}

function importsOf(name: string, text: string): string[] {
  const specifiers = [...text.matchAll(/^(?:import|export|\}) .*?from '(\.{1,2}\/[^']+)\.js';$/gm)];
  return specifiers.map(([, specifier]) => path.posix.join(path.posix.dirname(name), `${specifier!}.ts`));
}

/**
 * The tests that a source is judged by: those of its name, or else those of its layer that import it, or else the tests of
 * the sources that import it. None for a source that only folders outside of `functions` use.
 */
export function testsOf(source: string, sources: readonly File[], tests: readonly File[]): string[] {
  return [...collected(source, sources, tests, new Set())].toSorted();
}

function collected(
  source: string,
  sources: readonly File[],
  tests: readonly File[],
  seen: Set<string>,
): Set<string> {
  if (seen.has(source)) return new Set();
  seen.add(source);
  const named = tests.filter((test) => isNamedAfter(test.path, source));
  const own = named.length > 0 ? named : tests.filter((test) => judgesDirectly(test, source));
  if (own.length > 0) return new Set(own.map((test) => test.path));
  const users = sources.filter((file) => file.imports.includes(source));
  return new Set(users.flatMap((user) => [...collected(user.path, sources, tests, seen)]));
}

/** `functions/core/rotation.ts` has `test/core/rotation.test.ts` and `test/core/rotation-keys.test.ts`. */
function isNamedAfter(test: string, source: string): boolean {
  const stem = source.replace(/^functions\//, 'test/').replace(/\.ts$/, '');
  return test === `${stem}.test.ts` || (test.startsWith(`${stem}-`) && test.endsWith('.test.ts'));
}

function judgesDirectly(test: File, source: string): boolean {
  const layer = source.split('/')[1]!;
  return (
    test.path.startsWith(`test/${layer}/`) && test.path.endsWith('.test.ts') && test.imports.includes(source)
  );
}

/** In the order of the sources; without those that no test judges. */
export function groupsOf(
  wanted: readonly string[],
  sources: readonly File[],
  tests: readonly File[],
): Group[] {
  const groups = new Map<string, { sources: string[]; tests: string[] }>();
  for (const source of wanted) {
    const judges = testsOf(source, sources, tests);
    if (judges.length === 0) continue;
    const group = groups.get(judges.join()) ?? { sources: [], tests: judges };
    group.sources.push(source);
    groups.set(judges.join(), group);
  }
  return [...groups.values()];
}
