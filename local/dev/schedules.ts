import { randomUUID } from 'node:crypto';
import { dayMs, hourMs, minuteMs } from '../../functions/core/instants.js';
import type { Outcome } from '../lambda-process.js';
import type { LocalFunction } from './local-function.js';
import { UnsupportedTemplate } from './template.js';

const unitsMs: Readonly<Record<string, number>> = { minute: minuteMs, hour: hourMs, day: dayMs };
/** Node's timers hold no longer time. */
const longestMs = 2 ** 31 - 1;

/** Milliseconds of rate(5 minutes), rate(1 hour), rate(2 days). Throws UnsupportedTemplate. */
export function parseRate(expression: string, id: string): number {
  const [, amount = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const ms = Number(amount) * (unitsMs[unit] ?? 0);
  if (ms > 0 && ms <= longestMs) return ms;
  throw new UnsupportedTemplate(
    `${id}: the schedule ${expression} is not supported: give rate(n minutes|hours|days), at most 24 days`,
  );
}

/** One schedule: its turns, and those that somebody asks for. */
export class LocalSchedule {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly expression: string,
    private readonly input: string,
    readonly target: LocalFunction,
  ) {}

  /** The first turn comes after one period, as with a schedule that was just made. */
  start(everyMs: number, log: NodeJS.WritableStream): void {
    const turn = async () => {
      const outcome = await this.runNow();
      if ('error' in outcome) log.write(`${this.name}: ${outcome.error.name}: ${outcome.error.message}\n`);
    };
    this.timer = setInterval(() => void turn(), everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  runNow(): Promise<Outcome> {
    const keywords: Readonly<Record<string, string>> = {
      '<aws.scheduler.schedule-arn>': this.arn,
      '<aws.scheduler.scheduled-time>': new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
      '<aws.scheduler.execution-id>': randomUUID(),
      '<aws.scheduler.attempt-number>': '1',
    };
    const input = this.input.replaceAll(
      /<aws\.scheduler\.[a-z-]+>/g,
      (keyword) => keywords[keyword] ?? keyword,
    );
    return this.target.invoke(JSON.parse(input));
  }
}
