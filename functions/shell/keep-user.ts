import { applyUserStep } from '../aws/apply-user.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { isAlreadyThere } from '../aws/errors.js';
import { observeRosterUser } from '../aws/observe-roster.js';
import { sendMessage } from '../aws/queue.js';
import { announceUser } from '../core/announcements.js';
import type { Announcement } from '../core/event-details.js';
import { type UserFacts, targetOf } from '../core/facts.js';
import { type Instant, minuteMs } from '../core/instants.js';
import { type UserName, sameName } from '../core/names.js';
import { type PlanRules, planRoster } from '../core/roster/plan.js';
import { isOperatorStep } from '../core/roster/permit.js';
import { type Reach, withinReach } from '../core/roster/reach.js';
import type { RosterFacts, SeenUser } from '../core/roster/roster-facts.js';
import type { Change, KeyStep, RosterStep } from '../core/roster/roster-steps.js';
import type { Roster } from '../core/roster/roster.js';
import type { Step } from '../core/steps.js';
import type { Journal } from './journal.js';
import { type Lease, withLease } from './lease.js';
import { formatOffboardMessage, formatRotateMessage } from './messages.js';

/** Whoever keeps users as a roster says, and what was seen when the whole of it was planned. */
export interface Keeper {
  readonly functionName: string;
  readonly runId: string;
  readonly clients: Pick<Clients, 'iam' | 'dynamodb' | 'sqs'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly say: (announcement: Announcement) => void;
  readonly env: {
    readonly LEASE_TABLE: string;
    readonly LEASE: number;
    readonly ROTATE_QUEUE_URL: string;
    readonly OFFBOARD_QUEUE_URL: string;
  };
  readonly roster: Roster;
  readonly seen: RosterFacts;
  readonly rules: PlanRules;
  readonly reach: Reach;
}

/** No step begins later in a user's lease than this, so that the lease outlasts the work by far more than the settle time. */
const longestWorkMs = minuteMs;

/** What is asked of others once the steps are taken: whole lives that their functions carry on with. */
interface Wish {
  readonly step: KeyStep;
  readonly why: string;
}

/**
 * Makes one user as the roster says. It is looked at again under its lease, and what is done is planned from that look:
 * the look at the whole account is old by then. A user that is yet to be made takes no lease: its name is the lock.
 */
export async function keepUser(planned: Change, keeper: Keeper): Promise<void> {
  if (planned.action === 'create') {
    const wishes = await take(planned, null, { keep: () => undefined }, keeper);
    return ask(wishes, keeper.clock.now(), keeper);
  }
  const name = planned.subject.name as UserName;
  const { wishes, freeAt } = await withLease(keeper, name, async (lease) => {
    const fresh = await observeRosterUser(keeper.clients, name);
    const change = fresh && planAgain(fresh, planned, keeper);
    const wishes = change ? await take(change, fresh.user, lease, keeper) : [];
    return { wishes, freeAt: lease.freeAt() };
  });
  return ask(wishes, freeAt, keeper);
}

/** The change of this one user as of now. It never leaves where the plan of the whole roster did not let it go. */
function planAgain(fresh: SeenUser, planned: Change, keeper: Keeper): Change | null {
  const { roster, seen, rules, clock } = keeper;
  const users = roster.users.filter(({ name }) => sameName(name, fresh.user.name));
  const ofOne: Roster = { ...roster, users, groups: [], policies: [], passwordPolicy: null };
  const [change] = planRoster(ofOne, { ...seen, users: [fresh] }, rules, clock.now()).changes;
  if (!change || (change.action === 'delete' && planned.action !== 'delete')) return null;
  return change;
}

/** Takes the steps within reach, and answers what is to be asked of others. */
async function take(
  change: Change,
  seen: UserFacts | null,
  lease: Pick<Lease, 'keep'>,
  keeper: Keeper,
): Promise<Wish[]> {
  const { clock, reach } = keeper;
  const startedAt = clock.now();
  const { steps, reasons } = withinReach(change, seen, reach).change;
  const wishes: Wish[] = [];
  let user = seen;
  let isNew = false;
  for (const [index, planned] of steps.entries()) {
    const why = reasons[index]!;
    const step = user === null ? planned : pinned(planned, user);
    if (step.step === 'EnsureKey' || step.step === 'Offboard') {
      wishes.push({ step, why });
      continue;
    }
    if (isOperatorStep(step)) throw new Error(`${step.step} is an operator's step`);
    if (clock.now() > startedAt + longestWorkMs)
      throw new Error(`${change.subject.name} took longer than a minute: the next run goes on with it`);
    lease.keep();
    const created = await apply(step, why, keeper);
    if (created === 'taken') return [];
    user = created ?? user;
    isNew ||= created !== null;
  }
  if (user !== null && steps.length > 0) sayOnboarded(user, isNew, keeper);
  return wishes;
}

/** That a user was made; or one that is so young that the run which made it may have died before it could say so. */
function sayOnboarded(user: UserFacts, isChanged: boolean, { clock, say }: Keeper): void {
  const why = 'the roster names it';
  const announcement = announceUser(user, { isChanged, askedBy: null, why }, clock.now());
  if (announcement !== null) say(announcement);
}

/** Steps that were planned before their user existed get its unique id now. */
function pinned(step: RosterStep, user: UserFacts): RosterStep {
  return 'user' in step && step.user.id === '' ? { ...step, user: targetOf(user) } : step;
}

/** The user that the step made, if it did; 'taken' where somebody else has made it since. */
async function apply(step: Step, why: string, keeper: Keeper): Promise<UserFacts | 'taken' | null> {
  const { functionName, journal, clients } = keeper;
  const userName = step.step === 'CreateUser' ? step.name : step.user.name;
  const entry = { functionName, userName, phase: 'Drifted', step, why };
  try {
    const outcome = await applyUserStep(step, clients);
    journal.done(entry);
    return outcome.step === 'CreateUser' ? outcome.user : null;
  } catch (error) {
    if (step.step === 'CreateUser' && isAlreadyThere(error)) {
      journal.note('the user is there already: the next run looks at it', { userName });
      return 'taken';
    }
    journal.failed(entry, error);
    throw error;
  }
}

/** A message is a hint: whoever takes it looks for itself, once the lease is free. */
async function ask(wishes: readonly Wish[], freeAt: Instant, { clients, clock, env }: Keeper): Promise<void> {
  for (const { step, why } of wishes) {
    const now = clock.now();
    const delayMs = Math.max(0, freeAt - now);
    const who = { userName: step.user.name, userId: step.user.id };
    if (step.step === 'EnsureKey') {
      const look = formatRotateMessage({ ...who, sentAt: now, why, request: null });
      await sendMessage(clients.sqs, env.ROTATE_QUEUE_URL, look, delayMs);
    } else {
      const { quarantineMs, reason } = step;
      const departure = formatOffboardMessage(
        { ...who, kind: 'offboard', absentSince: null, at: now, reason, quarantineMs },
        now,
      );
      await sendMessage(clients.sqs, env.OFFBOARD_QUEUE_URL, departure, delayMs);
    }
  }
}
