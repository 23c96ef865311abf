import pLimit from 'p-limit';
import { observeUserPage } from './aws/account.js';
import { createDynamodb, createIam, createSecretsManager, createSqs, createSsm } from './aws/clients.js';
import { isInvalidInput } from './aws/errors.js';
import { observeCredentials, observeUser } from './aws/observe.js';
import { sendMessage } from './aws/queue.js';
import { type KeyFacts, type RotationFacts, type UserFacts, isManaged } from './core/facts.js';
import { type Instant, formatInstant } from './core/instants.js';
import { InvalidValue } from './core/invalid-value.js';
import { keyStoreNameOf } from './core/key-wish.js';
import { type UserName, keyIdOf, parseUserName } from './core/names.js';
import type { OffboardingRequest } from './core/offboarding.js';
import type { RotationPhase, RotationPlan } from './core/rotation-phase.js';
import { planRotation } from './core/rotation.js';
import { describe } from './core/steps.js';
import { tag } from './core/tags.js';
import type { accepted as acceptedAnswer } from './shell/answers.js';
import { authorise } from './shell/authorise.js';
import { type EnvKey, territoryKeys, territoryOf, windowKeys, windowsOf } from './shell/env.js';
import {
  HttpProblem,
  type HttpRequest,
  type HttpResponse,
  callerOf,
  hasBody,
  httpFunction,
  jsonResponse,
  readBody,
  readQuery,
} from './shell/http-function.js';
import { answerOnce } from './shell/idempotency.js';
import type { Deps } from './shell/lambda.js';
import { formatOffboardMessage, formatRotateMessage } from './shell/messages.js';
import { openApiDocument } from './shell/openapi.js';
import {
  type OperationId,
  listQuery,
  offboardQuery,
  operationOf,
  operations,
  rotateBody,
} from './shell/operations.js';
import type * as z from './shell/schema.js';

export const usersEnv = [
  ...territoryKeys,
  'API_PERMISSIONS',
  'ROTATE_QUEUE_URL',
  'OFFBOARD_QUEUE_URL',
  'ANSWER_TABLE',
  ...windowKeys,
] as const satisfies readonly EnvKey[];

const usersClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  dynamodb: createDynamodb(),
  ssm: createSsm(),
  sqs: createSqs(),
});

type UsersDeps = Deps<(typeof usersEnv)[number], keyof ReturnType<typeof usersClients>>;

const usersPerPage = 100;
/** How many users of a page are looked at at a time: IAM throttles an account as a whole. */
const looksAtATime = 10;

/** Routes by the table of operations. It changes no user itself: what is asked for goes into a queue. */
async function users(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const found = operationOf(request.requestContext.http.method, request.rawPath);
  if (found === null) {
    const paths = [...new Set(Object.values(operations).map(({ path }) => path))];
    throw new HttpProblem(404, 'No such resource', `The resources are ${paths.join(', ')}.`);
  }
  if ('allow' in found) {
    const allow = found.allow.join(', ');
    throw new HttpProblem(405, 'Method not allowed', `This resource knows ${allow}.`, { headers: { allow } });
  }
  authorise(request, operations[found.id].permission, deps.env.API_PERMISSIONS);
  return answerOnce(request, found.id, deps, () => actions[found.id](request, deps));
}

type Action = (request: HttpRequest, deps: UsersDeps) => Promise<HttpResponse>;

const actions: Readonly<Record<OperationId, Action>> = {
  listUsers,
  showUser,
  offboardUser,
  rotateUser,
  restoreUser,
  showHealth: () => Promise.resolve(jsonResponse(200, { status: 'ok' })),
  showDocument: (request) => Promise.resolve(jsonResponse(200, openApiDocument(originOf(request)))),
  // The gateway leads it to the function that creates; a request that comes here all the same is told so.
  createUser: () =>
    Promise.reject(new HttpProblem(404, 'No such resource', 'Users are created by another function.')),
};

function originOf({ requestContext: { domainName } }: HttpRequest): string {
  return domainName === undefined ? '/' : `https://${domainName}`;
}

async function listUsers(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const query = readQuery(request, listQuery);
  const page = await readPage(query.next, deps.clients);
  const managed = page.users
    .map(({ user }) => user)
    .filter((user) => isManaged(user, territoryOf(deps.env)))
    .filter(({ tags }) => query.origin === undefined || tags[tag.origin] === query.origin);
  const rows =
    query.phase === undefined && query.keyOlderThan === undefined
      ? managed.map(summarize)
      : await rowsLookedAt(managed, query, deps);
  return jsonResponse(200, { users: rows, next: page.next ?? null });
}

/** Those users of a page that the filters on their keys let through. It takes two calls a user. */
async function rowsLookedAt(
  managed: readonly UserFacts[],
  { phase, keyOlderThan }: z.output<typeof listQuery>,
  deps: UsersDeps,
): Promise<object[]> {
  const looks = await pLimit(looksAtATime).map(managed, (user) => lookAt(user, deps));
  const bornBefore = keyOlderThan === undefined ? Infinity : deps.clock.now() - keyOlderThan;
  return looks
    .filter(({ at }) => phase === undefined || at.phase === phase)
    .filter(
      ({ keys }) =>
        keyOlderThan === undefined ||
        keys.some(({ status, createdAt }) => status === 'Active' && createdAt < bornBefore),
    )
    .map(({ user, keys, at }) => ({ ...summarize(user), phase: showPhase(at), keys: keys.map(showKey) }));
}

interface Look extends RotationPlan, RotationFacts {}

