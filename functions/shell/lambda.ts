import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Clients } from '../aws/clients.js';
import { type Clock, systemClock } from '../aws/clock.js';
import type { Announcement } from '../core/event-details.js';
import { type Instant, secondMs } from '../core/instants.js';
import { Announcer, type Post } from './announcer.js';
import { type Env, type EnvKey, type announceKeys, parseEnv } from './env.js';
import { type Journal, cloudJournal, logger, metrics } from './journal.js';
import * as z from './schema.js';

/** What surrounds a function: the cloud, or a simulated account. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clients: () => Clients;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly middlewares: readonly MiddlewareObj[];
}

export type ClientName = keyof Clients;

/** What a function is given beside its event: the variables and the clients that it declared, and no others. */
export interface Deps<K extends EnvKey, C extends ClientName = never> {
  readonly functionName: string;
  readonly env: Env<K>;
  readonly clients: Pick<Clients, C>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Says on the event bus what was done, at the end of the invocation, whatever became of the rest of it. */
  readonly say: (announcement: Announcement) => void;
  /** Names this invocation, and no other. */
  readonly runId: string;
  /** When Lambda ends the invocation, whatever it is doing. */
  readonly deadlineAt: Instant;
}

/** What a function reads from its environment, and makes the clients that it uses in the cloud; none by default. */
export interface Needs<K extends EnvKey, C extends ClientName> {
  readonly name: string;
  readonly env: readonly K[];
  readonly clients?: () => Pick<Clients, C>;
}

/** One Lambda function: what it needs, the form of its event, and what it does. */
export interface Definition<K extends EnvKey, C extends ClientName, Event, Result> extends Needs<K, C> {
  readonly event: z.core.$ZodType<Event>;
  run(event: Event, deps: Deps<K, C>): Promise<Result>;
}

/** An event of another form than the function's. The message names each field, and the rule. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
}

export type Handler<Result> = (event: unknown, context: Context) => Promise<Result>;
export type CreateHandler<Result> = (runtime?: Runtime) => Handler<Result>;

const cloud: Omit<Runtime, 'clients'> = {
  env: process.env,
  clock: systemClock,
  journal: cloudJournal,
  middlewares: [injectLambdaContext(logger), logMetrics(metrics, { captureColdStartMetric: true })],
};

/**
 * The one stack that every function runs in. Environment and clients are made once, at the first invocation; an
 * environment that is wrong fails every invocation with the variable named.
 */
export function lambda<K extends EnvKey, C extends ClientName, Event, Result>(
  definition: Definition<K, C, Event, Result>,
): CreateHandler<Result> {
  const ownClients = definition.clients ?? (() => ({}) as Pick<Clients, C>);
  return (given) => {
    const runtime = given ?? cloud;
    const clientsOf = given ? () => given.clients() : ownClients;
    const start = once(() => ({ env: parseEnv(definition.env, runtime.env), clients: clientsOf() }));
    const run = async (event: unknown, context: Context): Promise<Result> => {
      const { env, clients } = start();
      const { clock, journal } = runtime;
      const { name: functionName } = definition;
      const deadlineAt = clock.now() + context.getRemainingTimeInMillis();
      const announcer = new Announcer({ functionName, post: postOf(env, clients), clock, journal });
      try {
        return await definition.run(parseEvent(definition.event, event), {
          functionName,
          env,
          clients,
          clock,
          journal: announcer.journal,
          say: (announcement) => announcer.say(announcement),
          runId: context.awsRequestId,
          deadlineAt,
        });
      } finally {
        await announcer.send(deadlineAt - lastTryMs);
      }
    };
    // The functions watch their own deadline, so middy need not.
    const stack = middy<unknown, Result>({ timeoutEarlyInMillis: 0 });
    for (const middleware of runtime.middlewares) stack.use(middleware);
    return stack.handler(run);
  };
}

/** Left of an invocation for the last try to send an event. */
const lastTryMs = 2 * secondMs;

/** Null for a function that declares neither the bus nor its client. */
function postOf(env: object, clients: object): Post | null {
  const { ACCOUNT_ID: accountId, EVENT_BUS: bus } = env as Partial<Env<(typeof announceKeys)[number]>>;
  const { eventBridge } = clients as Partial<Clients>;
  return accountId === undefined || bus === undefined || eventBridge === undefined
    ? null
    : { accountId, bus, eventBridge };
}

/** The event in the function's form. Throws InvalidEvent. */
export function parseEvent<Event>(schema: z.core.$ZodType<Event>, event: unknown): Event {
  const result = z.safeParse(schema, event);
  if (result.success) return result.data;
  throw new InvalidEvent(
    result.error.issues.map((issue) => `${issue.path.join('.') || 'the event'}: ${issue.message}`).join('; '),
    { cause: result.error },
  );
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
