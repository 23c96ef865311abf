import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { expect, test } from '@jest/globals';
import { systemClock } from '../../functions/aws/clock.js';
import { observeLateActs } from '../../functions/aws/observe-late-acts.js';
import { parseUserName } from '../../functions/core/names.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const bob = { name: parseUserName('bob'), id: 'AIDABOB' };
const departedAt = Date.parse('2026-03-01T09:00:00.750Z');

function asked(answer: (mock: ReturnType<typeof mockClients>['cloudTrail']) => void) {
  const { clients, cloudTrail, calls } = mockClients();
  answer(cloudTrail);
  const acts = observeLateActs(clients.cloudTrail('us-east-1'), systemClock, bob, departedAt);
  return { acts, calls };
}

test('the history is asked for what the user did, from the second of the decision on', async () => {
  const { acts, calls } = asked((mock) => mock.on(LookupEventsCommand).resolves({ Events: [] }));
  expect(await acts).toEqual({ items: [], unread: [] });
  expect(calls()).toEqual([
    [
      'LookupEvents',
      expect.objectContaining({
        LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'bob' }],
        StartTime: new Date('2026-03-01T09:00:00Z'),
      }),
    ],
  ]);
});

test('whoever may not ask is told so', async () => {
  const denied = awsError('AccessDeniedException', 'you may not look up events');
  const { acts } = asked((mock) => mock.on(LookupEventsCommand).rejects(denied));
  expect(await acts).toEqual({ items: [], unread: ['CloudTrail: you may not look up events'] });
});

test('any other failure escapes', async () => {
  const { acts } = asked((mock) => mock.on(LookupEventsCommand).rejects(awsError('InternalError')));
  await expect(acts).rejects.toThrow('InternalError');
});
