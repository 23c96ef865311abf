import { expect, test } from '@jest/globals';
import { leakPatterns } from '../../functions/core/leak-sources.js';
import {
  answerTable,
  busName,
  leaseTable,
  queueNames,
  evidenceBucketOf,
  rosterBucketOf,
  rosterKey,
  standardSettings,
} from '../../local/deployment.js';
import { timeoutsMs } from '../../local/system.js';
import { fullConfig, rosterConfig } from './configs.js';
import { resolved, synthesise } from './synth.js';

const sample = synthesise();
const withRoster = synthesise(rosterConfig);
const full = synthesise(fullConfig);
const seconds = (text: string) => {
  const [, minutes = '0', rest = '0'] = /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(text)!;
  return Number(minutes) * 60 + Number(rest);
};

const named = (type: string, property: string) =>
  sample.properties(type).map((properties) => properties[property]);

test('the local deployment has the names of the stack', () => {
  expect(named('AWS::Events::EventBus', 'Name')).toEqual([busName]);
  expect(named('AWS::DynamoDB::Table', 'TableName')).toEqual([leaseTable, answerTable]);
  expect(full.properties('AWS::SQS::Queue').map(({ QueueName }) => QueueName)).toEqual(
    expect.arrayContaining(Object.values(queueNames).flatMap((name) => [name, `${name}-dlq`])),
  );
  expect(named('AWS::IAM::ManagedPolicy', 'ManagedPolicyName')).toContain('IamLifecycleBoundary');
  expect(named('AWS::Events::Rule', 'Name')).toEqual([
    'offboarding',
    ...Object.keys(leakPatterns),
    'leaked-keys-answered',
  ]);
});

test('the local evidence and the local roster lie where those of the stack do', () => {
  const buckets = withRoster.properties('AWS::S3::Bucket').map(({ BucketName }) => resolved(BucketName));
  expect(buckets).toEqual([evidenceBucketOf(standardSettings), rosterBucketOf(standardSettings)]);
  const { Environment } = withRoster
    .properties('AWS::Lambda::Function')
    .find(({ FunctionName }) => FunctionName === 'iam-lifecycle-reconcile');
  expect(Environment.Variables.ROSTER_KEY).toBe(rosterKey);
});

test('the local system has the timeouts of the stack', () => {
  const timeouts = [withRoster, full]
    .flatMap((stack) => stack.properties('AWS::Lambda::Function'))
    .map(({ FunctionName, Timeout }) => [FunctionName.replace('iam-lifecycle-', ''), Timeout * 1000]);
  expect(Object.fromEntries(timeouts)).toEqual(timeoutsMs);
});

test('lease and visibility are the same in both', () => {
  const [rotate] = sample
    .properties('AWS::Lambda::Function')
    .filter(({ FunctionName }) => FunctionName === 'iam-lifecycle-rotate');
  expect(seconds(rotate.Environment.Variables.LEASE)).toBe(seconds(standardSettings.windows.LEASE));
  const visibilities = sample
    .properties('AWS::SQS::Queue')
    .flatMap(({ VisibilityTimeout }) => VisibilityTimeout ?? []);
  expect(visibilities).toEqual(Array(3).fill(standardSettings.visibilitySeconds));
});
