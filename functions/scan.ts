import { observeAccount } from './aws/account.js';
import { createEventBridge, createIam, createSecretsManager, createSqs, createSsm } from './aws/clients.js';
import { sendMessages } from './aws/queue.js';
import { secondMs } from './core/instants.js';
import { type Hint, planScan } from './core/scan.js';
import { type EnvKey, announceKeys, territoryKeys, territoryOf, windowKeys, windowsOf } from './shell/env.js';
import { type Deps, lambda } from './shell/lambda.js';
import { formatOffboardMessage, formatRotateMessage } from './shell/messages.js';
import { formatRespondMessage } from './shell/respond-messages.js';
import * as z from './shell/schema.js';

export const scanEnv = [
  ...announceKeys,
  ...territoryKeys,
  'ROTATE_QUEUE_URL',
  'OFFBOARD_QUEUE_URL',
  'RESPOND_QUEUE_URL',
  'MAX_PURGE_PERCENT',
  ...windowKeys,
] as const satisfies readonly EnvKey[];

const scanClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  sqs: createSqs(),
  eventBridge: createEventBridge(),
});

type ScanDeps = Deps<(typeof scanEnv)[number], keyof ReturnType<typeof scanClients>>;

/** What EventBridge Scheduler is told to send; nothing in it steers the scan. */
const scheduledEvent = z.looseObject({ source: z.enum(['iam-lifecycle.schedule', 'aws.scheduler']) });

export interface ScanSummary {
  readonly users: number;
  readonly managedUsers: number;
  readonly hints: number;
  readonly findings: number;
  readonly oldestKeyAgeSeconds: number;
}

/** Reads the whole account and tells the queues which users want attention. It never writes to IAM. */
async function scan(deps: ScanDeps): Promise<ScanSummary> {
  const { clients, clock, env, journal } = deps;
  const account = await observeAccount(clients, clock);
  const now = clock.now();
  const rules = {
    ...territoryOf(env),
    windows: windowsOf(env),
    maxPurgeShare: env.MAX_PURGE_PERCENT / 100,
  };
  const { hints, findings, managedUsers, oldestKeyAgeMs } = planScan(account, rules, now);

  const messages = (queue: Hint['queue']) => hints.filter((hint) => hint.queue === queue);
  await sendMessages(
    clients.sqs,
    env.ROTATE_QUEUE_URL,
    messages('rotate').map((hint) => formatRotateMessage({ ...hint, sentAt: now, request: null })),
  );
  await sendMessages(
    clients.sqs,
    env.OFFBOARD_QUEUE_URL,
    messages('offboard').map((hint) =>
      formatOffboardMessage({ ...hint, kind: 'continue', absentSince: null }, now),
    ),
  );
  await sendMessages(
    clients.sqs,
    env.RESPOND_QUEUE_URL,
    messages('respond').map(({ isSuspect, userName, userId, why }) =>
      formatRespondMessage({ kind: isSuspect ? 'suspect' : 'look', userName, userId, at: now, why }),
    ),
  );

  for (const { kind, userName, why } of findings) journal.attention(kind, userName, why);
  const summary = {
    users: account.users.length,
    managedUsers,
    hints: hints.length,
    findings: findings.length,
    oldestKeyAgeSeconds: Math.round(oldestKeyAgeMs / secondMs),
  };
  journal.measure('OldestKeyAge', summary.oldestKeyAgeSeconds, 'Seconds');
  journal.note('scanned the account', summary);
  return summary;
}

export const createHandler = lambda({
  name: 'scan',
  env: scanEnv,
  clients: scanClients,
  event: scheduledEvent,
  run: (_event, deps: ScanDeps) => scan(deps),
});
export const handler = createHandler();
