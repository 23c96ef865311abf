import * as fc from 'fast-check';
import { minuteMs } from '../../functions/core/instants.js';
import * as answers from '../../functions/shell/answers.js';
import { operationOf, operations, replayHeader } from '../../functions/shell/operations.js';
import * as z from '../../functions/shell/schema.js';
import type { HttpResponse } from '../../functions/shell/http-function.js';
import { createSampleAccount, type SampleAccount } from '../../local/sample-account.js';
import { recordingJournal } from './journal.js';
import { type FuzzedRequest, fuzzedRequest } from './http-requests.js';

export interface FuzzReport {
  readonly requests: number;
  /** Status -> how many answers had it. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** An answer that no request may get; the message holds the request. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** A fresh account every so often: users that were made stay, and would be all that is ever met. */
const requestsPerAccount = 500;

/** A request comes when the lease of the one before has run out: "try again later" is no refusal to look at here. */
const leaseMs = 10 * minuteMs;

/** Sends requests through the functions themselves, on the sample account. Throws WrongAnswer for the first bad answer. */
export async function fuzz(
  requests: number,
  seed: number,
  onProgress?: (done: number) => void,
): Promise<FuzzReport> {
  const statuses: Record<number, number> = {};
  const drawn = fc.sample(fuzzedRequest, { numRuns: requests, seed });
  for (let start = 0; start < drawn.length; start += requestsPerAccount) {
    const journal = recordingJournal();
    const sample = await createSampleAccount(journal);
    journal.lines.length = 0;
    await sample.past.run(async () => {
      for (const request of drawn.slice(start, start + requestsPerAccount)) {
        const status = await judge(request, sample);
        await sample.past.sleep(leaseMs);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    });
    const failed = journal.lines.filter((line) => line.startsWith('attention Failure'));
    if (failed.length > 0) throw new WrongAnswer(failed.join('\n'));
    onProgress?.(Math.min(start + requestsPerAccount, drawn.length));
  }
  return { requests: drawn.length, statuses };
}

async function judge({ method, rawPath, event }: FuzzedRequest, sample: SampleAccount): Promise<number> {
  const found = operationOf(method, rawPath);
  const operation = found !== null && 'id' in found ? operations[found.id] : null;
  const { account, system } = sample;
  account.clearCalls();
  const said = () => `${method} ${rawPath} ${JSON.stringify(event).slice(0, 2000)}`;
  let answer: HttpResponse;
  try {
    answer = (await system.invoke(operation?.takenBy ?? 'users', event)) as HttpResponse;
  } catch (error) {
    throw new WrongAnswer(`${said()} crashed: ${String(error)}`, { cause: error });
  }
  const status = answer.statusCode ?? 0;
  const type = answer.headers?.['content-type'];
  const body: unknown = JSON.parse(answer.body ?? '');
  const isProblem = status >= 400;
  const schema = isProblem
    ? answers.problem
    : (operation?.answers as Readonly<Record<number, { body: z.ZodMiniType }>> | undefined)?.[status]?.body;
  const isInForm =
    type === (isProblem ? 'application/problem+json' : 'application/json') &&
    schema !== undefined &&
    z.safeParse(schema, body).success;
  if (!isInForm || status >= 500) throw new WrongAnswer(`${said()} was answered ${status} ${answer.body}`);
  const effects = account.calls.filter(({ mutating, outcome }) => mutating && outcome === 'ok');
  const lasting = effects.filter(({ service }) => service !== 'dynamodb');
  const isReplay = answer.headers?.[replayHeader] !== undefined;
  if ((isProblem || isReplay) && lasting.length > 0)
    throw new WrongAnswer(
      `${said()} was ${isReplay ? 'answered again' : 'refused'} with ${status}, after ${lasting.map((call) => call.operation).join(', ')}`,
    );
  return status;
}
