import { describe, expect, test } from '@jest/globals';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { newAccount, outcome } from './account.js';

const TableName = 'leases';
const Key = { pk: { S: 'deploy' } };

async function newTable() {
  const account = newAccount();
  await account.dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return account;
}

describe('leases in a table', () => {
  test('one of two wins a conditional write, and the loser may see the winner', async () => {
    const { dynamodb } = await newTable();
    const acquire = (owner: string, now: number) =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { ...Key, owner: { S: owner }, expiresAt: { N: String(now + 100) } },
          ConditionExpression: 'attribute_not_exists(#pk) OR #expiresAt <= :now OR #owner = :owner',
          ExpressionAttributeNames: { '#pk': 'pk', '#expiresAt': 'expiresAt', '#owner': 'owner' },
          ExpressionAttributeValues: { ':now': { N: String(now) }, ':owner': { S: owner } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    expect(await outcome(acquire('a', 1000))).toBe('ok');
    const lost = await acquire('b', 1099).catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(ConditionalCheckFailedException);
    expect((lost as ConditionalCheckFailedException).Item).toMatchObject({ owner: { S: 'a' } });
    expect(await outcome(acquire('a', 1099))).toBe('ok');
    expect(await outcome(acquire('b', 1199))).toBe('ok');
  });

  test('a release needs the owner; an update sets attributes', async () => {
    const { dynamodb, aws } = await newTable();
    const release = (owner: string) =>
      dynamodb.send(
        new DeleteItemCommand({
          TableName,
          Key,
          ConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': { S: owner } },
        }),
      );
    const updated = await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #owner = :owner, #n = :n',
        ConditionExpression: 'attribute_not_exists(#owner)',
        ExpressionAttributeNames: { '#owner': 'owner', '#n': 'n' },
        ExpressionAttributeValues: { ':owner': { S: 'a' }, ':n': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(updated.Attributes).toEqual({ pk: { S: 'deploy' }, owner: { S: 'a' }, n: { N: '1' } });
    expect(await outcome(release('b'))).toBe('ConditionalCheckFailedException');
    expect(await outcome(release('a'))).toBe('ok');
    expect((await dynamodb.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
    expect(aws.truth.table(TableName)?.items.size).toBe(0);
  });

  test.each([
    ['#a = :one', true],
    ['#a < :two', true],
    ['#a > :two', false],
    ['#a <> :two', true],
    ['#a = :text', false],
    ['#missing < :two', false],
    ['attribute_exists(#a) AND (#a = :two OR NOT #a = :two)', true],
    ['attribute_exists(#missing) OR #a = :one AND #a = :two', false],
    [':one <= #a', true],
  ])('the condition %s', async (ConditionExpression, expected) => {
    const { dynamodb } = await newTable();
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, a: { N: '1' } } }));
    const all: Record<string, { N: string } | { S: string }> = {
      ':one': { N: '1' },
      ':two': { N: '2' },
      ':text': { S: '1' },
    };
    const isUsed = ([name]: [string, unknown]) => ConditionExpression.includes(name);
    const names = Object.fromEntries(Object.entries({ '#a': 'a', '#missing': 'm' }).filter(isUsed));
    const values = Object.fromEntries(Object.entries(all).filter(isUsed));
    const check = dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: Key,
        ConditionExpression,
        ExpressionAttributeNames: names,
        ...(Object.keys(values).length > 0 && {
          ExpressionAttributeValues: values,
        }),
      }),
    );
    expect(await outcome(check)).toBe(expected ? 'ok' : 'ConditionalCheckFailedException');
  });

  test('a table goes with its items; then it is unknown, and its name is free', async () => {
    const { dynamodb, aws } = await newTable();
    await dynamodb.send(new PutItemCommand({ TableName, Item: Key }));
    const { TableDescription } = await dynamodb.send(new DeleteTableCommand({ TableName }));
    expect(TableDescription).toEqual({ TableName, TableStatus: 'DELETING' });
    expect(aws.truth.table(TableName)).toBeUndefined();
    expect(await outcome(dynamodb.send(new GetItemCommand({ TableName, Key })))).toBe(
      'ResourceNotFoundException',
    );
    expect(await outcome(dynamodb.send(new DeleteTableCommand({ TableName })))).toBe(
      'ResourceNotFoundException',
    );
  });

  test('unused placeholders, wrong keys and missing tables are refused; bare names are not modelled', async () => {
    const { dynamodb } = await newTable();
    const put = (input: object) => dynamodb.send(new PutItemCommand({ TableName, Item: Key, ...input }));
    expect(await outcome(put({ ExpressionAttributeNames: { '#a': 'a' } }))).toBe('ValidationException');
    expect(await outcome(put({ Item: { other: { S: 'x' } } }))).toBe('ValidationException');
    expect(await outcome(put({ TableName: 'none' }))).toBe('ResourceNotFoundException');
    await expect(put({ ConditionExpression: 'attribute_exists(owner)' })).rejects.toThrow('is not modelled');
  });
});
