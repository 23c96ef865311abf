import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { leaseTableName } from './names.js';

/**
 * Who is at work on which user. It may be lost at any time, so it goes with the stack. It holds user names and
 * instants, so DynamoDB's own KMS key of the account will do: its use needs no permission, and no lease fails for one.
 */
export function leaseTable(scope: Construct): dynamodb.Table {
  return new dynamodb.Table(scope, 'Leases', {
    tableName: leaseTableName,
    partitionKey: { name: 'name', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'ttl',
    encryption: dynamodb.TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
