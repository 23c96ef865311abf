import { chmod, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { type Plugin, build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What a bundle may weigh, minified: its size decides how long a cold start takes. */
const maxBytes = 400_000;
/**
 * Nobody waits for the first three. One that reads a roster has a parser of YAML and the client of S3 beside all that others
 * have; the one that takes leavers from a queue files evidence, which takes that client too; the one that makes keys speaks with
 * every store. `users` plans what rotation and departure would do.
 */
const largerBytes: Readonly<Record<string, number>> = {
  reconcile: 680_000,
  offboard: 520_000,
  rotate: 420_000,
  users: 430_000,
};

const limitOf = (name: string): number => largerBytes[name] ?? maxBytes;

/**
 * What the SDK imports only when it gets there, and in these functions never does, so that leaving it out costs nothing at run
 * time and takes about 130 KB off every bundle: sources of credentials other than the environment, in which Lambda hands them
 * over (with SnapStart it would not).
 */
const neverLoaded = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** Each client bundles its whole package.json for the version alone, which its user agent names. */
const onlyVersions: Plugin = {
  name: 'only-versions',
  setup(builder) {
    builder.onLoad({ filter: /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path: file }) => {
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * A client keeps the shapes of its whole service in one module, of which a function needs a few. Two things there keep the
 * rest from falling away: keys that are computed, though from constants, and classes of errors that are registered. The
 * SDK gives an error whose class it does not know the same name and message, and errors are judged by their names here;
 * but not with the query protocol (IAM, SQS, STS), where the class knows a name that the answer does not.
 */
const onlyShapesInUse: Plugin = {
  name: 'only-shapes-in-use',
  setup(builder) {
    const schemas = /@aws-sdk[\\/]client-([\w-]+)[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/;
    builder.onLoad({ filter: schemas }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const constants = new Map(
        Array.from(text.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm), ([, name, value]) => [name, value]),
      );
      const plain = text.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => `${constants.get(name) ?? key}:`);
      const [, service] = schemas.exec(file)!;
      const contents = ['iam', 'sqs', 'sts'].includes(service!)
        ? plain
        : plain.replaceAll(/^n0_registry\.registerError\(.*\);$/gm, '');
      return { contents, loader: 'js' };
    });
  },
};

/** S3's client names the protocol of streamed answers when it is made; the others would load it for such an answer only. */
const streamedAnswers: Plugin = {
  name: 'streamed-answers',
  setup(builder) {
    builder.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path: name, importer }) =>
      importer.includes('client-s3') ? undefined : { path: name, external: true },
    );
  },
};

/** Some dependencies are CommonJS and call `require`, which an ES module lacks. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

export interface BuiltFunction {
  readonly name: string;
  /** The size of `index.mjs`, minified. */
  readonly bytes: number;
}

/** Bundles every function to `build/functions/<name>/index.mjs`, and nothing else is left there. Throws for one that is too big. */
export async function buildFunctions(): Promise<BuiltFunction[]> {
  const output = path.join(root, 'build/functions');
  const names = await functionNames();
  await removeOthers(output, names);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
    outdir: output,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    // esbuild's default prefers `main`, the CommonJS build, which it cannot tree-shake.
    mainFields: ['module', 'main'],
    external: neverLoaded,
    plugins: [onlyVersions, onlyShapesInUse, streamedAnswers],
    banner: { js: requireBanner },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const built = names.map((name) => ({
    name,
    bytes: metafile.outputs[`build/functions/${name}/index.mjs`]!.bytes,
  }));
  const fat = built.filter(({ name, bytes }) => bytes > limitOf(name));
  if (fat.length > 0)
    throw new Error(
      `too big: ${fat.map(({ name, bytes }) => `${name} with ${bytes} bytes of ${limitOf(name)}`).join(', ')}`,
    );
  return built;
}

/**
 * Bundles the command line to `build/cli/main.mjs` and, beside it, what only some commands load: the simulated account for
 * one. The file runs by itself, whatever is installed, but for tsx, which old versions of Node need to read TypeScript.
 */
export async function buildCli(): Promise<number> {
  const outdir = path.join(root, 'build/cli');
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: 'cli/main.ts', out: 'main' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    // The simulated account knows commands by the names of their classes.
    keepNames: true,
    mainFields: ['module', 'main'],
    external: ['tsx'],
    plugins: [onlyVersions],
    banner: { js: requireBanner },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const main = path.join(outdir, 'main.mjs');
  await writeFile(main, `#!/usr/bin/env node\n${await readFile(main, 'utf8')}`);
  await chmod(main, 0o755);
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}

async function removeOthers(output: string, names: readonly string[]): Promise<void> {
  const found = await readdir(output).catch(() => []);
  const others = found.filter((name) => !names.includes(name));
  await Promise.all(others.map((name) => rm(path.join(output, name), { recursive: true })));
}

/** A file directly in `functions/` is a Lambda function; the folders beside it are what they share. */
async function functionNames(): Promise<string[]> {
  const entries = await readdir(path.join(root, 'functions'), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  return files.map((file) => path.basename(file.name, '.ts')).toSorted();
}

function printTable(functions: readonly BuiltFunction[], cliBytes: number): void {
  const table = new Table({
    head: ['function', 'KB'],
    colAligns: ['left', 'right'],
    style: { head: [], border: [] },
  });
  for (const { name, bytes } of functions) table.push([name, (bytes / 1000).toFixed(1)]);
  table.push(['the command line', (cliBytes / 1000).toFixed(1)]);
  process.stdout.write(`${table.toString()}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await buildFunctions(), await buildCli());
