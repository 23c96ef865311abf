import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutPartnerEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs } from '../../functions/core/instants.js';
import { busName } from '../../local/deployment.js';
import { type FakeAws, Invocation } from '../../local/fake-aws/fake-aws.js';
import { createSampleAccount, sampleDay } from '../../local/sample-account.js';
import { variants } from '../infra/configs.js';
import { synthesise } from '../infra/synth.js';
import { recordingJournal } from '../support/journal.js';
import { statuses, tagOf, waiting } from './sample-run.js';
import { type SourceSample, back, sourceSamples } from './sources.js';

const sample = (name: string) => sourceSamples[name]!;

const stack = synthesise(variants.withReturns);

const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:iam-lifecycle-offboard';

/** The sample account with the source's rule as the stack has it; 2026-03-02T10:00Z, half an hour after the samples' events. */
async function withRule({ source }: SourceSample) {
  const journal = recordingJournal();
  const { account, system, past } = await createSampleAccount(journal);
  const { eventBridge } = account.clients(new Invocation('sender'));
  const rule = stack.properties('AWS::Events::Rule').find(({ Name }) => Name === `departures-${source.name}`);
  const [{ Id, InputTransformer }] = rule.Targets;
  const EventBusName = typeof rule.EventBusName === 'string' ? rule.EventBusName : busName;
  const send = (event: SourceSample['event']) => {
    const entry = {
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
      Time: new Date(event.time),
    };
    return past.run(() =>
      EventBusName.startsWith('aws.partner/')
        ? eventBridge.send(new PutPartnerEventsCommand({ Entries: [entry] }))
        : eventBridge.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName }] })),
    );
  };
  await past.run(async () => {
    if (EventBusName !== busName)
      await eventBridge.send(
        new CreateEventBusCommand({ Name: EventBusName, EventSourceName: EventBusName }),
      );
    const Rule = rule.Name as string;
    const EventPattern = JSON.stringify(rule.EventPattern);
    await eventBridge.send(new PutRuleCommand({ Name: Rule, EventBusName, EventPattern }));
    const Targets = [{ Id: Id as string, Arn: queueArn, InputTransformer }];
    await eventBridge.send(new PutTargetsCommand({ Rule, EventBusName, Targets }));
  });
  await past.advanceTo(sampleDay + 25 * hourMs);
  return { account, system, past, journal, send };
}

describe('a sample event of another system goes through its rule to a departure', () => {
  /** Until when the user can be restored: the quarantine counts from 10:00 of 2 March, when it was taken up. */
  test.each<[string, string, string, string]>([
    ['okta', '2026-03-02T09:30:01.482Z', 'Deactivate Okta user', '2026-04-01T10:00'],
    ['scim', '2026-03-02T09:30:00.000Z', 'deprovisioned in Microsoft Entra ID', '2026-03-16T10:00'],
    ['bamboohr', '2026-03-02T09:30:00.000Z', 'terminated in BambooHR', '2026-04-01T10:00'],
  ])('%s', async (name, at, reason, purgeMinute) => {
    const { account, system, past, send } = await withRule(sample(name));
    expect(await send(sample(name).event)).toMatchObject({ FailedEntryCount: 0 });
    await past.run(() => system.drain());
    const bob = 'bob@example.com';
    expect(statuses(account, bob)).toEqual(['Inactive']);
    expect(tagOf(account, bob, 'offboarded-at')).toBe(at);
    expect(tagOf(account, bob, 'offboard-reason')).toBe(reason);
    expect(tagOf(account, bob, 'purge-after')?.slice(0, 16)).toBe(purgeMinute);
    // The look a settle time later.
    expect(waiting(account, 'offboard')).toMatchObject([{ 'detail-type': 'Offboarding Due' }]);
  });

  test('there is one for every sample', () => {
    expect(Object.keys(sourceSamples).toSorted()).toEqual(['bamboohr', 'okta', 'scim']);
  });
});

describe('an event that says something else is not taken', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['of somebody who is deactivated in vain', 'okta', { outcome: { result: 'FAILURE' } }],
    ['of a session', 'okta', { eventType: 'user.session.start' }],
    ['of somebody who stays active', 'scim', { active: true }],
    ['of activity as text, which SCIM does not know', 'scim', { active: 'False' }],
    ['of a leave', 'bamboohr', { fields: { employmentStatus: 'Leave', iamUserName: 'bob@example.com' } }],
  ])('%s', async (_, name, detail) => {
    const { account, send } = await withRule(sample(name));
    const { event } = sample(name);
    await send({ ...event, detail: { ...event.detail, ...detail } });
    expect(waiting(account, 'offboard')).toEqual([]);
  });
});

const isActive = (account: FakeAws, name: string) => statuses(account, name)?.join() === 'Active';

describe('whom an event names', () => {
  const bamboohr = sample('bamboohr');
  const naming = (iamUserName: unknown, iamUserId: unknown = null) => ({
    ...bamboohr.event,
    detail: {
      ...bamboohr.event.detail,
      fields: { employmentStatus: 'Terminated', iamUserName, iamUserId },
    },
  });

  test.each<[string, unknown, RegExp]>([
    ['nobody', undefined, /InvalidEvent: .*bamboohr sent nothing at \$\.detail\.fields\.iamUserName/],
    ['a list', ['bob@example.com'], /InvalidEvent: detail\.userName: /],
    [
      'somebody who would write the message himself',
      'x", "userName": "bob@example.com", "quarantine": "PT0S',
      /InvalidEvent: detail\.userName: it must be 1 to 64 letters/,
    ],
    [
      'somebody in escaped characters',
      'x\\u0022, \\u0022userName\\u0022: \\u0022bob@example.com\n',
      /InvalidEvent: detail\.userName: it must be 1 to 64 letters/,
    ],
  ])('%s: the message goes back, and nobody leaves', async (_, name, why) => {
    const { account, system, past, journal, send } = await withRule(bamboohr);
    await send(naming(name));
    await past.run(() => system.deliver('offboard'));
    expect(journal.lines.join('\n')).toMatch(why);
    expect(account.truth.queue('iam-lifecycle-offboard')!.inFlight).toHaveLength(1);
    expect([isActive(account, 'bob@example.com'), isActive(account, 'ci-deploy')]).toEqual([true, true]);
  });

  test('another unique id than the user has: a namesake, who stays', async () => {
    const { account, system, past, journal, send } = await withRule(bamboohr);
    await send(naming('bob@example.com', 'AIDAEARLIERBOB000001'));
    await past.run(() => system.drain());
    expect(journal.lines.at(-1)).toBe('outcome bob@example.com Namesake after 0');
    expect(isActive(account, 'bob@example.com')).toBe(true);
  });

  test('a decision from before the user was made: a namesake, who stays', async () => {
    const { account, system, past, journal, send } = await withRule(bamboohr);
    const time = new Date(sampleDay - dayMs).toISOString();
    await send({ ...naming('bob@example.com'), time });
    await past.run(() => system.drain());
    expect(journal.lines.at(-1)).toBe('outcome bob@example.com Namesake after 0');
    expect(isActive(account, 'bob@example.com')).toBe(true);
  });
});

test('a source may tell of returns', async () => {
  const { account, system, past, send } = await withRule(back);
  expect(statuses(account, 'anna@example.com')).toEqual(['Inactive']);
  await send(back.event);
  await past.run(() => system.drain());
  expect(statuses(account, 'anna@example.com')).toEqual(['Active']);
  expect(tagOf(account, 'anna@example.com', 'offboarded-at')).toBeUndefined();
});
