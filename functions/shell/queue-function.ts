import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { PartialItemFailureResponse } from '@aws-lambda-powertools/batch/types';
import type { Context, SQSRecord } from 'aws-lambda';
import type { EnvKey } from './env.js';
import { type ClientName, type CreateHandler, type Deps, type Needs, lambda, parseEvent } from './lambda.js';
import { LeaseHeld } from './lease.js';
import * as z from './schema.js';

const delivered = z.object({
  messageId: z.string(),
  body: z.string(),
  attributes: z.optional(z.object({ ApproximateReceiveCount: z.optional(z.string()) })),
});
const record = z.custom<SQSRecord>(
  (value) => delivered.safeParse(value).success,
  'it must be an SQS record with messageId and body',
);
const sqsEvent = z.object({ Records: z.array(record).check(z.minLength(1)) });

/** A function that takes one message at a time from a queue. */
export interface QueueDefinition<K extends EnvKey, C extends ClientName, Message> extends Needs<K, C> {
  /** The form of a message's body. */
  readonly message: z.core.$ZodType<Message>;
  run(message: Message, deps: Deps<K, C>, delivery: Delivery): Promise<void>;
}

/** How a message came. */
export interface Delivery {
  /** Not for the first time: a run before this one failed, died, or met the lease of another. */
  readonly isRedelivered: boolean;
}

/** Takes a batch: each message succeeds or goes back to its queue by itself. */
export function queueFunction<K extends EnvKey, C extends ClientName, Message>(
  definition: QueueDefinition<K, C, Message>,
): CreateHandler<PartialItemFailureResponse> {
  return lambda<K, C, z.output<typeof sqsEvent>, PartialItemFailureResponse>({
    ...definition,
    event: sqsEvent,
    run: (event, deps) => {
      const take = async (record: SQSRecord): Promise<void> => {
        try {
          const message = parseEvent(definition.message, parseJson(record.body));
          const delivery = { isRedelivered: Number(record.attributes?.ApproximateReceiveCount ?? 1) > 1 };
          await definition.run(message, { ...deps, runId: `${deps.runId}/${record.messageId}` }, delivery);
        } catch (error) {
          reportFailure(error, record, deps);
          throw error;
        }
      };
      return processPartialResponse(event, take, new BatchProcessor(EventType.SQS), {
        context: {} as Context,
        throwOnFullBatchFailure: false,
      });
    },
  });
}

/** A held lease is the everyday case of two messages for one user; anything else wants to be seen. */
function reportFailure(error: unknown, record: SQSRecord, { journal }: Pick<Deps<never>, 'journal'>): void {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const details = { messageId: record.messageId, why };
  if (error instanceof LeaseHeld) {
    journal.measure('LeaseConflict', 1, 'Count');
    journal.note('the message goes back to its queue', details);
  } else {
    journal.attention('Failure', null, `message ${record.messageId} goes back to its queue: ${why}`);
  }
}

/** The body as JSON; text that is none is left to the schema to refuse, which says what it should be. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}
