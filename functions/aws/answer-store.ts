import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Instant, secondMs } from '../core/instants.js';
import { isConditionFailed } from './errors.js';

/** One request under a key, and the run that sees to it. */
export interface Attempt {
  /** The record's key in the table. */
  readonly name: string;
  /** Names the run, and no other. */
  readonly owner: string;
  /** A hash of what is asked for. */
  readonly fingerprint: string;
}

/** What the table knows of a request; no answer while a run is at work on it. */
export interface AttemptRecord {
  readonly fingerprint: string;
  readonly answer: string | null;
  readonly expiresAt: Instant;
}

/**
 * One conditional write: null where the attempt is now its owner's until `expiresAt`, else the record that is there. A
 * record that has expired counts as none, though DynamoDB may take days to delete it.
 */
export async function beginAttempt(
  client: DynamoDBClient,
  table: string,
  attempt: Attempt & { readonly now: Instant; readonly expiresAt: Instant },
): Promise<AttemptRecord | null> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem(attempt),
        ConditionExpression: 'attribute_not_exists(#name) OR #expiresAt <= :now OR #owner = :owner',
        ExpressionAttributeNames: { '#name': 'name', '#expiresAt': 'expiresAt', '#owner': 'owner' },
        ExpressionAttributeValues: { ':now': { N: String(attempt.now) }, ':owner': { S: attempt.owner } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return null;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return toRecord((error as { readonly Item?: Item }).Item ?? {});
  }
}

/** Puts the answer where the attempt was: anew where the record is lost, nowhere where it has gone to another run. */
export async function keepAnswer(
  client: DynamoDBClient,
  table: string,
  attempt: Attempt & { readonly answer: string; readonly expiresAt: Instant },
): Promise<void> {
  const command = new PutItemCommand({
    TableName: table,
    Item: toItem(attempt),
    ConditionExpression: 'attribute_not_exists(#name) OR #owner = :owner',
    ExpressionAttributeNames: { '#name': 'name', '#owner': 'owner' },
    ExpressionAttributeValues: { ':owner': { S: attempt.owner } },
  });
  await unlessOfAnother(client.send(command));
}

/** As if nobody had asked, unless the record has gone to another run. */
export async function forgetAttempt(
  client: DynamoDBClient,
  table: string,
  { name, owner }: Attempt,
): Promise<void> {
  const command = new DeleteItemCommand({
    TableName: table,
    Key: { name: { S: name } },
    ConditionExpression: '#owner = :owner',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ':owner': { S: owner } },
  });
  await unlessOfAnother(client.send(command));
}

type Item = Readonly<Record<string, AttributeValue>>;

function toItem({
  name,
  owner,
  fingerprint,
  answer,
  expiresAt,
}: Attempt & { readonly answer?: string; readonly expiresAt: Instant }): Record<string, AttributeValue> {
  return {
    name: { S: name },
    owner: { S: owner },
    fingerprint: { S: fingerprint },
    ...(answer === undefined ? {} : { answer: { S: answer } }),
    expiresAt: { N: String(expiresAt) },
    // DynamoDB's own clean-up, in seconds.
    ttl: { N: String(Math.ceil(expiresAt / secondMs)) },
  };
}

function toRecord({ fingerprint, answer, expiresAt }: Item): AttemptRecord {
  if (fingerprint?.S === undefined || expiresAt?.N === undefined)
    throw new Error('DynamoDB told of a record without showing its fingerprint and its expiresAt');
  return { fingerprint: fingerprint.S, answer: answer?.S ?? null, expiresAt: Number(expiresAt.N) };
}

async function unlessOfAnother(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
