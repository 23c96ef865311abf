import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Roster } from '../functions/core/roster/roster.js';
import { type ExaminedRoster, examineRoster, readRoster } from '../functions/shell/read-roster.js';
import { CommandFailure } from './failure.js';

export const usualRoster = 'roster.yaml';

/** Throws InvalidRoster with everything that is wrong, and CommandFailure where there is no such file. */
export async function readRosterFile(file: string | undefined, cwd: string): Promise<Roster> {
  const name = file ?? usualRoster;
  return readRoster(await readTextFile(name, cwd, 'roster'), name);
}

/** With its faults, for whoever wants to see both. Throws CommandFailure where there is no such file. */
export async function examineRosterFile(file: string | undefined, cwd: string): Promise<ExaminedRoster> {
  const name = file ?? usualRoster;
  return examineRoster(await readTextFile(name, cwd, 'roster'), name);
}

export async function readTextFile(name: string, cwd: string, what: string): Promise<string> {
  try {
    return await readFile(path.resolve(cwd, name), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new CommandFailure(`there is no ${what} ${name}`, `Name the ${what} on the command line.`, {
        cause: error,
      });
    if (code === 'EISDIR')
      throw new CommandFailure(`${name} is a folder, not a ${what}`, null, { cause: error });
    throw error;
  }
}
