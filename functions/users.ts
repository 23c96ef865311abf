import { observeUserPage } from './aws/account.js';
import { createIam, createSecretsManager, createSqs, createSsm } from './aws/clients.js';
import { isInvalidInput } from './aws/errors.js';
import { observeCredentials, observeUser } from './aws/observe.js';
import { sendMessage } from './aws/queue.js';
import { type UserFacts, isManaged } from './core/facts.js';
import { formatInstant } from './core/instants.js';
import { InvalidValue } from './core/invalid-value.js';
import { keyStoreNameOf } from './core/key-wish.js';
import { type UserName, keyIdOf, parseUserName } from './core/names.js';
import { phaseOf } from './core/rotation.js';
import { tag } from './core/tags.js';
import { type EnvKey, territoryKeys, territoryOf, windowKeys, windowsOf } from './shell/env.js';
import {
  HttpProblem,
  type HttpRequest,
  type HttpResponse,
  httpFunction,
  jsonResponse,
} from './shell/http-function.js';
import type { Deps } from './shell/lambda.js';
import { duration, formatOffboardMessage } from './shell/messages.js';

export const usersEnv = [
  ...territoryKeys,
  'OFFBOARD_QUEUE_URL',
  ...windowKeys,
] as const satisfies readonly EnvKey[];

const usersClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  sqs: createSqs(),
});

type UsersDeps = Deps<(typeof usersEnv)[number], keyof ReturnType<typeof usersClients>>;

const usersPerPage = 100;

/** GET /users, GET /users/{name}, DELETE /users/{name}. It changes nothing: a deletion is only asked for. */
async function users(request: HttpRequest, deps: UsersDeps): Promise<HttpResponse> {
  if (!/^\/users(\/[^/]+)?$/.test(request.rawPath))
    throw new HttpProblem(404, 'No such resource', 'The resources are /users and /users/{name}.');
  const { method } = request.requestContext.http;
  const name = request.pathParameters.name;
  const allowed = name === undefined ? ['GET'] : ['GET', 'DELETE'];
  if (!allowed.includes(method)) {
    const allow = allowed.join(', ');
    throw new HttpProblem(405, 'Method not allowed', `This resource knows ${allow}.`, { headers: { allow } });
  }
  if (name === undefined) return listUsers(request, deps);
  const user = await findUser(parseName(name), deps);
  return method === 'GET' ? showUser(user, deps) : askForOffboarding(user, request, deps);
}

async function listUsers(request: HttpRequest, { clients, env }: UsersDeps): Promise<HttpResponse> {
  const page = await readPage(request.queryStringParameters.next, clients);
  const managed = page.users.map(({ user }) => user).filter((user) => isManaged(user, territoryOf(env)));
  return jsonResponse(200, { users: managed.map(summarize), next: page.next ?? null });
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

async function showUser(user: UserFacts, { clients, clock, env }: UsersDeps): Promise<HttpResponse> {
  const { keys, secret } = await observeCredentials(clients, user);
  const rules = { ...territoryOf(env), windows: windowsOf(env) };
  const phase = phaseOf({ user, keys, secret, verified: null }, null, rules, clock.now());
  const stages = Object.entries(secret?.stages ?? {}).map(([label, versionId]) => [
    label,
    keyIdOf(versionId) ?? versionId,
  ]);
  return jsonResponse(200, {
    ...summarize(user),
    phase: {
      ...phase,
      ...('until' in phase ? { until: formatInstant(phase.until) } : {}),
      ...('since' in phase ? { since: formatInstant(phase.since) } : {}),
    },
    keys: keys.map(({ id, status, createdAt }) => ({ id, status, createdAt: formatInstant(createdAt) })),
    secret: { arn: secret?.arn ?? null, name: keyStoreNameOf(user), stages: Object.fromEntries(stages) },
  });
}

async function askForOffboarding(
  user: UserFacts,
  request: HttpRequest,
  { clients, clock, env }: UsersDeps,
): Promise<HttpResponse> {
  const now = clock.now();
  const wish = {
    kind: 'offboard',
    userName: user.name,
    userId: user.id,
    absentSince: null,
    at: now,
    reason: 'asked for by DELETE /users',
    quarantineMs: readQuarantine(request),
  } as const;
  await sendMessage(clients.sqs, env.OFFBOARD_QUEUE_URL, formatOffboardMessage(wish, now));
  return jsonResponse(
    202,
    { name: user.name, userId: user.id, status: 'offboarding' },
    { location: `/users/${encodeURIComponent(user.name)}` },
  );
}

function readQuarantine({ queryStringParameters: { quarantine } }: HttpRequest): number | null {
  if (quarantine === undefined) return null;
  const result = duration.safeParse(quarantine);
  if (result.success) return result.data;
  const errors = [{ field: 'quarantine', value: quarantine, rule: result.error.issues[0]!.message }];
  throw new HttpProblem(400, 'Invalid request', 'The query parameter "quarantine" breaks a rule.', {
    errors,
  });
}

/** Throws HttpProblem 404 for a user that is not there or not managed here: which of the two is nobody's business. */
async function findUser(name: UserName, { clients, env }: UsersDeps): Promise<UserFacts> {
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
