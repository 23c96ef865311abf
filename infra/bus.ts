import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './config.js';
import { busName } from './names.js';

/** What other systems may say on the bus. "Offboarding Due" is between the functions and never crosses it. */
const detailTypes = ['User Offboarded', 'User Restore Requested'];

interface BusProps {
  readonly settings: Settings;
  readonly offboard: IQueue;
  readonly deadLetters: IQueue;
}

/** The bus on which other systems say who leaves and who comes back, and the rule that queues it. */
export class Bus extends Construct {
  readonly bus: events.EventBus;
  readonly busArn: string;

  constructor(scope: Construct, id: string, props: BusProps) {
    super(scope, id);
    const bus = new events.EventBus(this, 'Bus', {
      eventBusName: busName,
      description: 'Departures and returns of users',
    });
    this.bus = bus;
    this.busArn = bus.eventBusArn;
    this.allowSenders(props.settings.eventSenders);
    const rule = this.rule(bus, props);
    for (const [queue, sid] of [
      [props.offboard, 'TakeEvents'],
      [props.deadLetters, 'TakeUndeliverableEvents'],
    ] as const) {
      queue.addToResourcePolicy(
        new iam.PolicyStatement({
          sid,
          principals: [new iam.ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      );
    }
    const { eventArchiveDays } = props.settings;
    if (eventArchiveDays !== undefined) {
      bus.archive('Archive', {
        archiveName: busName,
        eventPattern: { detailType: detailTypes },
        retention: Duration.days(eventArchiveDays),
      });
    }
  }

  private rule(bus: events.EventBus, { offboard, deadLetters }: BusProps): events.Rule {
    const target: events.IRuleTarget = {
      bind: () => ({
        arn: offboard.queueArn,
        id: 'offboard-queue',
        deadLetterConfig: { arn: deadLetters.queueArn },
        // The longest and most that EventBridge knows; a bus made by hand would give up after minutes.
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      }),
    };
    return new events.Rule(this, 'Offboarding', {
      ruleName: 'offboarding',
      description: 'Departures and returns go to the offboard queue',
      eventBus: bus,
      eventPattern: { detailType: detailTypes },
      targets: [target],
    });
  }

  /** Within the account IAM decides who may put events. Others may put just these two kinds, and nobody without TLS. */
  private allowSenders(accounts: readonly string[]): void {
    const { partition } = Stack.of(this);
    const policy = (statementId: string, statement: object): events.CfnEventBusPolicy =>
      new events.CfnEventBusPolicy(this, statementId, {
        eventBusName: busName,
        statementId,
        statement: { Sid: statementId, Action: 'events:PutEvents', Resource: this.busArn, ...statement },
      });
    policy('OnlyWithTls', {
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    for (const account of accounts) {
      policy(`Sender${account}`, {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Condition: { StringEquals: { 'events:detail-type': detailTypes } },
      });
    }
  }
}
