import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { secondMs } from '../functions/core/instants.js';
import { buildFunctions } from '../scripts/build.js';
import { type FunctionName, timeoutsMs } from './system.js';

/** What the process of an invocation is told. */
export interface Invocation {
  readonly bundle: string;
  readonly functionName: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

export type Outcome =
  | { readonly result: unknown }
  | { readonly error: { readonly name: string; readonly message: string } };

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The bundle of a function, built first where it is missing or older than its sources. */
export async function freshBundle(name: FunctionName): Promise<string> {
  const bundle = path.join(root, 'build/functions', name, 'index.mjs');
  const builtAt = await stat(bundle).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const sources = await readdir(path.join(root, 'functions'), { recursive: true, withFileTypes: true });
  const files = sources
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const changedAt = await Promise.all(
    [...files, path.join(root, 'scripts/build.ts')].map(async (file) => (await stat(file)).mtimeMs),
  );
  if (builtAt < Math.max(...changedAt)) await buildFunctions();
  return bundle;
}

export interface Run {
  readonly name: FunctionName;
  readonly bundle: string;
  readonly event: unknown;
  readonly env: Readonly<Record<string, string>>;
  /** Takes everything that the process prints. */
  readonly log: NodeJS.WritableStream;
}

/**
 * One invocation of a bundle as Lambda would make it: in a process of its own, with no other environment than the
 * given one, and ended at the function's timeout.
 */
export async function runBundle({ name, bundle, event, env, log }: Run): Promise<Outcome> {
  const timeoutMs = timeoutsMs[name];
  const child = fork(path.join(root, 'local/lambda-child.ts'), {
    cwd: root,
    env: { ...lambdaEnv(name), ...env },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout!.pipe(log, { end: false });
  child.stderr!.pipe(log, { end: false });
  const invocation: Invocation = { bundle, functionName: functionNameOf(name), event, timeoutMs };
  child.send(invocation);
  const told = { outcome: null as Outcome | null };
  const timer = setTimeout(() => {
    const message = `Task timed out after ${timeoutMs / secondMs} seconds`;
    told.outcome ??= { error: { name: 'Sandbox.Timedout', message } };
    child.kill('SIGKILL');
  }, timeoutMs);
  child.on('message', (message) => {
    told.outcome ??= message as Outcome;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const message = `the process ended with ${signal ?? code} and no answer`;
  return told.outcome ?? { error: { name: 'Runtime.ExitError', message } };
}

const functionNameOf = (name: FunctionName) => `iam-lifecycle-${name}`;

/** What Lambda itself sets, and what starts a process here. */
function lambdaEnv(name: FunctionName): Record<string, string> {
  const functionName = functionNameOf(name);
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
