import { type OperatorContext, applyOperatorStep } from '../functions/aws/apply-roster.js';
import { applyUserStep } from '../functions/aws/apply-user.js';
import { isNotFound } from '../functions/aws/errors.js';
import type { LoginOwner } from '../functions/aws/login-secret.js';
import { observeUser } from '../functions/aws/observe.js';
import type { Redacted } from '../functions/aws/redacted.js';
import { type UserFacts, targetOf } from '../functions/core/facts.js';
import { type Instant, secondMs } from '../functions/core/instants.js';
import type { UserName } from '../functions/core/names.js';
import { isOperatorStep } from '../functions/core/roster/permit.js';
import type { Change, KeyStep, RosterStep } from '../functions/core/roster/roster-steps.js';
import type { LoginWish } from '../functions/core/roster/roster.js';
import type { Step, Target } from '../functions/core/steps.js';
import { CommandFailure } from './failure.js';
import type { Connection } from './connection.js';
import type { UserRuns } from './user-runs.js';

/** What changes need of the world. */
export interface ChangeContext {
  readonly connection: Connection;
  readonly runs: UserRuns;
  readonly minimumPasswordLength: OperatorContext['minimumPasswordLength'];
  deliverPassword(owner: LoginOwner, password: Redacted, login: LoginWish): Promise<void>;
}

/** A user whose deletion waits until the loss of its powers is visible everywhere. */
export interface Purge {
  readonly user: Target;
  readonly at: Instant;
}

/** A read trails a write by seconds; so may what a later call of ours is judged by. */
const visibleWithinMs = 30 * secondMs;
const spacingMs = secondMs;

/** Makes one change, step by step. A failure escapes, and the next plan finishes what is left. */
export async function applyChange(change: Change, context: ChangeContext): Promise<Purge | null> {
  let created: UserFacts | null = null;
  let purge: Purge | null = null;
  for (const planned of change.steps) {
    const step = created === null ? planned : pinned(planned, created);
    if (step.step === 'CreateUser') created = await createUser(step, context);
    else if (step.step === 'Offboard') purge = await offboard(step, context);
    else if (created === null) await applyOne(step, null, context);
    else await applyToNewUser(step, created, context);
  }
  return purge;
}

/** Steps of a user that did not exist when they were planned get its unique id now. */
function pinned(step: RosterStep, created: UserFacts): RosterStep {
  return 'user' in step && step.user.id === '' ? { ...step, user: targetOf(created) } : step;
}

async function createUser(
  step: Step & { step: 'CreateUser' },
  { connection }: ChangeContext,
): Promise<UserFacts> {
  const outcome = await applyUserStep(step, connection.clients);
  if (outcome.step !== 'CreateUser') throw new Error('CreateUser answered for another step');
  return outcome.user;
}

/** Asks again while IAM does not know its own new user. Nothing was carried out where it says so. */
async function applyToNewUser(step: RosterStep, created: UserFacts, context: ChangeContext): Promise<void> {
  const { clock } = context.connection;
  const giveUpAt = clock.now() + visibleWithinMs;
  for (;;) {
    try {
      await applyOne(step, created, context);
      return;
    } catch (error) {
      if (!isAboutUser(error, created.name) || clock.now() + spacingMs > giveUpAt) throw error;
    }
    await clock.sleep(spacingMs);
  }
}

function isAboutUser(error: unknown, userName: UserName): boolean {
  return isNotFound(error) && (error as Error).message.includes(userName);
}

async function applyOne(step: RosterStep, created: UserFacts | null, context: ChangeContext): Promise<void> {
  const { connection, runs } = context;
  if (step.step === 'EnsureKey') return ensureKey(step, created, runs);
  if (step.step === 'Offboard') throw new Error('nobody offboards a user that was just created');
  if (!isOperatorStep(step)) {
    await applyUserStep(step, connection.clients);
    return;
  }
  await applyOperatorStep(step, {
    clients: connection.clients,
    minimumPasswordLength: context.minimumPasswordLength,
    deliverPassword: async (name, password, login) => {
      const owner = created ?? (await observeUser(connection.clients.iam, name));
      if (!owner) throw new CommandFailure(`no user is named ${name} any more`);
      await context.deliverPassword(owner, password, login);
    },
  });
}

/** Phases in which a user has a current key, whatever else there is to say of it. */
const keyedPhases = ['Overlap', 'Quarantine', 'Foreign', 'Exempt', 'Due', 'Settled'];

async function ensureKey(
  { user }: KeyStep & { step: 'EnsureKey' },
  created: UserFacts | null,
  runs: UserRuns,
): Promise<void> {
  const rest = created ? await runs.rotateNew(created) : await runs.rotate(user.name, null);
  if (!rest) throw new CommandFailure('the user is gone, and so has no key');
  const { at, why, seen } = rest;
  if (seen.user.id !== user.id) throw new CommandFailure('the name belongs to another user now');
  if (!keyedPhases.includes(at.phase)) throw new CommandFailure(`it has no key yet: ${why} (${at.phase})`);
}

async function offboard(
  { user, quarantineMs, reason }: KeyStep & { step: 'Offboard' },
  { connection, runs }: ChangeContext,
): Promise<Purge | null> {
  const { at, why } = await runs.offboard(user.name, {
    kind: 'offboard',
    userName: user.name,
    userId: user.id,
    absentSince: null,
    at: connection.clock.now(),
    reason,
    quarantineMs,
  });
  if (!['Quarantined', 'Absent', 'Gone'].includes(at.phase))
    throw new CommandFailure(`it was not offboarded: ${why} (${at.phase})`);
  return quarantineMs === 0 && at.phase === 'Quarantined' ? { user, at: at.until } : null;
}
