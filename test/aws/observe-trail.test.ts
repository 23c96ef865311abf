import { describe, expect, test } from '@jest/globals';
import { CloudTrailServiceException } from '@aws-sdk/client-cloudtrail';
import type { EventQuery, FoundEvents } from '../../functions/aws/lookup-events.js';
import { observeSecretReads, observeTrail } from '../../functions/aws/observe-trail.js';
import type { TrailEvent } from '../../functions/core/review/trail-event.js';
import { asBob, assumed, bob, event } from '../core/review/trail.js';

const window = { from: 0, to: 1000, maxEvents: 100 };
const nothing: FoundEvents = { events: [], cutAt: null };

/** One region's history, by the value that is asked for. */
function historyOf(answers: Record<string, FoundEvents | Error>) {
  const asked: string[] = [];
  const find = ({ attribute, value }: EventQuery): Promise<FoundEvents> => {
    asked.push(`${attribute} ${value}`);
    const answer = answers[value] ?? nothing;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { find, asked };
}

const found = (...events: TrailEvent[]): FoundEvents => ({ events, cutAt: null });
const opened = (name: string, role = 'DataEngineerRole') =>
  assumed('09:00:00', asBob, { role, name, key: `ASIA${name}` });
const denied = new CloudTrailServiceException({
  name: 'AccessDeniedException',
  message: 'no',
  $fault: 'client',
  $metadata: {},
});

describe('the events of a user', () => {
  test('are those of its name and of each session that it opened, in every region', async () => {
    const work = event('09:10:00', {}, 's3 CreateBucket');
    const here = historyOf({ bob: found(opened('work'), opened('bob')), work: found(work) });
    const there = historyOf({});
    const histories = new Map([
      ['eu-west-1', here],
      ['us-east-1', there],
    ]);
    const { events, cutAt } = await observeTrail(histories, bob, window);
    expect(here.asked).toEqual(['Username bob', 'Username work']);
    expect(there.asked).toEqual(here.asked);
    expect(events.items).toHaveLength(3);
    expect([events.unread, cutAt]).toEqual([[], null]);
  });

  test('lead to sessions that lead to others', async () => {
    const session = { type: 'AssumedRole', accessKeyId: 'ASIAone', principalId: 'x' };
    const hop = assumed('09:10:00', session, { role: 'Second', name: 'two', key: 'ASIAtwo' });
    const history = historyOf({ bob: found(opened('one')), one: found(hop) });
    await observeTrail(new Map([['eu-west-1', history]]), bob, window);
    expect(history.asked).toEqual(['Username bob', 'Username one', 'Username two']);
  });

  test('are one where two questions find them', async () => {
    const both = opened('work');
    const history = historyOf({ bob: found(both), work: found(both) });
    const { events } = await observeTrail(new Map([['eu-west-1', history]]), bob, window);
    expect(events.items).toEqual([both]);
  });

  test('do not lead into other accounts', async () => {
    const foreign = event('09:00:00', asBob, 'sts AssumeRole', {
      roleArn: 'arn:aws:iam::999999999999:role/R',
      roleSessionName: 'abroad',
    });
    const history = historyOf({ bob: found(foreign) });
    await observeTrail(new Map([['eu-west-1', history]]), bob, window);
    expect(history.asked).toEqual(['Username bob']);
  });

  test('that one region refuses are told as unread, and the other’s are there', async () => {
    const histories = new Map([
      ['eu-west-1', historyOf({ bob: denied })],
      ['us-east-1', historyOf({ bob: found(opened('bob')) })],
    ]);
    const { events } = await observeTrail(histories, bob, window);
    expect(events.items).toHaveLength(1);
    expect(events.unread).toEqual(['CloudTrail in eu-west-1: AccessDeniedException: no']);
  });

  test('are cut off where any region’s are, at the latest of these instants', async () => {
    const histories = new Map([
      ['eu-west-1', historyOf({ bob: { events: [], cutAt: 500 } })],
      ['us-east-1', historyOf({ bob: { events: [], cutAt: 700 } })],
    ]);
    expect((await observeTrail(histories, bob, window)).cutAt).toBe(700);
  });

  test('teach the id and the ARN of a user that is gone', async () => {
    const arn = 'arn:aws:iam::123456789012:user/staff/bob';
    const gone = { ...bob, ids: [], livingIds: new Set<string>() };
    const history = historyOf({ bob: found(event('09:00:00', { ...asBob, arn }, 's3 CreateBucket')) });
    const { subject } = await observeTrail(new Map([['eu-west-1', history]]), gone, window);
    expect(subject.ids).toEqual(['AIDABOB']);
    expect(subject.arns).toContain(arn);
    expect(subject.livingIds).toBeNull();
  });
});

test('reads of secrets are found by the name of the call', async () => {
  const history = historyOf({});
  await observeSecretReads(new Map([['eu-west-1', history]]), window);
  expect(history.asked).toEqual(['EventName GetSecretValue']);
});
