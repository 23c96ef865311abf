import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { type Io, processIo } from '../../cli/io.js';
import { makePlan } from '../../cli/plan-roster.js';
import { run } from '../../cli/run.js';
import { Session } from '../../cli/session.js';
import { type Moto, isOnPath, startMoto } from './moto.js';

/** What the command line costs for a roster, at an endpoint that speaks AWS's protocols. */
export interface RosterCost {
  readonly users: number;
  readonly operation: 'first apply' | 'no-change plan' | 'removal of 10 %';
  /** Requests that the endpoint received, tests of new keys included. */
  readonly calls: number;
  readonly seconds: number;
}

/** A plan without changes on the simulated account: our own share of the time. */
export interface SimulatedPlanCost {
  readonly users: number;
  readonly calls: number;
  readonly seconds: number;
}

const accountId = '123456789012';
const roleNames = ['admin', 'data_engineer', 'infrastructure_admin'];

/** Users with one to three roles and one key each. */
function rosterOf(users: number, left = users): string {
  const assumableRoles = Object.fromEntries(
    roleNames.map((name) => [name, `arn:aws:iam::${accountId}:role/${name}`]),
  );
  const people = Array.from({ length: left }, (_, index) => [
    `user-${index}`,
    { roles: roleNames.slice(0, 1 + (index % 3)), createAccessKeys: true },
  ]);
  return JSON.stringify({ accountId, assumableRoles, people: Object.fromEntries(people) });
}

/** At moto; null where `moto_server` is not installed. */
export async function rosterCosts(sizes: readonly number[]): Promise<RosterCost[] | null> {
  if (!isOnPath('moto_server')) return null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'roster-bench-'));
  const moto = await startMoto();
  process.env.AWS_ACCESS_KEY_ID = 'bench';
  process.env.AWS_SECRET_ACCESS_KEY = 'bench';
  try {
    const costs: RosterCost[] = [];
    for (const users of sizes) costs.push(...(await costsAt(moto, folder, users)));
    return costs;
  } finally {
    moto.stop();
    rmSync(folder, { recursive: true });
  }
}

async function costsAt(moto: Moto, folder: string, users: number): Promise<RosterCost[]> {
  await moto.empty();
  const file = path.join(folder, 'roster.json');
  const at = ['--endpoint-url', moto.url, '--region', 'us-east-1'];
  const measure = async (
    operation: RosterCost['operation'],
    argv: readonly string[],
    expected: number,
  ): Promise<RosterCost> => {
    const before = await moto.requests();
    const from = performance.now();
    const code = await run([...at, ...argv], quiet(processIo()));
    const seconds = (performance.now() - from) / 1000;
    if (code !== expected) throw new Error(`${operation} of ${users} users ended with ${code}`);
    return { users, operation, calls: (await moto.requests()) - before, seconds };
  };
  writeFileSync(file, rosterOf(users));
  const first = await measure('first apply', ['apply', '--roster', file, '--yes'], 0);
  const none = await measure('no-change plan', ['plan', file], 0);
  writeFileSync(file, rosterOf(users, users - users / 10));
  const leaving = ['apply', '--roster', file, '--yes', '--allow-destroy', String(users / 10)];
  return [first, none, await measure('removal of 10 %', leaving, 0)];
}

/** On the simulated account in a file, as `--embedded` keeps it. */
export async function simulatedPlanCost(users: number): Promise<SimulatedPlanCost> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'roster-bench-'));
  try {
    const file = path.join(folder, 'roster.json');
    const embedded = path.join(folder, 'account.json');
    writeFileSync(file, rosterOf(users));
    const io = quiet(processIo());
    const code = await run(['--embedded', embedded, 'apply', '--roster', file, '--yes'], io);
    if (code !== 0) throw new Error(`the apply of ${users} users ended with ${code}`);
    const session = new Session(io, { embedded, output: 'json', color: false }, new Command());
    const connection = await session.connect();
    const from = performance.now();
    const { plan } = await makePlan(session, file, null);
    const seconds = (performance.now() - from) / 1000;
    if (plan.changes.length > 0) throw new Error(`${plan.changes.length} changes are left`);
    return { users, calls: connection.calls(), seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function quiet(io: Io): Io {
  const nowhere = { isTerminal: false, write: () => undefined };
  return { ...io, stdout: nowhere, stderr: nowhere, ask: null };
}
