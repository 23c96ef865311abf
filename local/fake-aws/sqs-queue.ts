import { awsError } from './errors.js';
import type { World } from './world.js';

export interface FakeMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** Of the latest receipt only; older handles delete nothing. */
  receipt: string | undefined;
}

export interface QueueSettings {
  readonly visibilityTimeoutMs: number;
  readonly retentionMs: number;
  readonly delayMs: number;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
}

/** A standard queue: at least once, in no order. */
export class FakeQueue {
  private messages: FakeMessage[] = [];
  private receipts = 0;
  /** With its users by unique id. */
  policy: string | undefined;

  constructor(
    private readonly world: World,
    readonly name: string,
    readonly settings: QueueSettings,
    private readonly deadLetterQueue: () => FakeQueue | undefined,
  ) {}

  get url(): string {
    return `https://sqs.${this.world.region}.amazonaws.com/${this.world.accountId}/${this.name}`;
  }

  get arn(): string {
    return `arn:aws:sqs:${this.world.region}:${this.world.accountId}:${this.name}`;
  }

  /** All messages that are kept, visible or not. */
  all(): readonly FakeMessage[] {
    const now = this.world.clock.now();
    this.messages = this.messages.filter((message) => now - message.sentAt < this.settings.retentionMs);
    return this.messages;
  }

  send(body: string, delayMs = this.settings.delayMs): FakeMessage {
    const now = this.world.clock.now();
    const message: FakeMessage = {
      id: this.world.random.uuid(),
      body,
      sentAt: now,
      visibleAt: now + delayMs + this.world.deliveryDelayMs(),
      receiveCount: 0,
      firstReceivedAt: undefined,
      receipt: undefined,
    };
    this.messages.push(message);
    return message;
  }

  receive(max: number, visibilityTimeoutMs = this.settings.visibilityTimeoutMs): FakeMessage[] {
    const now = this.world.clock.now();
    const visible = this.all().filter((message) => message.visibleAt <= now);
    const alive = visible.filter((message) => !this.buryIfExhausted(message));
    const taken = this.world.random.shuffled(alive).slice(0, max);
    for (const message of taken) {
      this.receipts += 1;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilityTimeoutMs;
      message.receipt = this.handle(message, this.receipts);
    }
    return taken;
  }

  /** A stale receipt is accepted and deletes nothing. */
  delete(receipt: string): void {
    this.checkHandle(receipt);
    this.messages = this.messages.filter((message) => message.receipt !== receipt);
  }

  changeVisibility(receipt: string, timeoutMs: number): void {
    this.checkHandle(receipt);
    const now = this.world.clock.now();
    const message = this.all().find((candidate) => candidate.receipt === receipt);
    if (message === undefined) {
      throw awsError(
        'sqs',
        'InvalidParameterValue',
        400,
        'The receipt handle is expired or its message was deleted.',
      );
    }
    if (message.visibleAt <= now)
      throw awsError('sqs', 'MessageNotInflight', 400, 'The message is not in flight.');
    message.visibleAt = now + timeoutMs;
  }

  /** A message that was received too often goes to the dead-letter queue instead of being received again. */
  private buryIfExhausted(message: FakeMessage): boolean {
    const { redrive } = this.settings;
    const deadLetterQueue = this.deadLetterQueue();
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    if (deadLetterQueue === undefined) return false;
    this.messages = this.messages.filter((other) => other !== message);
    // Its age and its count go on, as in AWS; so a dead-letter queue needs the longer retention.
    deadLetterQueue.messages.push({ ...message, receipt: undefined, visibleAt: this.world.clock.now() });
    return true;
  }

  private handle(message: FakeMessage, number: number): string {
    return Buffer.from(`${this.name} ${message.id} ${number}`).toString('base64');
  }

  private checkHandle(receipt: string): void {
    if (Buffer.from(receipt, 'base64').toString().startsWith(`${this.name} `)) return;
    throw awsError(
      'sqs',
      'ReceiptHandleIsInvalid',
      404,
      `The receipt handle ${receipt} is not of this queue.`,
    );
  }
}
