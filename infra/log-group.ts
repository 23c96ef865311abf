import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './config.js';

/** A log group that tells what was done to whom, so it is encrypted and outlives the stack. */
export function logGroup(
  scope: Construct,
  id: string,
  { name, key, settings }: { readonly name: string; readonly key: IKey; readonly settings: Settings },
): logs.LogGroup {
  const group = new logs.LogGroup(scope, id, {
    logGroupName: name,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  (group.node.defaultChild as logs.CfnLogGroup).retentionInDays = settings.logRetentionDays;
  return group;
}
