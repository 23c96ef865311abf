import type { Context } from 'aws-lambda';
import type { Runtime } from '../../functions/shell/lambda.js';
import { StubClock } from './clock.js';
import { recordingJournal } from './journal.js';
import { mockClients } from './mock-clients.js';

/** What surrounds a function in a test: no cloud, a clock that stands still, a journal that remembers. */
export function stubRuntime(env: Runtime['env'] = {}) {
  const journal = recordingJournal();
  const mocked = mockClients();
  const clock = new StubClock(Date.parse('2026-03-10T00:00:00Z'));
  const runtime: Runtime = { env, clients: () => mocked.clients, clock, journal, middlewares: [] };
  return { ...mocked, clock, journal, runtime };
}

export const context = {
  awsRequestId: 'request-1',
  functionName: 'test',
  getRemainingTimeInMillis: () => 30_000,
} as Context;
