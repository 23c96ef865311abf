import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetUserCommand, ListAttachedUserPoliciesCommand, type User } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Io } from '../../cli/io.js';
import { run } from '../../cli/run.js';
import type { Clients } from '../../functions/aws/clients.js';
import type { Clock } from '../../functions/aws/clock.js';
import { clientsAt } from '../../local/demo/endpoint.js';
import { describeWithMoto, emptyAccount } from './moto-server.js';

/** What one command line came to. */
interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const region = 'us-east-2';

/** Somebody who types commands in a folder of their own, with an account of moto behind the SDK. */
export class Operator {
  /** Their own account, past the commands. */
  readonly clients: Clients;
  private folder = '';
  private skippedMs = 0;
  /** moto has no lag: whoever would wait finds that time has passed already. */
  private readonly clock: Clock = {
    now: () => Date.now() + this.skippedMs,
    sleep: (ms) => {
      this.skippedMs += ms;
      return Promise.resolve();
    },
  };

  constructor(readonly url: string) {
    const endpoint = { url, region, listsServiceCredentials: true };
    this.clients = clientsAt(endpoint, () => undefined);
  }

  /** A new folder, and an account in which there is nothing. */
  async begin(): Promise<void> {
    this.folder = await mkdtemp(path.join(tmpdir(), 'iam-lifecycle-moto-'));
    this.skippedMs = 0;
    await emptyAccount(this.url);
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(roster: string): Promise<void> {
    return writeFile(this.file('roster.yaml'), roster);
  }

  async run(...argv: string[]): Promise<Ran> {
    const written = { stdout: '', stderr: '' };
    const io: Io = {
      stdout: { isTerminal: false, write: (text) => void (written.stdout += text) },
      stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
      env: {},
      cwd: this.folder,
      clock: this.clock,
      ask: null,
      onInterrupt: () => () => undefined,
    };
    const code = await run([...argv, '--endpoint-url', this.url, '--region', region], io);
    return { code, ...written };
  }

  /** Applies the roster, to the end: a plan afterwards finds nothing to do. */
  async apply(roster: string, ...argv: string[]): Promise<Ran> {
    await this.write(roster);
    const ran = await this.run('apply', '--yes', ...argv);
    if (ran.code !== 0) throw new Error(`apply ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
    const { code, stdout } = await this.run('plan');
    if (code !== 0) throw new Error(`the plan after it ended with ${code}: ${stdout}`);
    return ran;
  }

  /** What a command prints as JSON. */
  async json(...argv: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...argv, '--output', 'json');
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async user(UserName: string): Promise<User> {
    const { User } = await this.clients.iam.send(new GetUserCommand({ UserName }));
    return User!;
  }

  async attachedTo(UserName: string): Promise<(string | undefined)[]> {
    const input = { UserName };
    const answer = await this.clients.iam.send(new ListAttachedUserPoliciesCommand(input));
    return answer.AttachedPolicies!.map(({ PolicyArn }) => PolicyArn).toSorted();
  }
}

type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** Tags by key. */
export function byKey(tags: TagList = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value!]));
}

/** Tags that are not the lifecycle's own. */
export function ownTags(tags: TagList | undefined) {
  return Object.fromEntries(Object.entries(byKey(tags)).filter(([key]) => !key.startsWith('iam-lifecycle:')));
}

/** As describeWithMoto, with somebody who types commands; every test begins with an empty account. */
export async function describeOperator(name: string, tests: (operator: Operator) => void): Promise<void> {
  await describeWithMoto(name, (url) => {
    const operator = new Operator(url);
    const before = { ...process.env };
    beforeAll(() => {
      for (const key of Object.keys(process.env)) if (key.startsWith('AWS_')) delete process.env[key];
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'operator' });
    });
    afterAll(() => {
      for (const key of Object.keys(process.env)) if (key.startsWith('AWS_')) delete process.env[key];
      Object.assign(process.env, before);
    });
    beforeEach(() => operator.begin());
    tests(operator);
  });
}
