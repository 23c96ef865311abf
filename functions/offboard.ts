import {
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
import type { UserFacts } from './core/facts.js';
import { type Instant, formatInstant, minuteMs, secondMs } from './core/instants.js';
import { InvalidValue } from './core/invalid-value.js';
import { parseUserName } from './core/names.js';
import type { OffboardingPhase, OffboardingRequest } from './core/offboarding.js';
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
    const { at, steps } = rest;
    const occasion = { isRedelivered, now: clock.now() };
    for (const announcement of announceDeparture(rest, request, occasion)) deps.say(announcement);
    if (!('until' in at)) return;
    // What a leaver made before its loss of power was known everywhere is seen a settle time later.
    const isSweepDue = at.phase === 'Quarantined' && steps.length > 0;
    const dueAt = isSweepDue ? Math.min(at.until, deps.clock.now() + env.SETTLE) : at.until;
    await lookAgainAt(Math.max(dueAt, lease.freeAt()), at, request, deps);
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

/** Comes back by itself when the wait is short: for the second look at an absence, for a quarantine of minutes. */
async function lookAgainAt(
  dueAt: Instant,
  at: OffboardingPhase & { readonly until: Instant },
  request: OffboardingRequest,
  deps: OffboardDeps,
): Promise<void> {
  const { clients, clock, env } = deps;
  const now = clock.now();
  const delayMs = dueAt - now;
  if (delayMs > longestDelayMs) return;
  const again: OffboardingRequest =
    at.phase === 'Absent'
      ? { ...request, absentSince: at.until - env.SETTLE }
      : { kind: 'continue', userName: request.userName, userId: request.userId, absentSince: null };
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
