import type { FakeTable, Tables } from './dynamodb.js';
import type { EventBridgeState } from './eventbridge.js';
import { localPolicies } from './iam-policies.js';
import type {
  FakeAccessKey,
  FakeGroup,
  FakePolicy,
  FakeRole,
  FakeUser,
  IamState,
  LastUse,
} from './iam-state.js';
import type { KeyRecord } from './key-ring.js';
import type { FakeSecret, FakeSecretVersion, SecretsState } from './secrets-state.js';
import type { FakeParameter, ParametersState } from './ssm-state.js';
import type { FakeMessage, FakeQueue } from './sqs-queue.js';
import type { Queues } from './sqs.js';
import type { BucketsState } from './s3.js';

/** A key that exists has a status; one that is gone has `deletedAt`. */
export interface TrueKey extends KeyRecord {
  readonly status: FakeAccessKey['status'] | undefined;
  readonly lastUse: LastUse | undefined;
}

export interface TrueUser extends Omit<FakeUser, 'keys'> {
  /** Existing and deleted keys in the order of their creation. */
  readonly keys: readonly TrueKey[];
}

export interface TrueSecretVersion extends FakeSecretVersion {
  /** The value as JSON, or undefined if it is none. */
  readonly parsed: unknown;
}

export interface TrueSecret extends Omit<FakeSecret, 'versions'> {
  readonly versions: readonly TrueSecretVersion[];
}

export interface TrueQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly visible: readonly FakeMessage[];
  readonly inFlight: readonly FakeMessage[];
  readonly delayed: readonly FakeMessage[];
  /** ARN of its dead-letter queue. */
  readonly deadLetterArn: string | undefined;
}

/** What is so, at once and without lag: for assertions, never for the code under test. */
export class Truth {
  constructor(
    private readonly iam: IamState,
    private readonly secretsState: SecretsState,
    private readonly parametersState: ParametersState,
    private readonly tablesByName: Tables,
    private readonly queuesByName: Queues,
    private readonly eventBridge: EventBridgeState,
    private readonly buckets: BucketsState,
  ) {}

  /** By name, in any case. */
  user(name: string): TrueUser | undefined {
    const user = this.iam.users.get(name.toLowerCase());
    return user && this.trueUser(user);
  }

  users(): TrueUser[] {
    return this.iam.users.values().map((user) => this.trueUser(user));
  }

  /** Every key that was ever issued, whether its user still exists or not. */
  key(accessKeyId: string): TrueKey | undefined {
    const record = this.iam.keyRing.record(accessKeyId);
    return record && this.trueKey(record);
  }

  /** Serial numbers, whether a user has the device or not. */
  virtualMfaDevices(): string[] {
    return [...this.iam.virtualMfaDevices];
  }

  role(name: string): FakeRole | undefined {
    return this.iam.roles.get(name.toLowerCase());
  }

  roles(): FakeRole[] {
    return this.iam.roles.values();
  }

  group(name: string): FakeGroup | undefined {
    return this.iam.groups.get(name.toLowerCase());
  }

  groups(): FakeGroup[] {
    return this.iam.groups.values();
  }

  /** The account's own policies. */
  policies(): FakePolicy[] {
    return localPolicies(this.iam);
  }

  secret(name: string): TrueSecret | undefined {
    const secret = this.secretsState.named(name);
    return secret && trueSecret(secret);
  }

  /** Those awaiting deletion included. */
  secrets(): TrueSecret[] {
    return this.secretsState.all().map(trueSecret);
  }

  parameter(name: string): FakeParameter | undefined {
    return this.parametersState.named(name);
  }

  /** With their values. */
  parameters(): FakeParameter[] {
    return this.parametersState.all();
  }

  queue(name: string): TrueQueue | undefined {
    const queue = this.queuesByName.get(name);
    return queue && this.trueQueue(queue);
  }

  queues(): TrueQueue[] {
    return [...this.queuesByName.values()].map((queue) => this.trueQueue(queue));
  }

  table(name: string): FakeTable | undefined {
    return this.tablesByName.get(name);
  }

  tables(): FakeTable[] {
    return [...this.tablesByName.values()];
  }

  hasBucket(name: string): boolean {
    return this.buckets.has(name);
  }

  /** Key -> text of a bucket's objects; none where there is no such bucket. */
  objects(bucket: string): ReadonlyMap<string, string> {
    return this.buckets.has(bucket) ? this.buckets.get(bucket).objects : new Map();
  }

  events(): EventBridgeState['events'] {
    return this.eventBridge.events;
  }

  private trueUser(user: FakeUser): TrueUser {
    return { ...user, keys: this.iam.keyRing.recordsOf(user.id).map((record) => this.trueKey(record)) };
  }

  private trueKey(record: KeyRecord): TrueKey {
    const key = this.iam.ownerOf(record.id)?.keys.find((candidate) => candidate.id === record.id);
    const status = record.deletedAt === undefined ? key?.status : undefined;
    return { ...record, status, lastUse: this.iam.lastUses.get(record.id) };
  }

  private trueQueue(queue: FakeQueue): TrueQueue {
    const now = this.iam.world.clock.now();
    const messages = queue.all();
    const hidden = messages.filter((message) => message.visibleAt > now);
    return {
      name: queue.name,
      url: queue.url,
      arn: queue.arn,
      visible: messages.filter((message) => message.visibleAt <= now),
      inFlight: hidden.filter((message) => message.receiveCount > 0),
      delayed: hidden.filter((message) => message.receiveCount === 0),
      deadLetterArn: queue.settings.redrive?.deadLetterArn,
    };
  }
}

function trueSecret(secret: FakeSecret): TrueSecret {
  return {
    ...secret,
    versions: secret.versions.map((version) => ({ ...version, parsed: parse(version.value) })),
  };
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
