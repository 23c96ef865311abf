import { describe, expect, test } from '@jest/globals';
import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { DAY, newAccount, outcome, SECOND, START } from './account.js';

async function newQueue(options: Parameters<typeof newAccount>[0] = {}) {
  const account = newAccount(options);
  const { sqs } = account;
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'work',
      Attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead',
          maxReceiveCount: 2,
        }),
      },
    }),
  );
  const send = (MessageBody: string, DelaySeconds?: number) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
  const receive = async (max = 10) => {
    const input = { QueueUrl, MaxNumberOfMessages: max, MessageSystemAttributeNames: ['All' as const] };
    return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
  };
  const remove = (ReceiptHandle: string | undefined) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return { ...account, QueueUrl, send, receive, remove };
}

function entries(count: number) {
  return Array.from({ length: count }, (_value, index) => ({ Id: `${index}`, MessageBody: `m${index}` }));
}

describe('queues', () => {
  test('a received message is hidden for its timeout and counts its receipts', async () => {
    const { send, receive, later } = await newQueue();
    await send('hello');
    const [first] = await receive();
    expect(first).toMatchObject({
      Body: 'hello',
      MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(START) },
    });
    await later(29_999);
    expect(await receive()).toEqual([]);
    await later(1);
    const [second] = await receive();
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
  });

  test('a stale receipt is taken and deletes nothing', async () => {
    const { send, receive, remove, later, aws } = await newQueue();
    await send('hello');
    const [first] = await receive();
    await later(30 * SECOND);
    const [second] = await receive();
    expect(await outcome(remove(first?.ReceiptHandle))).toBe('ok');
    expect(aws.truth.queue('work')?.inFlight).toHaveLength(1);
    expect(await outcome(remove(second?.ReceiptHandle))).toBe('ok');
    expect(aws.truth.queue('work')?.inFlight).toHaveLength(0);
    expect(await outcome(remove('invented'))).toBe('ReceiptHandleIsInvalid');
  });

  test('a message received twice in vain goes to the dead-letter queue', async () => {
    const { send, receive, later, aws } = await newQueue();
    await send('poison');
    for (let time = 0; time < 2; time += 1) {
      expect(await receive()).toHaveLength(1);
      await later(30 * SECOND);
    }
    expect(await receive()).toEqual([]);
    expect(aws.truth.queue('work')).toMatchObject({ visible: [], inFlight: [], delayed: [] });
    expect(aws.truth.queue('dead')?.visible).toMatchObject([
      { body: 'poison', receiveCount: 2, sentAt: START },
    ]);
  });

  test('delay, visibility and retention pass in time', async () => {
    const { sqs, QueueUrl, send, receive, later } = await newQueue();
    await send('later', 900);
    expect(await outcome(send('too late', 901))).toBe('InvalidParameterValue');
    await later(899 * SECOND);
    expect(await receive()).toEqual([]);
    await later(1 * SECOND);
    const [message] = await receive();
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await receive()).toHaveLength(1);
    const stale = sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(await outcome(stale)).toBe('InvalidParameterValue');
    await later(4 * DAY);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:work',
    });
  });

  test('bodies have at most 262,144 bytes; queues must exist', async () => {
    const { sqs, send } = await newQueue();
    expect(await outcome(send('a'.repeat(262_144)))).toBe('ok');
    expect(await outcome(send('a'.repeat(262_145)))).toBe('InvalidParameterValue');
    expect(await outcome(sqs.send(new GetQueueUrlCommand({ QueueName: 'none' })))).toBe('QueueDoesNotExist');
    const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/none';
    expect(await outcome(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })))).toBe(
      'QueueDoesNotExist',
    );
  });

  test('a batch has at most ten entries, distinct ids, and may fail in part', async () => {
    const { sqs, QueueUrl, aws } = await newQueue({ failEntry: (_call, index) => index === 1 });
    const batch = (Entries: { Id: string; MessageBody: string }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(await outcome(batch(entries(11)))).toBe('TooManyEntriesInBatchRequest');
    expect(await outcome(batch([]))).toBe('EmptyBatchRequest');
    expect(await outcome(batch([...entries(1), ...entries(1)]))).toBe('BatchEntryIdsNotDistinct');
    const { Successful, Failed } = await batch(entries(3));
    expect(Successful?.map((entry) => entry.Id)).toEqual(['0', '2']);
    expect(Failed).toEqual([{ Id: '1', Code: 'InternalError', SenderFault: false }]);
    expect(aws.truth.queue('work')?.visible.map((message) => message.body)).toEqual(['m0', 'm2']);
  });

  test('messages come in no order, each once', async () => {
    const { send, receive } = await newQueue();
    const bodies = Array.from({ length: 10 }, (_value, index) => `m${index}`);
    for (const body of bodies) await send(body);
    const received = (await receive()).map((message) => message.Body);
    expect(received).not.toEqual(bodies);
    expect(received.toSorted()).toEqual(bodies);
  });
});

