import pLimit from 'p-limit';
import {
  createDynamodb,
  createEventBridge,
  createIam,
  createS3,
  createSecretsManager,
  createSqs,
  createSsm,
} from './aws/clients.js';
import { observeRoster } from './aws/observe-roster.js';
import { readRosterObject } from './aws/roster-object.js';
import { secondMs } from './core/instants.js';
import { InvalidValue } from './core/invalid-value.js';
import { sameName } from './core/names.js';
import { planRoster } from './core/roster/plan.js';
import { reachOf, withinReach } from './core/roster/reach.js';
import type { Change } from './core/roster/roster-steps.js';
import type { Roster } from './core/roster/roster.js';
import { type EnvKey, announceKeys, territoryKeys, territoryOf } from './shell/env.js';
import { type Keeper, keepUser } from './shell/keep-user.js';
import { type Deps, lambda } from './shell/lambda.js';
import { LeaseHeld } from './shell/lease.js';
import { readRoster } from './shell/read-roster.js';
import * as z from './shell/schema.js';

export const reconcileEnv = [
  ...announceKeys,
  ...territoryKeys,
  'BOUNDARY_ARN',
  'ROTATE_QUEUE_URL',
  'OFFBOARD_QUEUE_URL',
  'LEASE_TABLE',
  'LEASE',
  'SETTLE',
  'ROSTER_BUCKET',
  'ROSTER_KEY',
] as const satisfies readonly EnvKey[];

const reconcileClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  s3: createS3(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
  eventBridge: createEventBridge(),
});

type ReconcileDeps = Deps<(typeof reconcileEnv)[number], keyof ReturnType<typeof reconcileClients>>;

/** The schedule, a new roster in its bucket, or a person. Nothing in it steers the run: the roster that is there now does. */
const occasion = z.looseObject({
  source: z.enum(['iam-lifecycle.schedule', 'aws.scheduler', 'aws.s3', 'iam-lifecycle.operator']),
});

export interface ReconcileSummary {
  /** Users of the roster. */
  readonly users: number;
  /** Users that were not as the roster says, and are now, as far as a function may see to it. */
  readonly kept: number;
  /** Users that somebody else is at work on. */
  readonly held: number;
  /** Users that the time did not suffice for: the next run goes on with them. */
  readonly remaining: number;
  readonly findings: number;
}

/** Some users could not be made as the roster says; the journal says which, and why. */
class UsersFailed extends Error {
  override readonly name = 'UsersFailed';
}

/** How many users are seen to at a time: IAM throttles an account as a whole. */
const usersAtATime = 4;
/** With less time left than this no further user is begun. */
const lastStartMs = 30 * secondMs;

type Fate = 'kept' | 'held' | 'remaining' | 'failed';

/** Makes the account's users as the roster says, and tells of all that no function may do. */
async function reconcile(deps: ReconcileDeps): Promise<ReconcileSummary> {
  const { clients, clock, env, journal, deadlineAt } = deps;
  const roster = await currentRoster(deps);
  const seen = await observeRoster(clients, roster, env.ACCOUNT_ID);
  const rules = { mayDeploy: false, allowDestroy: null, settleMs: env.SETTLE };
  const plan = planRoster(roster, seen, rules, clock.now());
  const reach = reachOf(roster, { ...territoryOf(env), boundaryArn: env.BOUNDARY_ARN });
  const keeper: Keeper = { ...deps, roster, seen, rules, reach };
  for (const { kind, subject, why } of plan.findings) journal.attention(`Roster${kind}`, subject.name, why);
  const { changes, refusals } = changesWithin(plan.changes, keeper);

  const limit = pLimit(usersAtATime);
  const fates = await limit.map(changes, (change) =>
    clock.now() > deadlineAt - lastStartMs ? Promise.resolve('remaining' as const) : see(change, keeper),
  );
  const count = (fate: Fate) => fates.filter((one) => one === fate).length;
  const summary = {
    users: roster.users.length,
    kept: count('kept'),
    held: count('held'),
    remaining: count('remaining'),
    findings: plan.findings.length + refusals,
  };
  journal.measure('RosterFindings', summary.findings, 'Count');
  journal.note('kept the roster', summary);
  if (count('failed') > 0) throw new UsersFailed(`${count('failed')} of ${fates.length} users failed`);
  return summary;
}

/** Throws InvalidRoster for one that breaks a rule, and InvalidValue for one of another deployment. */
async function currentRoster({ clients, env }: ReconcileDeps): Promise<Roster> {
  const { ROSTER_BUCKET: bucket, ROSTER_KEY: key } = env;
  const source = `s3://${bucket}/${key}`;
  const roster = readRoster(await readRosterObject(clients.s3, { bucket, key }), source);
  if (roster.accountId !== env.ACCOUNT_ID)
    throw new InvalidValue('accountId', roster.accountId, `that of the deployment, ${env.ACCOUNT_ID}`);
  if (roster.userPath !== env.USER_PATH)
    throw new InvalidValue('defaults.userPath', roster.userPath, `that of the deployment, ${env.USER_PATH}`);
  return roster;
}

/** What can be done for each user; the rest is told of. */
function changesWithin(
  changes: readonly Change[],
  { seen, reach, journal }: Keeper,
): { changes: Change[]; refusals: number } {
  const judged = changes.map((change) => {
    const user = seen.users.find(({ user }) => sameName(user.name, change.subject.name))?.user ?? null;
    return withinReach(change, user, reach);
  });
  for (const { change, refusals } of judged)
    for (const why of refusals) journal.attention('RosterNotPermitted', change.subject.name, why);
  return {
    changes: judged.map(({ change }) => change).filter(({ steps }) => steps.length > 0),
    refusals: judged.reduce((sum, { refusals }) => sum + refusals.length, 0),
  };
}

/** One user's failure stops no other; at the end the run fails for it. */
async function see(change: Change, keeper: Keeper): Promise<Fate> {
  try {
    await keepUser(change, keeper);
    return 'kept';
  } catch (error) {
    if (error instanceof LeaseHeld) return 'held';
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    keeper.journal.attention('Failure', change.subject.name, why);
    return 'failed';
  }
}

export const createHandler = lambda({
  name: 'reconcile',
  env: reconcileEnv,
  clients: reconcileClients,
  event: occasion,
  run: (_event, deps: ReconcileDeps) => reconcile(deps),
});
export const handler = createHandler();
