import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { answerOf, errorOf, knownKey, stubAccount } from './stub-account.js';

const onNoonOfMarch1 = new Date('2026-03-01T12:00:00Z');
const withMillis = new Date('2026-03-01T12:00:00.250Z');

const account = stubAccount();
const secretsManager = () => new SecretsManagerClient(account.config());
const dynamodb = () => new DynamoDBClient(account.config());
const sqs = () => new SQSClient(account.config());

describe('Secrets Manager', () => {
  test('CreateSecret', async () => {
    account.answers({ ARN: 'arn:x', Name: 'anna', VersionId: 'v1' });
    const input = {
      Name: 'anna',
      ClientRequestToken: 'iam-access-key-AKIA0000000000000001',
      SecretString: '{"a":"ü"}',
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const output = await answerOf(secretsManager().send(new CreateSecretCommand(input)));
    expect(account.asked).toMatchObject([
      { service: 'secretsmanager', operation: 'CreateSecret', input, signer: knownKey },
    ]);
    expect(output).toEqual({ ARN: 'arn:x', Name: 'anna', VersionId: 'v1' });
  });

  test('a binary secret arrives as bytes', async () => {
    const SecretBinary = new Uint8Array([0, 1, 254, 255]);
    await secretsManager().send(
      new PutSecretValueCommand({ SecretId: 'anna', SecretBinary, ClientRequestToken: 't' }),
    );
    expect(account.asked[0]?.input).toEqual({ SecretId: 'anna', SecretBinary, ClientRequestToken: 't' });
  });

  test('DescribeSecret answers a map of lists and dates', async () => {
    const described = {
      Name: 'anna',
      CreatedDate: withMillis,
      DeletedDate: onNoonOfMarch1,
      RotationEnabled: false,
      VersionIdsToStages: { v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT', 'AWSPENDING'], v3: [] },
      Tags: [],
    };
    account.answers(described);
    expect(await answerOf(secretsManager().send(new DescribeSecretCommand({ SecretId: 'anna' })))).toEqual(
      described,
    );
  });

  test.each(['ResourceNotFoundException', 'ThrottlingException'])('%s keeps its name', async (name) => {
    account.refuses(name, 400);
    const error = await errorOf(secretsManager().send(new DescribeSecretCommand({ SecretId: 'anna' })));
    expect(error).toMatchObject({ name, message: `${name} <&> said no`, $metadata: { httpStatusCode: 400 } });
  });
});

describe('DynamoDB', () => {
  const Item = {
    pk: { S: 'anna' },
    until: { N: '17' },
    held: { BOOL: false },
    list: { L: [{ NULL: true as const }] },
  };

  test('PutItem keeps attribute values', async () => {
    await dynamodb().send(
      new PutItemCommand({ TableName: 'leases', Item, ExpressionAttributeNames: { '#u': 'until' } }),
    );
    expect(account.asked[0]).toMatchObject({
      service: 'dynamodb',
      operation: 'PutItem',
      input: { TableName: 'leases', Item, ExpressionAttributeNames: { '#u': 'until' } },
    });
  });

  test('GetItem answers an item or none', async () => {
    account.answers({ Item });
    const command = new GetItemCommand({ TableName: 'leases', Key: { pk: { S: 'anna' } } });
    expect(await answerOf(dynamodb().send(command))).toEqual({ Item });
    account.answers({});
    expect(await answerOf(dynamodb().send(command))).toEqual({});
  });

  test('a failed condition brings the item along', async () => {
    account.refuses('ConditionalCheckFailedException', 400, { Item });
    const error = await errorOf(dynamodb().send(new PutItemCommand({ TableName: 'leases', Item })));
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', Item });
  });

  test('maps of structures and lists of maps', async () => {
    const RequestItems = { leases: { Keys: [{ pk: { S: 'anna' } }, { pk: { B: new Uint8Array([1, 2]) } }] } };
    account.answers({ Responses: { leases: [Item] }, UnprocessedKeys: {} });
    const output = await answerOf(dynamodb().send(new BatchGetItemCommand({ RequestItems })));
    expect(account.asked[0]?.input).toEqual({ RequestItems });
    expect(output).toEqual({ Responses: { leases: [Item] }, UnprocessedKeys: {} });
  });
});

describe('SQS', () => {
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/work';
  /** The MD5 of `hello`, which the SDK checks. */
  const digest = '5d41402abc4b2a76b9719d911017c592';

  test('SendMessage', async () => {
    account.answers({ MessageId: 'm1', MD5OfMessageBody: digest });
    const input = { QueueUrl, MessageBody: 'hello' };
    const output = await answerOf(sqs().send(new SendMessageCommand(input)));
    expect(account.asked[0]).toMatchObject({ service: 'sqs', operation: 'SendMessage', input });
    expect(output).toEqual({ MessageId: 'm1', MD5OfMessageBody: digest });
  });

  test('SendMessageBatch answers successes and failures', async () => {
    const answered = {
      Successful: [{ Id: 'a', MessageId: 'm1', MD5OfMessageBody: digest }],
      Failed: [{ Id: 'b', SenderFault: false, Code: 'InternalError' }],
    };
    account.answers(answered);
    const Entries = [
      { Id: 'a', MessageBody: 'hello' },
      { Id: 'b', MessageBody: '{}' },
    ];
    const output = await answerOf(sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    expect(account.asked[0]?.input).toEqual({ QueueUrl, Entries });
    expect(output).toEqual(answered);
  });

  const message = { MessageId: 'm1', ReceiptHandle: 'r', Body: 'hello', MD5OfBody: digest };
  test.each([[undefined], [[{ ...message, Attributes: { ApproximateReceiveCount: '1' } }]]])(
    'ReceiveMessage answers %j',
    async (Messages) => {
      account.answers({ Messages });
      const output = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      expect(account.asked[0]?.input).toEqual({ QueueUrl, MaxNumberOfMessages: 10 });
      expect(output.Messages).toEqual(Messages);
    },
  );

  test('QueueDoesNotExist travels under its former code', async () => {
    account.refuses('QueueDoesNotExist', 400);
    const error = await errorOf(sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' })));
    expect(error).toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});

test('EventBridge: PutEvents answers entry by entry', async () => {
  const Entries = [
    { Source: 'iam-lifecycle', DetailType: 'UserOnboarded', Detail: '{}', Time: onNoonOfMarch1 },
  ];
  account.answers({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
  const output = await answerOf(
    new EventBridgeClient(account.config()).send(new PutEventsCommand({ Entries })),
  );
  expect(account.asked[0]).toMatchObject({ service: 'events', operation: 'PutEvents', input: { Entries } });
  expect(output).toEqual({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
});
