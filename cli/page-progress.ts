import { secondMs } from '../functions/core/instants.js';
import type { Output } from './io.js';
import { count } from './output.js';

const lineEveryMs = 5 * secondMs;
const clearLine = '\r\u001B[K';

/** How far a long listing has got: on one line that is drawn anew on a terminal, on a line every few seconds elsewhere. */
export class PageProgress {
  private entries = 0;
  private pages = 0;
  private shownAt: number;

  constructor(
    private readonly output: Output,
    /** As in "CloudTrail". */
    private readonly what: string,
    private readonly now: () => number,
  ) {
    this.shownAt = now();
  }

  page(entries: number): void {
    this.entries += entries;
    this.pages += 1;
    const line = `${this.what}: ${count(this.entries, 'event')}, page ${this.pages}`;
    if (this.output.isTerminal) {
      this.output.write(`${clearLine}${line}`);
    } else if (this.now() - this.shownAt >= lineEveryMs) {
      this.shownAt = this.now();
      this.output.write(`${line}\n`);
    }
  }

  end(): void {
    if (this.output.isTerminal) this.output.write(clearLine);
  }
}
