import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Settings, parseConfig } from './config.js';

/** Reads a TypeScript file's default export, or a JSON file. Throws InvalidConfig. */
export async function loadConfig(file: string): Promise<Settings> {
  return parseConfig(await readConfig(path.resolve(file)), path.basename(file));
}

async function readConfig(file: string): Promise<unknown> {
  if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8')) as unknown;
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  return module.default;
}
