import { type SQSClient, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { secondMs } from '../core/instants.js';

/** The longest delay that SQS grants a message. */
export const longestDelayMs = 900 * secondMs;

const messagesPerBatch = 10;

export async function sendMessage(
  sqs: SQSClient,
  queueUrl: string,
  message: object,
  delayMs = 0,
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message),
      DelaySeconds: Math.ceil(Math.min(delayMs, longestDelayMs) / secondMs),
    }),
  );
}

/** Sends all of them, ten a call. Throws with the first refusal where SQS took some and refused others. */
export async function sendMessages(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly object[],
): Promise<void> {
  for (let start = 0; start < messages.length; start += messagesPerBatch) {
    const Entries = messages
      .slice(start, start + messagesPerBatch)
      .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const [failed] = Failed;
    if (failed)
      throw new Error(
        `SQS refused ${Failed.length} of ${Entries.length} messages: ${failed.Code} ${failed.Message ?? ''}`,
      );
  }
}
