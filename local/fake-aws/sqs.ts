import { createHash } from 'node:crypto';
import type * as sqs from '@aws-sdk/client-sqs';
import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { notModelled, reads, takePage, writes } from './operation.js';
import { ResourcePolicies } from './resource-policies.js';
import { FakeQueue, type FakeMessage, type QueueSettings } from './sqs-queue.js';
import type { Operations } from './types.js';
import type { World } from './world.js';

const MAX_BODY_BYTES = 262_144;
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;

/** By name. */
export type Queues = Map<string, FakeQueue>;

export function sqsOperations(iam: IamState, queues: Queues): Operations {
  const { world } = iam;
  const policies = new ResourcePolicies(iam, 'sqs', 'InvalidAttributeValue');
  return {
    CreateQueue: createQueue(world, queues),
    ...queueReads(world, queues, policies),
    SetQueueAttributes: writes<sqs.SetQueueAttributesCommandInput, sqs.SetQueueAttributesCommandOutput>(
      ['QueueUrl', 'Attributes'],
      ({ QueueUrl, Attributes = {} }) => {
        const queue = queueAt(queues, QueueUrl);
        const other = Object.keys(Attributes).find((name) => name !== 'Policy');
        if (other !== undefined) notModelled(`a change of the queue attribute ${other}`);
        queue.policy = policies.keep(Attributes['Policy']);
        return {};
      },
    ),
    SendMessage: writes<sqs.SendMessageCommandInput, sqs.SendMessageCommandOutput>(
      ['QueueUrl', 'MessageBody', 'DelaySeconds'],
      (input) => {
        const queue = queueAt(queues, input.QueueUrl);
        const body = requireBody(input.MessageBody);
        return sent(queue.send(body, delayOf(input.DelaySeconds)));
      },
    ),
    SendMessageBatch: sendMessageBatch(world, queues),
    ReceiveMessage: receiveMessage(queues),
    DeleteMessage: writes<sqs.DeleteMessageCommandInput, sqs.DeleteMessageCommandOutput>(
      ['QueueUrl', 'ReceiptHandle'],
      (input) => {
        queueAt(queues, input.QueueUrl).delete(input.ReceiptHandle ?? '');
        return {};
      },
    ),
    ChangeMessageVisibility: writes<
      sqs.ChangeMessageVisibilityCommandInput,
      sqs.ChangeMessageVisibilityCommandOutput
    >(['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'], (input) => {
      const seconds = within('VisibilityTimeout', input.VisibilityTimeout ?? -1, MAX_VISIBILITY_SECONDS);
      queueAt(queues, input.QueueUrl).changeVisibility(input.ReceiptHandle ?? '', seconds * 1000);
      return {};
    }),
  };
}

function createQueue(world: World, queues: Queues) {
  return writes<sqs.CreateQueueCommandInput, sqs.CreateQueueCommandOutput>(
    ['QueueName', 'Attributes'],
    (input) => {
      const name = input.QueueName ?? '';
      if (!/^[\w-]{1,80}$/.test(name)) throw parameterError(`queue name ${name}`);
      const settings = settingsFrom(input.Attributes ?? {});
      const existing = queues.get(name);
      if (existing !== undefined && JSON.stringify(existing.settings) !== JSON.stringify(settings)) {
        throw awsError('sqs', 'QueueNameExists', 400, `A queue named ${name} exists with other attributes.`);
      }
      const deadLetterName = settings.redrive?.deadLetterArn.split(':').at(-1) ?? '';
      if (
        settings.redrive !== undefined &&
        queues.get(deadLetterName)?.arn !== settings.redrive.deadLetterArn
      ) {
        throw parameterError(`Dead letter target ${settings.redrive.deadLetterArn} does not exist.`);
      }
      const queue = existing ?? new FakeQueue(world, name, settings, () => queues.get(deadLetterName));
      queues.set(name, queue);
      return { QueueUrl: queue.url };
    },
  );
}