async function newBus(options: Parameters<typeof newAccount>[0] = {}) {
  const account = await newQueue(options);
  const { eventBridge } = account;
  await eventBridge.send(new CreateEventBusCommand({ Name: 'lifecycle' }));
  const route = async (Name: string, pattern: object) => {
    const EventBusName = 'lifecycle';
    await eventBridge.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
    const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:eu-west-1:123456789012:work' }];
    await eventBridge.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
  };
  const put = (detail: object, entry: object = {}) =>
    eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: 'lifecycle',
            Source: 'hr',
            DetailType: 'Leaver',
            Detail: JSON.stringify(detail),
            ...entry,
          },
        ],
      }),
    );
  return { ...account, route, put };
}

describe('events', () => {
  test('a matching event arrives in its queue as EventBridge writes it', async () => {
    const { route, put, receive } = await newBus();
    await route('leavers', { source: ['hr'], 'detail-type': ['Leaver'] });
    const { Entries } = await put({ user: 'deploy' });
    const [message] = await receive();
    expect(JSON.parse(message!.Body!)).toEqual({
      version: '0',
      id: Entries![0]!.EventId,
      'detail-type': 'Leaver',
      source: 'hr',
      account: '123456789012',
      time: '2026-03-01T12:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: { user: 'deploy' },
    });
  });

  test.each<[string, object, boolean]>([
    ['a source of several', { source: ['it', 'hr'] }, true],
    ['another source', { source: ['it'] }, false],
    ['a nested value', { detail: { user: { team: ['blue'] } } }, true],
    ['another nested value', { detail: { user: { team: ['red'] } } }, false],
    ['a missing field', { detail: { user: { role: ['x'] } } }, false],
    ['a prefix', { detail: { user: { name: [{ prefix: 'dep' }] } } }, true],
    ['another prefix', { detail: { user: { name: [{ prefix: 'ep' }] } } }, false],
    ['one element of an array', { detail: { groups: ['b'] } }, true],
  ])('a pattern of %s', async (_case, pattern, isDelivered) => {
    const { route, put, receive } = await newBus();
    await route('rule', pattern);
    await put({ user: { name: 'deploy', team: 'blue' }, groups: ['a', 'b'] });
    expect(await receive()).toHaveLength(isDelivered ? 1 : 0);
  });

  test.each([
    ['malformed detail', { Detail: '{' }, 'MalformedDetail'],
    ['a detail that is no object', { Detail: '[]' }, 'MalformedDetail'],
    ['no source', { Source: '' }, 'InvalidArgument'],
    ['a source of AWS', { Source: 'aws.iam' }, 'NotAuthorizedForSourceException'],
    ['a bus that does not exist', { EventBusName: 'none' }, 'ResourceNotFoundException'],
  ])('%s fails its entry, not the call', async (_case, entry, expected) => {
    const { put, aws } = await newBus();
    const answer = await put({}, entry);
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.[0]?.ErrorCode).toBe(expected);
    expect(aws.truth.events()).toEqual([]);
  });

  test('an entry may fail for no reason of its own', async () => {
    const { put } = await newBus({ failEntry: () => true });
    const answer = await put({});
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
  });

  test('matchers that are not modelled are refused', async () => {
    const { route } = await newBus();
    await expect(route('rule', { source: [{ exists: false }] })).rejects.toThrow('is not modelled');
  });
});
