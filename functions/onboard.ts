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
import { secondMs } from './core/instants.js';
import { secretNameOf } from './core/names.js';
import { type DesiredUser, type OnboardingPhase, planOnboarding } from './core/onboarding.js';
import { rolesTag, tag, toTagValue } from './core/tags.js';
import { authorise } from './shell/authorise.js';
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
import type { Deps } from './shell/lambda.js';
import { withLease } from './shell/lease.js';
import { formatRotateMessage } from './shell/messages.js';
import { operations } from './shell/operations.js';
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
] as const satisfies readonly EnvKey[];

const onboardClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
  eventBridge: createEventBridge(),
});

type OnboardDeps = Deps<(typeof onboardEnv)[number], keyof ReturnType<typeof onboardClients>>;

/** POST /users: creates a user with its roles and asks for its key, which another function mints. */
async function onboard(request: HttpRequest, deps: OnboardDeps): Promise<HttpResponse> {
  if (request.requestContext.http.method !== 'POST') {
    throw new HttpProblem(405, 'Method not allowed', 'Users are created with POST.', {
      headers: { allow: 'POST' },
    });
  }
  authorise(request, operations.createUser.permission, deps.env.API_PERMISSIONS);
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
  const secret = await waitForKey(desired, now + preferredWaitMs(request), deps);
  return answer(seen.user, body.roles, secret);
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
  const roles = env.ASSUMABLE_ROLES;
  const unknown = body.roles.filter((key) => !Object.hasOwn(roles, key));
  if (unknown.length > 0) {
    const rule = `Valid role values are: ${Object.keys(roles).toSorted().join(', ')}`;
    const errors = unknown.map((value) => ({ field: `roles.${body.roles.indexOf(value)}`, value, rule }));
    throw new HttpProblem(400, 'Invalid request', rule, { errors });
  }
  const granted = body.roles.map((key) => roles[key]!);
  return {
    name: body.name,
    path: env.USER_PATH,
    boundaryArn: env.BOUNDARY_ARN,
    policyArns: granted.flatMap(({ policyArn, groupName }) => (groupName === undefined ? [policyArn] : [])),
    groupNames: granted.flatMap(({ groupName }) => groupName ?? []),
    tags: {
      ...body.tags,
      [tag.managed]: 'true',
      [tag.origin]: 'api',
      [tag.owner]: body.owner,
      [tag.name]: body.name,
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
  return withLease(deps, desired.name, async () =>
    convergeUser(await observeOnboarding(deps.clients, desired.name), desired, deps),
  );
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

const pollMs = secondMs;
const longestWaitSeconds = 20;

/** "Prefer: wait=N" of RFC 7240, in milliseconds; at most 20 s, and none where it is not asked for. */
function preferredWaitMs(request: HttpRequest): number {
  const seconds = /(?:^|[,;\s])wait=(\d{1,9})(?:$|[,;\s])/.exec(request.headers.prefer ?? '')?.[1];
  return Math.min(Number(seconds ?? 0), longestWaitSeconds) * secondMs;
}

/** The secret, once it holds a current key; null when the time is up. The first look comes at no cost of waiting. */
async function waitForKey(
  desired: DesiredUser,
  until: number,
  { clients, clock }: OnboardDeps,
): Promise<SecretFacts | null> {
  while (clock.now() < until) {
    await clock.sleep(Math.min(pollMs, until - clock.now()));
    const secret = await observeSecret(clients.secretsManager, secretNameOf(desired.name));
    if (isReady(secret)) return secret;
  }
  return null;
}

function isReady(secret: SecretFacts | null): boolean {
  return secret !== null && secret.deletedAt === null && keyAtStage(secret, stage.current) !== null;
}

function answer(user: UserFacts, roles: readonly string[], secret: SecretFacts | null): HttpResponse {
  const location = `/users/${encodeURIComponent(user.name)}`;
  const body = {
    name: user.name,
    userId: user.id,
    arn: user.arn,
    roles,
    secret: { arn: secret?.arn ?? null, name: secretNameOf(user.name), versionStage: stage.current },
  };
  return jsonResponse(secret ? 201 : 202, { ...body, status: secret ? 'ready' : 'pending' }, { location });
}

export const createHandler = httpFunction({
  name: 'onboard',
  env: onboardEnv,
  clients: onboardClients,
  run: onboard,
});
export const handler = createHandler();
