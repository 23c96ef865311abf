import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Longer than anything that is made takes on a busy machine. */
const patienceMs = 5 * 60_000;

/**
 * What the suites of one run share, though each has a process and modules of its own: the first that asks makes it, the
 * others wait for it. Throws, to every one of them, what the making threw.
 */
export function once(name: string, make: () => string): string {
  const file = path.join(process.env['TEST_RUN_FOLDER']!, name);
  if (isFirst(`${file}.begun`)) settle(file, make);
  for (const until = Date.now() + patienceMs; !existsSync(file);) {
    if (Date.now() > until) throw new Error(`${name} was not made in ${patienceMs / 1000} s`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  const { text, error } = JSON.parse(readFileSync(file, 'utf8')) as { text?: string; error?: string };
  if (text === undefined) throw new Error(error);
  return text;
}

/** A folder can be made once. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Writes what came of it, as a whole or not at all. */
function settle(file: string, make: () => string): void {
  const outcome = attempt(make);
  writeFileSync(`${file}.part`, JSON.stringify(outcome));
  renameSync(`${file}.part`, file);
}

function attempt(make: () => string): { text: string } | { error: string } {
  try {
    return { text: make() };
  } catch (error) {
    return { error: String(error) };
  }
}
