import { InvalidValue } from '../invalid-value.js';
import type { Instant } from '../instants.js';
import { type PlanRules, lookAt, stockAfter } from './look.js';
import { joinParts } from './moves.js';
import { permit } from './permit.js';
import { emptiedPolicies } from './emptied-policies.js';
import { planDepartures } from './plan-departures.js';
import { planGroups, planPasswordPolicy, planPolicies } from './plan-policies.js';
import { planUser } from './plan-user.js';
import type { RosterFacts } from './roster-facts.js';
import type { RosterPlan } from './roster-steps.js';
import type { Roster } from './roster.js';

export type { PlanRules } from './look.js';

/**
 * What to do so that the account is as the roster says, and what cannot be done. A plan is a function of the roster
 * and of what was seen, whatever the order of the latter. Throws InvalidValue for an account that is not the roster's.
 */
export function planRoster(roster: Roster, seen: RosterFacts, rules: PlanRules, now: Instant): RosterPlan {
  if (roster.accountId !== seen.accountId) {
    const rule = `the account that is looked at, ${seen.accountId}: the roster is of another one`;
    throw new InvalidValue('accountId', roster.accountId, rule);
  }
  const { mayDeploy } = rules;
  const passwordPolicy = permit(planPasswordPolicy(roster.passwordPolicy, seen.passwordPolicy), mayDeploy);
  const policies = permit(planPolicies(roster.policies, seen.policies), mayDeploy);
  const { hasPolicy } = stockAfter(seen, policies.changes);
  const groups = permit(planGroups(roster, seen.groups, hasPolicy), mayDeploy);
  const stock = stockAfter(seen, [...policies.changes, ...groups.changes]);
  const look = lookAt(roster, seen, rules, now);
  const users = roster.users
    .filter(({ enabled }) => enabled)
    .map((user) => permit(planUser(user, look, stock), mayDeploy));
  const departures = planDepartures(roster, seen, rules, now);
  const parts = joinParts([passwordPolicy, policies, groups, ...users, departures]);
  const emptied = mayDeploy ? emptiedPolicies(roster, seen, parts.changes) : [];
  return { accountId: roster.accountId, ...parts, findings: [...parts.findings, ...emptied] };
}
