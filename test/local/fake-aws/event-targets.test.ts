import { describe, expect, test } from '@jest/globals';
import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutPartnerEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { newAccount, outcome } from './account.js';

/** A bus with a rule for all that hr says, which has no target yet, and a queue that could be one. */
async function newBus() {
  const account = newAccount();
  const { eventBridge, sqs } = account;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  const EventBusName = 'lifecycle';
  await eventBridge.send(new CreateEventBusCommand({ Name: EventBusName }));
  await eventBridge.send(
    new PutRuleCommand({ Name: 'leavers', EventBusName, EventPattern: '{"source":["hr"]}' }),
  );
  const put = (detail: object) =>
    eventBridge.send(
      new PutEventsCommand({
        Entries: [{ EventBusName, Source: 'hr', DetailType: 'Leaver', Detail: JSON.stringify(detail) }],
      }),
    );
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];
  return { ...account, put, receive };
}

async function newBucket(NotificationConfiguration?: object) {
  const { s3, eventBridge, aws } = newAccount();
  const Bucket = 'rosters';
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (NotificationConfiguration)
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a/roster.yaml', Body: 'ü' }));
  return { eventBridge, aws };
}

describe('an input template', () => {
  const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:work';
  const target = async (bus: Awaited<ReturnType<typeof newBus>>, InputTransformer: object) => {
    const EventBusName = 'lifecycle';
    const Targets = [
      { Id: 'queue', Arn: queueArn, InputTransformer: InputTransformer as { InputTemplate: string } },
    ];
    return bus.eventBridge.send(new PutTargetsCommand({ Rule: 'leavers', EventBusName, Targets }));
  };

  test('puts the whole event in, whatever is in it, and sends the JSON without white space', async () => {
    const bus = await newBus();
    await target(bus, { InputTemplate: '{ "kind" : "leaver",\n "event": <aws.events.event.json> }' });
    const { Entries } = await bus.put({ name: 'a"}, "kind": "b\\', $: "$&$'" });
    const [message] = await bus.receive();
    expect(message!.Body).toBe(
      `{"kind":"leaver","event":{"version":"0","id":"${Entries![0]!.EventId}","detail-type":"Leaver","source":"hr",` +
        '"account":"123456789012","time":"2026-03-01T12:00:00Z","region":"eu-west-1","resources":[],' +
        `"detail":{"name":"a\\"}, \\"kind\\": \\"b\\\\","$":"$&$'"}}}`,
    );
  });

  test.each<[string, object, string]>([
    ['no JSON', { InputTemplate: '{"event": <aws.events.event.json>' }, 'it is no JSON'],
    ['an event between quotes', { InputTemplate: '{"event":"<aws.events.event.json>"}' }, 'it is no JSON'],
    ['too long a text', { InputTemplate: `"${'a'.repeat(8191)}"` }, '8193 characters'],
    [
      'another placeholder',
      { InputTemplate: '{"name":<name>}' },
      '<name> of an input template is not modelled',
    ],
    [
      'paths',
      { InputPathsMap: { name: '$.detail.name' }, InputTemplate: '{"name":<name>}' },
      'InputPathsMap of a target is not modelled',
    ],
  ])('%s is refused', async (_case, transformer, finding) => {
    await expect(target(await newBus(), transformer)).rejects.toThrow(finding);
  });
});

describe('a bucket', () => {
  test('tells the default bus of a new object, if it is to', async () => {
    const { aws } = await newBucket({ EventBridgeConfiguration: {} });
    expect(aws.truth.events()).toEqual([
      {
        bus: 'default',
        event: {
          version: '0',
          id: expect.any(String),
          'detail-type': 'Object Created',
          source: 'aws.s3',
          account: '123456789012',
          time: '2026-03-01T12:00:00Z',
          region: 'eu-west-1',
          resources: ['arn:aws:s3:::rosters'],
          detail: {
            version: '0',
            bucket: { name: 'rosters' },
            object: {
              key: 'a/roster.yaml',
              size: 2,
              // printf ü | md5sum
              etag: 'c03410a5204b21cd8229ff754688d743',
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
            'request-id': expect.any(String),
            requester: '123456789012',
            'source-ip-address': '127.0.0.1',
            reason: 'PutObject',
          },
        },
      },
    ]);
  });

  test('tells nobody otherwise; a queue or a function cannot be told', async () => {
    const { aws } = await newBucket();
    expect(aws.truth.events()).toEqual([]);
    await expect(newBucket({ QueueConfigurations: [] })).rejects.toThrow('is not modelled');
  });
});

describe("a partner's events", () => {
  const source = 'aws.partner/okta.com/acme/prod';
  const newPartner = async () => {
    const bus = await newBus();
    await bus.eventBridge.send(new CreateEventBusCommand({ Name: source, EventSourceName: source }));
    const put = (Source: string) =>
      bus.eventBridge.send(
        new PutPartnerEventsCommand({
          Entries: [{ Source, DetailType: 'SystemLog', Detail: '{"eventType":"user.session.start"}' }],
        }),
      );
    return { ...bus, put };
  };

  test('arrive on the bus that is named after their source, and on no other', async () => {
    const { put, aws } = await newPartner();
    expect(await put(source)).toMatchObject({ FailedEntryCount: 0 });
    expect(await put('aws.partner/okta.com/other/prod')).toMatchObject({ FailedEntryCount: 0 });
    expect(aws.truth.events()).toMatchObject([
      {
        bus: source,
        event: { source, 'detail-type': 'SystemLog', detail: { eventType: 'user.session.start' } },
      },
    ]);
  });

  test('come from partners alone', async () => {
    const { put, eventBridge } = await newPartner();
    expect(await put('hr')).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    });
    const bus = eventBridge.send(new CreateEventBusCommand({ Name: 'aws.partner/okta.com/acme/test' }));
    expect(await outcome(bus)).toBe('ValidationException');
  });
});
