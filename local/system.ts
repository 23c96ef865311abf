import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Context } from 'aws-lambda';
import type { Clients } from '../functions/aws/clients.js';
import type { Clock } from '../functions/aws/clock.js';
import { minuteMs, secondMs } from '../functions/core/instants.js';
import { createHandler as createOffboard } from '../functions/offboard.js';
import { createHandler as createOnboard } from '../functions/onboard.js';
import { createHandler as createReconcile } from '../functions/reconcile.js';
import { createHandler as createRevoke } from '../functions/revoke.js';
import { createHandler as createRespond } from '../functions/respond.js';
import { createHandler as createRotate } from '../functions/rotate.js';
import { createHandler as createScan } from '../functions/scan.js';
import type { HttpResponse } from '../functions/shell/http-function.js';
import { operationOf, operations } from '../functions/shell/operations.js';
import type { Journal } from '../functions/shell/journal.js';
import type { Handler, Runtime } from '../functions/shell/lambda.js';
import { createHandler as createUsers } from '../functions/users.js';
import { type FunctionEnv, type QueueName, busName, putRoster } from './deployment.js';

const factories = {
  onboard: createOnboard,
  rotate: createRotate,
  offboard: createOffboard,
  respond: createRespond,
  scan: createScan,
  users: createUsers,
  reconcile: createReconcile,
  revoke: createRevoke,
};
export type FunctionName = keyof typeof factories;

/** The functions' timeouts, as deployed. */
export const timeoutsMs: Readonly<Record<FunctionName, number>> = {
  onboard: 29 * secondMs,
  rotate: 2 * minuteMs,
  offboard: 2 * minuteMs,
  respond: 2 * minuteMs,
  scan: 5 * minuteMs,
  users: 29 * secondMs,
  reconcile: 5 * minuteMs,
  revoke: 2 * minuteMs,
};

/** A process that Lambda started for one invocation; `crashed` tells that it died before it could answer. */
export interface Process {
  readonly clients: Clients;
  readonly isDead: () => boolean;
}

export interface SystemOptions {
  readonly env: FunctionEnv;
  readonly clock: Clock;
  readonly journal: Journal;
  /** A new process for a function's invocation. */
  readonly start: (functionName: FunctionName) => Process;
  /** Told of every answer of a function. */
  readonly onResult?: (result: unknown) => void;
  /** The clients of what surrounds the functions: pollers, rules, callers. */
  readonly surroundings: Clients;
}

interface Response {
  readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
}

/** Where each queue's URL is. */
export const queueEnv = {
  rotate: 'ROTATE_QUEUE_URL',
  offboard: 'OFFBOARD_QUEUE_URL',
  revoke: 'REVOKE_QUEUE_URL',
  respond: 'RESPOND_QUEUE_URL',
} as const;

/** The deployed system without the cloud: the real handlers, and what Lambda, SQS and EventBridge do for them. */
export class LocalSystem {
  private invocations = 0;

  private env: FunctionEnv;

  constructor(readonly options: SystemOptions) {
    this.env = options.env;
  }

  /** A new version of the functions: whatever starts from now on has this environment. */
  redeploy(changes: Partial<FunctionEnv>): void {
    this.env = { ...this.env, ...changes };
  }

