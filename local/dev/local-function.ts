import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { secondMs } from '../../functions/core/instants.js';
import type { Outcome } from '../lambda-process.js';
import type { Account } from './account.js';
import type { Resolver } from './intrinsics.js';
import type { Work } from './lambda-worker.js';
import { root } from './synthesis.js';
import { type Resource, UnsupportedTemplate } from './template.js';

/** Of an account that asked for no more, the invocations of all functions at once. */
const defaultConcurrency = 10;

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  /** The bundle, and the handler that it exports. */
  readonly module: string;
  readonly exportName: string;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly env: Readonly<Record<string, string>>;
}

/** A function's bundle in processes of its own, as Lambda would run it: kept warm, with one invocation at a time each. */
export class LocalFunction {
  private readonly alive = new Set<ChildProcess>();
  private idle: ChildProcess[] = [];

  constructor(
    readonly settings: FunctionSettings,
    private readonly log: NodeJS.WritableStream,
  ) {}

  async invoke(event: unknown): Promise<Outcome> {
    const isFull = this.idle.length === 0 && this.alive.size >= this.settings.concurrency;
    if (isFull) return { error: { name: 'TooManyRequestsException', message: 'Rate Exceeded.' } };
    const child = this.idle.pop() ?? this.start();
    const outcome = await this.run(child, event);
    if (this.alive.has(child) && !child.killed) this.idle.push(child);
    return outcome;
  }

  async close(): Promise<void> {
    const ended = [...this.alive].map((child) => once(child, 'exit'));
    for (const child of this.alive) child.kill();
    await Promise.all(ended);
  }

  private start(): ChildProcess {
    const child = fork(path.join(root, 'local/dev/lambda-worker.ts'), {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', ...this.settings.env },
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // Not piped: every pipe leaves listeners on the log, and Node warns of that many.
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => this.log.write(chunk));
    this.alive.add(child);
    child.once('exit', () => {
      this.alive.delete(child);
      this.idle = this.idle.filter((other) => other !== child);
    });
    return child;
  }

  private async run(child: ChildProcess, event: unknown): Promise<Outcome> {
    const { arn, module, exportName, timeoutMs } = this.settings;
    const work: Work = { module, exportName, functionArn: arn, event, timeoutMs };
    let settle: (outcome: Outcome) => void;
    const answered = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    const onMessage = (message: unknown) => settle(message as Outcome);
    const onExit = (code: number | null, signal: string | null) => {
      const message = `the process ended with ${signal ?? code} and no answer`;
      settle({ error: { name: 'Runtime.ExitError', message } });
    };
    const timer = setTimeout(() => {
      const message = `Task timed out after ${timeoutMs / secondMs} seconds`;
      settle({ error: { name: 'Sandbox.Timedout', message } });
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('message', onMessage).once('exit', onExit);
    child.send(work);
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
    }
  }
}

/** The functions of a template, by ARN; `overrides` stand in place of variables that they have. */
export function localFunctions(
  resources: readonly Resource<'AWS::Lambda::Function'>[],
  account: Account,
  resolver: Resolver,
  overrides: Readonly<Record<string, string>>,
  log: NodeJS.WritableStream,
): ReadonlyMap<string, LocalFunction> {
  refuseUnknown(overrides, resources);
  return new Map(
    resources.map((resource) => {
      const settings = settingsOf(resource, account, resolver, overrides);
      return [settings.arn, new LocalFunction(settings, log)];
    }),
  );
}

function refuseUnknown(
  overrides: Readonly<Record<string, string>>,
  resources: readonly Resource<'AWS::Lambda::Function'>[],
): void {
  const known = resources.flatMap(({ properties }) => Object.keys(properties.Environment.Variables));
  const unknown = Object.keys(overrides).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no function reads ${unknown.join(', ')}`);
}

function settingsOf(
  { id, properties, asset }: Resource<'AWS::Lambda::Function'>,
  account: Account,
  resolver: Resolver,
  overrides: Readonly<Record<string, string>>,
): FunctionSettings {
  const { FunctionName: name, Handler, MemorySize, Timeout, ReservedConcurrentExecutions } = properties;
  const [stem, exportName] = Handler.split('.');
  if (!asset || !stem || !exportName)
    throw new UnsupportedTemplate(
      `${id}: its code is no CDK asset, or its handler ${Handler} is no name of one`,
    );
  const modules = ['.mjs', '.js'].map((ending) => path.join(asset, stem + ending));
  const module = modules.find((file) => existsSync(file));
  if (!module) throw new UnsupportedTemplate(`${id}: there is no ${modules[0]}`);
  const variables = Object.entries(properties.Environment.Variables).map(
    ([key, value]) => [key, overrides[key] ?? resolver.text(value, `${id}.Environment.${key}`)] as const,
  );
  return {
    name,
    arn: resolver.text({ 'Fn::GetAtt': [id, 'Arn'] }, id),
    module,
    exportName,
    timeoutMs: Timeout * secondMs,
    concurrency: ReservedConcurrentExecutions ?? defaultConcurrency,
    env: { ...lambdaEnv(name, MemorySize), ...Object.fromEntries(variables), ...account.env },
  };
}

/** What Lambda itself sets. */
function lambdaEnv(name: string, memoryMb: number): Record<string, string> {
  return {
    TZ: ':UTC',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
