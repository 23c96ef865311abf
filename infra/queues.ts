import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './nag.js';
import { queueNames } from './names.js';

/** The longest that SQS keeps a message. */
const retention = Duration.days(14);
/**
 * After this many tries a message goes to the dead-letter queue. High on purpose: a message that meets a held lease
 * goes back and counts as tried, and so does one that waits for IAM through an outage: at five minutes a try, this is a
 * day of outage and some hours of leases.
 */
const maxReceiveCount = 400;
const dataKeyReuse = Duration.hours(1);

interface QueuesProps {
  readonly key: IKey;
  /**
   * As long as a lease: a message that went back because its user was leased comes again when the lease is over. It
   * is more than twice the functions' timeout, and the pollers never outnumber the reserved invocations, so that no
   * time is lost to throttling.
   */
  readonly visibility: Duration;
  readonly hasRoster: boolean;
  readonly revokesSessions: boolean;
}

/** The queues of work, and one dead-letter queue for every edge on which nobody waits for an answer. */
export class Queues extends Construct {
  readonly rotate: sqs.Queue;
  readonly offboard: sqs.Queue;
  /** Null where no sessions are revoked. */
  readonly revoke: sqs.Queue | null;
  readonly respond: sqs.Queue;
  readonly deadLetters: Readonly<
    Record<'rotate' | 'offboard' | 'respond' | 'leaks' | 'events' | 'scan', sqs.Queue>
  > & {
    readonly reconcile?: sqs.Queue;
    readonly revoke?: sqs.Queue;
  };

  constructor(scope: Construct, id: string, props: QueuesProps) {
    super(scope, id);
    // A departure or a leak that is waiting in a queue is known nowhere else, so these outlive the stack; rotations the scan finds again.
    const rotate = this.workQueue('rotate', props, RemovalPolicy.DESTROY);
    const offboard = this.workQueue('offboard', props, RemovalPolicy.RETAIN);
    const revoke = props.revokesSessions ? this.workQueue('revoke', props, RemovalPolicy.RETAIN) : null;
    const respond = this.workQueue('respond', props, RemovalPolicy.RETAIN);
    this.rotate = rotate.queue;
    this.respond = respond.queue;
    this.offboard = offboard.queue;
    this.revoke = revoke?.queue ?? null;
    this.deadLetters = {
      rotate: rotate.deadLetters,
      offboard: offboard.deadLetters,
      respond: respond.deadLetters,
      leaks: this.deadLetterQueue('leaks', props.key, RemovalPolicy.RETAIN),
      events: this.deadLetterQueue('events', props.key, RemovalPolicy.RETAIN),
      scan: this.deadLetterQueue('scan', props.key, RemovalPolicy.DESTROY),
      ...(props.hasRoster
        ? { reconcile: this.deadLetterQueue('reconcile', props.key, RemovalPolicy.DESTROY) }
        : {}),
      ...(revoke ? { revoke: revoke.deadLetters } : {}),
    };
  }

  private workQueue(
    name: 'rotate' | 'offboard' | 'revoke' | 'respond',
    { key, visibility }: QueuesProps,
    removalPolicy: RemovalPolicy,
  ): { queue: sqs.Queue; deadLetters: sqs.Queue } {
    const deadLetters = this.deadLetterQueue(`${name}DeadLetters`, key, removalPolicy, queueNames[name]);
    const queue = new sqs.Queue(this, pascal(name), {
      queueName: queueNames[name],
      ...encrypted(key),
      retentionPeriod: retention,
      visibilityTimeout: visibility,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
      removalPolicy,
    });
    return { queue, deadLetters };
  }

  /** Takes what failed: from one queue of work, or, where it names none, from a service that is not a queue. */
  private deadLetterQueue(
    name:
      | 'rotateDeadLetters'
      | 'offboardDeadLetters'
      | 'revokeDeadLetters'
      | 'respondDeadLetters'
      | 'leaks'
      | 'events'
      | 'scan'
      | 'reconcile',
    key: IKey,
    removalPolicy: RemovalPolicy,
    sourceName?: string,
  ): sqs.Queue {
    const sourceArn = (resource: string) => Stack.of(this).formatArn({ service: 'sqs', resource });
    const queue = new sqs.Queue(this, pascal(name), {
      queueName: queueNames[name],
      ...encrypted(key),
      retentionPeriod: retention,
      redriveAllowPolicy:
        sourceName === undefined
          ? { redrivePermission: sqs.RedrivePermission.DENY_ALL }
          : {
              redrivePermission: sqs.RedrivePermission.BY_QUEUE,
              sourceQueues: [sqs.Queue.fromQueueArn(this, `${pascal(name)}Source`, sourceArn(sourceName))],
            },
      removalPolicy,
    });
    acknowledge(queue, 'SQS3', 'It is a dead-letter queue itself: an alarm tells of every message in it.');
    return queue;
  }
}

function encrypted(key: IKey): sqs.QueueProps {
  return { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: key, dataKeyReuse, enforceSSL: true };
}

function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
