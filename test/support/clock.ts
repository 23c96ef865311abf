import type { Clock } from '../../functions/aws/clock.js';

/** A clock that stands still but for its sleeps, which take no time and are written down. */
export class StubClock implements Clock {
  readonly slept: number[] = [];

  constructor(private instant: number) {}

  now(): number {
    return this.instant;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.instant += ms;
  }
}
