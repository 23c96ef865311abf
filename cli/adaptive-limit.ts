import pLimit from 'p-limit';
import type { Clock } from '../functions/aws/clock.js';
import { secondMs } from '../functions/core/instants.js';

const initial = 8;
const most = 64;
/** One wave of throttled calls is one answer of AWS, however many calls were in it. */
const waveMs = 2 * secondMs;

/**
 * How many users are worked on at once: one more for each round without a complaint of AWS, half as many after one.
 * The quotas of IAM are unpublished and shared with every other caller, so no constant would be right.
 */
export class AdaptiveLimit {
  private readonly limit = pLimit(initial);
  private sinceGrown = 0;
  private halvedAt = -Infinity;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  get concurrency(): number {
    return this.limit.concurrency;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.limit(async () => {
      try {
        return await work();
      } finally {
        this.grow();
      }
    });
  }

  throttled(): void {
    const now = this.clock.now();
    this.sinceGrown = 0;
    if (now < this.halvedAt + waveMs) return;
    this.halvedAt = now;
    this.limit.concurrency = Math.max(1, Math.floor(this.limit.concurrency / 2));
  }

  private grow(): void {
    this.sinceGrown += 1;
    if (this.sinceGrown < this.limit.concurrency || this.limit.concurrency >= most) return;
    this.sinceGrown = 0;
    this.limit.concurrency += 1;
  }
}
