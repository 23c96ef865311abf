import pLimit from 'p-limit';
import { observeHoldings } from '../aws/observe-offboarding.js';
import { isManaged } from '../core/facts.js';
import { type OffboardingPlan, planOffboarding } from '../core/offboarding.js';
import type { RotationPlan } from '../core/rotation-phase.js';
import type { ScannedUser } from '../core/scan.js';
import { tag } from '../core/tags.js';
import { type Env, territoryOf } from './env.js';
import { type HttpRequest, type HttpResponse, jsonResponse, readQuery } from './http-function.js';
import { type LookDeps, looksAtATime, lookAt, readPage } from './look-at-users.js';
import { plansQuery } from './operations.js';
import { showPhase, showSteps } from './user-view.js';

/** Fewer than are listed: a leaver takes ten calls. */
const usersPerPage = 25;

export interface PlansDeps extends LookDeps {
  readonly env: LookDeps['env'] & Env<'BOUNDARY_ARN'>;
}

/** GET /plans: what would be done now about each user of a page, and why; nothing is done. */
export async function listPlans(request: HttpRequest, deps: PlansDeps): Promise<HttpResponse> {
  const query = readQuery(request, plansQuery);
  const page = await readPage(usersPerPage, query.next, deps.clients);
  const managed = page.users
    .filter(({ user }) => isManaged(user, territoryOf(deps.env)))
    .filter(({ user }) => query.origin === undefined || user.tags[tag.origin] === query.origin);
  const plans = await pLimit(looksAtATime).map(managed, async (scanned) => ({
    ...scanned,
    ...(await planOf(scanned, deps)),
  }));
  const rows = plans
    .filter(({ at }) => query.phase === undefined || at.phase === query.phase)
    .map(({ user, at, steps, why }) => ({
      name: user.name,
      userId: user.id,
      origin: user.tags[tag.origin] ?? null,
      phase: showPhase(at),
      steps: showSteps(steps),
      why,
    }));
  return jsonResponse(200, { plans: rows, next: page.next ?? null });
}

/** A leaver's departure, or its return; the life of the key of everybody else. */
async function planOf(scanned: ScannedUser, deps: PlansDeps): Promise<OffboardingPlan | RotationPlan> {
  const { clients, clock, env } = deps;
  const { user } = scanned;
  if (user.tags[tag.offboarded] === undefined) return lookAt(user, deps);
  const carryOn = { kind: 'continue', userName: user.name, userId: user.id, absentSince: null } as const;
  const rules = {
    ...territoryOf(env),
    boundaryArn: env.BOUNDARY_ARN,
    settleMs: env.SETTLE,
    quarantineMs: env.OFFBOARD_QUARANTINE,
  };
  const seen = { ...(await observeHoldings(clients, user)), ...scanned };
  return planOffboarding(seen, carryOn, rules, clock.now());
}
