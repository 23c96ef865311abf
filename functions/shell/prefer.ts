import type { Clock } from '../aws/clock.js';
import { secondMs } from '../core/instants.js';
import type { HttpRequest } from './http-function.js';

const pollMs = secondMs;
export const longestWaitSeconds = 20;

/** Goes with an answer that was waited for. */
export const waitApplied = { 'preference-applied': 'wait' } as const;

/** "Prefer: wait=N" of RFC 7240, in milliseconds; at most 20 s, and none where it is not asked for. */
export function preferredWaitMs({ headers }: HttpRequest): number {
  const seconds = /(?:^|[,;\s])wait=(\d{1,9})(?:$|[,;\s])/.exec(headers.prefer ?? '')?.[1];
  return Math.min(Number(seconds ?? 0), longestWaitSeconds) * secondMs;
}

/** Looks every second for as long as the request prefers to wait: what was looked for, or null when the time is up. */
export async function waitAsPreferred<Seen>(
  request: HttpRequest,
  clock: Clock,
  look: () => Promise<Seen | null>,
): Promise<Seen | null> {
  const until = clock.now() + preferredWaitMs(request);
  while (clock.now() < until) {
    await clock.sleep(Math.min(pollMs, until - clock.now()));
    const seen = await look();
    if (seen !== null) return seen;
  }
  return null;
}