function settingsFrom(attributes: Partial<Record<string, string>>): QueueSettings {
  const known = ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds', 'RedrivePolicy'];
  for (const name of Object.keys(attributes))
    if (!known.includes(name)) notModelled(`the queue attribute ${name}`);
  const seconds = (name: string, fallback: number) => Number(attributes[name] ?? fallback) * 1000;
  const policy = attributes['RedrivePolicy'];
  const redrive = policy === undefined ? undefined : (JSON.parse(policy) as Record<string, string | number>);
  return {
    visibilityTimeoutMs: seconds('VisibilityTimeout', 30),
    retentionMs: seconds('MessageRetentionPeriod', 345_600),
    delayMs: seconds('DelaySeconds', 0),
    redrive: redrive && {
      deadLetterArn: String(redrive['deadLetterTargetArn']),
      maxReceiveCount: Number(redrive['maxReceiveCount']),
    },
  };
}

function queueReads(world: World, queues: Queues, policies: ResourcePolicies): Operations {
  return {
    ListQueues: listQueues(world, queues),
    GetQueueUrl: reads<sqs.GetQueueUrlCommandInput, sqs.GetQueueUrlCommandOutput>(['QueueName'], (input) => {
      const queue = queues.get(input.QueueName ?? '') ?? missingQueue(input.QueueName);
      return { QueueUrl: queue.url };
    }),
    GetQueueAttributes: reads<sqs.GetQueueAttributesCommandInput, sqs.GetQueueAttributesCommandOutput>(
      ['QueueUrl', 'AttributeNames'],
      (input, { now }) => {
        const queue = queueAt(queues, input.QueueUrl);
        const messages = queue.all();
        const visible = messages.filter((message) => message.visibleAt <= now).length;
        const hidden = messages.filter((message) => message.visibleAt > now);
        const inFlight = hidden.filter((message) => message.receiveCount > 0).length;
        const attributes: Record<string, string> = {
          QueueArn: queue.arn,
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
          ApproximateNumberOfMessagesDelayed: String(hidden.length - inFlight),
        };
        const policy = queue.policy === undefined ? {} : { Policy: policies.show(queue.policy) };
        return { Attributes: pick({ ...attributes, ...policy }, input.AttributeNames ?? []) };
      },
    ),
  };
}

/** One answer holds a thousand; without a size there is no token. */
function listQueues(world: World, queues: Queues) {
  return reads<sqs.ListQueuesCommandInput, sqs.ListQueuesCommandOutput>(
    ['MaxResults', 'NextToken'],
    ({ MaxResults, NextToken }) => {
      const { page, next } = takePage(world, {
        service: 'sqs',
        operation: 'ListQueues',
        items: [...queues.values()].map(({ url }) => url).toSorted(),
        keyOf: (url) => url,
        max: MaxResults ?? 1000,
        marker: NextToken,
        badMarker: 'InvalidParameterValue',
      });
      const more = next !== undefined && MaxResults !== undefined && { NextToken: next };
      return { ...(page.length > 0 && { QueueUrls: page }), ...more };
    },
  );
}

function pick(attributes: Record<string, string>, names: readonly string[]): Record<string, string> {
  if (names.includes('All')) return attributes;
  // A queue without a policy answers none.
  for (const name of names)
    if (!(name in attributes) && name !== 'Policy') notModelled(`the attribute ${name}`);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function sendMessageBatch(world: World, queues: Queues) {
  return writes<sqs.SendMessageBatchCommandInput, sqs.SendMessageBatchCommandOutput>(
    ['QueueUrl', 'Entries'],
    (input, { call }) => {
      const queue = queueAt(queues, input.QueueUrl);
      const entries = requireEntries(input.Entries ?? []);
      const Successful: sqs.SendMessageBatchResultEntry[] = [];
      const Failed: sqs.BatchResultErrorEntry[] = [];
      entries.forEach((entry, index) => {
        const fail = (Code: string, SenderFault: boolean) => Failed.push({ Id: entry.Id, Code, SenderFault });
        if (world.failEntry(call, index)) return fail('InternalError', false);
        if ((entry.DelaySeconds ?? 0) > MAX_DELAY_SECONDS || !entry.MessageBody)
          return fail('InvalidParameterValue', true);
        const message = sent(queue.send(entry.MessageBody, delayOf(entry.DelaySeconds)));
        return Successful.push({ Id: entry.Id, ...message });
      });
      // An empty list is left out of the answer.
      return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) } as {
        Successful: typeof Successful;
        Failed: typeof Failed;
      };
    },
  );
}

