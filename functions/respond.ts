import {
  createCloudTrail,
  createDynamodb,
  createEventBridge,
  createIam,
  createSecretsManager,
  createSqs,
  createSsm,
} from './aws/clients.js';
import { EventHistory } from './aws/lookup-events.js';
import { observeKeyUse } from './aws/observe-key-use.js';
import { observeKeyOwner, observeResponse } from './aws/observe-response.js';
import { sendMessage } from './aws/queue.js';
import { announceLeak } from './core/announcements.js';
import { type LastUse, type UserFacts, isManaged } from './core/facts.js';
import { dayMs, minuteMs, secondMs } from './core/instants.js';
import { readKeyWish } from './core/key-wish.js';
import { type LeakReport, reportLeak, reportUnknownKey } from './core/leak-report.js';
import type { AccessKeyId } from './core/names.js';
import { globalRegionOf } from './core/regions.js';
import { type ResponseRequest, whyNoSuccessor } from './core/response.js';
import { type UsedFor, keyUseData, keyUseLines } from './core/review/key-use.js';
import {
  type ResponseRest,
  type ResponseRunner,
  contain,
  convergeResponse,
} from './shell/converge-response.js';
import { type EnvKey, announceKeys, territoryKeys, territoryOf } from './shell/env.js';
import type { Deps } from './shell/lambda.js';
import { withLease } from './shell/lease.js';
import { formatRotateMessage } from './shell/messages.js';
import { queueFunction } from './shell/queue-function.js';
import { type RespondMessage, formatRespondMessage, respondMessage } from './shell/respond-messages.js';

export const respondEnv = [
  ...announceKeys,
  ...territoryKeys,
  'BOUNDARY_ARN',
  'DENY_SESSIONS_POLICY_ARN',
  'AFTER_LEAK',
  'ROTATE_QUEUE_URL',
  'RESPOND_QUEUE_URL',
  'LEASE_TABLE',
  'LEASE',
  'SETTLE',
] as const satisfies readonly EnvKey[];

const respondClients = () => ({
  iam: createIam(),
  secretsManager: createSecretsManager(),
  ssm: createSsm(),
  dynamodb: createDynamodb(),
  sqs: createSqs(),
  eventBridge: createEventBridge(),
  cloudTrail: createCloudTrail(),
});

type RespondDeps = Deps<(typeof respondEnv)[number], keyof ReturnType<typeof respondClients>>;
type Leak = RespondMessage & { kind: 'leak' };
type Person = RespondMessage & { kind: 'suspect' | 'look' };

/** How soon to ask again for a key that IAM does not tell of yet. */
const askAgainMs = 5 * secondMs;
/** Between two looks at whether the successor is there, and for how long; after that it is the scan's. */
const lookAgainMs = 5 * minuteMs;
const longestWaitMs = 30 * minuteMs;

/** Some keys of one event could not be answered; all of it is tried again, and what is done already is not done twice. */
export class LeaksUnanswered extends AggregateError {
  override readonly name = 'LeaksUnanswered';
}

async function respond(message: RespondMessage, deps: RespondDeps): Promise<void> {
  if (message.kind === 'leak') return answerLeak(message, deps);
  if (message.kind === 'suspect') return answerSuspicion(message, deps);
  return goOn(message, deps);
}

/** What is to be told of a key; `usedIn`: the region where IAM says that it was last used. */
interface Answer {
  readonly report: LeakReport;
  readonly user: UserFacts | null;
  readonly usedIn: string | null;
}

/** Every key by itself: the trouble with one must not leave another one Active. They are told of when all are answered. */
async function answerLeak(leak: Leak, deps: RespondDeps): Promise<void> {
  const errors: unknown[] = [];
  const answers: Answer[] = [];
  for (const keyId of leak.keyIds) {
    try {
      const answer = await answerKey(keyId, leak, deps);
      if (answer !== null) answers.push(answer);
    } catch (error) {
      errors.push(error);
    }
  }
  for (const answer of answers) await tell(answer, leak, deps);
  for (const other of leak.others) await tell(unknown(other, leak), leak, deps);
  if (errors.length === 0) return;
  const reasons = errors.map((error) => (error instanceof Error ? error.message : String(error)));
  throw new LeaksUnanswered(errors, `${errors.length} of ${leak.keyIds.length} keys: ${reasons.join('; ')}`);
}

/** Null: it is asked for again. */
async function answerKey(keyId: AccessKeyId, leak: Leak, deps: RespondDeps): Promise<Answer | null> {
  const { clients } = deps;
  const owner = await observeKeyOwner(clients.iam, keyId);
  const seen = owner && (await observeResponse(clients, owner.userName, keyId));
  if (!seen?.user) return askAgain(keyId, leak, deps);
  const rest = await contain(seen, owner!.userName, { kind: 'leak', keyId }, runnerOf(deps));
  await followUp(rest, deps);
  return answerOf(keyId, seen.user, owner!.lastUse, { ...rest, why: `${leak.why}; ${rest.why}` });
}

function answerOf(
  keyId: AccessKeyId,
  user: UserFacts,
  lastUse: LastUse | 'never',
  rest: Pick<ResponseRest, 'at' | 'steps' | 'why'>,
): Answer {
  const report = reportLeak(keyId, user, lastUse, rest);
  return { report, user, usedIn: lastUse === 'never' ? null : lastUse.region };
}

function unknown(keyId: string, { why }: Leak): Answer {
  return { report: reportUnknownKey(keyId, why), user: null, usedIn: null };
}

