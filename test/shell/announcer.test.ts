import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { createEventBridge } from '../../functions/aws/clients.js';
import type { Announcement } from '../../functions/core/event-details.js';
import { announceKeys } from '../../functions/shell/env.js';
import { type Deps, lambda } from '../../functions/shell/lambda.js';
import * as z from '../../functions/shell/schema.js';
import { awsError } from '../support/mock-clients.js';
import { context, stubRuntime } from '../support/runtime.js';

const purged = (userId: string): Announcement => ({
  type: 'User Purged',
  detail: {
    id: `User Purged/${userId}/2026-03-01T00:00:00.000Z`,
    occurredAt: '2026-03-09T00:00:00.000Z',
    userName: 'bob',
    userId,
    owner: null,
    why: 'gone',
    departedAt: '2026-03-01T00:00:00.000Z',
    record: 'users/bob/record.json',
  },
});

type Work = (deps: Deps<never>) => void | Promise<void>;

/** A function that does this, and what it put on the bus, call by call. */
async function run(work: Work, options: { answer?: Error; env?: Record<string, string> } = {}) {
  const { env = { ACCOUNT_ID: '123456789012', EVENT_BUS: 'iam-lifecycle' } } = options;
  const { runtime, journal, eventBridge } = stubRuntime(env);
  eventBridge.on(PutEventsCommand).callsFake(({ Entries }: PutEventsCommand['input']) => {
    if (options.answer) throw options.answer;
    return { Entries: Entries!.map(() => ({ EventId: 'e' })) };
  });
  const keys = 'EVENT_BUS' in env ? announceKeys : [];
  const handler = lambda({
    name: 'test',
    env: keys,
    clients: () => ({ eventBridge: createEventBridge() }),
    event: z.unknown(),
    run: async (_event, deps) => work(deps),
  })(runtime);
  const outcome = await handler({}, context).then(
    () => 'ended',
    (error: Error) => error.message,
  );
  const calls = eventBridge.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) =>
    input.Entries!.map(({ DetailType, Detail, Source, EventBusName }) => ({
      bus: EventBusName,
      source: Source,
      type: DetailType,
      detail: JSON.parse(Detail!) as Record<string, unknown>,
    })),
  );
  return { outcome, calls, lines: journal.lines };
}

describe('what a function says', () => {
  test('is sent in one call at its end, with version and account', async () => {
    const { calls, lines, outcome } = await run(({ say }) => {
      say(purged('AIDA1'));
      say(purged('AIDA2'));
    });
    expect(outcome).toBe('ended');
    expect(calls).toHaveLength(1);
    expect(calls[0]![0]).toEqual({
      bus: 'iam-lifecycle',
      source: 'iam-lifecycle',
      type: 'User Purged',
      detail: {
        schemaVersion: 1,
        accountId: '123456789012',
        id: 'User Purged/AIDA1/2026-03-01T00:00:00.000Z',
        occurredAt: '2026-03-09T00:00:00.000Z',
        userName: 'bob',
        userId: 'AIDA1',
        owner: null,
        why: 'gone',
        departedAt: '2026-03-01T00:00:00.000Z',
        record: 'users/bob/record.json',
      },
    });
    expect(calls[0]!.map(({ detail }) => detail.userId)).toEqual(['AIDA1', 'AIDA2']);
    expect(lines).toEqual([]);
  });

  test('once, however often it says so', async () => {
    const { calls } = await run(({ say }) => {
      say(purged('AIDA1'));
      say(purged('AIDA1'));
    });
    expect(calls.flat()).toHaveLength(1);
  });

  test('is sent though the function fails after it, and the failure stays its own', async () => {
    const { calls, outcome } = await run(({ say }) => {
      say(purged('AIDA1'));
      throw new Error('IAM is down');
    });
    expect(outcome).toBe('IAM is down');
    expect(calls.flat()).toHaveLength(1);
  });

  test('nothing costs no call', async () => {
    expect((await run(() => undefined)).calls).toEqual([]);
  });

  test('is cut where its reason is long', async () => {
    const { calls } = await run(({ say }) => {
      const { type, detail } = purged('AIDA1');
      say({ type, detail: { ...detail, why: 'é'.repeat(5000) } } as Announcement);
    });
    expect(calls[0]![0]!.detail.why).toBe('é'.repeat(1000));
  });

  test('is a mistake of ours where it has no bus', async () => {
    const { outcome, calls } = await run(({ say }) => say(purged('AIDA1')), { env: {} });
    expect(outcome).toBe('test has no bus to say "User Purged" on');
    expect(calls).toEqual([]);
  });
});

