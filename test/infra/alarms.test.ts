import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { metrics } from '../../functions/shell/journal.js';
import { fullConfig, rosterConfig, variants } from './configs.js';
import { synthesise } from './synth.js';

const sample = synthesise();
const alarms = sample.properties('AWS::CloudWatch::Alarm');
const alarm = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `iam-lifecycle-${name}`);
const names = alarms.map(({ AlarmName }) => (AlarmName as string).replace('iam-lifecycle-', ''));

test('there is an alarm for every way in which something stays undone', () => {
  expect(names.toSorted()).toEqual([
    'api-failures',
    'attention-blast-brake',
    'attention-blocked',
    'attention-disowned',
    'attention-event-lost',
    'attention-evidence',
    'attention-failure',
    'attention-late-act',
    'attention-leak-held',
    'attention-leaked-key',
    'attention-overdue',
    'events-dead-letters',
    'foreign-key',
    'leaks-dead-letters',
    'lease-conflicts',
    'offboard-dead-letters',
    'offboard-errors',
    'offboard-queue-old',
    'offboard-throttles',
    'oldest-key',
    'onboard-errors',
    'onboard-throttles',
    'respond-dead-letters',
    'respond-errors',
    'respond-queue-old',
    'respond-throttles',
    'rotate-dead-letters',
    'rotate-errors',
    'rotate-queue-old',
    'rotate-throttles',
    'scan-dead-letters',
    'scan-errors',
    'scan-silent',
    'scan-throttles',
    'users-errors',
    'users-throttles',
  ]);
});

const withRoster = synthesise(rosterConfig)
  .properties('AWS::CloudWatch::Alarm')
  .map(({ AlarmName }) => (AlarmName as string).replace('iam-lifecycle-', ''));

test('a roster has alarms of its own', () => {
  expect(withRoster.filter((name) => !names.includes(name)).toSorted()).toEqual([
    'attention-roster-blast-brake',
    'attention-roster-conflict',
    'attention-roster-not-permitted',
    'attention-roster-offboarding',
    'reconcile-dead-letters',
    'reconcile-errors',
    'reconcile-silent',
    'reconcile-throttles',
  ]);
  expect(names.filter((name) => !withRoster.includes(name))).toEqual([]);
});

const withSessions = synthesise(fullConfig)
  .properties('AWS::CloudWatch::Alarm')
  .map(({ AlarmName }) => (AlarmName as string).replace('iam-lifecycle-', ''));

test('sessions that are revoked have alarms of their own', () => {
  expect(withSessions.filter((name) => !names.includes(name)).toSorted()).toEqual([
    'attention-sessions-left',
    'revoke-dead-letters',
    'revoke-errors',
    'revoke-queue-old',
    'revoke-throttles',
  ]);
});

test('every alarm has its entry in the runbook, and every entry its alarm', () => {
  const runbook = readFileSync('docs/operations.md', 'utf8');
  const headings = [...runbook.matchAll(/^### ([a-z-]+)$/gm)].map(([, heading]) => heading!);
  expect(headings.toSorted()).toEqual([...new Set([...withRoster, ...withSessions])].toSorted());
});

test('every alarm tells the topic when it begins and when it ends', () => {
  for (const { AlarmActions, OKActions } of alarms) {
    expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Attention/) }]);
    expect(OKActions).toEqual(AlarmActions);
  }
});

test('a key is too old after 60 and 21 days: 6,998,400 seconds', () => {
  expect(alarm('oldest-key')).toMatchObject({
    MetricName: 'OldestKeyAge',
    Threshold: 6_998_400,
    Statistic: 'Maximum',
  });
  const strict = synthesise(variants.strict);
  const [limit] = strict
    .properties('AWS::CloudWatch::Alarm')
    .filter(({ MetricName }) => MetricName === 'OldestKeyAge');
  expect(limit.Threshold).toBe(3_456_000);
});

test('silence of the scan is an alarm after three turns of the schedule', () => {
  expect(alarm('scan-silent')).toMatchObject({ EvaluationPeriods: 3, TreatMissingData: 'breaching' });
});

test('the alarms watch the metrics where the functions put them', () => {
  metrics.addMetric('AttentionBlocked', 'Count', 1);
  const emitted = metrics.serializeMetrics();
  metrics.clearMetrics();
  const [directive] = emitted._aws.CloudWatchMetrics;
  expect([directive!.Namespace, directive!.Dimensions, emitted.service]).toEqual([
    'IamLifecycle',
    [['service']],
    'iam-lifecycle',
  ]);
  expect(alarm('attention-blocked')).toMatchObject({
    Namespace: 'IamLifecycle',
    Dimensions: [{ Name: 'service', Value: 'iam-lifecycle' }],
    MetricName: 'AttentionBlocked',
    Threshold: 1,
  });
});

test('the dashboard shows what the alarms watch', () => {
  const [{ DashboardBody }] = sample.properties('AWS::CloudWatch::Dashboard');
  const text = JSON.stringify(DashboardBody);
  for (const metric of [
    'OldestKeyAge',
    'AttentionBlocked',
    'OutcomeForeign',
    'ApproximateNumberOfMessagesVisible',
  ])
    expect(text).toContain(metric);
});
