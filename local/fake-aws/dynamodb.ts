import type * as ddb from '@aws-sdk/client-dynamodb';
import { awsError } from './errors.js';
import { Expressions, type Item } from './expressions.js';
import { notModelled, reads, writes } from './operation.js';
import type { Operations } from './types.js';
import type { World } from './world.js';

export interface FakeTable {
  readonly name: string;
  readonly keyName: string;
  readonly items: Map<string, Item>;
}

export type Tables = Map<string, FakeTable>;

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, ddb.AttributeValue> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

const CONDITIONAL = [
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
] as const;

/** Tables with one string hash key. */
export function dynamodbOperations(world: World, tables: Tables): Operations {
  return {
    CreateTable: createTable(world, tables),
    DeleteTable: deleteTable(tables),
    GetItem: reads<ddb.GetItemCommandInput, ddb.GetItemCommandOutput>(
      ['TableName', 'Key', 'ConsistentRead'],
      (input) => {
        const table = tableOf(tables, input.TableName);
        const item = table.items.get(keyOf(table, input.Key, true));
        return item === undefined ? {} : { Item: { ...item } };
      },
    ),
    PutItem: putItem(tables),
    UpdateItem: updateItem(tables),
    DeleteItem: deleteItem(tables),
  };
}

function createTable(world: World, tables: Tables) {
  return writes<ddb.CreateTableCommandInput, ddb.CreateTableCommandOutput>(
    ['TableName', 'KeySchema', 'AttributeDefinitions', 'BillingMode'],
    (input) => {
      const name = input.TableName ?? '';
      const [hash, ...others] = input.KeySchema ?? [];
      const definition = input.AttributeDefinitions?.find((one) => one.AttributeName === hash?.AttributeName);
      if (hash?.AttributeName === undefined || others.length > 0)
        notModelled('a table without exactly one hash key');
      if (definition?.AttributeType !== 'S') notModelled('a table with another key than a string');
      if (tables.has(name))
        throw awsError('dynamodb', 'ResourceInUseException', 400, `Table already exists: ${name}`);
      tables.set(name, { name, keyName: hash.AttributeName, items: new Map() });
      const TableArn = `arn:aws:dynamodb:${world.region}:${world.accountId}:table/${name}`;
      return { TableDescription: { TableName: name, TableStatus: 'ACTIVE', TableArn } };
    },
  );
}

/** At once: in AWS a table that is being deleted refuses items with the same error. */
function deleteTable(tables: Tables) {
  return writes<ddb.DeleteTableCommandInput, ddb.DeleteTableCommandOutput>(['TableName'], (input) => {
    const { name } = tableOf(tables, input.TableName);
    tables.delete(name);
    return { TableDescription: { TableName: name, TableStatus: 'DELETING' } };
  });
}

function putItem(tables: Tables) {
  return writes<ddb.PutItemCommandInput, ddb.PutItemCommandOutput>(
    ['TableName', 'Item', ...CONDITIONAL],
    (input) => {
      const table = tableOf(tables, input.TableName);
      const key = keyOf(table, input.Item, false);
      const before = table.items.get(key);
      checkCondition(new Expressions(placeholdersOf(input)), input, before);
      const answer = oldValues(input.ReturnValues, before);
      table.items.set(key, { ...input.Item });
      return answer;
    },
  );
}

function updateItem(tables: Tables) {
  return writes<ddb.UpdateItemCommandInput, ddb.UpdateItemCommandOutput>(
    ['TableName', 'Key', 'UpdateExpression', ...CONDITIONAL],
    (input) => {
      const table = tableOf(tables, input.TableName);
      const key = keyOf(table, input.Key, true);
      const before = table.items.get(key);
      const expressions = new Expressions(placeholdersOf(input));
      const assigned =
        input.UpdateExpression === undefined ? {} : expressions.assignments(input.UpdateExpression);
      if (table.keyName in assigned)
        throw invalidInput(`Cannot update attribute ${table.keyName}: it is the key`);
      checkCondition(expressions, input, before);
      const after = { ...before, ...input.Key, ...assigned };
      const answer =
        input.ReturnValues === 'ALL_NEW'
          ? { Attributes: { ...after } }
          : oldValues(input.ReturnValues, before);
      table.items.set(key, after);
      return answer;
    },
  );
}

function deleteItem(tables: Tables) {
  return writes<ddb.DeleteItemCommandInput, ddb.DeleteItemCommandOutput>(
    ['TableName', 'Key', ...CONDITIONAL],
    (input) => {
      const table = tableOf(tables, input.TableName);
      const key = keyOf(table, input.Key, true);
      const before = table.items.get(key);
      checkCondition(new Expressions(placeholdersOf(input)), input, before);
      const answer = oldValues(input.ReturnValues, before);
      table.items.delete(key);
      return answer;
    },
  );
}

function placeholdersOf(input: Conditional) {
  return { names: input.ExpressionAttributeNames, values: input.ExpressionAttributeValues };
}

function checkCondition(expressions: Expressions, input: Conditional, item: Item | undefined): void {
  const holds =
    input.ConditionExpression === undefined ? () => true : expressions.condition(input.ConditionExpression);
  expressions.checkAllUsed();
  if (holds(item)) return;
  const extra =
    input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item !== undefined
      ? { Item: { ...item } }
      : {};
  throw awsError('dynamodb', 'ConditionalCheckFailedException', 400, 'The conditional request failed', extra);
}

function oldValues(
  returnValues: string | undefined,
  before: Item | undefined,
): { Attributes?: Record<string, ddb.AttributeValue> } {
  if (returnValues === undefined || returnValues === 'NONE') return {};
  if (returnValues !== 'ALL_OLD') notModelled(`ReturnValues ${returnValues}`);
  return before === undefined ? {} : { Attributes: { ...before } };
}

function tableOf(tables: Tables, name: string | undefined): FakeTable {
  const table = tables.get(name ?? '');
  if (table !== undefined) return table;
  throw awsError('dynamodb', 'ResourceNotFoundException', 400, 'Requested resource not found');
}

function keyOf(table: FakeTable, item: Item | undefined, isOnlyKey: boolean): string {
  const key = item?.[table.keyName]?.S;
  if (key === undefined || key === '' || (isOnlyKey && Object.keys(item ?? {}).length > 1)) {
    throw invalidInput('The provided key element does not match the schema');
  }
  return key;
}

function invalidInput(message: string): Error {
  return awsError('dynamodb', 'ValidationException', 400, message);
}
