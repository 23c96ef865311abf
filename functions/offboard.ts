import {
  createCloudTrail,
  createDynamodb,
  createEventBridge,
  createIam,
  createS3,
  createSecretsManager,
  createSqs,
  createSsm,
} from './aws/clients.js';
import { longestDelayMs, sendMessage } from './aws/queue.js';
import { announceDeparture } from './core/announcements.js';
import type { OffboardingFacts, UserFacts } from './core/facts.js';
import { type Instant, formatInstant, minuteMs, secondMs } from './core/instants.js';
import { InvalidValue } from './core/invalid-value.js';
import { trailDelayMs } from './core/late-acts.js';
import { parseUserName } from './core/names.js';
import { type OffboardingPhase, type OffboardingRequest, standingDeparture } from './core/offboarding.js';
import type { Step } from './core/steps.js';
import { convergeOffboarding } from './shell/converge-offboarding.js';
import { type EnvKey, announceKeys, territoryKeys, territoryOf } from './shell/env.js';
import type { Deps } from './shell/lambda.js';
import { withLease } from './shell/lease.js';
import { formatOffboardMessage, formatRevokeMessage, offboardMessage } from './shell/messages.js';
import { type Delivery, queueFunction } from './shell/queue-function.js';

export const offboardEnv = [
  ...announceKeys,
  ...territoryKeys,
  'BOUNDARY_ARN',
  'OFFBOARD_QUEUE_URL',
  'REVOKE_QUEUE_URL',
  'LEASE_TABLE',
  'LEASE',
  'SETTLE',
  'OFFBOARD_QUARANTINE',
  'EVIDENCE_BUCKET',
] as const satisfies readonly EnvKey[];

const offboardClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  s3: createS3(),
  cloudTrail: createCloudTrail(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
  eventBridge: createEventBridge(),
});

type OffboardDeps = Deps<(typeof offboardEnv)[number], keyof ReturnType<typeof offboardClients>>;

/** Takes one user as far through its departure, or its return, as it may go now. */
async function offboard(
  request: OffboardingRequest,
  deps: OffboardDeps,
  { isRedelivered }: Delivery,
): Promise<void> {
  const { clock, env } = deps;
  refuseAhead(request, clock.now());
  const name = parseUserName(request.userName);
  const rules = {
    ...territoryOf(env),
    boundaryArn: env.BOUNDARY_ARN,
    settleMs: env.SETTLE,
    quarantineMs: env.OFFBOARD_QUARANTINE,
  };
  await withLease(deps, name, async (lease) => {
    const runner = {
      ...deps,
      rules,
      evidenceBucket: env.EVIDENCE_BUCKET,
      isRedelivered,
      beforeContainment: (user: UserFacts) => askToRevoke(user, deps),
    };
    const rest = await convergeOffboarding(name, request, lease, runner);
    const { at, steps, seen } = rest;
    const occasion = { isRedelivered, now: clock.now() };
    for (const announcement of announceDeparture(rest, request, occasion)) deps.say(announcement);
    if (!('until' in at)) return;
    const dueAt = nextLookAt({ at, steps, seen }, deps);
    const userId = seen.user?.id ?? request.userId;
    await lookAgainAt(Math.max(dueAt, lease.freeAt()), at, { ...request, userId }, deps);
  });
}

/** A decision that lies ahead would outrank every later one, and hit a namesake who is yet to come. Clocks differ by less. */
function refuseAhead(request: OffboardingRequest, now: Instant): void {
  if (request.kind === 'continue' || request.at <= now + minuteMs) return;
  throw new InvalidValue('time', formatInstant(request.at), 'at most a minute ahead');
}

/**
 * Before the first step, so that no crash between the last one and this can lose it: it is sent by each run that has a power
 * to take away. The lease is longer than this run and the settle time together, so no session begins after it ends.
 */
async function askToRevoke({ name: userName, id: userId }: UserFacts, deps: OffboardDeps): Promise<void> {
  const { clients, clock, env } = deps;
  if (env.REVOKE_QUEUE_URL === 'none') return;
  const before = clock.now() + env.LEASE;
  await sendMessage(clients.sqs, env.REVOKE_QUEUE_URL, formatRevokeMessage({ userName, userId, before }));
}

/**
 * A settle time after a containment: what the leaver made of its own before its loss of power was known everywhere is there
 * to see then. Once more when the event history can tell what else it did, which a departure that is over is signed off
 * with. Otherwise when something is due.
 */
function nextLookAt(
  {
    at,
    steps,
    seen,
  }: {
    readonly at: OffboardingPhase & { readonly until: Instant };
    readonly steps: readonly Step[];
    readonly seen: OffboardingFacts;
  },
  { clock, env }: OffboardDeps,
): Instant {
  const now = clock.now();
  if (at.phase === 'Absent')
    return steps.some(({ step }) => step === 'DeleteUser') ? now + trailDelayMs : at.until;
  if (at.phase !== 'Quarantined') return at.until;
  if (steps.length > 0) return Math.min(at.until, now + env.SETTLE);
  const toldAt = ((seen.user && standingDeparture(seen.user)) ?? 0) + trailDelayMs;
  return now < toldAt ? Math.min(at.until, toldAt) : at.until;
}

/** Comes back by itself when the wait is short: for the second look at an absence, for a quarantine of minutes. */
async function lookAgainAt(
  dueAt: Instant,
  at: OffboardingPhase & { readonly until: Instant },
  request: OffboardingRequest,
  deps: OffboardDeps,
): Promise<void> {
  const { clients, clock, env } = deps;
  const { userName, userId } = request;
  const now = clock.now();
  const delayMs = dueAt - now;
  if (delayMs > longestDelayMs) return;
  const again: OffboardingRequest =
    at.phase === 'Absent'
      ? { ...request, absentSince: at.until - env.SETTLE }
      : { kind: 'continue', userName, userId, absentSince: null };
  await sendMessage(
    clients.sqs,
    env.OFFBOARD_QUEUE_URL,
    formatOffboardMessage(again, now),
    Math.max(delayMs, secondMs),
  );
}

export const createHandler = queueFunction({
  name: 'offboard',
  env: offboardEnv,
  clients: offboardClients,
  message: offboardMessage,
  run: offboard,
});
export const handler = createHandler();
