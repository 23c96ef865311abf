import { applyUserStep } from './aws/apply-user.js';
import {
  createDynamodb,
  createEventBridge,
  createIam,
  createSecretsManager,
  createSqs,
} from './aws/clients.js';
import { isAlreadyThere } from './aws/errors.js';
import { observeOnboarding, observeSecret } from './aws/observe.js';
import { sendMessage } from './aws/queue.js';
import { advanceOnboarding } from './core/advance.js';
import { announceUser } from './core/announcements.js';
import {
  type OnboardingFacts,
  type SecretFacts,
  type UserFacts,
  below,
  keyAtStage,
  stage,
} from './core/facts.js';
import { secretNameOf } from './core/names.js';
import { type DesiredUser, type OnboardingPhase, planOnboarding } from './core/onboarding.js';
import { rolesTag, tag, toTagValue } from './core/tags.js';
import { authorise } from './shell/authorise.js';
import { changeUser } from './shell/change-user.js';
import { type Rest, converge } from './shell/converge.js';
import { type EnvKey, announceKeys } from './shell/env.js';
import {
  HttpProblem,
  type HttpRequest,
  type HttpResponse,
  callerOf,
  httpFunction,
  jsonResponse,
  readBody,
} from './shell/http-function.js';
import { answerOnce } from './shell/idempotency.js';
import type { Deps } from './shell/lambda.js';
import { withLease } from './shell/lease.js';
import { formatRotateMessage } from './shell/messages.js';
import { operationOf, operations } from './shell/operations.js';
import { waitApplied, waitAsPreferred } from './shell/prefer.js';
import { grantsOf } from './shell/role-grants.js';
import type * as z from './shell/schema.js';
import { newUser } from './shell/user-fields.js';

export const onboardEnv = [
  ...announceKeys,
  'USER_PATH',
  'BOUNDARY_ARN',
  'ASSUMABLE_ROLES',
  'API_PERMISSIONS',
  'ROTATE_QUEUE_URL',
  'LEASE_TABLE',
  'LEASE',
  'ANSWER_TABLE',
] as const satisfies readonly EnvKey[];

const onboardClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
  eventBridge: createEventBridge(),
});

type OnboardDeps = Deps<(typeof onboardEnv)[number], keyof ReturnType<typeof onboardClients>>;

/** What gives users rights: POST /users, and PUT /users/{name}. */
async function onboard(request: HttpRequest, deps: OnboardDeps): Promise<HttpResponse> {
  const found = operationOf(request.requestContext.http.method, request.rawPath);
  const id = found !== null && 'id' in found ? found.id : null;
  if (id !== 'createUser' && id !== 'changeUser') {
    const allow = found !== null && 'allow' in found ? found.allow.join(', ') : 'POST, PUT';
    const detail = 'Users are created with POST /users and changed with PUT /users/{name}.';
    throw new HttpProblem(405, 'Method not allowed', detail, { headers: { allow } });
  }
  authorise(request, operations[id].permission, deps.env.API_PERMISSIONS);
  const act = id === 'createUser' ? createUser : changeUser;
  return answerOnce(request, id, deps, () => act(request, deps));
}

/** Creates a user with its roles and asks for its key, which another function mints. */
async function createUser(request: HttpRequest, deps: OnboardDeps): Promise<HttpResponse> {
  const body = readBody(request, newUser);
  const desired = resolve({ ...body, owner: body.owner ?? ownerFrom(request) }, deps);
  const { at, seen, steps } = await ensureUser(desired, deps);
  if (at.phase === 'Conflict' || !seen) throw conflict(desired, at);

  const { clients, clock, env } = deps;
  sayOnboarded(seen.user, steps.length > 0, request, deps);
  if (steps.length === 0) {
    // Asked for again: where the key is there already, nothing is left to ask for.
    const secret = await observeSecret(clients.secretsManager, secretNameOf(desired.name));
    if (isReady(secret)) return answer(seen.user, body.roles, secret);
  }
  const now = clock.now();
  const look = {
    userName: desired.name,
    userId: seen.user.id,
    sentAt: now,
    why: 'onboarding',
    request: null,
  };
  await sendMessage(clients.sqs, env.ROTATE_QUEUE_URL, formatRotateMessage(look));
  const secret = await waitAsPreferred(request, clock, async () => {
    const found = await observeSecret(clients.secretsManager, secretNameOf(desired.name));
    return isReady(found) ? found : null;
  });
  return answer(seen.user, body.roles, secret, secret ? waitApplied : {});
}

