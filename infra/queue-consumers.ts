import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from './config.js';
import type { Queues } from './queues.js';

/** A batch is worked on at once and ends with its slowest message; a batch that dies comes back whole. */
const batchSize = 5;

/**
 * The pollers of the queues. They hand over no more than the functions may take at once, so nothing is throttled. The
 * roles have their permission already, so the plain mapping is enough, which adds none.
 */
export function consumeQueues(
  scope: Construct,
  functions: Readonly<Record<'rotate' | 'offboard' | 'respond', lambda.Function>>,
  queues: Queues,
  { concurrency }: Settings,
): void {
  for (const name of ['rotate', 'offboard', 'respond'] as const) {
    new lambda.EventSourceMapping(scope, `${name}Messages`, {
      target: functions[name],
      eventSourceArn: queues[name].queueArn,
      batchSize,
      maxConcurrency: concurrency[name],
      reportBatchItemFailures: true,
    });
  }
}
