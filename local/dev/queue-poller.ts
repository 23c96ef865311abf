import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { systemClock } from '../../functions/aws/clock.js';
import { secondMs } from '../../functions/core/instants.js';
import type { LocalFunction } from './local-function.js';
import type { LocalQueue } from './provision.js';

export interface EventSource {
  readonly queue: LocalQueue;
  readonly target: LocalFunction;
  readonly batchSize: number;
  /** Batches that are worked on at once. */
  readonly concurrency: number;
  readonly reportsItemFailures: boolean;
  /** What the function is invoked with, one message at a time; without it the function gets the messages themselves. */
  readonly eventOf?: (body: string) => unknown;
}

const pollMs = 200;

/** Hands a queue's messages to a function as Lambda's pollers do; what is not deleted, SQS shows again or gives up. */
export class QueuePoller {
  private isStopped = false;
  private inFlight = 0;

  constructor(
    private readonly source: EventSource,
    private readonly sqs: SQSClient,
    private readonly region: string,
    private readonly log: NodeJS.WritableStream,
  ) {}

  stop(): void {
    this.isStopped = true;
  }

  async run(): Promise<void> {
    while (!this.isStopped) {
      const batch = this.inFlight < this.source.concurrency ? await this.receive() : [];
      if (this.isStopped) return;
      if (batch.length === 0) await systemClock.sleep(pollMs);
      else void this.handle(batch);
    }
  }

  private async receive(): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.source.queue.url,
      MaxNumberOfMessages: this.source.batchSize,
      MessageSystemAttributeNames: [
        'ApproximateReceiveCount',
        'SentTimestamp',
        'ApproximateFirstReceiveTimestamp',
      ],
    });
    try {
      return (await this.sqs.send(command)).Messages ?? [];
    } catch (error) {
      await this.tell(error);
      return [];
    }
  }

  private async handle(batch: readonly Message[]): Promise<void> {
    this.inFlight += 1;
    try {
      const { target, queue, eventOf } = this.source;
      const records = () => ({ Records: batch.map((message) => this.recordOf(message)) });
      const outcome = await target.invoke(eventOf ? eventOf(batch[0]!.Body!) : records());
      if ('error' in outcome) {
        return this.say(target.settings.name, outcome.error);
      }
      const failed = this.source.reportsItemFailures ? failedOf(outcome.result, batch) : new Set();
      for (const { MessageId, ReceiptHandle } of batch) {
        if (failed.has(MessageId)) continue;
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
      }
    } catch (error) {
      await this.tell(error);
    } finally {
      this.inFlight -= 1;
    }
  }

  private recordOf({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes = {} }: Message): object {
    return {
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.source.queue.arn,
      awsRegion: this.region,
    };
  }

  private say(who: string, { name, message }: { readonly name: string; readonly message: string }): void {
    if (!this.isStopped) this.log.write(`${who}: ${name}: ${message}\n`);
  }

  /** An endpoint that is away for a while is no reason to end. */
  private async tell(error: unknown): Promise<void> {
    this.say(this.source.queue.name, error as Error);
    await systemClock.sleep(secondMs);
  }
}

/** The ids that a function reports as failed; all of them where its report is none, or names a message of no such batch. */
export function failedOf(result: unknown, batch: readonly Message[]): ReadonlySet<string | undefined> {
  const all = new Set(batch.map(({ MessageId }) => MessageId));
  if (result === null || result === undefined) return new Set();
  const { batchItemFailures: failures = [] } = result as {
    batchItemFailures?: readonly { readonly itemIdentifier?: string }[] | null;
  };
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const named = new Set(
    (failures as readonly { itemIdentifier?: string }[]).map(({ itemIdentifier }) => itemIdentifier),
  );
  return [...named].every((id) => all.has(id)) ? named : all;
}
