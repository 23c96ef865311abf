import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Roster } from '../functions/core/roster/roster.js';
import { InvalidRoster, readRoster } from '../functions/shell/read-roster.js';
import { InvalidConfig, type Settings, parseConfig } from './config.js';
import { checkAgainstRoster } from './roster-rules.js';

/** Reads a TypeScript file's default export, or a JSON file. Throws InvalidConfig. */
export async function loadConfig(file: string): Promise<Settings> {
  return parseConfig(await readConfig(path.resolve(file)), path.basename(file));
}

async function readConfig(file: string): Promise<unknown> {
  if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8')) as unknown;
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  return module.default;
}

/** The roster that a configuration names, or null. Throws InvalidConfig with every fault of it, and of the two together. */
export function loadRoster(settings: Settings, configFile: string): Roster | null {
  if (settings.roster === undefined) return null;
  const file = path.resolve(path.dirname(configFile), settings.roster);
  const roster = read(readFileSync(file, 'utf8'), settings.roster);
  checkAgainstRoster(settings, roster, path.basename(configFile));
  return roster;
}

function read(text: string, source: string): Roster {
  try {
    return readRoster(text, source);
  } catch (error) {
    if (error instanceof InvalidRoster) throw new InvalidConfig(error.message, { cause: error });
    throw error;
  }
}
