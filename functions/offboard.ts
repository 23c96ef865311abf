import { createDynamodb, createIam, createSecretsManager, createSqs, createSsm } from './aws/clients.js';
import { observeOffboarding } from './aws/observe-offboarding.js';
import { longestDelayMs, sendMessage } from './aws/queue.js';
import type { UserFacts } from './core/facts.js';
import { secondMs } from './core/instants.js';
import { parseUserName } from './core/names.js';
import { type OffboardingPhase, type OffboardingRequest, planOffboarding } from './core/offboarding.js';
import { convergeOffboarding } from './shell/converge-offboarding.js';
import { type EnvKey, territoryKeys, territoryOf } from './shell/env.js';
import type { Deps } from './shell/lambda.js';
import { type Lease, withLease } from './shell/lease.js';
import {
  type OffboardMessage,
  formatOffboardMessage,
  formatRevokeMessage,
  offboardMessage,
} from './shell/messages.js';
import { queueFunction } from './shell/queue-function.js';

export const offboardEnv = [
  ...territoryKeys,
  'BOUNDARY_ARN',
  'OFFBOARD_QUEUE_URL',
  'REVOKE_QUEUE_URL',
  'LEASE_TABLE',
  'LEASE',
  'SETTLE',
  'OFFBOARD_QUARANTINE',
] as const satisfies readonly EnvKey[];

const offboardClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
});

type OffboardDeps = Deps<(typeof offboardEnv)[number], keyof ReturnType<typeof offboardClients>>;

/** Takes one user as far through its departure, or its return, as it may go now. */
async function offboard(message: OffboardMessage, deps: OffboardDeps): Promise<void> {
  const { clients, clock, env } = deps;
  const request = withQuarantine(message, env.OFFBOARD_QUARANTINE);
  const name = parseUserName(request.userName);
  const rules = { ...territoryOf(env), boundaryArn: env.BOUNDARY_ARN, settleMs: env.SETTLE };
  await withLease(deps, name, async (lease) => {
    const seen = await observeOffboarding(clients, name);
    const { at: first } = planOffboarding(seen, request, rules, clock.now());
    if (seen.user && first.phase === 'Containing') await askToRevoke(seen.user, deps);
    const { at } = await convergeOffboarding(seen, name, request, lease, { ...deps, rules });
    await lookAgainAt(at, request, lease, deps);
  });
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

function withQuarantine(message: OffboardMessage, defaultMs: number): OffboardingRequest {
  return message.kind === 'offboard'
    ? { ...message, quarantineMs: message.quarantineMs ?? defaultMs }
    : message;
}

/** Comes back by itself when the wait is short: for the second look at an absence, for a quarantine of minutes. */
async function lookAgainAt(
  at: OffboardingPhase,
  request: OffboardingRequest,
  lease: Lease,
  deps: OffboardDeps,
): Promise<void> {
  if (!('until' in at)) return;
  const { clients, clock, env } = deps;
  const now = clock.now();
  const delayMs = Math.max(at.until, lease.freeAt()) - now;
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
