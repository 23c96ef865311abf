import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { reconcileName, rosterKey } from './names.js';
import { Schedule } from './schedule.js';

interface KeepRosterProps {
  /** ISO 8601. */
  readonly every: string;
  readonly bucket: Bucket;
  readonly reconcile: lambda.Function;
  readonly deadLetters: IQueue;
  readonly key: IKey;
}

/** When the roster is kept: on a schedule, which is the guarantee, and as soon as a new one is laid down. */
export class KeepRoster extends Construct {
  constructor(scope: Construct, id: string, props: KeepRosterProps) {
    super(scope, id);
    const { every, reconcile, deadLetters, key } = props;
    new Schedule(this, 'Schedule', {
      id: 'Reconcile',
      name: reconcileName,
      description: 'Makes the users as the roster says',
      every,
      target: reconcile,
      deadLetters,
      key,
    });
    const rule = this.rule(props);
    new lambda.CfnPermission(this, 'NewRosterMayStart', {
      action: 'lambda:InvokeFunction',
      functionName: reconcile.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.ruleArn,
    });
    deadLetters.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TakeUndeliverableEvents',
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
  }

  /** S3 tells the account's default bus. */
  private rule({ bucket, reconcile, deadLetters }: KeepRosterProps): events.Rule {
    const target: events.IRuleTarget = {
      bind: () => ({
        arn: reconcile.functionArn,
        id: 'reconcile',
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
      }),
    };
    return new events.Rule(this, 'NewRoster', {
      ruleName: reconcileName,
      description: 'A new roster is kept at once',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [rosterKey] } },
      },
      targets: [target],
    });
  }
}
