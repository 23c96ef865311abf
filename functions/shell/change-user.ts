import { applyUserStep } from '../aws/apply-user.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { observeOnboarding } from '../aws/observe.js';
import { advanceOnboarding } from '../core/advance.js';
import { type ChangePhase, type ChangePlan, type ChangeWish, planChange } from '../core/change.js';
import { type OnboardingFacts, type UserFacts, below, isManaged } from '../core/facts.js';
import type { UserName } from '../core/names.js';
import { isAdopted } from '../core/roster/look.js';
import type { Step } from '../core/steps.js';
import { ownTagsOf, rolesTag, tag, toTagValue } from '../core/tags.js';
import { converge } from './converge.js';
import type { Env } from './env.js';
import { etagOf, fits } from './etag.js';
import {
  HttpProblem,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  readBody,
  readQuery,
} from './http-function.js';
import type { Journal } from './journal.js';
import { type Lease, LeaseHeld, withLease } from './lease.js';
import { changeQuery } from './operations.js';
import { waitAsPreferred } from './prefer.js';
import { allGrants, grantsOf } from './role-grants.js';
import { userChange } from './user-fields.js';
import { noSuchUser, userInPath } from './user-in-path.js';
import { showSteps, summarize } from './user-view.js';

interface ChangeDeps {
  readonly functionName: string;
  readonly runId: string;
  readonly clients: Pick<Clients, 'iam' | 'dynamodb'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly env: Env<'USER_PATH' | 'BOUNDARY_ARN' | 'ASSUMABLE_ROLES' | 'LEASE_TABLE' | 'LEASE'>;
}

/**
 * PUT /users/{name}: makes a user of the API have these roles, tags and description, and no others. It looks, judges and
 * acts under the lease of the user's grants, so that two requests never make a mix; `dryRun` only looks.
 */
export async function changeUser(request: HttpRequest, deps: ChangeDeps): Promise<HttpResponse> {
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined) {
    const detail = 'Send If-Match with the ETag of the user as you saw it, or with *.';
    throw new HttpProblem(428, 'Precondition required', detail);
  }
  const name = userInPath(request);
  const { dryRun = 'false' } = readQuery(request, changeQuery);
  const wish = readWish(request, deps);
  const look = async (): Promise<Judged> =>
    judge(name, await observeOnboarding(deps.clients, name), wish, ifMatch, deps);
  if (dryRun === 'true') {
    const { seen, steps, why } = await look();
    return answer(seen.user, steps, why, true);
  }
  return underLease(request, name, deps, async (lease) => {
    const { seen, why } = await look();
    const rest = await carryOut(seen, wish, lease, deps);
    return answer(rest.seen.user, rest.steps, why, false);
  });
}

function readWish(request: HttpRequest, { env }: ChangeDeps): ChangeWish {
  const { roles, tags, description } = readBody(request, userChange);
  return {
    ...grantsOf(roles, env.ASSUMABLE_ROLES),
    tags: { ...tags, [tag.description]: toTagValue(description), [tag.roles]: rolesTag(roles) },
  };
}

interface Judged extends ChangePlan {
  readonly seen: OnboardingFacts;
}

/** The plan of a change that may be made. Throws HttpProblem 404, 409 or 412. */
function judge(
  name: UserName,
  seen: OnboardingFacts | null,
  wish: ChangeWish,
  ifMatch: string,
  deps: ChangeDeps,
): Judged {
  if (!seen || !(isManaged(seen.user, below(deps.env.USER_PATH)) || isAdopted(seen.user)))
    throw noSuchUser(name);
  const plan = planFor(seen, wish, deps);
  if (plan.at.phase === 'Conflict')
    throw new HttpProblem(409, 'Not to be changed here', `${name}: ${plan.why}.`);
  const etag = etagOf(seen.user);
  // RFC 9110, 13.1.1: a change that was made already may be answered as such, which is what a lost answer needs.
  if (plan.at.phase === 'Changing' && !fits(ifMatch, etag)) {
    const detail = `${name} is not as If-Match says: read it again, and decide anew.`;
    throw new HttpProblem(412, 'Precondition failed', detail, { headers: { etag } });
  }
  return { seen, ...plan };
}

function planFor(seen: OnboardingFacts, wish: ChangeWish, { env }: ChangeDeps): ChangePlan {
  const ours = allGrants(Object.values(env.ASSUMABLE_ROLES));
  return planChange(seen, wish, { boundaryArn: env.BOUNDARY_ARN, ...ours });
}

function carryOut(seen: OnboardingFacts, wish: ChangeWish, lease: Lease, deps: ChangeDeps) {
  const { clients, clock, functionName, journal } = deps;
  return converge<OnboardingFacts, ChangePhase>({
    functionName,
    userName: seen.user.name,
    seen,
    plan: (facts) => planFor(facts, wish, deps),
    apply: (step) => {
      lease.keep();
      return applyUserStep(step, clients);
    },
    advance: (facts, step, outcome) => advanceOnboarding(facts, step, outcome)!,
    now: () => clock.now(),
    journal,
  });
}

/** Works under the user's lease, which it waits for as long as the request prefers. Throws LeaseHeld after that. */
async function underLease<Result>(
  request: HttpRequest,
  name: UserName,
  deps: ChangeDeps,
  work: (lease: Lease) => Promise<Result>,
): Promise<Result> {
  const attempt = async (): Promise<Result | null> => {
    try {
      return await withLease(deps, name, work, 'grants');
    } catch (error) {
      if (error instanceof LeaseHeld) return null;
      throw error;
    }
  };
  const result = (await attempt()) ?? (await waitAsPreferred(request, deps.clock, attempt));
  if (result === null) throw new LeaseHeld(name);
  return result;
}

function answer(user: UserFacts, steps: readonly Step[], why: string, dryRun: boolean): HttpResponse {
  const body = { ...summarize(user), tags: ownTagsOf(user.tags), steps: showSteps(steps), why, dryRun };
  return jsonResponse(200, body, { etag: etagOf(user) });
}
