import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Outcome } from '../lambda-process.js';
import { type Match, type Route, matchRoute } from './routes.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

/** What API Gateway's HTTP API does with a request, but for authorisation and throttling. */
export async function answerRoute(
  routes: readonly Route[],
  incoming: IncomingMessage,
  log: NodeJS.WritableStream,
): Promise<HttpAnswer> {
  const [rawPath, rawQuery] = splitUrl(incoming.url ?? '/');
  let match: Match | null;
  try {
    match = matchRoute(routes, incoming.method ?? '', rawPath);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return json(400, { message: 'Bad Request' });
  }
  if (!match) return json(404, { message: 'Not Found' });
  const { target, timeoutMs } = match.route;
  const event = await eventFrom(incoming, rawPath, rawQuery, match);
  const outcome = await within(timeoutMs, target.invoke(event));
  // The gateway gives up on a function before the function does on its work.
  if (outcome === null) return json(503, { message: 'Service Unavailable' });
  if (!('error' in outcome)) return answerFrom(outcome.result);
  log.write(`${target.settings.name}: ${outcome.error.name}: ${outcome.error.message}\n`);
  return outcome.error.name === 'TooManyRequestsException'
    ? json(503, { message: 'Service Unavailable' })
    : json(500, { message: 'Internal Server Error' });
}

export function json(status: number, body: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function splitUrl(url: string): [path: string, query: string] {
  const index = url.indexOf('?');
  return index < 0 ? [url, ''] : [url.slice(0, index), url.slice(index + 1)];
}

/** Payload format 2.0. */
async function eventFrom(
  incoming: IncomingMessage,
  rawPath: string,
  rawQueryString: string,
  { route, pathParameters }: Match,
): Promise<object> {
  const { method = '', httpVersion, socket } = incoming;
  const { cookie, ...headers } = incoming.headers;
  const now = new Date();
  const domainName = headers.host ?? 'localhost';
  const query = joinRepeated(rawQueryString);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(rawQueryString === '' ? {} : { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName,
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(await bodyOf(incoming)),
  };
}

/** As in 22/Nov/2026:06:33:32 +0000. */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A parameter that comes more than once has its values with commas between them. */
function joinRepeated(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}

const textual = /^(text\/|application\/(json|javascript|xml)\b|[\w.-]+\/[\w.-]+\+(json|xml)\b)/i;

/** The gateway hands over as text only what says that it is text. */
async function bodyOf(incoming: IncomingMessage): Promise<{ body?: string; isBase64Encoded: boolean }> {
  const bytes = await buffer(incoming);
  if (bytes.length === 0) return { isBase64Encoded: false };
  const isText = textual.test(incoming.headers['content-type'] ?? '');
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** A result without a status is the body itself. */
function answerFrom(result: unknown): HttpAnswer {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return typeof result === 'string' ? { ...json(200, null), body: result } : json(200, result);
  }
  const {
    statusCode,
    headers = {},
    cookies,
    body = '',
    isBase64Encoded = false,
  } = result as {
    statusCode: number;
    headers?: Record<string, string | number | boolean>;
    cookies?: string[];
    body?: string;
    isBase64Encoded?: boolean;
  };
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named),
      ...(cookies ? { 'set-cookie': cookies } : {}),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

/** The outcome, or null where it takes longer. */
async function within(ms: number, outcome: Promise<Outcome>): Promise<Outcome | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
