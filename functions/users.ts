import pLimit from 'p-limit';
import { createDynamodb, createIam, createSecretsManager, createSqs, createSsm } from './aws/clients.js';
import { observeUser } from './aws/observe.js';
import { sendMessage } from './aws/queue.js';
import { isBack, isContained, isRotated } from './core/done.js';
import { type UserFacts, isManaged } from './core/facts.js';
import type { Instant } from './core/instants.js';
import type { OffboardingRequest } from './core/offboarding.js';
import { tag } from './core/tags.js';
import type { accepted as acceptedAnswer } from './shell/answers.js';
import { authorise } from './shell/authorise.js';
import { type EnvKey, territoryKeys, territoryOf, windowKeys } from './shell/env.js';
import { etagOf } from './shell/etag.js';
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
import { listPlans } from './shell/list-plans.js';
import { type Look, lookAt, looksAtATime, readPage } from './shell/look-at-users.js';
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
import { waitApplied, waitAsPreferred } from './shell/prefer.js';
import type * as z from './shell/schema.js';
import { noSuchUser, userInPath } from './shell/user-in-path.js';
import { detail, showKey, showPhase, summarize } from './shell/user-view.js';

export const usersEnv = [
  ...territoryKeys,
  'API_PERMISSIONS',
  'ROTATE_QUEUE_URL',
  'OFFBOARD_QUEUE_URL',
  'BOUNDARY_ARN',
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
  listPlans,
  showHealth: () => Promise.resolve(jsonResponse(200, { status: 'ok' })),
  showDocument: (request) => Promise.resolve(jsonResponse(200, openApiDocument(originOf(request)))),
  // The gateway leads them to the function that gives rights; a request that comes here all the same is told so.
  createUser: elsewhere,
  changeUser: elsewhere,
};

function elsewhere(): Promise<never> {
  const detail = 'Users are created and changed by another function.';
  return Promise.reject(new HttpProblem(404, 'No such resource', detail));
}

function originOf({ requestContext: { domainName } }: HttpRequest): string {
  return domainName === undefined ? '/' : `https://${domainName}`;
}

async function listUsers(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const query = readQuery(request, listQuery);
  const page = await readPage(usersPerPage, query.next, deps.clients);
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

async function showUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const look = await lookAt(await findUser(request, deps), deps);
  return jsonResponse(200, detail(look, deps.clock.now()), { etag: etagOf(look.user) });
}

async function offboardUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const { quarantine } = readQuery(request, offboardQuery);
  const user = await findUser(request, deps);
  const at = deps.clock.now();
  const reason = `asked for by ${callerOf(request) ?? 'DELETE /users'}`;
  await askOffboard(user, { kind: 'offboard', at, reason, quarantineMs: quarantine ?? null }, deps);
  return whenDone(request, user, 'offboarding', (look) => isContained(look, at), deps);
}

async function restoreUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const user = await findUser(request, deps);
  if (user.tags[tag.offboarded] === undefined)
    throw new HttpProblem(409, 'Not offboarded', `${user.name} is not being offboarded.`);
  await askOffboard(user, { kind: 'restore', at: deps.clock.now() }, deps);
  return whenDone(request, user, 'restoring', isBack, deps);
}

async function rotateUser(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  const { kind } = hasBody(request) ? readBody(request, rotateBody) : { kind: 'rotate' as const };
  const user = await findUser(request, deps);
  if (user.tags[tag.offboarded] !== undefined)
    throw new HttpProblem(409, 'Being offboarded', `${user.name} is being offboarded: restore it first.`);
  const { clients, clock, env } = deps;
  const now = clock.now();
  const wish = { kind, at: now };
  const why = `asked for by ${callerOf(request) ?? 'POST /users/{name}/rotate'}`;
  const look = { userName: user.name, userId: user.id, sentAt: now, why, request: wish };
  await sendMessage(clients.sqs, env.ROTATE_QUEUE_URL, formatRotateMessage(look));
  return whenDone(request, user, 'rotating', (seen) => isRotated(seen, wish), deps);
}

/** 200 with the user once a look shows that it is done, as long as the request prefers to wait for that; else 202. */
async function whenDone(
  request: HttpRequest,
  user: UserFacts,
  status: z.output<typeof acceptedAnswer>['status'],
  isDone: (look: Look) => boolean,
  deps: UsersDeps,
): Promise<HttpResponse> {
  const { clients, clock } = deps;
  const done = await waitAsPreferred(request, clock, async () => {
    const seen = await observeUser(clients.iam, user.name);
    const look = seen?.id === user.id ? await lookAt(seen, deps) : null;
    return look && isDone(look) ? look : null;
  });
  if (done === null) return accepted(user, status);
  return jsonResponse(200, detail(done, clock.now()), { ...waitApplied, etag: etagOf(done.user) });
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

/** Throws HttpProblem 404 for a user that is not there or not managed here. */
async function findUser(request: HttpRequest, { clients, env }: UsersDeps): Promise<UserFacts> {
  const name = userInPath(request);
  const user = await observeUser(clients.iam, name);
  if (user && isManaged(user, territoryOf(env))) return user;
  throw noSuchUser(name);
}

export const createHandler = httpFunction({
  name: 'users',
  env: usersEnv,
  clients: usersClients,
  run: users,
});
export const handler = createHandler();
