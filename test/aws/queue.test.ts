import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { sendMessage, sendMessages } from '../../functions/aws/queue.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/rotate';

function prepared() {
  const mocked = mockClients();
  mocked.sqs.on(SendMessageCommand).resolves({});
  mocked.sqs.on(SendMessageBatchCommand).resolves({});
  return mocked;
}

describe('one message', () => {
  test.each([
    ['no delay', 0, 0],
    ['a delay in whole seconds', 5000, 5],
    ['a part of a second is a whole one: never too early', 4001, 5],
    ['a millisecond', 1, 1],
    ['the longest that SQS grants', 900_000, 900],
    ['more than SQS grants', 900_001, 900],
  ])('%s', async (_, delayMs, seconds) => {
    const { calls, clients } = prepared();
    await sendMessage(clients.sqs, url, { userName: 'alice' }, delayMs);
    expect(calls()).toEqual([
      ['SendMessage', { QueueUrl: url, MessageBody: '{"userName":"alice"}', DelaySeconds: seconds }],
    ]);
  });

  test('is not delayed unless somebody says so', async () => {
    const { calls, clients } = prepared();
    await sendMessage(clients.sqs, url, {});
    expect(calls()).toMatchObject([['SendMessage', { DelaySeconds: 0 }]]);
  });
});

const messages = (count: number) => Array.from({ length: count }, (_, index) => ({ index }));

describe('many messages', () => {
  test.each([
    ['none is no call', 0, []],
    ['ten are one call', 10, [10]],
    ['eleven are two', 11, [10, 1]],
    ['25 are three', 25, [10, 10, 5]],
  ])('%s', async (_, count, sizes) => {
    const { calls, clients } = prepared();
    await sendMessages(clients.sqs, url, messages(count));
    const batches = calls().map(
      ([, input]) => (input as { Entries: { Id: string; MessageBody: string }[] }).Entries,
    );
    expect(batches.map((entries) => entries.length)).toEqual(sizes);
    expect(batches.flat().map(({ MessageBody }) => MessageBody)).toEqual(
      messages(count).map(({ index }) => `{"index":${index}}`),
    );
    for (const entries of batches) expect(new Set(entries.map(({ Id }) => Id)).size).toBe(entries.length);
  });

  test('some that SQS refuses fail it all, though it took the others', async () => {
    const { clients, sqs } = prepared();
    const failed = { Id: '1', SenderFault: false, Code: 'InternalError', Message: 'try again' };
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [failed] });
    await expect(sendMessages(clients.sqs, url, messages(3))).rejects.toThrow(
      'SQS refused 1 of 3 messages: InternalError try again',
    );
  });

  test('a refusal in the first batch ends the run before the second', async () => {
    const { calls, clients, sqs } = prepared();
    const failed = { Id: '0', SenderFault: true, Code: 'InvalidMessageContents' };
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [failed] });
    await expect(sendMessages(clients.sqs, url, messages(11))).rejects.toThrow(
      'SQS refused 1 of 10 messages',
    );
    expect(calls()).toHaveLength(1);
  });

  test('a call that fails escapes', async () => {
    const { clients, sqs } = prepared();
    sqs.on(SendMessageBatchCommand).rejects(awsError('QueueDoesNotExist'));
    await expect(sendMessages(clients.sqs, url, messages(1))).rejects.toThrow('QueueDoesNotExist');
  });
});
