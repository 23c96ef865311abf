import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { putEvents } from '../../functions/aws/event-bus.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const event = (name: string) => ({ source: 'ours', detailType: 'Said', detail: { name } });
const namesIn = (input: PutEventsCommand['input']) =>
  input.Entries!.map(({ Detail }) => (JSON.parse(Detail!) as { name: string }).name);

/** A bus that answers each call with the next of these: error codes by entry, null for one that it takes, or an error. */
async function put(
  names: readonly string[],
  answers: readonly ((string | null)[] | Error)[],
  giveUpAfter = 60_000,
) {
  const { clients, eventBridge } = mockClients();
  const clock = new StubClock(0);
  const calls: string[][] = [];
  const instants: number[] = [];
  eventBridge.on(PutEventsCommand).callsFake((input: PutEventsCommand['input']) => {
    const answer = answers[calls.length];
    calls.push(namesIn(input));
    instants.push(clock.now());
    if (answer instanceof Error) throw answer;
    const Entries = input.Entries!.map((_, index) => {
      const code = answer?.[index] ?? null;
      return code === null ? { EventId: `e${index}` } : { ErrorCode: code, ErrorMessage: 'no' };
    });
    return { Entries };
  });
  const refused = await putEvents(names.map(event), {
    eventBridge: clients.eventBridge,
    bus: 'b',
    clock,
    giveUpAt: giveUpAfter,
  });
  return { calls, instants, refused: refused.map((one) => [one.event.detail.name, one.why]), eventBridge };
}

test('an entry names bus, source, type and the detail as JSON', async () => {
  const { eventBridge } = await put(['a'], [[null]]);
  expect(eventBridge.commandCalls(PutEventsCommand)[0]!.args[0].input).toEqual({
    Entries: [{ EventBusName: 'b', Source: 'ours', DetailType: 'Said', Detail: '{"name":"a"}' }],
  });
});

test('ten go in a call', async () => {
  const names = Array.from({ length: 21 }, (_, index) => `n${index}`);
  const { calls, refused } = await put(names, []);
  expect(calls.map(({ length }) => length)).toEqual([10, 10, 1]);
  expect(calls.flat()).toEqual(names);
  expect(refused).toEqual([]);
});

describe('of entries that are not taken', () => {
  test('those alone are tried again', async () => {
    const { calls, instants, refused } = await put(
      ['a', 'b', 'c'],
      [[null, 'ThrottlingException', 'InternalFailure'], ['InternalFailure', null], [null]],
    );
    expect(calls).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']]);
    expect(instants).toEqual([0, 200, 1200]);
    expect(refused).toEqual([]);
  });

  test.each([
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
    'NotAuthorizedForDetailTypeException',
    'AccessDeniedException',
    'ResourceNotFoundException',
  ])('one that will never be, for %s, is given up at once', async (code) => {
    const { calls, refused } = await put(['a', 'b'], [[code, 'InternalFailure'], [null]]);
    expect(calls).toEqual([['a', 'b'], ['b']]);
    expect(refused).toEqual([['a', `${code} no`]]);
  });

  test('one that four tries did not bring through is given up', async () => {
    const failing = ['InternalFailure'];
    const { calls, instants, refused } = await put(['a'], [failing, failing, failing, failing, [null]]);
    expect(calls).toHaveLength(4);
    expect(instants).toEqual([0, 200, 1200, 4200]);
    expect(refused).toEqual([['a', 'InternalFailure no']]);
  });

  test('none is tried again when the time is up', async () => {
    const { calls, refused } = await put(['a'], [['InternalFailure'], ['InternalFailure']], 1000);
    expect(calls).toHaveLength(2);
    expect(refused).toEqual([['a', 'InternalFailure no']]);
  });

  test('one that the answer leaves out counts as not taken', async () => {
    const { clients, eventBridge } = mockClients();
    eventBridge.on(PutEventsCommand).resolves({});
    const bus = { eventBridge: clients.eventBridge, bus: 'b', clock: new StubClock(0), giveUpAt: 0 };
    expect(await putEvents([event('a')], bus)).toEqual([{ event: event('a'), why: 'NoAnswer' }]);
  });
});

describe('a call that fails', () => {
  test('is a failure of each of its entries, and tried again', async () => {
    const { calls, refused } = await put(['a', 'b'], [awsError('TimeoutError'), [null, null]]);
    expect(calls).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(refused).toEqual([]);
  });

  test('for want of rights is final, and no exception', async () => {
    const { calls, refused } = await put(['a', 'b'], [awsError('AccessDeniedException', 'not yours')]);
    expect(calls).toHaveLength(1);
    expect(refused).toEqual([
      ['a', 'AccessDeniedException not yours'],
      ['b', 'AccessDeniedException not yours'],
    ]);
  });
});