/** A young key may not be visible yet; one that stays away for the settle time is told of. */
async function askAgain(keyId: AccessKeyId, leak: Leak, deps: RespondDeps): Promise<Answer | null> {
  const { clients, clock, env } = deps;
  if (clock.now() >= leak.at + env.SETTLE) return unknown(keyId, leak);
  const again = { ...leak, keyIds: [keyId] };
  await sendMessage(clients.sqs, env.RESPOND_QUEUE_URL, formatRespondMessage(again), askAgainMs);
  return null;
}

/** AWS's quarantine policy does not say which key leaked: each that is Active now is taken for it, once. */
async function answerSuspicion(message: Person, deps: RespondDeps): Promise<void> {
  const seen = await observeResponse(deps.clients, message.userName, null);
  if (!seen.user || (message.userId !== null && message.userId !== seen.user.id)) return;
  const suspects = seen.keys.filter(({ status }) => status === 'Active').map(({ id }) => id);
  const rest = await contain(seen, message.userName, { kind: 'suspect' }, runnerOf(deps));
  await followUp(rest, deps);
  if (rest.steps.length === 0) return;
  for (const keyId of suspects) {
    const owner = await observeKeyOwner(deps.clients.iam, keyId);
    const why = `${message.why}; ${rest.why}`;
    const answer = answerOf(keyId, seen.user, owner?.lastUse ?? 'never', { ...rest, why });
    await tell(answer, message, deps);
  }
}

/**
 * What is left is not urgent, and takes the user's lease: a successor, once the record of the leak is there for all to
 * see, and the end of the deny, once the rotation's lease has run out.
 */
async function followUp({ at, seen }: ResponseRest, deps: RespondDeps): Promise<void> {
  const { clients, clock, env } = deps;
  const { user } = seen;
  if (!user || !isManaged(user, territoryOf(env)) || at.phase === 'Offboarded') return;
  const who = { userName: user.name, userId: user.id };
  const needsKey = readKeyWish(user.tags) === null || whyNoSuccessor(seen, user) !== null;
  const why = 'a key of the user leaked';
  if (needsKey) {
    const message = { ...who, sentAt: clock.now() + env.SETTLE, why, request: null };
    await sendMessage(clients.sqs, env.ROTATE_QUEUE_URL, formatRotateMessage(message), env.SETTLE);
  }
  // The rotation keeps its lease; without one, the containment is to be seen first.
  const delayMs = (needsKey ? env.SETTLE + env.LEASE : 2 * env.SETTLE) + minuteMs;
  const look = { kind: 'look', ...who, at: clock.now(), why } as const;
  await sendMessage(clients.sqs, env.RESPOND_QUEUE_URL, formatRespondMessage(look), delayMs);
}

/** Carries on with the answer to an earlier leak, and comes back while its user waits for a key. */
async function goOn(message: Person, deps: RespondDeps): Promise<void> {
  const { clients, clock, env, journal } = deps;
  const { userName, userId } = message;
  await withLease(deps, userName, async (lease) => {
    const seen = await observeResponse(clients, userName, null);
    if (userId !== null && seen.user !== null && userId !== seen.user.id) return;
    const request: ResponseRequest = { kind: 'look' };
    const { at, why } = await convergeResponse(seen, userName, request, lease, runnerOf(deps));
    if (at.phase === 'Held') journal.attention('LeakHeld', userName, why);
    if (at.phase !== 'Replacing' && at.phase !== 'Settling') return;
    if (clock.now() >= message.at + longestWaitMs) return journal.attention('LeakHeld', userName, why);
    await sendMessage(clients.sqs, env.RESPOND_QUEUE_URL, formatRespondMessage(message), lookAgainMs);
  });
}

/** To the log and its alarm, and as an event to whoever listens: at least once, as everything here. */
async function tell(
  { report, user, usedIn }: Answer,
  { at }: RespondMessage,
  deps: RespondDeps,
): Promise<void> {
  const { journal, say } = deps;
  const use = user === null ? null : await lookForUse(report.keyId as AccessKeyId, usedIn, deps);
  const used = use === null ? '' : `; used for: ${keyUseLines(use).join('; ') || 'nothing on record'}`;
  journal.attention('LeakedKey', report.userName, `${report.keyId}: ${report.why}${used}`);
  say(announceLeak({ ...report, use: use && keyUseData(use) }, user, at));
}

/** In the deployment's region, in that of IAM and STS, and in the one where the key was last used. It is looked for last: a page takes half a second. */
async function lookForUse(
  keyId: AccessKeyId,
  usedIn: string | null,
  { clients, clock }: RespondDeps,
): Promise<UsedFor> {
  const here = await clients.iam.config.region();
  const last = usedIn === null || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(usedIn) ? [] : [usedIn];
  const regions = new Set([here, globalRegionOf(here), ...last]);
  const histories = new Map(
    Array.from(regions, (region) => [region, new EventHistory(clients.cloudTrail(region), clock)] as const),
  );
  const to = clock.now();
  return observeKeyUse(histories, keyId, { from: to - 90 * dayMs, to, maxEvents: 500 });
}

function runnerOf({ env, ...deps }: RespondDeps): ResponseRunner {
  return {
    ...deps,
    rules: {
      ...territoryOf(env),
      boundaryArn: env.BOUNDARY_ARN,
      denySessionsArn: env.DENY_SESSIONS_POLICY_ARN,
      afterLeak: env.AFTER_LEAK,
      settleMs: env.SETTLE,
    },
  };
}

export const createHandler = queueFunction({
  name: 'respond',
  env: respondEnv,
  clients: respondClients,
  message: respondMessage,
  run: respond,
});
export const handler = createHandler();
