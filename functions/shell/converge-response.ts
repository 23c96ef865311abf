import { applyUserStep } from '../aws/apply-user.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { advanceResponse } from '../core/advance.js';
import type { ResponseFacts } from '../core/facts.js';
import type { UserName } from '../core/names.js';
import {
  type ResponsePhase,
  type ResponsePlan,
  type ResponseRequest,
  type ResponseRules,
  planResponse,
} from '../core/response.js';
import { type Rest, converge } from './converge.js';
import type { Journal } from './journal.js';
import type { Lease } from './lease.js';

/** Whoever answers a leak: the function, or an operator with rights of their own. None of it handles a secret. */
export interface ResponseRunner {
  readonly functionName: string;
  readonly clients: Pick<Clients, 'iam'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly rules: ResponseRules;
}

export type ResponseRest = Rest<ResponseFacts, ResponsePhase>;

/**
 * Takes the power away, and does nothing else: record, deny, keys. It takes no lease, for it waits for nobody; all of it
 * only takes away, and twice is as good as once.
 */
export function contain(
  seen: ResponseFacts,
  userName: UserName,
  request: ResponseRequest,
  runner: ResponseRunner,
): Promise<ResponseRest> {
  return run(
    seen,
    userName,
    runner,
    () => undefined,
    (facts, now) => containmentOf(planResponse(facts, request, runner.rules, now)),
  );
}

/** What comes after is waited for: it is planned, and told of, and not done. */
export function containmentOf(plan: ResponsePlan): ResponsePlan {
  return plan.at.phase === 'Containing' ? plan : { ...plan, steps: [] };
}

/** Takes the answer to a leak as far as it may go now. */
export function convergeResponse(
  seen: ResponseFacts,
  userName: UserName,
  request: ResponseRequest,
  lease: Pick<Lease, 'keep'>,
  runner: ResponseRunner,
): Promise<ResponseRest> {
  return run(
    seen,
    userName,
    runner,
    () => lease.keep(),
    (facts, now) => planResponse(facts, request, runner.rules, now),
  );
}

function run(
  seen: ResponseFacts,
  userName: UserName,
  { functionName, clients, clock, journal }: ResponseRunner,
  onWrite: () => void,
  plan: (seen: ResponseFacts, now: number) => ResponsePlan,
): Promise<ResponseRest> {
  return converge({
    functionName,
    userName,
    seen,
    plan,
    apply: (step) => {
      onWrite();
      return applyUserStep(step, clients);
    },
    advance: advanceResponse,
    now: () => clock.now(),
    journal,
  });
}
