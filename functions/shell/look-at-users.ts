import { observeUserPage } from '../aws/account.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { isInvalidInput } from '../aws/errors.js';
import { type ReadingClients, observeCredentials } from '../aws/observe.js';
import type { RotationFacts, UserFacts } from '../core/facts.js';
import type { RotationPlan } from '../core/rotation-phase.js';
import { planRotation } from '../core/rotation.js';
import { type Env, type territoryKeys, territoryOf, type windowKeys, windowsOf } from './env.js';
import { HttpProblem } from './http-function.js';

/** How many users of a page are looked at at a time: IAM throttles an account as a whole. */
export const looksAtATime = 10;

export interface LookDeps {
  readonly clients: ReadingClients;
  readonly clock: Clock;
  readonly env: Env<(typeof territoryKeys)[number] | (typeof windowKeys)[number]>;
}

/** A user with its keys and their store, and what its rotation would do now. */
export interface Look extends RotationPlan, RotationFacts {}

/** Two calls, and one more for each key whose last use matters. */
export async function lookAt(user: UserFacts, { clients, clock, env }: LookDeps): Promise<Look> {
  const seen = { user, ...(await observeCredentials(clients, user)), verified: null };
  const rules = { ...territoryOf(env), windows: windowsOf(env) };
  return { ...seen, ...planRotation(seen, null, rules, clock.now()) };
}

/** One call. Throws HttpProblem 400 where IAM does not know the place that a page is to start at. */
export async function readPage(limit: number, next: string | undefined, { iam }: Pick<Clients, 'iam'>) {
  try {
    return await observeUserPage(iam, limit, next);
  } catch (error) {
    if (next === undefined || !isInvalidInput(error)) throw error;
    throw new HttpProblem(400, 'Invalid request', 'The query parameter "next" names no page.', {
      errors: [{ field: 'next', value: next, rule: 'it must be the "next" of an earlier answer' }],
    });
  }
}
