import { createHash } from 'node:crypto';
import { observeRoster } from '../functions/aws/observe-roster.js';
import { type PlanBasis, basisOf } from '../functions/core/roster/plan-file.js';
import { planRoster } from '../functions/core/roster/plan.js';
import type { RosterFacts } from '../functions/core/roster/roster-facts.js';
import type { RosterPlan } from '../functions/core/roster/roster-steps.js';
import type { Instant } from '../functions/core/instants.js';
import { readRosterFile } from './read-roster-file.js';
import type { Session } from './session.js';

/** A plan, and what it was made from. */
export interface MadePlan {
  readonly plan: RosterPlan;
  readonly facts: RosterFacts;
  readonly basis: PlanBasis;
  readonly now: Instant;
}

/** Reads the roster and the account, and says what is to be done with an operator's own rights. It changes nothing. */
export async function makePlan(
  session: Session,
  rosterFile: string | undefined,
  allowDestroy: number | null,
): Promise<MadePlan> {
  const roster = await readRosterFile(rosterFile, session.io.cwd);
  const { clients, clock, accountId } = await session.connect();
  const { windows } = await session.settings();
  const facts = await observeRoster(clients, roster, accountId);
  const now = clock.now();
  const rules = { mayDeploy: true, allowDestroy, settleMs: windows.settleMs };
  return {
    plan: planRoster(roster, facts, rules, now),
    facts,
    basis: basisOf(roster, facts, sha256),
    now,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
