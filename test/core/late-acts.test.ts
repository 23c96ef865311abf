import { describe, expect, test } from '@jest/globals';
import { describeLateAct, lateActsOf, lateFrom, whyLate } from '../../functions/core/late-acts.js';
import { targetOf } from '../../functions/core/facts.js';
import type { TrailEvent } from '../../functions/core/review/trail-event.js';
import { managedUser } from '../support/account.js';
import { asBob, asSession, at, bob, event } from './review/trail.js';

const target = { ...targetOf(managedUser({})), name: bob.name, id: bob.ids[0]! };
const put = (time: string) => event(time, asBob, 's3 PutBucketPolicy', { bucketName: 'photos' });
const late = (...events: readonly TrailEvent[]) => lateActsOf(events, target);

describe('what a leaver did', () => {
  test('is each call of its own that changed something, the latest first, with what the call named', () => {
    expect(
      late(
        event('09:00:00', asBob, 'iam CreateRole', { roleName: 'backdoor', description: 'x' }),
        event('09:00:02', asBob, 'iam AttachRolePolicy', { roleName: 'backdoor', policyArn: 'arn:admin' }),
      ),
    ).toEqual([
      {
        service: 'iam',
        action: 'AttachRolePolicy',
        resources: ['backdoor', 'arn:admin'],
        firstAt: new Date(at('09:00:02')).toISOString(),
        lastAt: new Date(at('09:00:02')).toISOString(),
      },
      expect.objectContaining({ action: 'CreateRole', resources: ['backdoor'] }),
    ]);
  });

  test('is told once, from the first time to the last', () => {
    expect(late(put('09:00:00'), put('09:00:05'))).toMatchObject([
      {
        firstAt: new Date(at('09:00:00')).toISOString(),
        lastAt: new Date(at('09:00:05')).toISOString(),
      },
    ]);
  });

  test('names what the event lists where the call names nothing', () => {
    const listed = [{ type: 'AWS::EC2::Instance', name: 'i-1' }];
    expect(late(event('09:00:00', asBob, 'ec2 RunInstances', {}, {}, listed))).toMatchObject([
      { resources: ['i-1'] },
    ]);
  });

  test.each([
    ['a read', event('09:00:00', asBob, 'iam GetUser', {}, { readOnly: true })],
    [
      'a call that was refused',
      event('09:00:00', asBob, 'iam CreateRole', {}, { errorCode: 'AccessDenied' }),
    ],
    ['what a session did', event('09:00:00', asSession('ASIA1', 'AROA1:bob'), 'iam CreateRole', {})],
    ['what a namesake did', event('09:00:00', { ...asBob, principalId: 'AIDAOTHER' }, 'iam CreateRole', {})],
  ])('is not %s', (_, one) => {
    expect(late(one)).toEqual([]);
  });
});

const act = {
  service: 'iam',
  action: 'CreateRole',
  resources: ['backdoor'],
  firstAt: '2026-03-01T09:00:00.000Z',
  lastAt: '2026-03-01T09:00:07.000Z',
};

test('an act in words', () => {
  expect(describeLateAct(act)).toBe('iam CreateRole backdoor (2026-03-01T09:00:07.000Z)');
});

describe('a person must look', () => {
  const since = Date.parse(act.lastAt);

  test('at what was done within a day', () => {
    expect(whyLate([act], since + 86_399_999)).toBe(
      'after its departure was decided it did: iam CreateRole backdoor (2026-03-01T09:00:07.000Z)',
    );
    expect(whyLate([act], since + 86_400_000)).toBeNull();
    expect(whyLate([], since)).toBeNull();
  });
});

test('events have whole seconds, and so has the question', () => {
  expect(lateFrom(Date.parse('2026-03-01T09:00:00.750Z'))).toBe(Date.parse('2026-03-01T09:00:00Z'));
});
