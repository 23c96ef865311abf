import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../functions/core/names.js';
import type { OffboardingRequest } from '../../functions/core/offboarding.js';
import {
  type RotateMessage,
  formatOffboardMessage,
  formatRevokeMessage,
  formatRotateMessage,
  offboardMessage,
  revokeMessage,
  rotateMessage,
} from '../../functions/shell/messages.js';
import { at } from '../support/account.js';

const now = at('2026-03-10T00:00:00Z');
const overWire = (message: object): unknown => JSON.parse(JSON.stringify(message));

describe('a message to revoke sessions', () => {
  const message = { userName: 'doe,jane' as UserName, userId: 'AIDA1', before: now };

  test('is sent with its instant as text, and read back', () => {
    const sent = overWire(formatRevokeMessage(message));
    expect(sent).toEqual({ userName: 'doe,jane', userId: 'AIDA1', before: '2026-03-10T00:00:00.000Z' });
    expect(revokeMessage.parse(sent)).toEqual(message);
  });

  test('that says anything else is refused', () => {
    const sent = formatRevokeMessage(message);
    expect(revokeMessage.safeParse({ ...sent, role: 'admin' }).success).toBe(false);
    expect(revokeMessage.safeParse({ ...sent, before: 'soon' }).success).toBe(false);
  });
});

describe('a message to rotate', () => {
  const look: RotateMessage = {
    userName: 'doe,jane' as UserName,
    userId: 'AIDA1',
    sentAt: now,
    why: 'its key is due',
    request: null,
  };

  test('is sent with instants as text', () => {
    expect(formatRotateMessage({ ...look, request: { kind: 'emergency', at: now + 7 } })).toEqual({
      userName: 'doe,jane',
      userId: 'AIDA1',
      sentAt: '2026-03-10T00:00:00.000Z',
      why: 'its key is due',
      request: { kind: 'emergency', at: '2026-03-10T00:00:00.007Z' },
    });
  });

  test.each(
    Object.entries<RotateMessage>({
      'a look': look,
      'a look at whoever has the name': { ...look, userId: null },
      'a new key': { ...look, request: { kind: 'rotate', at: now - 1 } },
      'an emergency': { ...look, request: { kind: 'emergency', at: now - 1 } },
      'the old key back': { ...look, request: { kind: 'reactivate', at: now - 1 } },
    }),
  )('%s arrives as it was sent', (_, message) => {
    expect(rotateMessage.parse(overWire(formatRotateMessage(message)))).toEqual(message);
  });

  test('may leave out the unique id and the request', () => {
    const message = { userName: 'alice', sentAt: '2026-03-10', why: 'by hand' };
    expect(rotateMessage.parse(message)).toEqual({
      userName: 'alice',
      userId: null,
      sentAt: now,
      why: 'by hand',
      request: null,
    });
  });

  const sent = { userName: 'alice', userId: null, sentAt: '2026-03-10', why: 'by hand', request: null };
  test.each(
    Object.entries<[object, RegExp]>({
      'no name': [{ ...sent, userName: undefined }, /userName/],
      'a name that IAM refuses': [{ ...sent, userName: 'a/b' }, /it must be 1 to 64 letters/],
      'an instant that is none': [{ ...sent, sentAt: 'now' }, /\\"now\\" must be an ISO 8601 instant/],
      'an instant as a number': [{ ...sent, sentAt: now }, /sentAt/],
      'a request of another kind': [{ ...sent, request: { kind: 'delete', at: '2026-03-10' } }, /kind/],
      'a request without an instant': [{ ...sent, request: { kind: 'rotate' } }, /at/],
      'a field that nobody knows': [{ ...sent, force: true }, /force/],
      'a field more in the request': [{ ...sent, request: { kind: 'rotate', at: '2026-03-10', x: 1 } }, /x/],
    }),
  )('is refused with %s', (_, [message, finding]) => {
    const result = rotateMessage.safeParse(message);
    expect(result.success ? 'it was taken' : result.error.message).toMatch(finding);
  });
});

