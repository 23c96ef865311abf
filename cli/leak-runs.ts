import { findDenySessionsPolicy } from '../functions/aws/deny-sessions-policy.js';
import type { ResponseFacts, UserFacts } from '../functions/core/facts.js';
import { readKeyWish } from '../functions/core/key-wish.js';
import {
  type ResponsePlan,
  type ResponseRequest,
  type ResponseRules,
  planResponse,
  whyNoSuccessor,
} from '../functions/core/response.js';
import type { Step } from '../functions/core/steps.js';
import {
  type ResponseRest,
  type ResponseRunner,
  contain,
  convergeResponse,
} from '../functions/shell/converge-response.js';
import type { Journal } from '../functions/shell/journal.js';
import type { Connection } from './connection.js';
import type { LifecycleSettings } from './settings.js';
import type { UserRuns } from './user-runs.js';

/** Answers a leak here and now, from the deny to its end: what one step did is known to the next and not read back. */
export class LeakRuns {
  private constructor(
    private readonly connection: Connection,
    private readonly rules: ResponseRules,
    private readonly journal: Journal,
    private readonly users: UserRuns,
  ) {}

  static async open(
    connection: Connection,
    settings: LifecycleSettings,
    journal: Journal,
    users: UserRuns,
  ): Promise<LeakRuns> {
    const denySessionsArn = await findDenySessionsPolicy(connection.clients.iam, connection.accountId);
    const rules = { ...settings, denySessionsArn, settleMs: settings.windows.settleMs };
    return new LeakRuns(connection, rules, journal, users);
  }

  plan(seen: ResponseFacts, request: ResponseRequest): ResponsePlan {
    return planResponse(seen, request, this.rules, this.connection.clock.now());
  }

  /** Containment waits for nobody; the successor and the end of the deny take the user's lease. */
  async answer(
    seen: ResponseFacts,
    user: UserFacts,
    request: ResponseRequest,
  ): Promise<Pick<ResponseRest, 'at' | 'why'> & { readonly steps: readonly Step[] }> {
    const first = await contain(seen, user.name, request, this.runner);
    if (!first.seen.user || ['Stranger', 'Offboarded', 'Blocked'].includes(first.at.phase)) return first;
    return this.users.underLease(user.name, async (lease) => {
      const { keys, secret, steps } = await this.succeed(first.seen, lease);
      const after: ResponseFacts = { ...first.seen, keys, secret };
      const last = await convergeResponse(after, user.name, onwardsFrom(request, first), lease, this.runner);
      return { ...last, steps: [...first.steps, ...steps, ...last.steps] };
    });
  }

  /** A user that wants a key and has none that works gets one; its leaked key stays where it is. */
  private async succeed(
    { user, keys, secret }: ResponseFacts,
    lease: Parameters<Parameters<UserRuns['underLease']>[1]>[0],
  ): Promise<Pick<ResponseFacts, 'keys' | 'secret'> & { readonly steps: readonly Step[] }> {
    const wantsKey = readKeyWish(user!.tags) !== null && whyNoSuccessor({ keys, secret }, user!) !== null;
    if (!wantsKey) return { keys, secret, steps: [] };
    const rest = await this.users.rotateSeen({ user: user!, keys, secret, verified: null }, null, lease);
    return { keys: rest.seen.keys, secret: rest.seen.secret, steps: rest.steps };
  }

  private get runner(): ResponseRunner {
    const { clients, clock } = this.connection;
    return { functionName: 'cli', clients, clock, journal: this.journal, rules: this.rules };
  }
}

/** A run that contained the user knows that it did; any other must wait until reads are sure to show it. */
function onwardsFrom(request: ResponseRequest, { steps }: ResponseRest): ResponseRequest {
  if (request.kind === 'lift') return request;
  return { kind: steps.length > 0 ? 'finish' : 'look' };
}
