import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import type { UserName } from '../../functions/core/names.js';
import { withLease } from '../../functions/shell/lease.js';
import { at } from '../support/account.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const now = at('2026-03-10T00:00:00Z');
const alice = 'Alice' as UserName;

function prepared() {
  const mocked = mockClients();
  mocked.dynamodb.on(PutItemCommand).resolves({});
  mocked.dynamodb.on(DeleteItemCommand).resolves({});
  const clock = new StubClock(now);
  const env = { LEASE_TABLE: 'leases', LEASE: 1_200_000 };
  const names = () => mocked.calls().map(([name]) => name);
  return { ...mocked, names, clock, deps: { clients: mocked.clients, clock, env, runId: 'run-1' } };
}

test('the lease is on the name without its case, for this run, until its time is up', async () => {
  const { deps, calls } = prepared();
  await withLease(deps, alice, async () => undefined);
  expect(calls()[0]).toMatchObject([
    'PutItem',
    {
      TableName: 'leases',
      Item: { name: { S: 'alice' }, owner: { S: 'run-1' }, expiresAt: { N: String(now + 1_200_000) } },
      ExpressionAttributeValues: { ':now': { N: String(now) } },
    },
  ]);
});

test('a run that wrote nothing gives the lease back, and the next may begin at once', async () => {
  const { deps, calls, names } = prepared();
  const freeAt = await withLease(deps, alice, async (lease) => lease.freeAt());
  expect(freeAt).toBe(now);
  expect(names()).toEqual(['PutItem', 'DeleteItem']);
  expect(calls()[1]).toMatchObject(['DeleteItem', { Key: { name: { S: 'alice' } } }]);
});

test('a run that wrote keeps the lease, and the next may begin when it expires', async () => {
  const { deps, names } = prepared();
  const freeAt = await withLease(deps, alice, async (lease) => {
    lease.keep();
    lease.keep();
    return lease.freeAt();
  });
  expect(freeAt).toBe(now + 1_200_000);
  expect(names()).toEqual(['PutItem']);
});

test('a run that failed before it wrote gives the lease back, and its failure escapes', async () => {
  const { deps, names } = prepared();
  const failing = withLease(deps, alice, async () => {
    throw new Error('not today');
  });
  await expect(failing).rejects.toThrow('not today');
  expect(names()).toEqual(['PutItem', 'DeleteItem']);
});

test('a run that failed after it wrote keeps the lease', async () => {
  const { deps, names } = prepared();
  const failing = withLease(deps, alice, async (lease) => {
    lease.keep();
    throw new Error('half done');
  });
  await expect(failing).rejects.toThrow('half done');
  expect(names()).toEqual(['PutItem']);
});

test('a lease that is held keeps the work from beginning', async () => {
  const { deps, dynamodb, names } = prepared();
  dynamodb.on(PutItemCommand).rejects(awsError('ConditionalCheckFailedException'));
  let hasBegun = false;
  const held = withLease(deps, alice, async () => {
    hasBegun = true;
  });
  await expect(held).rejects.toMatchObject({ name: 'LeaseHeld', message: 'Alice is leased to another run' });
  expect(hasBegun).toBe(false);
  expect(names()).toEqual(['PutItem']);
});

test('a lease that has gone to another owner meanwhile is left to it, and the work counts', async () => {
  const { deps, dynamodb } = prepared();
  dynamodb.on(DeleteItemCommand).rejects(awsError('ConditionalCheckFailedException'));
  await expect(withLease(deps, alice, async () => 'done')).resolves.toBe('done');
});

test('a lease that cannot be asked for fails the run', async () => {
  const { deps, dynamodb } = prepared();
  dynamodb.on(PutItemCommand).rejects(awsError('InternalServerError'));
  await expect(withLease(deps, alice, async () => 'done')).rejects.toThrow('InternalServerError');
});