function requireEntries(
  entries: readonly sqs.SendMessageBatchRequestEntry[],
): readonly sqs.SendMessageBatchRequestEntry[] {
  const refuse = (name: string) => {
    throw awsError('sqs', name, 400, `${name}: ${entries.length} entries`);
  };
  if (entries.length === 0) refuse('EmptyBatchRequest');
  if (entries.length > 10) refuse('TooManyEntriesInBatchRequest');
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length) refuse('BatchEntryIdsNotDistinct');
  const total = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.MessageBody ?? ''), 0);
  if (total > MAX_BODY_BYTES) refuse('BatchRequestTooLong');
  for (const { Id: _id, MessageBody: _body, DelaySeconds: _delay, ...others } of entries) {
    for (const name of Object.keys(others)) notModelled(`parameter ${name} of an entry of SendMessageBatch`);
  }
  return entries;
}

/** Not counted as a mutation: it only hides messages for a while. */
function receiveMessage(queues: Queues) {
  return reads<sqs.ReceiveMessageCommandInput, sqs.ReceiveMessageCommandOutput>(
    [
      'QueueUrl',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'MessageSystemAttributeNames',
      'WaitTimeSeconds',
    ],
    (input) => {
      const queue = queueAt(queues, input.QueueUrl);
      const max = input.MaxNumberOfMessages ?? 1;
      if (!Number.isInteger(max) || max < 1 || max > 10) throw parameterError(`MaxNumberOfMessages ${max}`);
      if ((input.WaitTimeSeconds ?? 0) > 0) notModelled('WaitTimeSeconds above 0 of ReceiveMessage');
      const { VisibilityTimeout: seconds } = input;
      const timeoutMs =
        seconds === undefined
          ? undefined
          : within('VisibilityTimeout', seconds, MAX_VISIBILITY_SECONDS) * 1000;
      const taken = queue.receive(max, timeoutMs);
      if (taken.length === 0) return {};
      return { Messages: taken.map((message) => received(message, input.MessageSystemAttributeNames ?? [])) };
    },
  );
}

function received(message: FakeMessage, names: readonly string[]): sqs.Message {
  const attributes = pick(
    {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    names,
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(names.length > 0 && { Attributes: attributes }),
  };
}

function sent(message: FakeMessage) {
  return { MessageId: message.id, MD5OfMessageBody: md5(message.body) };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function requireBody(body: string | undefined): string {
  if (body === undefined || body === '')
    throw awsError('sqs', 'MissingParameter', 400, 'The request must contain MessageBody.');
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    throw parameterError(`the message exceeds ${MAX_BODY_BYTES} bytes`);
  return body;
}

function delayOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : within('DelaySeconds', seconds, MAX_DELAY_SECONDS) * 1000;
}

function within(name: string, seconds: number, max: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= max) return seconds;
  throw parameterError(
    `Value ${seconds} for parameter ${name} is invalid. Reason: Must be between 0 and ${max}.`,
  );
}

/** The path tells the queue: over the wire its origin is that of a local server. */
function queueAt(queues: Queues, url: string | undefined): FakeQueue {
  const path = URL.canParse(url ?? '') ? new URL(url ?? '').pathname : '';
  for (const queue of queues.values()) if (queue.url.endsWith(`.amazonaws.com${path}`)) return queue;
  return missingQueue(url);
}

function missingQueue(what: string | undefined): never {
  throw awsError('sqs', 'QueueDoesNotExist', 400, `The specified queue does not exist: ${what}`);
}

function parameterError(message: string): Error {
  return awsError('sqs', 'InvalidParameterValue', 400, message);
}
