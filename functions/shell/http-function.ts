import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isThrottled } from '../aws/errors.js';
import type { EnvKey } from './env.js';
import { type Journal, onBehalfOf } from './journal.js';
import { type ClientName, type CreateHandler, type Deps, type Needs, lambda } from './lambda.js';
import * as z from './schema.js';
import { LeaseHeld } from './lease.js';

/** The parts of an HTTP API event (payload format 2.0) that we use. */
const strings = () => z._default(z.record(z.string(), z.string()), {});
/** Who the gateway found the caller to be. */
const authorizer = z.object({
  iam: z.optional(z.object({ userArn: z.optional(z.nullable(z.string())) })),
  jwt: z.optional(z.object({ claims: z._default(z.record(z.string(), z.unknown()), {}) })),
});
const httpEvent = z.object({
  rawPath: z.string(),
  headers: strings(),
  queryStringParameters: strings(),
  pathParameters: strings(),
  requestContext: z.object({
    requestId: z.string(),
    domainName: z.optional(z.string()),
    timeEpoch: z.number(),
    http: z.object({ method: z.string() }),
    authorizer: z.optional(authorizer),
  }),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
});
export type HttpRequest = z.output<typeof httpEvent>;
export type HttpResponse = APIGatewayProxyStructuredResultV2;

const retryAfterSeconds = 30;

export const maxBodyBytes = 64 * 1024;

/** The caller's ARN, or the issuer and subject of its token; null where the gateway asked for neither, as it does locally. */
export function callerOf({ requestContext: { authorizer } }: HttpRequest): string | null {
  const { iss, sub } = authorizer?.jwt?.claims ?? {};
  if (typeof sub === 'string') return typeof iss === 'string' ? `${iss}#${sub}` : sub;
  return authorizer?.iam?.userArn ?? null;
}

/** One fault of a request: which field, what it was, and the rule that it breaks. */
export interface FieldFault {
  readonly field: string;
  readonly value: unknown;
  readonly rule: string;
}

/** A request that is refused, as problem+json (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly more: {
      readonly errors?: readonly FieldFault[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
  }
}

export interface HttpDefinition<K extends EnvKey, C extends ClientName> extends Needs<K, C> {
  run(request: HttpRequest, deps: Deps<K, C>): Promise<HttpResponse>;
}

/** Answers every request: a refusal as problem+json, a failure as 500 without its text, which only the log gets. */
export function httpFunction<K extends EnvKey, C extends ClientName>(
  definition: HttpDefinition<K, C>,
): CreateHandler<HttpResponse> {
  return lambda<K, C, HttpRequest, HttpResponse>({
    ...definition,
    event: httpEvent,
    run: async (request, deps) => {
      const { requestId, http } = request.requestContext;
      const journal = onBehalfOf({ caller: callerOf(request), requestId }, deps.journal);
      const answer = await definition
        .run(request, { ...deps, journal })
        .catch((error: unknown) => refusal(problemOf(error, requestId, journal), request));
      const { method } = http;
      journal.note('answered', { method, path: request.rawPath, status: answer.statusCode });
      return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
    },
  });
}

/** What the caller is told of what went wrong. The text of an unforeseen error is for the log alone. */
function problemOf(error: unknown, requestId: string, journal: Journal): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof LeaseHeld) return busy(error);
  if (isThrottled(error)) {
    const headers = { 'retry-after': String(retryAfterSeconds) };
    return new HttpProblem(429, 'Too many requests', 'AWS asks for fewer calls. Repeat the request later.', {
      headers,
    });
  }
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  journal.attention('Failure', null, `request ${requestId} failed: ${why}`);
  return new HttpProblem(500, 'Internal error', 'The request failed and may be repeated as it is.');
}

function busy(error: LeaseHeld): HttpProblem {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return new HttpProblem(503, 'Busy', `${error.message}. Repeat the request as it is.`, { headers });
}

export function jsonResponse(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** A body of no bytes is none. */
export function hasBody({ body = '' }: HttpRequest): boolean {
  return body !== '';
}

/** As it was sent; of no bytes where there was none. */
export function bytesOfBody({ body = '', isBase64Encoded }: HttpRequest): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** The query in a schema's form. Throws HttpProblem 400. */
export function readQuery<Query>(
  { queryStringParameters }: HttpRequest,
  schema: z.core.$ZodType<Query>,
): Query {
  return inForm(schema, queryStringParameters, 'query parameter(s)');
}

/** The body in a schema's form. Throws HttpProblem: 413 for too much, 415 for another type, 400 for the rest. */
export function readBody<Body>(request: HttpRequest, schema: z.core.$ZodType<Body>): Body {
  const type = request.headers['content-type'] ?? 'application/json';
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type)) {
    throw new HttpProblem(415, 'Unsupported media type', `The body is ${type}: send application/json.`);
  }
  const bytes = bytesOfBody(request);
  if (bytes.length > maxBodyBytes) {
    throw new HttpProblem(
      413,
      'Body too large',
      `The body has ${bytes.length} bytes: at most ${maxBodyBytes} are taken.`,
    );
  }
  return inForm(schema, parseJson(bytes.toString('utf8')), 'field(s) of the body');
}

function inForm<Form>(schema: z.core.$ZodType<Form>, value: unknown, what: string): Form {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => toFaults(issue, value));
  throw new HttpProblem(400, 'Invalid request', `${errors.length} ${what} break a rule.`, { errors });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpProblem(400, 'Malformed JSON', 'The body is not JSON.');
    throw error;
  }
}

/** A schema's finding with the value it found; a key that no schema knows is named as the field at fault. */
function toFaults(issue: z.core.$ZodIssue, body: unknown): FieldFault[] {
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({
    field: path.map(String).join('.') || 'body',
    value: told(
      path.reduce<unknown>(
        (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
        body,
      ),
    ),
    rule: ruleOf(issue),
  }));
}

const longestEcho = 200;

/** A value as a problem repeats it: a long text is cut, and a list or an object, which may be of any depth, only named. */
export function told(value: unknown): unknown {
  if (typeof value === 'string' && value.length > longestEcho) return `${value.slice(0, longestEcho)}…`;
  if (Array.isArray(value)) return '(a list)';
  return typeof value === 'object' && value !== null ? '(an object)' : (value ?? null);
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'no such field is known';
  // A record's key: what is wrong with it is said one level down.
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

function refusal({ status, title, detail, more }: HttpProblem, request: HttpRequest): HttpResponse {
  const { errors, headers } = more;
  const problem = {
    type: 'about:blank',
    title,
    status,
    detail,
    instance: request.rawPath,
    requestId: request.requestContext.requestId,
    ...(errors ? { errors } : {}),
  };
  return jsonResponse(status, problem, { ...headers, 'content-type': 'application/problem+json' });
}
