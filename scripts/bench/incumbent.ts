import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, measureChild } from './measured-child.js';
import type { Moto } from './moto.js';

export const toolNames = ['Terraform', 'iam-lifecycle'] as const;
export const phaseNames = ['first apply', 'no-change plan', 'removal of 10 %'] as const;
export type ToolName = (typeof toolNames)[number];
export type PhaseName = (typeof phaseNames)[number];

export interface Measure {
  readonly tool: ToolName;
  readonly users: number;
  readonly phase: PhaseName;
  /** Requests that moto received. */
  readonly calls: number;
  /** Of wall time. */
  readonly seconds: number;
  /** How much of it the tool waited on purpose, until a loss of power is visible everywhere. */
  readonly waitedSeconds: number;
  readonly peakMb: number | null;
}

/** One of the two, in a folder of its own, with the same users at the same moto. */
interface Tool {
  readonly name: ToolName;
  /** Makes the users, all of them or fewer. */
  apply(users: number): Promise<Measured>;
  /** Ends with 0 where nothing is to be done. */
  plan(users: number): Promise<Measured>;
}

/** A program that this machine lacks: nothing was measured. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

const here = path.dirname(fileURLToPath(import.meta.url));
const commandLine = path.resolve(here, '../../build/cli/main.mjs');
const region = 'us-east-1';

/** Both tools in turn, each in an account in which there is nothing. */
export async function compareAt(moto: Moto, users: number, isOursFirst: boolean): Promise<Measure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'incumbent-bench-'));
  try {
    const tools = [await terraformIn(folder, moto), ours(folder, moto)];
    const measures: Measure[] = [];
    for (const tool of isOursFirst ? tools.toReversed() : tools)
      measures.push(...(await phasesOf(tool, moto, users)));
    return measures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function phasesOf(tool: Tool, moto: Moto, users: number): Promise<Measure[]> {
  const left = users - users / 10;
  await moto.empty();
  const phases: readonly [PhaseName, () => Promise<Measured>, number][] = [
    ['first apply', () => tool.apply(users), users],
    ['no-change plan', () => tool.plan(users), users],
    ['removal of 10 %', () => tool.apply(left), left],
  ];
  const measures: Measure[] = [];
  for (const [phase, run, expectedUsers] of phases) {
    const before = await moto.requests();
    const { code, stdout, stderr, seconds, peakMb } = await run();
    const calls = (await moto.requests()) - before;
    const there = (await moto.userNames()).length;
    if (code !== 0 || there !== expectedUsers) {
      const what = `${tool.name}, ${phase} of ${users} users`;
      throw new Error(`${what}: it ended with ${code}, ${there} users are there\n${stdout}${stderr}`);
    }
    process.stderr.write(`  ${tool.name}, ${phase}: ${calls} calls, ${seconds.toFixed(0)} s\n`);
    const waitedSeconds = Number(/^Waiting (\d+) s until/m.exec(stderr)?.[1] ?? 0);
    measures.push({ tool: tool.name, users, phase, calls, seconds, waitedSeconds, peakMb });
  }
  return measures;
}

/** Of Terraform and of the providers that it took for the benchmark. */
export async function terraformVersions(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'incumbent-bench-'));
  try {
    copyFileSync(path.join(here, 'system-users.tf'), path.join(folder, 'main.tf'));
    const run = (...argv: string[]) =>
      measureChild({ file: 'terraform', argv, cwd: folder, env: environment() });
    await run('init', '-input=false');
    const { terraform_version: own, provider_selections: providers } = JSON.parse(
      (await run('version', '-json')).stdout,
    ) as { terraform_version: string; provider_selections: Record<string, string> };
    const taken = Object.entries(providers).map(([name, version]) => `${name} ${version}`);
    return [`Terraform ${own}`, ...taken].join(' with ');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws NotInstalled where `terraform init` finds no provider. */
async function terraformIn(parent: string, moto: Moto): Promise<Tool> {
  const cwd = path.join(parent, 'terraform');
  mkdirSync(cwd);
  copyFileSync(path.join(here, 'system-users.tf'), path.join(cwd, 'main.tf'));
  const env = { ...environment(), CHECKPOINT_DISABLE: '1', TF_VAR_endpoint: moto.url };
  const run = (argv: readonly string[], users = 0) =>
    measureChild({
      file: 'terraform',
      argv: [...argv, '-input=false', '-no-color'],
      cwd,
      env: { ...env, TF_VAR_users: String(users) },
    });
  const { code, stderr } = await run(['init']);
  if (code !== 0) throw new NotInstalled(`terraform init did not find its AWS provider:\n${stderr}`);
  return {
    name: 'Terraform',
    apply: (users) => run(['apply', '-auto-approve'], users),
    plan: (users) => run(['plan', '-detailed-exitcode'], users),
  };
}

function ours(parent: string, moto: Moto): Tool {
  const cwd = path.join(parent, 'iam-lifecycle');
  mkdirSync(cwd);
  const env = { ...environment(), AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };
  const at = ['--endpoint-url', moto.url, '--region', region];
  const run = (argv: readonly string[], users: number) => {
    writeFileSync(path.join(cwd, 'roster.json'), rosterOf(users));
    return measureChild({ file: process.execPath, argv: [commandLine, ...at, ...argv], cwd, env });
  };
  return {
    name: 'iam-lifecycle',
    // Terraform asks for no leave to destroy.
    apply: (users) => run(['apply', '--roster', 'roster.json', '--yes', '--allow-destroy', '100'], users),
    plan: (users) => run(['plan', 'roster.json'], users),
  };
}

/** The caller's own, without what it says of AWS: both tools talk to moto alone. */
function environment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
}

/** The same users as in system-users.tf. */
function rosterOf(users: number): string {
  const names = Array.from({ length: users }, (_, index) => `eg-bench-${String(index).padStart(4, '0')}`);
  const systemUsers = names.map((name) => ({
    name,
    store: 'ssm',
    // As Terraform does, which knows no quarantine.
    forceDestroy: true,
    tags: { Name: name, Namespace: 'eg', Stage: 'bench' },
    policyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
    inlinePoliciesMap: { uploads: uploadPolicy(name) },
  }));
  return JSON.stringify({ accountId: '123456789012', systemUsers });
}

function uploadPolicy(name: string): object {
  const statement = {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: `arn:aws:s3:::uploads/${name}/*`,
  };
  return { Version: '2012-10-17', Statement: [statement] };
}
