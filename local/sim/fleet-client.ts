import { minuteMs, secondMs } from '../../functions/core/instants.js';
import type { Simulation } from '../simulation.js';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** `doubtful`: refused after a try whose answer was lost. Between `from` and `to` it was taken. */
export interface Asked {
  readonly outcome: 'accepted' | 'refused' | 'doubtful';
  readonly from: number;
  readonly to: number;
}

const longestPauseMs = 30 * minuteMs;

/** Asks the API until it answers for good, as a client does that knows what a 503 is; the pauses grow. */
export async function ask({ system, clock }: Simulation, request: ApiRequest): Promise<Asked> {
  const from = clock.now();
  let hasDoubt = false;
  for (let pauseMs = 2 * secondMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const triedAt = clock.now();
    const response = await system.request(request.method, request.path, request.body, request.headers ?? {});
    const status = response?.statusCode ?? 500;
    if (status < 300) return { outcome: 'accepted', from: triedAt, to: clock.now() };
    if (status < 500 && status !== 429)
      return { outcome: hasDoubt ? 'doubtful' : 'refused', from, to: clock.now() };
    hasDoubt = true;
    await clock.sleep(pauseMs);
  }
}
