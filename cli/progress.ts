import { secondMs } from '../functions/core/instants.js';
import type { Output } from './io.js';

const lineEveryMs = 5 * secondMs;
const redrawEveryMs = 200;
const clearLine = '\r\u001B[K';

/** Counts and the rate, on one line that is drawn anew on a terminal, on a line every few seconds elsewhere. */
export class Progress {
  private done = 0;
  private failed = 0;
  private shownAt: number;
  private readonly startedAt: number;

  constructor(
    private readonly output: Output,
    private readonly total: number,
    private readonly now: () => number,
  ) {
    this.startedAt = now();
    this.shownAt = this.startedAt;
  }

  finished(isWell: boolean): void {
    if (isWell) this.done += 1;
    else this.failed += 1;
    const everyMs = this.output.isTerminal ? redrawEveryMs : lineEveryMs;
    if (this.now() - this.shownAt < everyMs) return;
    this.shownAt = this.now();
    this.output.write(this.output.isTerminal ? `${clearLine}${this.line()}` : `${this.line()}\n`);
  }

  /** A line of its own, above the one that is drawn anew. */
  tell(line: string): void {
    this.output.write(`${this.output.isTerminal ? clearLine : ''}${line}\n`);
  }

  end(): void {
    if (this.output.isTerminal) this.output.write(clearLine);
  }

  private line(): string {
    const finished = this.done + this.failed;
    const seconds = Math.max(0.1, (this.now() - this.startedAt) / secondMs);
    const failures = this.failed === 0 ? '' : `, ${this.failed} failed`;
    return `${finished} of ${this.total} changes${failures}, ${(finished / seconds).toFixed(1)} a second`;
  }
}
