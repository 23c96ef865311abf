import { describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { LeaseHeld } from '../../functions/shell/lease.js';
import { queueFunction } from '../../functions/shell/queue-function.js';
import { context, stubRuntime } from '../support/runtime.js';

const message = z.strictObject({ userName: z.string() });
const record = (messageId: string, body: string): Partial<SQSRecord> => ({
  messageId,
  body,
  eventSource: 'aws:sqs',
});
const about = (messageId: string, userName: string) => record(messageId, JSON.stringify({ userName }));

/** A function that writes down whom it was asked about; bob makes it fail, carol is leased to somebody else. */
async function deliver(...records: object[]) {
  const { runtime, journal } = stubRuntime();
  const taken: string[] = [];
  const handler = queueFunction({
    name: 'test',
    env: [],
    message,
    run: async ({ userName }, { runId, deadlineAt }) => {
      if (userName === 'bob') throw new Error('IAM is down');
      if (userName === 'carol') throw new LeaseHeld('carol');
      taken.push(`${userName} in ${runId} until ${new Date(deadlineAt).toISOString()}`);
    },
  })(runtime);
  const response = await handler({ Records: records }, context);
  return { taken, failed: response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), journal };
}

describe('a batch of messages', () => {
  test('that all go well leaves none', async () => {
    const { taken, failed, journal } = await deliver(about('m1', 'alice'), about('m2', 'dave'));
    expect(taken.toSorted()).toEqual([
      'alice in request-1/m1 until 2026-03-10T00:00:30.000Z',
      'dave in request-1/m2 until 2026-03-10T00:00:30.000Z',
    ]);
    expect(failed).toEqual([]);
    expect(journal.lines).toEqual([]);
  });

  test('of which one fails sends back that one alone, and calls for a person', async () => {
    const { taken, failed, journal } = await deliver(
      about('m1', 'alice'),
      about('m2', 'bob'),
      about('m3', 'dave'),
    );
    expect(taken).toHaveLength(2);
    expect(failed).toEqual(['m2']);
    expect(journal.lines).toEqual([
      'attention Failure -: message m2 goes back to its queue: Error: IAM is down',
    ]);
  });

  test('that all fail are all sent back, and the function does not fail', async () => {
    const { failed } = await deliver(about('m1', 'bob'), about('m2', 'bob'));
    expect(failed.toSorted()).toEqual(['m1', 'm2']);
  });

  test('says of each whether it came before', async () => {
    const { runtime } = stubRuntime();
    const seen: [string, boolean][] = [];
    const handler = queueFunction({
      name: 'test',
      env: [],
      message,
      run: async ({ userName }, _deps, { isRedelivered }) => void seen.push([userName, isRedelivered]),
    })(runtime);
    const Records = ['1', '2', undefined].map((count, index) => ({
      ...about(`m${index}`, `user-${count}`),
      attributes: count === undefined ? {} : { ApproximateReceiveCount: count },
    }));
    await handler({ Records }, context);
    expect(seen).toEqual([
      ['user-1', false],
      ['user-2', true],
      ['user-undefined', false],
    ]);
  });

  test('for a user at whom somebody else is at work is sent back without alarm', async () => {
    const { failed, journal } = await deliver(about('m1', 'carol'));
    expect(failed).toEqual(['m1']);
    expect(journal.lines).toEqual([
      'measure LeaseConflict 1 Count',
      'note the message goes back to its queue {"messageId":"m1","why":"LeaseHeld: carol is leased to another run"}',
    ]);
  });

  test.each([
    ['that is no JSON', 'hello', /InvalidEvent: the event: .*object/],
    ['of another form', '{"user":"alice"}', /InvalidEvent: userName: /],
    ['with a field more', '{"userName":"alice","force":true}', /InvalidEvent: .*force/],
    ['that is empty', '', /InvalidEvent: the event: /],
  ])('a body %s is sent back, with what is wrong', async (_, body, why) => {
    const { taken, failed, journal } = await deliver(record('m1', body), about('m2', 'alice'));
    expect(failed).toEqual(['m1']);
    expect(taken).toHaveLength(1);
    expect(journal.lines).toEqual([expect.stringMatching(why)]);
  });
});

describe('an event that is no batch fails the function', () => {
  test.each(
    Object.entries<unknown>({
      'no records': { Records: [] },
      'no list': {},
      'a record without a body': { Records: [{ messageId: 'm1' }] },
      'an HTTP request': { rawPath: '/users' },
      nothing: null,
    }),
  )('%s', async (_, event) => {
    const { runtime } = stubRuntime();
    const handler = queueFunction({ name: 'test', env: [], message, run: async () => undefined })(runtime);
    await expect(handler(event, context)).rejects.toMatchObject({ name: 'InvalidEvent' });
  });
});
