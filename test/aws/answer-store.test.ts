import { CreateTableCommand, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { beginAttempt, forgetAttempt, keepAnswer } from '../../functions/aws/answer-store.js';
import { newAccount } from '../local/fake-aws/account.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const attempt = { name: 'users/0a1b', owner: 'run-1', fingerprint: 'f1' };
const now = 1_772_323_200_000;
const begun = { ...attempt, now, expiresAt: 1_772_323_234_001 };

describe('what is asked of DynamoDB', () => {
  test('one conditional write begins, and ttl is in whole seconds, never too early', async () => {
    const { calls, clients, dynamodb } = mockClients();
    dynamodb.on(PutItemCommand).resolves({});
    expect(await beginAttempt(clients.dynamodb, 'answers', begun)).toBeNull();
    expect(calls()).toEqual([
      [
        'PutItem',
        {
          TableName: 'answers',
          Item: {
            name: { S: 'users/0a1b' },
            owner: { S: 'run-1' },
            fingerprint: { S: 'f1' },
            expiresAt: { N: '1772323234001' },
            ttl: { N: '1772323235' },
          },
          ConditionExpression: 'attribute_not_exists(#name) OR #expiresAt <= :now OR #owner = :owner',
          ExpressionAttributeNames: { '#name': 'name', '#expiresAt': 'expiresAt', '#owner': 'owner' },
          ExpressionAttributeValues: { ':now': { N: '1772323200000' }, ':owner': { S: 'run-1' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ],
    ]);
  });

  test('a failure is no answer', async () => {
    const { clients, dynamodb } = mockClients();
    dynamodb.on(PutItemCommand).rejects(awsError('InternalServerError'));
    dynamodb.on(DeleteItemCommand).rejects(awsError('InternalServerError'));
    const failed = { name: 'InternalServerError' };
    await expect(beginAttempt(clients.dynamodb, 'answers', begun)).rejects.toMatchObject(failed);
    const kept = { ...attempt, answer: '{}', expiresAt: now };
    await expect(keepAnswer(clients.dynamodb, 'answers', kept)).rejects.toMatchObject(failed);
    await expect(forgetAttempt(clients.dynamodb, 'answers', attempt)).rejects.toMatchObject(failed);
  });

  test('a record that is there but not shown is an error, and not nothing', async () => {
    const { clients, dynamodb } = mockClients();
    dynamodb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
    await expect(beginAttempt(clients.dynamodb, 'answers', begun)).rejects.toThrow('fingerprint');
  });
});

/** A table of the simulated account. */
async function newTable() {
  const { dynamodb, aws } = newAccount();
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'answers',
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const begin = (more: object = {}) => beginAttempt(dynamodb, 'answers', { ...begun, ...more });
  const keep = (more: object = {}) =>
    keepAnswer(dynamodb, 'answers', { ...attempt, answer: '{"a":1}', expiresAt: now + 1000, ...more });
  const stored = () => aws.truth.table('answers')!.items.get(attempt.name);
  return { begin, dynamodb, keep, stored };
}

describe('a record', () => {
  const other = { owner: 'run-2', fingerprint: 'f2' };

  test('is shown to another run without an answer, then with it, until it expires', async () => {
    const { begin, keep } = await newTable();
    expect(await begin()).toBeNull();
    expect(await begin(other)).toEqual({ fingerprint: 'f1', answer: null, expiresAt: 1_772_323_234_001 });
    await keep();
    expect(await begin({ ...other, now: now + 999 })).toEqual({
      fingerprint: 'f1',
      answer: '{"a":1}',
      expiresAt: 1_772_323_201_000,
    });
    expect(await begin({ ...other, now: now + 1000 })).toBeNull();
  });

  test("is its own run's to begin again: the SDK repeats a call that got no answer", async () => {
    const { begin } = await newTable();
    expect(await begin()).toBeNull();
    expect(await begin()).toBeNull();
  });

  test('that another run has taken over is neither written nor deleted by the first', async () => {
    const { begin, dynamodb, keep, stored } = await newTable();
    await begin();
    await begin({ ...other, now: begun.expiresAt });
    await keep();
    await forgetAttempt(dynamodb, 'answers', attempt);
    expect(stored()).toMatchObject({ owner: { S: 'run-2' }, fingerprint: { S: 'f2' } });
    expect(stored()).not.toHaveProperty('answer');
    await forgetAttempt(dynamodb, 'answers', { ...attempt, ...other });
    expect(stored()).toBeUndefined();
  });

  test('that is lost meanwhile is made anew with the answer, and forgetting it is no failure', async () => {
    const { dynamodb, keep, stored } = await newTable();
    await forgetAttempt(dynamodb, 'answers', attempt);
    await keep();
    expect(stored()).toMatchObject({ fingerprint: { S: 'f1' }, answer: { S: '{"a":1}' } });
  });
});
