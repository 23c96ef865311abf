import { readFileSync, readdirSync } from 'node:fs';
import { hourMs } from '../../functions/core/instants.js';
import type { FakeAws } from '../../local/fake-aws/fake-aws.js';
import { createSampleAccount, sampleDay } from '../../local/sample-account.js';
import { createRevocations, standardSettings } from '../../local/deployment.js';
import { type FunctionName, LocalSystem } from '../../local/system.js';
import { recordingJournal } from '../support/journal.js';

/** The samples speak of the day after the sample users came: 2026-03-02T10:00:00Z. */
const now = sampleDay + 25 * hourMs;
const events = new URL('../../events/', import.meta.url);

/** What became of one sample. */
export interface Seen {
  readonly account: FakeAws;
  readonly status?: number;
  readonly type?: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies differ from sample to sample
  readonly body?: any;
  /** The fields that a problem names. */
  readonly fields?: readonly string[];
  /** How many messages of the batch go back to the queue. */
  readonly failures?: number;
  readonly error?: string;
  /** Everything but the batch's failures and the HTTP response. */
  readonly result?: unknown;
  /** Every mutating call to IAM and Secrets Manager that was made; one that was refused with its refusal. */
  readonly writes: readonly string[];
  readonly lines: string;
}

/** What a valid sample does: the calls that write, and what is so afterwards. */
export interface ValidSample {
  readonly writes: readonly string[];
  readonly look: (seen: Seen) => unknown;
  readonly is: unknown;
}

/** Whether a user leaves or its key leaked. */
export const containment = ['TagUser', 'AttachUserPolicy', 'UpdateAccessKey'];

/** Puts one sample through its function on the simulated account. */
export async function run(file: string): Promise<Seen> {
  const journal = recordingJournal();
  const { account, system: plain, past } = await createSampleAccount(journal);
  const system = file.startsWith('revoke/') ? await past.run(() => revoking(plain)) : plain;
  account.clearCalls();
  journal.lines.length = 0;
  const event: unknown = JSON.parse(readFileSync(new URL(file, events), 'utf8'));
  await past.advanceTo(now);
  const outcome = await past
    .run(() => system.invoke(file.split('/')[0] as FunctionName, event))
    .then(asSeen, (error: Error) => ({ error: `${error.name}: ${error.message}` }));
  const writes = account.calls
    .filter((call) => call.mutating && ['iam', 'secretsmanager'].includes(call.service))
    .filter((call) => call.operation !== 'GenerateCredentialReport')
    .map(({ operation, outcome }) => (outcome === 'ok' ? operation : `${operation}: ${outcome}`));
  return { account, writes, lines: journal.lines.join('\n'), ...outcome };
}

/** The same system where the sessions of two roles are revoked, neither of which demands a name. */
async function revoking({ options }: LocalSystem): Promise<LocalSystem> {
  const revokeSessions = { data_engineer: 'report', admin: 'role' } as const;
  const listed = await createRevocations(options.surroundings, { ...standardSettings, revokeSessions });
  return new LocalSystem({ ...options, env: { ...options.env, REVOCABLE_ROLES: JSON.stringify(listed) } });
}

function asSeen(result: unknown): Partial<Seen> {
  const response = result as Record<string, unknown>;
  if (Array.isArray(response.batchItemFailures)) return { failures: response.batchItemFailures.length };
  if (typeof response.statusCode !== 'number') return { result };
  const headers = response.headers as Record<string, string>;
  const body = JSON.parse(response.body as string) as { errors?: { field: string }[] };
  return {
    status: response.statusCode,
    type: headers['content-type']!,
    body,
    fields: (body.errors ?? []).map(({ field }) => field),
  };
}

export const statuses = (account: FakeAws, name: string) =>
  account.truth.user(name)?.keys.map((key) => key.status ?? 'deleted');
export const policies = (account: FakeAws, name: string) =>
  account.truth.user(name)?.attached.map((arn) => arn.split('/').at(-1));
export const tagOf = (account: FakeAws, name: string, key: string) =>
  account.truth.user(name)?.tags.find((tag) => tag.Key === `iam-lifecycle:${key}`)?.Value;
export const waiting = (account: FakeAws, queue: 'rotate' | 'offboard' | 'respond') => {
  const { visible, delayed } = account.truth.queue(`iam-lifecycle-${queue}`)!;
  return [...visible, ...delayed].map((message) => JSON.parse(message.body) as { userName?: string });
};
/** The minute from which bob may be purged. */
export const purgeMinute = (account: FakeAws) =>
  tagOf(account, 'bob@example.com', 'purge-after')?.slice(0, 16);

/** Whose departure waits, whether it is pinned to that user's unique id, and with which quarantine. */
export function askedFor(account: FakeAws): unknown {
  const [message] = waiting(account, 'offboard') as {
    detail?: { userName: string; userId: string; quarantine?: string };
  }[];
  const { userName = '', userId, quarantine } = message?.detail ?? {};
  return [userName, userId === account.truth.user(userName)?.id, quarantine];
}

/** What a function is invoked with; the events of other systems are tried in sources.test.ts. */
export const sampleFiles = readdirSync(events, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.json') && !/^(sources|schemas)\//.test(file),
);
