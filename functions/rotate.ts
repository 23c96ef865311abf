import {
  createDynamodb,
  createEventBridge,
  createIam,
  createIamMint,
  createSecretsManager,
  createSqs,
  createSsm,
  createSts,
} from './aws/clients.js';
import { observeRotation } from './aws/observe.js';
import { longestDelayMs, sendMessage } from './aws/queue.js';
import { announceKey } from './core/announcements.js';
import { secondMs } from './core/instants.js';
import type { RotationPhase } from './core/rotation-phase.js';
import { type RotationRunner, convergeRotation } from './shell/converge-rotation.js';
import { type EnvKey, announceKeys, territoryKeys, territoryOf, windowKeys, windowsOf } from './shell/env.js';
import type { Deps } from './shell/lambda.js';
import { type Lease, withLease } from './shell/lease.js';
import { type RotateMessage, formatRotateMessage, rotateMessage } from './shell/messages.js';
import { type Delivery, queueFunction } from './shell/queue-function.js';

export const rotateEnv = [
  ...announceKeys,
  ...territoryKeys,
  'ROTATE_QUEUE_URL',
  'LEASE_TABLE',
  'LEASE',
  'SECRETS_KMS_KEY',
  ...windowKeys,
] as const satisfies readonly EnvKey[];

const rotateClients = () => ({
  iam: createIam(),
  iamMint: createIamMint(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
  sts: createSts(),
  eventBridge: createEventBridge(),
});

type RotateDeps = Deps<(typeof rotateEnv)[number], keyof ReturnType<typeof rotateClients>>;

/** How soon to look again for a user that is not to be seen yet. */
const lookAgainMs = 5 * secondMs;

/** Looks at one user and takes its key as far through its life as it may go now. */
async function rotate(message: RotateMessage, deps: RotateDeps, { isRedelivered }: Delivery): Promise<void> {
  await withLease(deps, message.userName, async (lease) => {
    const seen = await observeRotation(deps.clients, message.userName);
    if (!seen) return waitForUser(message, deps);
    if (message.userId !== null && message.userId !== seen.user.id)
      return noteRest(message, deps, 'Namesake', 'the name belongs to another user now');
    const rest = await convergeRotation(seen, message.request, lease, runnerOf(deps));
    const { at, why } = rest;
    const occasion = { isRedelivered, now: deps.clock.now() };
    const announcement = announceKey(seen, rest.seen, message.why, occasion);
    if (announcement !== null) deps.say(announcement);
    if (at.phase === 'Overlap' && at.usedBy !== null)
      deps.journal.attention('StillUsed', message.userName, why);
    if (at.phase === 'Foreign') deps.journal.attention('Foreign', message.userName, why);
    return lookAgainAt(at, message, lease, deps);
  });
}

function runnerOf({ env, ...deps }: RotateDeps): RotationRunner {
  return {
    ...deps,
    rules: { ...territoryOf(env), windows: windowsOf(env) },
    secrets: {
      accountId: env.ACCOUNT_ID,
      kmsKeyId: env.SECRETS_KMS_KEY === 'default' ? null : env.SECRETS_KMS_KEY,
    },
  };
}

/** A user that was just created may not be visible; one that stays away for the settle time is gone. */
async function waitForUser(message: RotateMessage, deps: RotateDeps): Promise<void> {
  const { clients, clock, env } = deps;
  if (clock.now() >= message.sentAt + env.SETTLE)
    return noteRest(message, deps, 'Absent', 'no user has this name');
  await sendMessage(clients.sqs, env.ROTATE_QUEUE_URL, formatRotateMessage(message), lookAgainMs);
  return noteRest(message, deps, 'NotYetSeen', 'no user with this name is to be seen yet');
}

/** Comes back by itself when the wait is short. Longer waits are the scan's. */
async function lookAgainAt(
  at: RotationPhase,
  message: RotateMessage,
  lease: Lease,
  deps: RotateDeps,
): Promise<void> {
  const { clients, clock, env } = deps;
  if (!('until' in at)) return;
  const delayMs = Math.max(at.until, lease.freeAt()) - clock.now();
  if (delayMs > longestDelayMs) return;
  const again = { ...message, sentAt: clock.now(), why: `${at.phase} is over` };
  await sendMessage(
    clients.sqs,
    env.ROTATE_QUEUE_URL,
    formatRotateMessage(again),
    Math.max(delayMs, secondMs),
  );
}

function noteRest(
  { userName }: RotateMessage,
  { functionName, journal }: RotateDeps,
  phase: string,
  why: string,
): void {
  journal.outcome({ functionName, userName, phase, why, steps: 0 });
}

export const createHandler = queueFunction({
  name: 'rotate',
  env: rotateEnv,
  clients: rotateClients,
  message: rotateMessage,
  run: rotate,
});
export const handler = createHandler();
