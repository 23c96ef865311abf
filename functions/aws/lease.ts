import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { secondMs } from '../core/instants.js';
import { isConditionFailed } from './errors.js';

/** One conditional write: true where the lease is now ours until `expiresAt`, false where somebody else holds it. */
export async function acquireLease(
  client: DynamoDBClient,
  table: string,
  lease: { readonly name: string; readonly owner: string; readonly now: number; readonly expiresAt: number },
): Promise<boolean> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          name: { S: lease.name },
          owner: { S: lease.owner },
          expiresAt: { N: String(lease.expiresAt) },
          // DynamoDB's own clean-up, in seconds; it may come days late, and nothing waits for it.
          ttl: { N: String(Math.ceil(lease.expiresAt / secondMs)) },
        },
        ConditionExpression: 'attribute_not_exists(#name) OR #expiresAt <= :now OR #owner = :owner',
        ExpressionAttributeNames: { '#name': 'name', '#expiresAt': 'expiresAt', '#owner': 'owner' },
        ExpressionAttributeValues: { ':now': { N: String(lease.now) }, ':owner': { S: lease.owner } },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Gives the lease back, unless it has gone to somebody else meanwhile. */
export async function releaseLease(
  client: DynamoDBClient,
  table: string,
  name: string,
  owner: string,
): Promise<void> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: { name: { S: name } },
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': { S: owner } },
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
