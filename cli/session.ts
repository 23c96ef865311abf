import type { Command } from 'commander';
import type { Connection } from './connection.js';
import { connect } from './connection.js';
import { CommandFailure, Interrupted } from './failure.js';
import type { Io } from './io.js';
import type { GlobalOptions } from './options.js';
import { formatJson } from './output.js';
import { type LifecycleSettings, readSettings } from './settings.js';

/** One command's run: what was typed, where it writes, and the account that it asks for when it needs it. */
export class Session {
  private finish: (() => void) | null = null;
  private connecting: Promise<Connection> | null = null;

  constructor(
    readonly io: Io,
    readonly options: GlobalOptions,
    /** All that can be typed. */
    readonly program: Command,
  ) {}

  get isJson(): boolean {
    return this.options.output === 'json';
  }

  get isColored(): boolean {
    return this.options.color && !this.io.env.NO_COLOR && this.io.stdout.isTerminal;
  }

  connect(): Promise<Connection> {
    return (this.connecting ??= connect(this.options, this.io));
  }

  async settings(): Promise<LifecycleSettings> {
    const { accountId } = await this.connect();
    return readSettings(this.options.config, this.io.cwd, accountId);
  }

  /** A result, in the form that was asked for. */
  print(data: unknown, text: () => string): void {
    this.io.stdout.write(this.isJson ? formatJson(data) : text());
  }

  /** Progress, or a word to whoever sits there. */
  tell(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  /** True where the answer is yes. Throws CommandFailure where nobody is there to answer. */
  async confirm(question: string, isGiven: boolean): Promise<boolean> {
    if (isGiven) return true;
    if (!this.io.ask) {
      throw new CommandFailure(
        'this needs a confirmation, and there is no terminal to ask at',
        'Add --yes to do it without asking.',
      );
    }
    const answer = await this.io.ask(`${question}\nOnly "yes" is taken for a yes: `);
    return answer.trim() === 'yes';
  }

  /** What the first Ctrl-C does instead of ending the command at once: it is to come to an orderly end. */
  finishOnInterrupt(finish: () => void): void {
    this.finish = finish;
  }

  /** Throws Interrupted at a Ctrl-C, be it the second one; the work is left behind where it stands. */
  async unlessInterrupted<Result>(work: () => Promise<Result>): Promise<Result> {
    const listening: { stop?: () => void } = {};
    const interrupted = new Promise<never>((_resolve, reject) => {
      listening.stop = this.io.onInterrupt(() => {
        const { finish } = this;
        this.finish = null;
        if (finish) finish();
        else reject(new Interrupted('interrupted'));
      });
    });
    try {
      return await Promise.race([work(), interrupted]);
    } finally {
      listening.stop?.();
    }
  }

  /** Keeps the state of an embedded account, whatever became of the command. */
  async close(): Promise<void> {
    const connection = await this.connecting?.catch(() => null);
    await connection?.save();
  }
}
