import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { hourMs, minuteMs, parseDuration, secondMs } from '../functions/core/instants.js';
import { scanName } from './names.js';

/** What the scheduler sends. The scan believes none of it; the rest tells in the log which run this was. */
const scanInput = {
  source: 'iam-lifecycle.schedule',
  scheduleArn: '<aws.scheduler.schedule-arn>',
  scheduledTime: '<aws.scheduler.scheduled-time>',
  executionId: '<aws.scheduler.execution-id>',
  attemptNumber: '<aws.scheduler.attempt-number>',
} as const;

const flexibleMinutes = 5;

interface ScheduleProps {
  /** ISO 8601. */
  readonly every: string;
  readonly scan: lambda.Function;
  readonly deadLetters: IQueue;
  readonly key: IKey;
}

/** The guarantee behind every event: the whole account is looked through again and again. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { every, scan, deadLetters } = props;
    const maximumEventAgeInSeconds = Math.min(parseDuration(every), hourMs) / secondMs;
    new CfnSchedule(this, 'Scan', {
      name: scanName,
      description: 'Looks through the whole account',
      scheduleExpression: `rate(${Math.floor(parseDuration(every) / minuteMs)} minutes)`,
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleMinutes },
      state: 'ENABLED',
      target: {
        arn: scan.functionArn,
        roleArn: this.role(props).roleArn,
        input: JSON.stringify(scanInput),
        retryPolicy: { maximumEventAgeInSeconds, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    // The scheduler hands over and goes; whether the run fails is Lambda's to tell.
    new lambda.CfnEventInvokeConfig(this, 'ScanFailures', {
      functionName: scan.functionName,
      qualifier: '$LATEST',
      maximumEventAgeInSeconds,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    });
  }

  private role({ scan, deadLetters, key }: ScheduleProps): iam.Role {
    const { account, partition, region } = Stack.of(this);
    return new iam.Role(this, 'Role', {
      description: 'Lets the schedule of iam-lifecycle start the scan',
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
            new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [scan.functionArn] }),
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
