import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from './create-app.js';
import { InvalidConfig } from './config.js';
import { loadConfig, loadRoster } from './load-config.js';
import { functionNames } from './permissions.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bundles = path.join(root, 'build/functions');

/** The configuration: the file that LIFECYCLE_CONFIG names, else lifecycle.config.json where there is one, else the .ts. */
function configFile(): string {
  const json = path.join(root, 'lifecycle.config.json');
  return process.env.LIFECYCLE_CONFIG ?? (existsSync(json) ? json : path.join(root, 'lifecycle.config.ts'));
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const missing = functionNames.filter((name) => !existsSync(path.join(bundles, name, 'index.mjs')));
  if (missing.length > 0) return fail(`not built: ${missing.join(', ')}. Run "npm run build" first.`);
  try {
    const file = configFile();
    const settings = await loadConfig(file);
    createApp(settings, loadRoster(settings, file), bundles).app.synth();
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    fail(error.message);
  }
}

await main();
