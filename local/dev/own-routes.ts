import { PutEventsCommand, PutPartnerEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { Clients } from '../../functions/aws/clients.js';
import { apiPage } from './api-page.js';
import { type HttpAnswer, json, splitUrl } from './http-api.js';
import type { LocalQueue } from './provision.js';
import type { LocalSchedule } from './schedules.js';

export const ownPrefix = '/_local/';
export const ownRoutes = [
  'GET /_local/docs',
  'GET /_local/queues',
  'POST /_local/events',
  'POST /_local/schedule/{name}',
] as const;

export interface OwnParts {
  readonly clients: Clients;
  readonly buses: readonly string[];
  readonly queues: readonly LocalQueue[];
  readonly schedules: readonly LocalSchedule[];
}

/** What the cloud's console would be used for: to look into the queues, to send an event, to start a schedule. */
export async function answerOwnRoute(parts: OwnParts, incoming: IncomingMessage): Promise<HttpAnswer> {
  const [path] = splitUrl(incoming.url ?? '/');
  const [kind, name, ...rest] = path.slice(ownPrefix.length).split('/');
  if (rest.length > 0) return unknown();
  switch (`${incoming.method} ${kind}`) {
    case 'GET docs':
      return name === undefined ? page(apiPage()) : unknown();
    case 'GET queues':
      return name === undefined ? json(200, await depths(parts)) : unknown();
    case 'POST events':
      return name === undefined ? putEvent(parts, await text(incoming)) : unknown();
    case 'POST schedule':
      return runSchedule(parts, name ?? '');
    default:
      return unknown();
  }
}

function page(body: string): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function unknown(): HttpAnswer {
  return json(404, { message: `no such route; there are ${ownRoutes.join(', ')}` });
}

async function runSchedule({ schedules }: OwnParts, name: string): Promise<HttpAnswer> {
  const schedule = schedules.find((candidate) => candidate.name === name);
  if (!schedule) {
    const names = schedules.map((candidate) => candidate.name).join(', ');
    return json(404, { message: `no schedule is named '${name}'; there are: ${names}` });
  }
  const outcome = await schedule.runNow();
  return json('error' in outcome ? 500 : 200, outcome);
}

const busEvent = z.strictObject({
  source: z.string().default('local.dev'),
  'detail-type': z.string(),
  detail: z.record(z.string(), z.unknown()),
  time: z.iso.datetime().optional(),
  bus: z.string().optional(),
});

async function putEvent({ clients, buses }: OwnParts, body: string): Promise<HttpAnswer> {
  const parsed = z.preprocess(parseJson, busEvent).safeParse(body);
  if (!parsed.success) return json(400, { message: z.prettifyError(parsed.error) });
  const { source, detail, time, 'detail-type': detailType } = parsed.data;
  const isPartner = source.startsWith('aws.partner/');
  const bus = isPartner ? source : (parsed.data.bus ?? buses[0]);
  const sent = {
    Source: source,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    ...(time === undefined ? {} : { Time: new Date(time) }),
  };
  const { Entries = [] } = isPartner
    ? await clients.eventBridge.send(new PutPartnerEventsCommand({ Entries: [sent] }))
    : await clients.eventBridge.send(new PutEventsCommand({ Entries: [{ ...sent, EventBusName: bus }] }));
  const [entry] = Entries;
  return entry?.EventId
    ? json(202, { id: entry.EventId, bus })
    : json(400, { message: `the bus refused it: ${entry?.ErrorCode} ${entry?.ErrorMessage}` });
}

/** The value, or the text itself, which no schema of an object takes. */
function parseJson(given: unknown): unknown {
  try {
    return JSON.parse(String(given));
  } catch {
    return given;
  }
}

/** Queue -> how many messages wait, are being worked on, and are held back. */
async function depths({ clients, queues }: OwnParts): Promise<object> {
  const names = {
    visible: 'ApproximateNumberOfMessages',
    inFlight: 'ApproximateNumberOfMessagesNotVisible',
    delayed: 'ApproximateNumberOfMessagesDelayed',
  } as const;
  const all = await Promise.all(
    queues.map(async ({ name, url }) => {
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: Object.values(names) });
      const { Attributes = {} } = await clients.sqs.send(command);
      const counts = Object.entries(names).map(([key, attribute]) => [key, Number(Attributes[attribute])]);
      return [name, Object.fromEntries(counts)] as const;
    }),
  );
  return Object.fromEntries(all);
}
