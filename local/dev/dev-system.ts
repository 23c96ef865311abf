import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsClients } from '../../functions/aws/clients.js';
import type { Account } from './account.js';
import { type HttpAnswer, answerRoute, json } from './http-api.js';
import { type LocalFunction, localFunctions } from './local-function.js';
import { answerOwnRoute, ownPrefix } from './own-routes.js';
import { type Provisioned, type QueueLimits, provision } from './provision.js';
import { type EventSource, QueuePoller } from './queue-poller.js';
import type { Route } from './routes.js';
import { LocalSchedule, parseRate } from './schedules.js';
import { type Template, UnsupportedTemplate } from './template.js';

export interface DevOptions {
  readonly template: Template;
  readonly account: Account;
  readonly limits: QueueLimits;
  /** The file that is laid into the bucket of the roster, where the template has one. */
  readonly roster: string;
  /** In place of the functions' own variables of that name. */
  readonly overrides: Readonly<Record<string, string>>;
  /** 0: a free one. */
  readonly port: number;
  readonly log: NodeJS.WritableStream;
}

/** The deployed system on this machine, at work until it is closed. */
export interface DevSystem extends Provisioned {
  readonly url: string;
  readonly routes: readonly Route[];
  readonly sources: readonly EventSource[];
  readonly schedules: readonly LocalSchedule[];
  close(): Promise<void>;
}

interface Parts extends Provisioned {
  readonly template: Template;
  readonly functions: ReadonlyMap<string, LocalFunction>;
}

export async function startSystem(options: DevOptions): Promise<DevSystem> {
  const { template, account, limits, roster, overrides, port, log } = options;
  const clients = awsClients();
  const provisioned = await provision(account, clients, template, limits, roster);
  const { resolver } = provisioned;
  const functions = localFunctions(template.of('AWS::Lambda::Function'), account, resolver, overrides, log);
  const parts: Parts = { ...provisioned, template, functions };
  const routes = routesOf(parts);
  const sources = sourcesOf(parts);
  const handovers = handoversOf(parts);
  const schedules = schedulesOf(parts, account, log);
  const own = { ...provisioned, clients, schedules };
  const answer = (incoming: IncomingMessage): Promise<HttpAnswer> =>
    incoming.url?.startsWith(ownPrefix) ? answerOwnRoute(own, incoming) : answerRoute(routes, incoming, log);
  const server = await listen(port, answer, log);
  const pollers = [...sources, ...handovers].map(
    (source) => new QueuePoller(source, clients.sqs, account.region, log),
  );
  for (const poller of pollers) void poller.run();
  const close = async () => {
    for (const part of [...pollers, ...schedules]) part.stop();
    server.close();
    server.closeAllConnections();
    await Promise.all([...functions.values()].map((one) => one.close()));
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { ...provisioned, url, routes, sources, schedules, close };
}

async function listen(
  port: number,
  answer: (incoming: IncomingMessage) => Promise<HttpAnswer>,
  log: NodeJS.WritableStream,
): Promise<Server> {
  const guarded = (incoming: IncomingMessage) =>
    answer(incoming).catch((error: Error) => {
      log.write(`${incoming.method} ${incoming.url}: ${error.stack}\n`);
      return json(500, { message: `${error.name}: ${error.message}` });
    });
  const server = createServer((incoming, outgoing) => {
    void guarded(incoming).then(({ status, headers, body }) => outgoing.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function routesOf({ template, resolver, functions }: Parts): Route[] {
  const integrations = new Map<string, Omit<Route, 'key'>>(
    template.of('AWS::ApiGatewayV2::Integration').map(({ id, properties }) => {
      resolver.add(id, { ref: id });
      const target = functionAt(functions, resolver.text(properties.IntegrationUri, id), id);
      return [`integrations/${id}`, { target, timeoutMs: properties.TimeoutInMillis }] as const;
    }),
  );
  return template.of('AWS::ApiGatewayV2::Route').map(({ id, properties }) => {
    const name = resolver.text(properties.Target, id);
    const integration = integrations.get(name);
    if (!integration) throw new UnsupportedTemplate(`${id}: it leads to ${name}, which is none`);
    return { key: properties.RouteKey, ...integration };
  });
}

function sourcesOf({ template, resolver, functions, queues }: Parts): EventSource[] {
  return template.of('AWS::Lambda::EventSourceMapping').map(({ id, properties }) => {
    const arn = resolver.text(properties.EventSourceArn, id);
    const queue = queues.find((candidate) => candidate.arn === arn);
    if (!queue) throw new UnsupportedTemplate(`${id}: the event source ${arn} is no queue of the template`);
    const target = functionAt(functions, resolver.text(properties.FunctionName, id), id);
    return {
      queue,
      target,
      batchSize: properties.BatchSize,
      concurrency: properties.ScalingConfig?.MaximumConcurrency ?? target.settings.concurrency,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
    };
  });
}

/** The events that rules have for functions. */
function handoversOf({ functions, deliveries }: Parts): EventSource[] {
  return deliveries.map(({ rule, queue, functionArn }) => {
    const target = functionAt(functions, functionArn, rule);
    return {
      queue,
      target,
      batchSize: 1,
      concurrency: target.settings.concurrency,
      reportsItemFailures: false,
      eventOf: (body) => JSON.parse(body) as unknown,
    };
  });
}

function schedulesOf(
  { template, resolver, functions }: Parts,
  { id: accountId, region }: Account,
  log: NodeJS.WritableStream,
): LocalSchedule[] {
  return template.of('AWS::Scheduler::Schedule').map(({ id, properties }) => {
    const { Name, ScheduleExpression, State, Target } = properties;
    const target = functionAt(functions, resolver.text(Target.Arn, id), id);
    const arn = `arn:aws:scheduler:${region}:${accountId}:schedule/default/${Name}`;
    const schedule = new LocalSchedule(Name, arn, ScheduleExpression, Target.Input, target);
    const everyMs = parseRate(ScheduleExpression, id);
    if (State === 'ENABLED') schedule.start(everyMs, log);
    return schedule;
  });
}

/** By its ARN or its name. */
function functionAt(
  functions: ReadonlyMap<string, LocalFunction>,
  reference: string,
  id: string,
): LocalFunction {
  const found = [...functions.values()].find(({ settings }) =>
    [settings.arn, settings.name].includes(reference),
  );
  if (found) return found;
  throw new UnsupportedTemplate(`${id}: its target ${reference} is no function of the template`);
}
