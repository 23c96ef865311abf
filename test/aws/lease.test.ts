import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { acquireLease, releaseLease } from '../../functions/aws/lease.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const lease = { name: 'alice', owner: 'run-1', now: 1_772_323_200_000, expiresAt: 1_772_324_400_001 };

test('a lease is one conditional write, and ttl is in whole seconds, never too early', async () => {
  const { calls, clients, dynamodb } = mockClients();
  dynamodb.on(PutItemCommand).resolves({});
  expect(await acquireLease(clients.dynamodb, 'leases', lease)).toBe(true);
  expect(calls()).toEqual([
    [
      'PutItem',
      {
        TableName: 'leases',
        Item: {
          name: { S: 'alice' },
          owner: { S: 'run-1' },
          expiresAt: { N: '1772324400001' },
          ttl: { N: '1772324401' },
        },
        ConditionExpression: 'attribute_not_exists(#name) OR #expiresAt <= :now OR #owner = :owner',
        ExpressionAttributeNames: { '#name': 'name', '#expiresAt': 'expiresAt', '#owner': 'owner' },
        ExpressionAttributeValues: { ':now': { N: '1772323200000' }, ':owner': { S: 'run-1' } },
      },
    ],
  ]);
});

test('a lease that somebody else holds is not ours', async () => {
  const { clients, dynamodb } = mockClients();
  dynamodb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
  expect(await acquireLease(clients.dynamodb, 'leases', lease)).toBe(false);
});

test('a failure is neither yes nor no', async () => {
  const { clients, dynamodb } = mockClients();
  dynamodb.on(PutItemCommand).rejects(awsError('ProvisionedThroughputExceededException'));
  await expect(acquireLease(clients.dynamodb, 'leases', lease)).rejects.toThrow('ProvisionedThroughput');
});

test('a lease is given back by its owner alone', async () => {
  const { calls, clients, dynamodb } = mockClients();
  dynamodb.on(DeleteItemCommand).resolves({});
  await releaseLease(clients.dynamodb, 'leases', 'alice', 'run-1');
  expect(calls()).toEqual([
    [
      'DeleteItem',
      {
        TableName: 'leases',
        Key: { name: { S: 'alice' } },
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': { S: 'run-1' } },
      },
    ],
  ]);
});

test('a lease that has gone to somebody else is left to them', async () => {
  const { clients, dynamodb } = mockClients();
  dynamodb.on(DeleteItemCommand).rejects(awsError('ConditionalCheckFailedException'));
  expect(await releaseLease(clients.dynamodb, 'leases', 'alice', 'run-1')).toBeUndefined();
});

test('a lease that could not be given back says so', async () => {
  const { clients, dynamodb } = mockClients();
  dynamodb.on(DeleteItemCommand).rejects(awsError('InternalServerError'));
  await expect(releaseLease(clients.dynamodb, 'leases', 'alice', 'run-1')).rejects.toThrow(
    'InternalServerError',
  );
});