describe('an event that gets lost fails nothing and calls for a person', () => {
  test('where the bus refuses it', async () => {
    const { outcome, lines } = await run(({ say }) => say(purged('AIDA1')), {
      answer: awsError('AccessDeniedException', 'no'),
    });
    expect(outcome).toBe('ended');
    expect(lines).toEqual([
      'attention EventLost bob: User Purged/AIDA1/2026-03-01T00:00:00.000Z: the bus refused it: AccessDeniedException no',
    ]);
  });

  test.each([
    ['lacks a field', { record: undefined }, 'record: '],
    ['has a field more', { secretAccessKey: 'x' }, 'the detail: Unrecognized key: "secretAccessKey"'],
    ['has an instant of another form', { departedAt: 'yesterday' }, 'departedAt: '],
  ])('where it %s, and the others go', async (_, wrong, why) => {
    const { calls, lines, outcome } = await run(({ say }) => {
      const { type, detail } = purged('AIDA1');
      say({ type, detail: { ...detail, ...wrong } } as unknown as Announcement);
      say(purged('AIDA2'));
    });
    expect(outcome).toBe('ended');
    expect(calls.flat().map(({ detail }) => detail.userId)).toEqual(['AIDA2']);
    expect(lines).toEqual([
      expect.stringContaining(
        `attention EventLost bob: User Purged/AIDA1/2026-03-01T00:00:00.000Z: it breaks its schema: ${why}`,
      ),
    ]);
  });
});

const idOf = async (kind: string, name: string | null, why: string) =>
  (await run(({ journal }) => journal.attention(kind, name, why))).calls[0]![0]!.detail.id;

describe('a call for attention', () => {
  test('goes to the log and to the bus', async () => {
    const { calls, lines } = await run(({ journal }) =>
      journal.attention('Overdue', 'bob', 'the key is 91 d old'),
    );
    expect(lines).toEqual(['attention Overdue bob: the key is 91 d old']);
    expect(calls.flat()[0]).toMatchObject({
      type: 'Attention Needed',
      detail: {
        schemaVersion: 1,
        occurredAt: '2026-03-10T00:00:00.000Z',
        userName: 'bob',
        userId: null,
        owner: null,
        kind: 'Overdue',
        functionName: 'test',
        why: 'the key is 91 d old',
      },
    });
  });

  test('has one id a day for one finding, however long it has been so, and another for another', async () => {
    const id = await idOf('Overdue', 'bob', 'the key is 91 d old');
    expect(id).toMatch(/^Attention Needed\/Overdue\/bob\/[0-9a-f]{32}\/2026-03-10$/);
    expect(await idOf('Overdue', 'bob', 'the key is 92 d old')).toBe(id);
    expect(await idOf('Overdue', 'bob', 'the key is 3 h old')).not.toBe(id);
    expect(await idOf('Overdue', 'ann', 'the key is 91 d old')).not.toBe(id);
    expect(await idOf('Blocked', 'bob', 'the key is 91 d old')).not.toBe(id);
    expect(await idOf('Failure', null, 'message m1')).toMatch(/^Attention Needed\/Failure\/-\//);
  });

  test('is said once for one finding, though it was made twice', async () => {
    const { calls, lines } = await run(({ journal }) => {
      journal.attention('Overdue', 'bob', 'the key is 91 d old');
      journal.attention('Overdue', 'bob', 'the key is 91 d old');
    });
    expect(lines).toHaveLength(2);
    expect(calls.flat()).toHaveLength(1);
  });

  test.each(['Conflict', 'RosterUnmanaged'])(
    'of which nobody must do anything, %s, is no event',
    async (kind) => {
      const { calls, lines } = await run(({ journal }) => journal.attention(kind, 'bob', 'taken'));
      expect(lines).toHaveLength(1);
      expect(calls).toEqual([]);
    },
  );

  test('stays in the log where the function has no bus', async () => {
    const { calls, lines, outcome } = await run(({ journal }) => journal.attention('Failure', null, 'x'), {
      env: {},
    });
    expect([outcome, lines, calls]).toEqual(['ended', ['attention Failure -: x'], []]);
  });
});
