import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const output = path.join(root, 'cdk.out');

/** What the template and the bundles in it are made of. */
const sources = ['functions', 'infra', 'scripts/build.ts', 'cdk.json', 'package-lock.json'];
const configs = ['lifecycle.config.json', 'lifecycle.config.ts', 'roster.yaml'];

/** The template in cdk.out, built and synthesized first where it is missing or older than what it is made of. */
export async function freshTemplate(log: NodeJS.WritableStream): Promise<string> {
  const [found] = await templates();
  const synthesizedAt = found === undefined ? 0 : await changedAt(found);
  const changes = await Promise.all(
    [...sources, ...configs].map((name) => lastChangeIn(path.join(root, name))),
  );
  // Which configuration an older synthesis has read, no file tells.
  if (process.env.LIFECYCLE_CONFIG || synthesizedAt < Math.max(...changes)) {
    log.write('building and synthesizing\n');
    await run('the build', ['--import', 'tsx', 'scripts/build.ts']);
    await run('the synthesis', ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output', output]);
  }
  const [template, ...others] = await templates();
  if (template !== undefined && others.length === 0) return template;
  throw new Error(`cdk.out has ${others.length + (template ? 1 : 0)} templates: name one with --template`);
}

async function run(what: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${what} failed:\n${stderr || (error as Error).message}`, { cause: error });
  }
}

async function templates(): Promise<string[]> {
  const names = await readdir(output).catch(() => []);
  return names.filter((name) => name.endsWith('.template.json')).map((name) => path.join(output, name));
}

/** When a file, or the latest of a folder's files, was changed; 0 where there is none. */
async function lastChangeIn(place: string): Promise<number> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => null);
  if (!entries) return changedAt(place);
  const files = entries.filter((entry) => entry.isFile());
  return Math.max(
    0,
    ...(await Promise.all(files.map(({ parentPath, name }) => changedAt(path.join(parentPath, name))))),
  );
}

async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