function sayOnboarded(user: UserFacts, isChanged: boolean, request: HttpRequest, deps: OnboardDeps): void {
  const askedBy = callerOf(request);
  const why = `asked for by ${askedBy ?? 'POST /users'}`;
  const announcement = announceUser(user, { isChanged, askedBy, why }, deps.clock.now());
  if (announcement !== null) deps.say(announcement);
}

/** Who answers for a user when nobody is named: whoever asks. Throws HttpProblem where that is not known either. */
function ownerFrom(request: HttpRequest): string {
  const caller = callerOf(request);
  if (caller !== null) return toTagValue(caller);
  const errors = [{ field: 'owner', value: null, rule: 'it must be given where the caller is not known' }];
  throw new HttpProblem(400, 'Invalid request', 'Nobody is named as owner.', { errors });
}

/** The user that the body asks for. Throws HttpProblem for a role that nobody may be given. */
function resolve(
  body: z.output<typeof newUser> & { readonly owner: string },
  { env }: OnboardDeps,
): DesiredUser {
  return {
    name: body.name,
    path: env.USER_PATH,
    boundaryArn: env.BOUNDARY_ARN,
    ...grantsOf(body.roles, env.ASSUMABLE_ROLES),
    tags: {
      ...body.tags,
      [tag.managed]: 'true',
      [tag.origin]: 'api',
      [tag.owner]: body.owner,
      [tag.name]: toTagValue(body.name),
      [tag.description]: toTagValue(body.description),
      [tag.roles]: rolesTag(body.roles),
    },
  };
}

/** The name's uniqueness in IAM is the lock of a creation; whoever finds the name taken looks, under the user's lease. */
async function ensureUser(
  desired: DesiredUser,
  deps: OnboardDeps,
): Promise<Rest<OnboardingFacts | null, OnboardingPhase>> {
  try {
    return await convergeUser(null, desired, deps);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
  const seen = await observeOnboarding(deps.clients, desired.name);
  if (!seen) {
    throw new HttpProblem(
      503,
      'Not visible yet',
      'The name is taken by a user that is not to be seen yet. Repeat the request.',
      {
        headers: { 'retry-after': '5' },
      },
    );
  }
  const { at, steps, why } = planOnboarding(seen, desired, below(deps.env.USER_PATH));
  if (steps.length === 0) return { at, why, seen, steps };
  // What is granted here may be granted twice, so the lease need not outlast the work.
  const complete = async () =>
    convergeUser(await observeOnboarding(deps.clients, desired.name), desired, deps);
  return withLease(deps, desired.name, complete, 'grants');
}

function convergeUser(
  seen: OnboardingFacts | null,
  desired: DesiredUser,
  { clients, clock, env, functionName, journal }: OnboardDeps,
): Promise<Rest<OnboardingFacts | null, OnboardingPhase>> {
  return converge({
    functionName,
    userName: desired.name,
    seen,
    plan: (facts) => planOnboarding(facts, desired, below(env.USER_PATH)),
    apply: (step) => applyUserStep(step, clients),
    advance: advanceOnboarding,
    now: () => clock.now(),
    journal,
  });
}

function conflict(desired: DesiredUser, at: OnboardingPhase): HttpProblem {
  const reason = at.phase === 'Conflict' ? at.reason : 'the name is taken';
  return new HttpProblem(409, 'Name taken', `${desired.name}: ${reason}. Nothing was changed.`);
}

function isReady(secret: SecretFacts | null): boolean {
  return secret !== null && secret.deletedAt === null && keyAtStage(secret, stage.current) !== null;
}

function answer(
  user: UserFacts,
  roles: readonly string[],
  secret: SecretFacts | null,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const location = `/users/${encodeURIComponent(user.name)}`;
  const body = {
    name: user.name,
    userId: user.id,
    arn: user.arn,
    roles,
    secret: { arn: secret?.arn ?? null, name: secretNameOf(user.name), versionStage: stage.current },
  };
  const status = secret ? 'ready' : 'pending';
  return jsonResponse(secret ? 201 : 202, { ...body, status }, { ...headers, location });
}

export const createHandler = httpFunction({
  name: 'onboard',
  env: onboardEnv,
  clients: onboardClients,
  run: onboard,
});
export const handler = createHandler();
