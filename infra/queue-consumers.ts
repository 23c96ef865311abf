import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from './config.js';
import type { FunctionsByName } from './functions.js';
import type { Queues } from './queues.js';

/** A batch is worked on at once and ends with its slowest message; a batch that dies comes back whole. */
const batchSize = 5;

/**
 * The pollers of the queues. They hand over no more than the functions may take at once, so nothing is throttled. The
 * roles have their permission already, so the plain mapping is enough, which adds none.
 */
export function consumeQueues(
  scope: Construct,
  functions: FunctionsByName,
  queues: Queues,
  { concurrency }: Settings,
): void {
  for (const name of ['rotate', 'offboard', 'revoke', 'respond'] as const) {
    const [target, queue] = [functions[name], queues[name]];
    if (!target || !queue) continue;
    new lambda.EventSourceMapping(scope, `${name}Messages`, {
      target,
      eventSourceArn: queue.queueArn,
      batchSize,
      maxConcurrency: concurrency[name],
      reportBatchItemFailures: true,
    });
  }
}
