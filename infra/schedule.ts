import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { hourMs, minuteMs, parseDuration, secondMs } from '../functions/core/instants.js';

/** What the scheduler sends. The function believes none of it; the rest tells in the log which run this was. */
const input = {
  source: 'iam-lifecycle.schedule',
  scheduleArn: '<aws.scheduler.schedule-arn>',
  scheduledTime: '<aws.scheduler.scheduled-time>',
  executionId: '<aws.scheduler.execution-id>',
  attemptNumber: '<aws.scheduler.attempt-number>',
} as const;

const flexibleMinutes = 5;

interface ScheduleProps {
  /** Of its parts in the template. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** ISO 8601. */
  readonly every: string;
  readonly target: lambda.Function;
  readonly deadLetters: IQueue;
  readonly key: IKey;
}

/** The guarantee behind every event: the function looks again and again, whatever got lost. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { every, target, deadLetters } = props;
    const maximumEventAgeInSeconds = Math.min(parseDuration(every), hourMs) / secondMs;
    new CfnSchedule(this, props.id, {
      name: props.name,
      description: props.description,
      scheduleExpression: `rate(${Math.floor(parseDuration(every) / minuteMs)} minutes)`,
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleMinutes },
      state: 'ENABLED',
      target: {
        arn: target.functionArn,
        roleArn: this.role(props).roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumEventAgeInSeconds, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    // The scheduler hands over and goes; whether the run fails is Lambda's to tell.
    new lambda.CfnEventInvokeConfig(this, `${props.id}Failures`, {
      functionName: target.functionName,
      qualifier: '$LATEST',
      maximumEventAgeInSeconds,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    });
  }

  private role({ name, target, deadLetters, key }: ScheduleProps): iam.Role {
    const { account, partition, region } = Stack.of(this);
    return new iam.Role(this, 'Role', {
      description: `Lets the schedule ${name} start its function`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: {
            'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/default`,
          },
        },
      }),
      inlinePolicies: {
        Permissions: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
            new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
            new iam.PolicyStatement({
              actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
              resources: [key.keyArn],
              conditions: { StringEquals: { 'kms:ViaService': `sqs.${region}.${Stack.of(this).urlSuffix}` } },
            }),
          ],
        }),
      },
    });
  }
}
