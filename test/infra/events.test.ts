import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkPattern, matchesPattern } from '../../local/fake-aws/event-pattern.js';
import { rosterConfig, variants } from './configs.js';
import { resolved, synthesise } from './synth.js';

const sample = synthesise();
const [rule] = sample.properties('AWS::Events::Rule');
const pattern = checkPattern(JSON.stringify(rule.EventPattern));

const json = (file: string) => JSON.parse(readFileSync(`events/${file}`, 'utf8')) as unknown;
const bodies = readdirSync('events/offboard')
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) =>
    (json(`offboard/${file}`) as { Records: { body: string }[] }).Records.map(({ body }) => ({
      file,
      event: JSON.parse(body) as { 'detail-type': string; source: string },
    })),
  );

test('the rule takes departures and returns from anybody, and nothing else', () => {
  expect(rule.EventPattern).toEqual({ 'detail-type': ['User Offboarded', 'User Restore Requested'] });
  for (const { file, event } of bodies)
    expect([file, matchesPattern(pattern, event)]).toEqual([
      file,
      event['detail-type'] !== 'Offboarding Due',
    ]);
});

test('the samples hold all three kinds, so that the test above says something', () => {
  expect([...new Set(bodies.map(({ event }) => event['detail-type']))].toSorted()).toEqual([
    'Offboarding Due',
    'User Offboarded',
    'User Restore Requested',
  ]);
});

test('a promotion is none of our business', () => {
  const [record] = (json('offboard/invalid/unknown-detail-type.json') as { Records: { body: string }[] })
    .Records;
  expect(matchesPattern(pattern, JSON.parse(record!.body))).toBe(false);
});

test('the event itself becomes the message: nothing is picked out of it, nothing added', () => {
  const [target] = rule.Targets;
  expect([target.Id, target.Input, target.InputPath, target.InputTransformer]).toEqual([
    'offboard-queue',
    undefined,
    undefined,
    undefined,
  ]);
});

test('a new roster starts its function, and nothing else in the bucket or in another does', () => {
  const stack = synthesise(rosterConfig);
  const [, changed] = stack.properties('AWS::Events::Rule');
  expect([changed.EventBusName, resolved(changed.Targets[0].Arn)]).toEqual([
    undefined,
    expect.stringMatching(/^<Functionsreconcile.*\.Arn>$/),
  ]);
  const name = 'iam-lifecycle-roster-123456789012-eu-west-1';
  const text = JSON.stringify(changed.EventPattern).replace(
    /\{"Ref":"RosterBucket\w+"\}/,
    JSON.stringify(name),
  );
  const pattern = checkPattern(text);
  const event = json('reconcile/roster-changed.json') as { detail: object };
  expect(matchesPattern(pattern, event)).toBe(true);
  for (const detail of [
    { ...event.detail, object: { key: 'roster.yaml.bak' } },
    { ...event.detail, bucket: { name: 'another' } },
  ])
    expect(matchesPattern(pattern, { ...event, detail })).toBe(false);
  expect(matchesPattern(pattern, { ...event, 'detail-type': 'Object Deleted' })).toBe(false);
});

test('the schedule of the roster sends what its sample shows', () => {
  const [, schedule] = synthesise(rosterConfig).properties('AWS::Scheduler::Schedule');
  const shown = json('reconcile/scheduled.json') as Record<string, string>;
  const input = JSON.parse(schedule.Target.Input) as Record<string, string>;
  expect([Object.keys(input), input.source]).toEqual([Object.keys(shown), shown.source]);
  expect([schedule.Name, schedule.ScheduleExpression]).toEqual([
    'iam-lifecycle-reconcile',
    'rate(60 minutes)',
  ]);
  expect(shown.scheduleArn).toContain(`schedule/default/${schedule.Name}`);
});

test('the schedule sends what the sample of the scan shows, every hour', () => {
  const [schedule] = sample.properties('AWS::Scheduler::Schedule');
  const shown = json('scan/scheduler-input.json') as Record<string, string>;
  const input = JSON.parse(schedule.Target.Input) as Record<string, string>;
  expect(Object.keys(input)).toEqual(Object.keys(shown));
  expect(input.source).toBe(shown.source);
  expect(schedule).toMatchObject({
    Name: 'iam-lifecycle-scan',
    ScheduleExpression: 'rate(60 minutes)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 } },
  });
  expect(shown.scheduleArn).toContain(`schedule/default/${schedule.Name}`);
});

describe('news of leaked keys', () => {
  const rules = sample
    .properties('AWS::Events::Rule')
    .filter(({ Name }) => /^iam-lifecycle-(health|guardduty)$/.test(Name));
  const isTaken = (file: string) => {
    const [record] = (json(`respond/${file}.json`) as { Records: { body: string }[] }).Records;
    const event: unknown = JSON.parse(record!.body);
    return rules.some(({ EventPattern }) =>
      matchesPattern(checkPattern(JSON.stringify(EventPattern)), event),
    );
  };

  test.each([
    ['health-several-keys', true],
    ['health-suspected', true],
    ['guardduty-compromised', true],
    ['invalid/other-health-event', false],
    ['invalid/guardduty-anomaly', false],
    ['invalid/guardduty-low', false],
    ['invalid/guardduty-role', false],
  ])('%s reaches the queue: %s', (file, taken) => {
    expect(isTaken(file)).toBe(taken);
  });

  test('come from the own bus of the account, and are kept where they cannot be handed over', () => {
    for (const { EventBusName, Targets } of rules)
      expect([EventBusName, resolved(Targets[0].Arn), resolved(Targets[0].DeadLetterConfig.Arn)]).toEqual([
        undefined,
        expect.stringMatching(/^<QueuesRespond/),
        expect.stringMatching(/^<QueuesLeaks/),
      ]);
  });

  test('are answered as far as the configuration says', () => {
    const quiet = synthesise(variants.withoutLeaks);
    const names = quiet.properties('AWS::Events::Rule').map(({ Name }) => Name as string);
    expect(names).toEqual(['offboarding', 'leaked-keys-answered']);
  });

  test('end at the topic in words', () => {
    const [told] = sample
      .properties('AWS::Events::Rule')
      .filter(({ Name }) => Name === 'leaked-keys-answered');
    const [{ Arn, InputTransformer }] = told.Targets;
    expect(Arn).toEqual({ Ref: expect.stringMatching(/^Attention/) });
    expect(InputTransformer.InputTemplate).toContain('"Access key <keyId> of <userName> leaked."');
    const [policy] = sample.properties('AWS::SNS::TopicPolicy');
    const statement = policy.PolicyDocument.Statement.find(
      ({ Sid }: { Sid: string }) => Sid === 'LeakedKeys',
    );
    expect(statement.Principal).toEqual({ Service: 'events.amazonaws.com' });
  });
});
