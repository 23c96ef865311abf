import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Io } from '../../cli/io.js';
import { openEmbedded } from '../../cli/embedded.js';
import { run } from '../../cli/run.js';
import type { Connection } from '../../cli/connection.js';
import type { Clock } from '../../functions/aws/clock.js';

/** What one command line came to. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody at a terminal, in a folder of their own, with an embedded account in account.json. */
export class Terminal {
  time = Date.parse('2026-03-01T09:00:00Z');
  /** What is typed at questions; null: there is no terminal. */
  answers: string[] | null = null;
  env: Record<string, string> = {};
  clock: Clock = { now: () => this.time, sleep: () => Promise.reject(new Error('nobody sleeps')) };
  private readonly interrupts = new Set<() => void>();
  private readonly onWrite: ((text: string) => void)[] = [];

  private constructor(readonly folder: string) {}

  static async open(): Promise<Terminal> {
    return new Terminal(await mkdtemp(path.join(tmpdir(), 'iam-lifecycle-cli-')));
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** A command on the embedded account. */
  run(...argv: string[]): Promise<Ran> {
    return this.runBare(...argv, '--embedded', 'account.json');
  }

  async json(...argv: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...argv, '--output', 'json');
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async runBare(...argv: string[]): Promise<Ran> {
    const io = this.io();
    const code = await run(argv, io);
    return { code, stdout: io.written.stdout, stderr: io.written.stderr };
  }

  /** Told of every text on standard error. */
  watch(listener: (text: string) => void): void {
    this.onWrite.push(listener);
  }

  pressCtrlC(): void {
    for (const listener of this.interrupts) listener();
  }

  /** Somebody else's hand in the embedded account. */
  async change<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await openEmbedded('account.json', this.io());
    const result = await work(connection);
    await connection.save();
    return result;
  }

  io(): Io & { readonly written: { stdout: string; stderr: string } } {
    const written = { stdout: '', stderr: '' };
    const isTerminal = this.answers !== null;
    return {
      written,
      stdout: { isTerminal, write: (text) => void (written.stdout += text) },
      stderr: {
        isTerminal,
        write: (text) => {
          written.stderr += text;
          for (const listener of this.onWrite) listener(text);
        },
      },
      env: this.env,
      cwd: this.folder,
      clock: this.clock,
      ask:
        this.answers &&
        ((question) => {
          written.stderr += question;
          return Promise.resolve(this.answers!.shift() ?? '');
        }),
      onInterrupt: (listener) => {
        this.interrupts.add(listener);
        return () => void this.interrupts.delete(listener);
      },
    };
  }
}
