import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './config.js';
import type { DepartureSourceSettings } from './config-sources.js';
import { inputOf, patternOf } from './departure-sources.js';
import { busName, ownDetailTypes, pascalCase } from './names.js';

interface BusProps {
  readonly settings: Settings;
  readonly offboard: IQueue;
  readonly deadLetters: IQueue;
}

/** The bus on which other systems say who leaves and who comes back, and the rules that queue it, from this bus and others. */
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
    const { departureSources, eventArchiveDays } = props.settings;
    const ownSources = departureSources.filter((source) => source.bus === 'lifecycle');
    this.allowSenders(props.settings.eventSenders, ownSources);
    const rules = [
      this.rule(bus, props),
      ...departureSources.map((source) => this.sourceRule(bus, source, props)),
    ];
    this.allowRules(rules, props);
    if (eventArchiveDays !== undefined) {
      const detailType = [...ownDetailTypes, ...ownSources.flatMap(({ pattern }) => pattern['detail-type'])];
      bus.archive('Archive', {
        archiveName: busName,
        eventPattern: { detailType: [...new Set(detailType)] as string[] },
        retention: Duration.days(eventArchiveDays),
      });
    }
  }

  private rule(bus: events.EventBus, props: BusProps): events.Rule {
    return new events.Rule(this, 'Offboarding', {
      ruleName: 'offboarding',
      description: 'Departures and returns go to the offboard queue',
      eventBus: bus,
      eventPattern: { detailType: [...ownDetailTypes] },
      targets: [targetOf(props)],
    });
  }

  private sourceRule(own: events.EventBus, source: DepartureSourceSettings, props: BusProps): events.Rule {
    const id = pascalCase(source.name);
    const isOwn = source.bus === 'lifecycle';
    return new events.Rule(this, `Source${id}`, {
      ruleName: `departures-${source.name}`,
      description: `Departures and returns as ${source.name} tells of them go to the offboard queue`,
      eventBus: isOwn ? own : events.EventBus.fromEventBusName(this, `BusOf${id}`, source.bus),
      eventPattern: patternOf(source),
      targets: [targetOf(props, inputOf(source))],
    });
  }

  /** Just these rules may fill the queue, and the dead letters of their deliveries. */
  private allowRules(rules: readonly events.Rule[], { offboard, deadLetters }: BusProps): void {
    for (const [queue, sid] of [
      [offboard, 'TakeEvents'],
      [deadLetters, 'TakeUndeliverableEvents'],
    ] as const) {
      queue.addToResourcePolicy(
        new iam.PolicyStatement({
          sid,
          principals: [new iam.ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ ruleArn }) => ruleArn) } },
        }),
      );
    }
  }

  /**
   * Within the account IAM decides who may put events. Others may put just our two kinds and what the sources of this
   * bus declare, and nobody without TLS.
   */
  private allowSenders(accounts: readonly string[], sources: readonly DepartureSourceSettings[]): void {
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
    const allow = (statementId: string, account: string, conditions: object) =>
      policy(statementId, {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Condition: { StringEquals: conditions },
      });
    for (const account of accounts) {
      allow(`Sender${account}`, account, { 'events:detail-type': [...ownDetailTypes] });
      for (const { name, pattern } of sources) {
        allow(`Sender${account}${pascalCase(name)}`, account, {
          'events:source': pattern.source,
          'events:detail-type': pattern['detail-type'],
        });
      }
    }
  }
}

function targetOf({ offboard, deadLetters }: BusProps, input?: events.RuleTargetInput): events.IRuleTarget {
  return {
    bind: () => ({
      arn: offboard.queueArn,
      id: 'offboard-queue',
      ...(input ? { input } : {}),
      deadLetterConfig: { arn: deadLetters.queueArn },
      // The longest and most that EventBridge knows; a bus made by hand would give up after minutes.
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    }),
  };
}
