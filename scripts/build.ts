import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Sources of credentials that Lambda never uses: it hands them over in the environment. The SDK imports each only when it gets
 * there in its chain, so leaving them out costs nothing at run time and takes about 100 KB off every bundle.
 */
const unusedCredentialProviders = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** Some dependencies are CommonJS and call `require`, which an ES module lacks. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

export interface BuiltFunction {
  readonly name: string;
  /** The size of `index.mjs`, minified. */
  readonly bytes: number;
}

/** Bundles every function to `build/functions/<name>/index.mjs`, from an empty directory. */
export async function buildFunctions(): Promise<BuiltFunction[]> {
  const output = path.join(root, 'build/functions');
  await rm(output, { recursive: true, force: true });
  const names = await functionNames();
  if (names.length === 0) return [];
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
    external: unusedCredentialProviders,
    banner: { js: requireBanner },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return names.map((name) => ({ name, bytes: metafile.outputs[`build/functions/${name}/index.mjs`]!.bytes }));
}

/** A file directly in `functions/` is a Lambda function; the folders beside it are what they share. */
async function functionNames(): Promise<string[]> {
  const entries = await readdir(path.join(root, 'functions'), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  return files.map((file) => path.basename(file.name, '.ts')).toSorted();
}

function printTable(functions: readonly BuiltFunction[]): void {
  const table = new Table({
    head: ['function', 'KB'],
    colAligns: ['left', 'right'],
    style: { head: [], border: [] },
  });
  for (const { name, bytes } of functions) table.push([name, (bytes / 1000).toFixed(1)]);
  process.stdout.write(`${table.toString()}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTable(await buildFunctions());
