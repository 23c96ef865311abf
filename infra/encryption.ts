import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { prefix } from './names.js';

/** The one key of secrets, queues, logs, table and topic: the given one, or one that is made and outlives the stack. */
export function encryptionKey(scope: Construct, givenArn: string | undefined): kms.IKey {
  if (givenArn !== undefined) return kms.Key.fromKeyArn(scope, 'Key', givenArn);
  const key = new kms.Key(scope, 'Key', {
    alias: `alias/${prefix}`,
    description: 'Secrets, queues, logs, leases and alarms of iam-lifecycle',
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    // Without it no secret could be read any more.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const statement of serviceStatements(Stack.of(scope))) key.addToResourcePolicy(statement);
  return key;
}

/** The services that use the key on their own account; a key that is given needs the same in its policy. */
function serviceStatements(stack: Stack): iam.PolicyStatement[] {
  const { account, partition, region } = stack;
  const logGroups = ['/aws/lambda', '/aws/apigateway'].map(
    (folder) => `arn:${partition}:logs:${region}:${account}:log-group:${folder}/${prefix}*`,
  );
  const useFor = (sid: string, service: string) =>
    new iam.PolicyStatement({
      sid,
      principals: [new iam.ServicePrincipal(service)],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    });
  return [
    new iam.PolicyStatement({
      sid: 'LogGroups',
      principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
    useFor('EventsIntoQueues', 'events.amazonaws.com'),
    useFor('AlarmsIntoTopic', 'cloudwatch.amazonaws.com'),
  ];
}
