import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { EventHistory } from '../../functions/aws/lookup-events.js';
import { VirtualClock } from '../../local/fake-aws/fake-aws.js';

const client = new CloudTrailClient({ region: 'eu-west-1' });
const cloudTrail = mockClient(client);
const from = Date.parse('2026-01-01T00:00:00Z');
const to = Date.parse('2026-03-01T00:00:00Z');
const query = { attribute: 'Username', value: 'bob', from, to, maxEvents: 100 } as const;

let clock: VirtualClock;
let calledAt: number[];

beforeEach(() => {
  cloudTrail.reset();
  clock = new VirtualClock(0);
  calledAt = [];
});

function event(id: string, eventTime: string) {
  return {
    CloudTrailEvent: JSON.stringify({
      eventID: id,
      eventTime,
      eventName: 'CreateBucket',
      eventSource: 's3.amazonaws.com',
      awsRegion: 'eu-west-1',
      readOnly: false,
      userIdentity: { type: 'IAMUser', principalId: 'AIDABOB', userName: 'bob' },
    }),
    Resources: [{ ResourceType: 'AWS::S3::Bucket', ResourceName: 'photos' }],
  };
}

/** Answers the pages in turn; each call takes 100 ms. */
function answer(...pages: object[]): void {
  let page = 0;
  cloudTrail.on(LookupEventsCommand).callsFake(async () => {
    calledAt.push(clock.now());
    await clock.sleep(100);
    return pages[page++];
  });
}

test('all pages are read, two requests a second at most, and each is told of', async () => {
  answer(
    { Events: [event('e3', '2026-02-03T10:00:00Z'), event('e2', '2026-02-02T10:00:00Z')], NextToken: 'two' },
    { Events: [], NextToken: 'three' },
    { Events: [event('e1', '2026-02-01T10:00:00Z')] },
  );
  const pages: number[] = [];
  const history = new EventHistory(client, clock, (events) => pages.push(events));
  const found = await clock.run(() => history.find(query));

  expect(found.events.map(({ id }) => id)).toEqual(['e3', 'e2', 'e1']);
  expect(found.cutAt).toBeNull();
  expect(found.events[0]).toMatchObject({
    at: Date.parse('2026-02-03T10:00:00Z'),
    service: 's3',
    resources: [{ type: 'AWS::S3::Bucket', name: 'photos' }],
  });
  expect(pages).toEqual([2, 0, 1]);
  expect(calledAt).toEqual([0, 600, 1200]);
  const asked = {
    LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'bob' }],
    StartTime: new Date('2026-01-01T00:00:00Z'),
    EndTime: new Date('2026-03-01T00:00:00Z'),
    MaxResults: 50,
  };
  const inputs = cloudTrail.commandCalls(LookupEventsCommand).map(({ args: [command] }) => command.input);
  expect(inputs).toEqual([asked, { ...asked, NextToken: 'two' }, { ...asked, NextToken: 'three' }]);
});

test('two questions at once keep the pace together', async () => {
  answer({ Events: [] }, { Events: [] }, { Events: [] });
  const history = new EventHistory(client, clock);
  await clock.run(() => Promise.all([history.find(query), history.find({ ...query, value: 'eve' })]));
  await clock.run(() => history.find(query));
  expect(calledAt).toEqual([0, 600, 1200]);
});

test('a query ends once it has enough, and says how far back it got', async () => {
  answer(
    { Events: [event('e3', '2026-02-03T10:00:00Z'), event('e2', '2026-02-02T10:00:00Z')], NextToken: 'two' },
    { Events: [event('e1', '2026-02-01T10:00:00Z')] },
  );
  const history = new EventHistory(client, clock);
  const { events, cutAt } = await clock.run(() => history.find({ ...query, maxEvents: 2 }));
  expect(events.map(({ id }) => id)).toEqual(['e3', 'e2']);
  expect(cutAt).toBe(Date.parse('2026-02-02T10:00:00Z'));
});

test('a refusal is no empty history', async () => {
  cloudTrail
    .on(LookupEventsCommand)
    .rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  const history = new EventHistory(client, clock);
  await expect(clock.run(() => history.find(query))).rejects.toThrow('no');
});
