import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../functions/aws/clock.js';
import { evidenceBucketName } from '../infra/names.js';
import { createBucketCommand } from '../local/deployment.js';
import { FakeAws, Invocation, type Snapshot } from '../local/fake-aws/fake-aws.js';
import type { Connection } from './connection.js';
import { CommandFailure } from './failure.js';
import type { Io } from './io.js';

const form = 'iam-lifecycle embedded account';
const version = 1;

/** A simulated account as its file holds it. */
interface AccountFile {
  readonly form: typeof form;
  readonly version: typeof version;
  readonly accountId: string;
  readonly region: string;
  /** The account's time when it was saved, in milliseconds: it never goes back. */
  readonly now: number;
  readonly account: Snapshot;
}

const newAccount = { accountId: '123456789012', region: 'eu-west-1' };

/** The real time, but nobody waits: a sleep moves the account's time ahead instead. It never goes back. */
class PatientClock implements Clock {
  private earliest: number;

  constructor(
    private readonly real: Clock,
    since: number,
  ) {
    this.earliest = since;
  }

  now(): number {
    this.earliest = Math.max(this.earliest, this.real.now());
    return this.earliest;
  }

  async sleep(ms: number): Promise<void> {
    const wakeAt = this.now() + ms;
    await setImmediate();
    this.earliest = Math.max(this.earliest, wakeAt);
  }
}

/**
 * Opens the simulated account of a file, or a new and empty one where there is none. Throws CommandFailure for a file
 * that holds something else.
 */
export async function openEmbedded(name: string, io: Io): Promise<Connection> {
  const file = path.resolve(io.cwd, name);
  const before = await readText(file);
  const saved = before === null ? null : parseAccount(before, file);
  const clock = new PatientClock(io.clock, saved?.now ?? 0);
  const { accountId, region } = saved ?? newAccount;
  const options = { clock, accountId, region, latencyMs: () => 0, anyAwsPolicy: true };
  const account = saved
    ? FakeAws.restore(options, saved.account)
    : new FakeAws({ ...options, seed: randomInt(2 ** 32) });
  const invocation = new Invocation('iam-lifecycle');
  const clients = account.clients(invocation);
  const bucket = evidenceBucketName(accountId, region);
  if (!account.truth.hasBucket(bucket)) await clients.s3.send(createBucketCommand(bucket, region));
  account.clearCalls();
  return {
    isEmbedded: true,
    accountId,
    keepsBoundaries: true,
    clients,
    clock,
    reviewClients: (reviewed) => Promise.resolve(account.reviewClients(reviewed, invocation)),
    calls: () => account.calls.length,
    onThrottle: () => undefined,
    async save() {
      const content: AccountFile = {
        form,
        version,
        accountId,
        region,
        now: clock.now(),
        account: account.snapshot(),
      };
      if ((await readText(file)) !== before) {
        throw new CommandFailure(
          `${file} was changed by another run meanwhile, so nothing of this one was kept`,
          'Run one command at a time on an embedded account.',
        );
      }
      await replaceFile(file, `${JSON.stringify(content)}\n`);
    },
  };
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseAccount(text: string, file: string): AccountFile {
  const content = parseJson(text) as Partial<AccountFile> | null;
  if (content?.form === form && content.version === version) return content as AccountFile;
  throw new CommandFailure(
    `${file} holds no embedded account that this version knows`,
    'Name another file; one that is not there yet becomes a new account.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Another file first, then its name: whoever reads finds the old account or the new one, never half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