  /** One invocation in a fresh process. Null where the process died and nobody got an answer. */
  async invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const { clock, journal, start } = this.options;
    const process = start(name);
    const runtime: Runtime = {
      env: this.env,
      clients: () => process.clients,
      clock,
      journal,
      middlewares: [],
    };
    const handler = factories[name](runtime) as Handler<unknown>;
    this.invocations += 1;
    try {
      const result = await handler(event, lambdaContext(name, `run-${this.invocations}`, clock));
      this.options.onResult?.(result);
      return process.isDead() ? null : result;
    } catch (error) {
      if (process.isDead()) return null;
      throw error;
    }
  }

  /** One request to the HTTP API. Null where the process died. */
  async request(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<HttpResponse | null> {
    const url = new URL(path, 'http://localhost');
    const [, , name] = url.pathname.split('/');
    const event = {
      version: '2.0',
      rawPath: url.pathname,
      headers,
      queryStringParameters: Object.fromEntries(url.searchParams),
      pathParameters: name === undefined ? {} : { name: decodeURIComponent(name) },
      requestContext: {
        requestId: `request-${this.invocations}`,
        timeEpoch: this.options.clock.now(),
        http: { method },
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      isBase64Encoded: false,
    };
    const found = operationOf(method, url.pathname);
    const target = found !== null && 'id' in found ? operations[found.id].takenBy : 'users';
    return (await this.invoke(target, event)) as HttpResponse | null;
  }

  /** Puts an event on the bus, as an HR system would. */
  async putEvent(detailType: string, detail: object, at = this.options.clock.now()): Promise<void> {
    const { FailedEntryCount } = await this.options.surroundings.eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: busName,
            Source: 'hr.example',
            DetailType: detailType,
            Detail: JSON.stringify(detail),
            Time: new Date(at),
          },
        ],
      }),
    );
    if (FailedEntryCount) throw new Error('the event was not taken');
  }

  scan(): Promise<unknown> {
    return this.invoke('scan', { source: 'iam-lifecycle.schedule' });
  }

  /** Lays a roster into its bucket, as an operator does. The event that this makes is not delivered: see reconcile. */
  async putRoster(roster: string): Promise<void> {
    await putRoster(this.options.surroundings, this.options.env, roster);
  }

  reconcile(): Promise<unknown> {
    return this.invoke('reconcile', { source: 'iam-lifecycle.schedule' });
  }

  /** Those that something is sent to. */
  get queues(): QueueName[] {
    const { env } = this.options;
    return (Object.keys(queueEnv) as QueueName[]).filter((queue) => env[queueEnv[queue]] !== 'none');
  }

  /** Delivers what is visible in a queue, a batch at a time; answers how many messages were delivered. */
  async deliver(queue: QueueName, batchSize = 10): Promise<number> {
    const { sqs } = this.options.surroundings;
    const QueueUrl = this.options.env[queueEnv[queue]];
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: batchSize,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    if (Messages.length === 0) return 0;
    const Records = Messages.map((message) => ({
      messageId: message.MessageId!,
      receiptHandle: message.ReceiptHandle!,
      body: message.Body!,
      attributes: message.Attributes ?? {},
      messageAttributes: {},
      eventSource: 'aws:sqs',
    }));
    const response = (await this.invoke(queue, { Records })) as Response | null;
    // Without an answer nothing is deleted: all of it comes back after the visibility timeout.
    const kept = new Set(
      response
        ? response.batchItemFailures?.map((failure) => failure.itemIdentifier)
        : Records.map((record) => record.messageId),
    );
    for (const record of Records)
      if (!kept.has(record.messageId)) await deleteMessage(sqs, QueueUrl, record.receiptHandle);
    return Records.length;
  }

  /** Delivers until all queues show nothing; with several pollers, batches are smaller and overlap in time. */
  async drain(pollers = 1): Promise<void> {
    const batchSize = pollers === 1 ? 10 : 1;
    const poll = () => this.queues.map((queue) => this.deliver(queue, batchSize));
    for (;;) {
      const delivered = await Promise.all(Array.from({ length: pollers }, poll).flat());
      if (delivered.every((count) => count === 0)) return;
    }
  }
}

async function deleteMessage(sqs: SQSClient, QueueUrl: string, ReceiptHandle: string): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}

/** The parts of Lambda's context that the stack uses. */
function lambdaContext(name: FunctionName, awsRequestId: string, clock: Clock): Context {
  const endsAt = clock.now() + timeoutsMs[name];
  return {
    awsRequestId,
    functionName: name,
    getRemainingTimeInMillis: () => endsAt - clock.now(),
  } as Context;
}
