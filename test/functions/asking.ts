import type { HttpResponse } from '../../functions/shell/http-function.js';
import { minuteMs } from '../../functions/core/instants.js';
import { operationOf, operations } from '../../functions/shell/operations.js';
import { answerTable, queueNames } from '../../local/deployment.js';
import { type Call, type Fault, Invocation } from '../../local/fake-aws/fake-aws.js';
import { simulate, surroundingsCaller } from '../../local/simulation.js';
import { LocalSystem } from '../../local/system.js';
import { recordingJournal } from '../support/journal.js';

const portal = 'arn:aws:sts::123456789012:assumed-role/PortalRole/portal';
export const dora = { name: 'dora', owner: 'team-a', roles: ['admin'] };

export interface Ask {
  readonly key?: string;
  readonly body?: object;
  readonly query?: Record<string, string>;
  readonly caller?: string;
  readonly ifMatch?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** What becomes of a function's call. */
type Intervene = (call: Call) => Fault | undefined | Promise<Fault | undefined>;
export const never: Intervene = () => undefined;

/** The system on a simulated account, asked over its API with whatever headers. */
async function createWorld() {
  const journal = recordingJournal();
  let intervene = never;
  const simulation = await simulate({
    startAt: Date.parse('2026-03-02T10:00:00Z'),
    journal,
    account: { intervene: (call) => (call.caller === surroundingsCaller ? undefined : intervene(call)) },
  });
  const { account, clock } = simulation;
  let { system } = simulation;
  let asked = 0;
  const ask = async (method: string, path: string, options: Ask = {}): Promise<Answer | null> => {
    const { key, body, query = {}, caller = portal, ifMatch } = options;
    asked += 1;
    const [, , name] = path.split('/');
    const event = {
      rawPath: path,
      headers: {
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      queryStringParameters: query,
      ...(name === undefined ? {} : { pathParameters: { name } }),
      requestContext: {
        requestId: `r-${asked}`,
        timeEpoch: clock.now(),
        http: { method },
        authorizer: { iam: { userArn: caller } },
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const found = operationOf(method, path);
    const takenBy = found !== null && 'id' in found ? operations[found.id].takenBy : 'users';
    const answer = (await system.invoke(takenBy, event)) as HttpResponse | null;
    return (
      answer && {
        status: answer.statusCode!,
        headers: answer.headers as Record<string, string>,
        body: JSON.parse(answer.body!) as Record<string, unknown>,
      }
    );
  };
  const { dynamodb } = account.clients(new Invocation(surroundingsCaller));
  const waiting = (queue: 'rotate' | 'offboard') => account.truth.queue(queueNames[queue])!.visible.length;
  return {
    account,
    ask,
    clock,
    dynamodb,
    journal,
    waiting,
    records: () => [...account.truth.table(answerTable)!.items.values()],
    created: () =>
      account.calls.filter(({ operation, outcome }) => operation === 'CreateUser' && outcome === 'ok').length,
    interveneWith: (next: Intervene) => {
      intervene = next;
    },
    permit: (permissions: object) => {
      const env = { ...system.options.env, API_PERMISSIONS: JSON.stringify(permissions) };
      system = new LocalSystem({ ...system.options, env });
    },
    /** A managed user with its key; the queues are empty. */
    withDora: async () => {
      await ask('POST', '/users', { body: dora });
      await system.drain();
      await clock.sleep(10 * minuteMs);
      account.clearCalls();
      journal.lines.length = 0;
    },
    drain: () => system.drain(),
  };
}

type World = Awaited<ReturnType<typeof createWorld>>;

/** In a world of its own, under its clock. */
export async function within(live: (world: World) => Promise<void>): Promise<void> {
  const world = await createWorld();
  await world.clock.run(() => live(world));
}
