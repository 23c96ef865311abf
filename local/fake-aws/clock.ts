import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Clock } from '../../functions/aws/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

interface Job {
  readonly fail: (error: Error) => void;
}

const FIRINGS_PER_BREATH = 500;
const DEADLOCK_PATIENCE_MS = 1000;

/**
 * Time that passes only when everything waits for it. Instants are milliseconds since the epoch.
 * "Idle" means that no promise reaction is left to run; real I/O is waited for only when no timer is left.
 */
export class VirtualClock implements Clock {
  private time: number;
  private readonly timers = new TimerQueue();
  private readonly jobs = new Set<Job>();
  private timersSoFar = 0;
  private firings = 0;
  private pumping = false;

  constructor(startAt: number) {
    this.time = startAt;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.timers.push({ at: this.time + Math.max(0, ms), order: this.timersSoFar++, wake });
    });
  }

  /** Drives work to its end, moving to the earliest timer whenever all is idle. Throws on a deadlock. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const job: Job = { fail: reject };
      this.jobs.add(job);
      // The job ends before its waiter hears of it, so that the waiter may advance the time at once.
      const done = () => this.jobs.delete(job);
      void Promise.resolve().then(work).finally(done).then(resolve, reject);
      void this.pump();
    });
  }

  /** Moves time forward while nothing runs, firing the timers on the way. */
  async advanceTo(at: number): Promise<void> {
    if (this.jobs.size > 0) throw new Error('virtual clock: advanceTo while work is running');
    if (at < this.time) throw new Error(`virtual clock: ${at} lies before now (${this.time})`);
    await microtasksDrained();
    while (this.timers.earliest !== undefined && this.timers.earliest.at <= at) {
      this.fireEarliest();
      await microtasksDrained();
    }
    this.time = at;
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    for (;;) {
      await microtasksDrained();
      if (this.jobs.size === 0) break;
      if (!this.fireEarliest() && !(await this.somethingHappens())) this.declareDeadlock();
      // A long run must not starve the event loop: test timeouts and sockets live there.
      if (this.firings % FIRINGS_PER_BREATH === 0) await setImmediate();
    }
    this.pumping = false;
  }

  private fireEarliest(): boolean {
    const timer = this.timers.pop();
    if (timer === undefined) return false;
    this.firings += 1;
    this.time = Math.max(this.time, timer.at);
    timer.wake();
    return true;
  }

  /** With no timer left the work may still await real I/O, such as a first dynamic import. */
  private async somethingHappens(): Promise<boolean> {
    const changed = () => this.timers.earliest !== undefined || this.jobs.size === 0;
    for (let turn = 0; turn < 100 && !changed(); turn += 1) await setImmediate();
    for (let waited = 0; waited < DEADLOCK_PATIENCE_MS && !changed(); waited += 10) await setTimeout(10);
    return changed();
  }

  private declareDeadlock(): void {
    const error = new Error('virtual clock: deadlock, work is unfinished but no timer is left');
    for (const job of this.jobs) job.fail(error);
    this.jobs.clear();
  }
}

/** Node runs a tick only when its microtask queue is empty, so this costs microseconds. */
function microtasksDrained(): Promise<void> {
  return new Promise((resolve) => {
    queueMicrotask(() => process.nextTick(resolve));
  });
}

/** A binary heap, by instant and then by order of creation. */
class TimerQueue {
  private readonly heap: Timer[] = [];

  get earliest(): Timer | undefined {
    return this.heap[0];
  }

  push(timer: Timer): void {
    let index = this.heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.swapIfLater(parent, index)) break;
      index = parent;
    }
  }

  pop(): Timer | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.isLater(left, left + 1) ? left + 1 : left;
      if (!this.swapIfLater(index, smaller)) return first;
      index = smaller;
    }
  }

  private swapIfLater(index: number, other: number): boolean {
    if (!this.isLater(index, other)) return false;
    const a = this.heap[index]!;
    this.heap[index] = this.heap[other]!;
    this.heap[other] = a;
    return true;
  }

  private isLater(index: number, other: number): boolean {
    const a = this.heap[index];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return false;
    return a.at > b.at || (a.at === b.at && a.order > b.order);
  }
}