async function lookAt(user: UserFacts, { clients, clock, env }: UsersDeps): Promise<Look> {
  const seen = { user, ...(await observeCredentials(clients, user)), verified: null };
  const rules = { ...territoryOf(env), windows: windowsOf(env) };
  return { ...seen, ...planRotation(seen, null, rules, clock.now()) };
}

/** Throws HttpProblem 400 where IAM does not know the place that a page is to start at. */
async function readPage(next: string | undefined, { iam }: UsersDeps['clients']) {
  try {
    return await observeUserPage(iam, usersPerPage, next);
  } catch (error) {
    if (next === undefined || !isInvalidInput(error)) throw error;
    throw new HttpProblem(400, 'Invalid request', 'The query parameter "next" names no page.', {
      errors: [{ field: 'next', value: next, rule: 'it must be the "next" of an earlier answer' }],
    });
  }
}

async function showUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const user = await findUser(request, deps);
  const { keys, secret, at, steps, why } = await lookAt(user, deps);
  const stages = Object.entries(secret?.stages ?? {}).map(([label, versionId]) => [
    label,
    keyIdOf(versionId) ?? versionId,
  ]);
  const isDue = steps.length > 0;
  const until = isDue ? deps.clock.now() : 'until' in at ? at.until : null;
  return jsonResponse(200, {
    ...summarize(user),
    phase: showPhase(at),
    keys: keys.map(showKey),
    next: {
      action: isDue ? describe(steps[0]!) : null,
      at: until === null ? null : formatInstant(until),
      why,
    },
    secret: { arn: secret?.arn ?? null, name: keyStoreNameOf(user), stages: Object.fromEntries(stages) },
  });
}

function showPhase(phase: RotationPhase): object {
  return {
    ...phase,
    ...('until' in phase ? { until: formatInstant(phase.until) } : {}),
    ...('since' in phase ? { since: formatInstant(phase.since) } : {}),
  };
}

function showKey({ id, status, createdAt }: KeyFacts): object {
  return { id, status, createdAt: formatInstant(createdAt) };
}

async function offboardUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const { quarantine } = readQuery(request, offboardQuery);
  const user = await findUser(request, deps);
  const reason = `asked for by ${callerOf(request) ?? 'DELETE /users'}`;
  const quarantineMs = quarantine ?? null;
  await askOffboard(user, { kind: 'offboard', at: deps.clock.now(), reason, quarantineMs }, deps);
  return accepted(user, 'offboarding');
}

async function restoreUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const user = await findUser(request, deps);
  if (user.tags[tag.offboarded] === undefined)
    throw new HttpProblem(409, 'Not offboarded', `${user.name} is not being offboarded.`);
  await askOffboard(user, { kind: 'restore', at: deps.clock.now() }, deps);
  return accepted(user, 'restoring');
}

async function rotateUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const { kind } = hasBody(request) ? readBody(request, rotateBody) : { kind: 'rotate' as const };
  const user = await findUser(request, deps);
  if (user.tags[tag.offboarded] !== undefined)
    throw new HttpProblem(409, 'Being offboarded', `${user.name} is being offboarded: restore it first.`);
  const { clients, clock, env } = deps;
  const now = clock.now();
  const why = `asked for by ${callerOf(request) ?? 'POST /users/{name}/rotate'}`;
  const look = { userName: user.name, userId: user.id, sentAt: now, why, request: { kind, at: now } };
  await sendMessage(clients.sqs, env.ROTATE_QUEUE_URL, formatRotateMessage(look));
  return accepted(user, 'rotating');
}

type Decision =
  | { readonly kind: 'restore'; readonly at: Instant }
  | {
      readonly kind: 'offboard';
      readonly at: Instant;
      readonly reason: string;
      readonly quarantineMs: number | null;
    };

async function askOffboard(user: UserFacts, decision: Decision, { clients, env }: UsersDeps): Promise<void> {
  const wish: OffboardingRequest = {
    userName: user.name,
    userId: user.id,
    absentSince: null,
    ...decision,
  };
  await sendMessage(clients.sqs, env.OFFBOARD_QUEUE_URL, formatOffboardMessage(wish, decision.at));
}

function accepted({ name, id }: UserFacts, status: z.output<typeof acceptedAnswer>['status']): HttpResponse {
  const location = `/users/${encodeURIComponent(name)}`;
  return jsonResponse(202, { name, userId: id, status }, { location });
}

/** Throws HttpProblem 404 for a user that is not there or not managed here: which of the two is nobody's business. */
async function findUser(request: HttpRequest, { clients, env }: UsersDeps): Promise<UserFacts> {
  const name = parseName(request.pathParameters.name ?? '');
  const user = await observeUser(clients.iam, name);
  if (user && isManaged(user, territoryOf(env))) return user;
  throw new HttpProblem(404, 'No such user', `No managed user is named ${name}.`);
}

function parseName(name: string): UserName {
  try {
    return parseUserName(name, 'name');
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    const { field, value, rule } = error;
    throw new HttpProblem(400, 'Invalid request', error.message, {
      errors: [{ field, value, rule: `it must be ${rule}` }],
    });
  }
}

function summarize(user: UserFacts): object {
  const { tags } = user;
  return {
    name: user.name,
    userId: user.id,
    arn: user.arn,
    createdAt: formatInstant(user.createdAt),
    origin: tags[tag.origin] ?? null,
    owner: tags[tag.owner] ?? null,
    description: tags[tag.description] ?? null,
    roles: (tags[tag.roles] ?? '').split(' ').filter((role) => role !== ''),
    offboardedAt: tags[tag.offboarded] ?? null,
    purgeAfter: tags[tag.purgeAfter] ?? null,
  };
}

export const createHandler = httpFunction({
  name: 'users',
  env: usersEnv,
  clients: usersClients,
  run: users,
});
export const handler = createHandler();
