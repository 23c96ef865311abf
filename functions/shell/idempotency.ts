import { createHash } from 'node:crypto';
import {
  type Attempt,
  type AttemptRecord,
  beginAttempt,
  forgetAttempt,
  keepAnswer,
} from '../aws/answer-store.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { isThrottled } from '../aws/errors.js';
import { type Instant, dayMs, secondMs } from '../core/instants.js';
import {
  HttpProblem,
  type HttpRequest,
  type HttpResponse,
  bytesOfBody,
  callerOf,
  told,
} from './http-function.js';
import type { Journal } from './journal.js';
import {
  type OperationId,
  idempotencyKeyHeader,
  isChanging,
  maxIdempotencyKeyLength,
  operations,
  replayHeader,
} from './operations.js';
import * as z from './schema.js';

/** How long an answer is given again. */
export const answersKeptMs = dayMs;
/** The clocks of two runs differ by less. */
const clockMarginMs = 5 * secondMs;
const longestRetryAfterMs = 5 * secondMs;
const storeRetryAfterSeconds = 30;

interface OnceDeps {
  readonly functionName: string;
  readonly clients: Pick<Clients, 'dynamodb'>;
  readonly clock: Clock;
  readonly env: { readonly ANSWER_TABLE: string };
  readonly journal: Journal;
  readonly runId: string;
  readonly deadlineAt: Instant;
}

/**
 * Does what a request asks for, once for each Idempotency-Key of a caller and an operation
 * (draft-ietf-httpapi-idempotency-key-header): who asks again within a day is given the stored answer. Only a success is
 * stored: a refused or failed request may be repeated, and is judged anew. Throws HttpProblem: 400 for a key out of form,
 * 409 while the first request is at work, 422 where it asked for something else, 503 where nobody can tell; then nothing is done.
 */
export async function answerOnce(
  request: HttpRequest,
  id: OperationId,
  deps: OnceDeps,
  act: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const header = request.headers[idempotencyKeyHeader];
  if (header === undefined || !isChanging(operations[id])) return act();
  const attempt: Attempt = {
    name: `${deps.functionName}/${hash([id, callerOf(request), parseIdempotencyKey(header)])}`,
    owner: deps.runId,
    fingerprint: fingerprintOf(request),
  };
  const now = deps.clock.now();
  const before = await begin({ ...attempt, now }, request, deps);
  if (before !== null) return answerAgain(before, attempt, now);
  let answer: HttpResponse;
  try {
    answer = await act();
  } catch (error) {
    await settle(attempt, null, request, deps);
    throw error;
  }
  await settle(attempt, answer, request, deps);
  return answer;
}

const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const bare = /^[\w!#$%&'*+.^`|~:/=-]*$/;

/** The draft's key is a quoted string (RFC 8941); the bare form, which many clients send, is the same key. Throws HttpProblem 400. */
export function parseIdempotencyKey(header: string): string {
  const inner = quoted.exec(header)?.[1];
  const key = inner === undefined ? header : inner.replaceAll(/\\(["\\])/g, '$1');
  const isInForm = inner !== undefined || bare.test(header);
  if (isInForm && key.length > 0 && key.length <= maxIdempotencyKeyLength) return key;
  const rule = `it must be one key of 1 to ${maxIdempotencyKeyLength} characters: a quoted string (RFC 8941), or bare without spaces, quotes and commas`;
  throw new HttpProblem(400, 'Invalid request', 'The Idempotency-Key breaks a rule.', {
    errors: [{ field: 'Idempotency-Key', value: told(header), rule }],
  });
}

/** Tells what is asked for beside the operation: whom about, how, and on which condition. The content is not to be read from it. */
function fingerprintOf(request: HttpRequest): string {
  const { pathParameters, queryStringParameters: query, headers } = request;
  const content = bytesOfBody(request).toString('base64');
  return hash([inOrder(pathParameters), inOrder(query), headers['if-match'] ?? null, content]);
}

const inOrder = (record: Readonly<Record<string, string>>): readonly unknown[] =>
  Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1));

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Without its record nobody knows whether a request was carried out before, so it is not. */
async function begin(
  attempt: Attempt & { readonly now: Instant },
  request: HttpRequest,
  deps: OnceDeps,
): Promise<AttemptRecord | null> {
  const { clients, deadlineAt, env } = deps;
  const expiresAt = deadlineAt + clockMarginMs;
  try {
    return await beginAttempt(clients.dynamodb, env.ANSWER_TABLE, { ...attempt, expiresAt });
  } catch (error) {
    if (isThrottled(error)) throw error;
    tell(error, 'its Idempotency-Key cannot be looked up, so nothing was done', request, deps);
    const headers = { 'retry-after': String(storeRetryAfterSeconds) };
    throw new HttpProblem(
      503,
      'Idempotency-Key cannot be honoured',
      'Nothing was done, because nobody can tell whether it was before. Repeat the request later.',
      { headers },
    );
  }
}

const storedAnswer = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

function answerAgain(before: AttemptRecord, attempt: Attempt, now: Instant): HttpResponse {
  if (before.fingerprint !== attempt.fingerprint) {
    throw new HttpProblem(
      422,
      'Idempotency-Key is already used',
      'The first request with this key asked for something else. Nothing was done.',
    );
  }
  if (before.answer === null) {
    const waitMs = Math.min(before.expiresAt - now, longestRetryAfterMs);
    throw new HttpProblem(
      409,
      'A request with this Idempotency-Key is at work',
      'The first request with this key has no answer yet. Repeat the request as it is.',
      { headers: { 'retry-after': String(Math.ceil(waitMs / secondMs)) } },
    );
  }
  const answer = z.parse(storedAnswer, JSON.parse(before.answer));
  return { ...answer, headers: { ...answer.headers, [replayHeader]: 'true' } };
}

/** What was done is done, so its answer goes out whatever becomes of the record. */
async function settle(
  attempt: Attempt,
  answer: HttpResponse | null,
  request: HttpRequest,
  deps: OnceDeps,
): Promise<void> {
  const { clients, clock, env } = deps;
  const { statusCode = 0, headers = {}, body = '' } = answer ?? {};
  const isSuccess = statusCode >= 200 && statusCode < 300;
  try {
    await (isSuccess
      ? keepAnswer(clients.dynamodb, env.ANSWER_TABLE, {
          ...attempt,
          answer: JSON.stringify({ statusCode, headers, body }),
          expiresAt: clock.now() + answersKeptMs,
        })
      : forgetAttempt(clients.dynamodb, env.ANSWER_TABLE, attempt));
  } catch (error) {
    tell(error, 'the record of its Idempotency-Key could not be written', request, deps);
  }
}

function tell(error: unknown, what: string, { requestContext }: HttpRequest, { journal }: OnceDeps): void {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  journal.attention('Failure', null, `request ${requestContext.requestId}: ${what}: ${why}`);
}
