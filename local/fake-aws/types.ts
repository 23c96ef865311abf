import type { Clock } from '../../functions/aws/clock.js';
import type { KeyPair } from '../../functions/aws/clients.js';

export type Service =
  | 'iam'
  | 'sts'
  | 'secretsmanager'
  | 'ssm'
  | 'dynamodb'
  | 'sqs'
  | 'events'
  | 's3'
  | 'cloudtrail'
  | 'kms'
  | 'sns';

export interface Call {
  readonly seq: number;
  /** When the request left its caller. */
  readonly at: number;
  readonly caller: string;
  readonly service: Service;
  /** Such as 'CreateUser'. */
  readonly operation: string;
  /** Without secrets. */
  readonly input: Record<string, unknown>;
  /** The id of the access key that signed; STS only. */
  readonly signer?: string;
  /** 'ok' or the error's name; absent while in flight. */
  outcome?: string;
  readonly mutating: boolean;
}

export type Fault =
  | 'throttle' // definite: nothing was applied
  | 'kms-denied' // definite: the service may not use the key that it encrypts with
  | 'fail' // definite: nothing was applied
  | 'timeout-unapplied' // ambiguous to the caller
  | 'timeout-applied' // ambiguous to the caller
  | 'crash-before' // the process dies before the effect
  | 'crash-after'; // the process dies after the effect

export interface FakeAwsOptions {
  readonly clock: Clock;
  readonly accountId?: string;
  readonly region?: string;
  readonly seed?: number;
  /** Time that passes in a call, half before its effect and half after; default 40. */
  readonly latencyMs?: (call: Call) => number;
  /** How far behind the truth a read of IAM or Secrets Manager looks; default 0. */
  readonly lagMs?: (call: Call) => number;
  /** How long until STS accepts a new (or reactivated) key; drawn at that moment, default 0. */
  readonly keyUsableAfterMs?: () => number;
  /** How long a deleted or deactivated key still works; default 0. */
  readonly keyUsableAfterDeleteMs?: () => number;
  /** False: two CreateAccessKey in flight at once may both pass the limit of two. */
  readonly atomicKeyLimit?: boolean;
  /** Fewer entries than asked for may come back; default `max`. */
  readonly pageSize?: (operation: string, max: number) => number;
  /** Asked before every call; may await, to interleave workers. */
  readonly intervene?: (call: Call) => Fault | undefined | Promise<Fault | undefined>;
  /** Lets one entry of PutEvents or SendMessageBatch fail inside a successful answer; default none. */
  readonly failEntry?: (call: Call, index: number) => boolean;
  /** How long a message that is sent to a queue is not to be seen, beyond what its sender asked for; default 0. */
  readonly deliveryDelayMs?: () => number;
  /** How much of the past is kept for late reads; default ten minutes. A longer lag is cut to it. */
  readonly historyMs?: number;
  /** The unique id of a user, or the id of its next key, where somebody must know it beforehand; else it is drawn. */
  readonly idOf?: (kind: 'user' | 'key', userName: string) => string | undefined;
  /** True: every AWS-managed policy that has a possible name is there; those not modelled allow nothing. Default false. */
  readonly anyAwsPolicy?: boolean;
}

/** The process died: nothing that it still does reaches AWS. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/** One Lambda invocation. After a crash each of its calls throws SimulatedCrash and has no effect. */
export class Invocation {
  crashed = false;

  constructor(
    readonly caller: string,
    /** The key of a user or of a session that makes the calls; else the caller is a role of the deployment. */
    readonly accessKeyId?: string,
  ) {}
}

/** What an operation knows about the instant at which it takes effect. */
export interface Moment {
  readonly now: number;
  /** The instant that a read looks at, or undefined for the truth. */
  readonly asOf: number | undefined;
  readonly call: Call;
  /** Where the call was sent to. */
  readonly region: string;
  readonly signer: KeyPair | undefined;
  /** What `prepare` saw when the request arrived. */
  readonly prepared: unknown;
}

export interface Operation {
  readonly mutating: boolean;
  readonly parameters: ReadonlySet<string>;
  run(input: never, moment: Moment): object;
  /** Looks at the account when the request arrives, before its effect. */
  prepare?(input: never): unknown;
}

export type Operations = Readonly<Record<string, Operation>>;