describe('an event of somebody’s departure or return', () => {
  const who = { userName: 'alice', userId: 'AIDA1', absentSince: null };
  const rows: Record<string, [OffboardingRequest, string, string]> = {
    'a departure with a quarantine': [
      { ...who, kind: 'offboard', at: now - 5000, reason: 'left', quarantineMs: 86_400_000 },
      'User Offboarded',
      '2026-03-09T23:59:55.000Z',
    ],
    'a departure at once': [
      { ...who, kind: 'offboard', at: now, reason: 'left', quarantineMs: 0 },
      'User Offboarded',
      '2026-03-10T00:00:00.000Z',
    ],
    'a departure whose quarantine is the configuration’s': [
      { ...who, userId: null, kind: 'offboard', at: now, reason: 'left', quarantineMs: null },
      'User Offboarded',
      '2026-03-10T00:00:00.000Z',
    ],
    'a departure of somebody who was not to be seen': [
      { ...who, absentSince: now - 7, kind: 'offboard', at: now, reason: 'left', quarantineMs: null },
      'User Offboarded',
      '2026-03-10T00:00:00.000Z',
    ],
    'a return': [
      { ...who, kind: 'restore', at: now - 1 },
      'User Restore Requested',
      '2026-03-09T23:59:59.999Z',
    ],
    'the wish to go on': [{ ...who, kind: 'continue' }, 'Offboarding Due', '2026-03-10T00:00:00.000Z'],
  };

  test.each(Object.entries(rows))('%s arrives as it was sent', (_, [message, type, time]) => {
    const event = formatOffboardMessage(message, now);
    expect(event).toMatchObject({ source: 'iam-lifecycle', 'detail-type': type, time });
    expect(offboardMessage.parse(overWire(event))).toEqual(message);
  });

  /** As EventBridge delivers it, with fields of its own. */
  const event = {
    version: '0',
    id: 'e1',
    account: '123456789012',
    region: 'eu-central-1',
    resources: [],
    source: 'hr',
    'detail-type': 'User Offboarded',
    time: '2026-03-10T00:00:00Z',
    detail: { userName: 'alice', employeeNumber: 7 },
  };

  test('may come from elsewhere, with no more than a name', () => {
    expect(offboardMessage.parse(event)).toEqual({
      userName: 'alice',
      userId: null,
      absentSince: null,
      kind: 'offboard',
      at: now,
      reason: 'no reason given',
      quarantineMs: null,
    });
  });

  test.each(
    Object.entries<[object, RegExp]>({
      'another detail-type': [{ ...event, 'detail-type': 'User Promoted' }, /detail-type/],
      'no detail': [{ ...event, detail: undefined }, /detail/],
      'no name': [{ ...event, detail: {} }, /userName/],
      'a name that IAM refuses': [{ ...event, detail: { userName: 'a b' } }, /it must be 1 to 64 letters/],
      'no time': [{ ...event, time: undefined }, /time/],
      'a time that is none': [{ ...event, time: 'today' }, /must be an ISO 8601 instant/],
      'a quarantine of a month': [
        { ...event, detail: { userName: 'alice', quarantine: 'P1M' } },
        /\\"P1M\\" must be an ISO 8601 duration/,
      ],
      'a quarantine of a number': [{ ...event, detail: { userName: 'alice', quarantine: 30 } }, /quarantine/],
    }),
  )('is refused with %s', (_, [message, finding]) => {
    const result = offboardMessage.safeParse(overWire(message));
    expect(result.success ? 'it was taken' : result.error.message).toMatch(finding);
  });

  test('a quarantine is sent in whole seconds, and never shorter', () => {
    const message = { ...who, kind: 'offboard', at: now, reason: 'left', quarantineMs: 1001 } as const;
    expect(formatOffboardMessage(message, now)).toMatchObject({ detail: { quarantine: 'PT2S' } });
  });
});

describe('an event of another system', () => {
  const source = {
    name: 'okta',
    kind: 'offboard',
    paths: { userName: '$.detail.target[0].login', userId: null, at: '$.time', reason: null },
    quarantine: 'P7D',
  };
  const event = {
    'detail-type': 'SystemLog',
    source: 'aws.partner/okta.com/acme/prod',
    time: '2026-03-10T00:00:00Z',
    detail: { target: [{ login: 'alice' }] },
  };
  const report = (declared: object = {}, sent: object = {}) => ({
    source: 'iam-lifecycle',
    'detail-type': 'Departure Reported',
    detail: { source: { ...source, ...declared }, event: { ...event, ...sent } },
  });

  test('is read with the declaration of its source', () => {
    expect(offboardMessage.parse(overWire(report()))).toEqual({
      userName: 'alice',
      userId: null,
      absentSince: null,
      kind: 'offboard',
      at: now,
      reason: 'reported by okta',
      quarantineMs: 7 * 86_400_000,
    });
  });

  test('may be a return', () => {
    expect(offboardMessage.parse(overWire(report({ kind: 'restore', quarantine: null })))).toEqual({
      userName: 'alice',
      userId: null,
      absentSince: null,
      kind: 'restore',
      at: now,
    });
  });

  test('may not say how long its quarantine is, or when it was first looked for', () => {
    const detail = { ...event.detail, quarantine: 'PT0S', absentSince: '2026-03-09T00:00:00Z' };
    expect(offboardMessage.parse(overWire(report({}, { detail })))).toMatchObject({
      absentSince: null,
      quarantineMs: 7 * 86_400_000,
    });
  });

  const named = (login: unknown) => report({}, { detail: { target: [{ login }] } });
  test.each(
    Object.entries<[object, RegExp]>({
      'no user': [named(undefined), /okta sent nothing at \$\.detail\.target\[0\]\.login/],
      'a user that is no text': [named(7), /userName/],
      'a user that is an object': [named({ $ne: '' }), /userName/],
      'a name that IAM refuses': [named('alice","userId":"AIDA2'), /it must be 1 to 64 letters/],
      'a time that is none': [report({}, { time: 'today' }), /must be an ISO 8601 instant/],
      'no time': [report({}, { time: undefined }), /okta sent nothing at \$\.time/],
      'a path outside the detail': [
        report({ paths: { ...source.paths, userName: '$.account' } }),
        /it must be a path into the detail/,
      ],
      'a declaration with more in it': [report({ immediate: true }), /immediate/],
      'another sender than our rule': [{ ...report(), source: 'hr' }, /source/],
      'no event': [{ ...report(), detail: { source } }, /event/],
    }),
  )('is refused with %s', (_, [message, finding]) => {
    const result = offboardMessage.safeParse(overWire(message));
    expect(result.success ? 'it was taken' : result.error.message).toMatch(finding);
  });
});
