import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { answerTableName, leaseTableName } from './names.js';

/** Who is at work on which user. */
export function leaseTable(scope: Construct): dynamodb.Table {
  return table(scope, 'Leases', leaseTableName);
}

/** What was answered to requests with an Idempotency-Key, for a day. */
export function answerTable(scope: Construct): dynamodb.Table {
  return table(scope, 'Answers', answerTableName);
}

/**
 * It may be lost at any time, so it goes with the stack. It holds names, ARNs, instants and hashes, so DynamoDB's own KMS
 * key of the account will do: its use needs no permission, and nothing fails for one.
 */
function table(scope: Construct, id: string, tableName: string): dynamodb.Table {
  return new dynamodb.Table(scope, id, {
    tableName,
    partitionKey: { name: 'name', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'ttl',
    encryption: dynamodb.TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
