import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { leakPatterns } from '../functions/core/leak-sources.js';
import { eventSource, leakAnswered } from '../functions/core/names.js';
import type { Settings } from './config.js';
import { pascalCase } from './names.js';

interface LeakRulesProps {
  readonly settings: Settings;
  readonly respond: IQueue;
  readonly deadLetters: IQueue;
  /** Our bus, on which the respond function says what it did. */
  readonly bus: events.EventBus;
  readonly topic: ITopic;
}

/** AWS's news of leaked keys into the queue, from the account's own bus; what was done about them to the topic. */
export class LeakRules extends Construct {
  constructor(scope: Construct, id: string, props: LeakRulesProps) {
    super(scope, id);
    const { health, guardDuty } = props.settings.leaks;
    const wanted = [
      ...(health ? (['iam-lifecycle-health'] as const) : []),
      ...(guardDuty ? (['iam-lifecycle-guardduty'] as const) : []),
    ];
    const ruleArns = wanted.map((name) => this.listen(name, props).attrArn);
    if (ruleArns.length > 0) {
      mayBeSent(props.respond, 'TakeLeaks', ruleArns);
      mayBeSent(props.deadLetters, 'TakeUndeliverableLeaks', ruleArns);
    }
    this.tell(props);
  }

  private listen(name: keyof typeof leakPatterns, { respond, deadLetters }: LeakRulesProps): events.CfnRule {
    return new events.CfnRule(this, pascalCase(name), {
      name,
      description: 'AWS says that an access key leaked: it goes to the respond queue',
      eventPattern: leakPatterns[name],
      targets: [
        {
          id: 'respond-queue',
          arn: respond.queueArn,
          deadLetterConfig: { arn: deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
  }

  /** A plain text, for a person who is woken by it. */
  private tell({ bus, topic }: LeakRulesProps): void {
    const { account } = Stack.of(this);
    const lines = [
      'Access key <keyId> of <userName> leaked.',
      'Why: <why>.',
      'Last use: <lastUse>.',
      'State: <phase>. Done: <done>.',
      'Next: <next>',
    ];
    const fields = ['keyId', 'userName', 'why', 'lastUse', 'phase', 'done', 'next'];
    const rule = new events.CfnRule(this, 'Answers', {
      name: 'leaked-keys-answered',
      description: 'What was done about a leaked key goes to the topic of the alarms',
      eventBusName: bus.eventBusName,
      eventPattern: { source: [eventSource], 'detail-type': [leakAnswered] },
      targets: [
        {
          id: 'attention-topic',
          arn: topic.topicArn,
          inputTransformer: {
            inputPathsMap: Object.fromEntries(fields.map((field) => [field, `$.detail.${field}`])),
            inputTemplate: lines.map((line) => JSON.stringify(line)).join('\n'),
          },
        },
      ],
    });
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LeakedKeys',
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': rule.attrArn },
        },
      }),
    );
  }
}

function mayBeSent(queue: IQueue, sid: string, ruleArns: string[]): void {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      sid,
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': ruleArns } },
    }),
  );
}
