import { expect, test } from '@jest/globals';
import { readersOf } from '../../../functions/core/review/key-readers.js';
import { asBob, asSession, at, event } from './trail.js';

const secret = {
  name: 'iam-lifecycle/bob',
  arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/bob-AbCdEf',
};
const deployer = asSession('ASIACI', 'AROACI:build-17');
const read = (time: string, who: object, secretId: string, more: object = {}) =>
  event(time, who, 'secretsmanager GetSecretValue', { secretId }, { readOnly: true, ...more });

test('sessions of one role are one reader, and the latest comes first', () => {
  const readers = readersOf(
    [
      read('09:00:00', deployer, secret.name),
      read('11:00:00', asSession('ASIACI2', 'AROACI:build-18'), secret.arn, { awsRegion: 'us-east-1' }),
      read('10:00:00', { ...asBob, arn: 'arn:aws:iam::123456789012:user/lifecycle/bob' }, secret.name),
    ],
    [secret],
  );
  expect(readers).toEqual([
    {
      principal: 'arn:aws:iam::123456789012:role/DataEngineerRole',
      times: 2,
      lastAt: at('11:00:00'),
      regions: ['eu-west-1', 'us-east-1'],
    },
    {
      principal: 'arn:aws:iam::123456789012:user/lifecycle/bob',
      times: 1,
      lastAt: at('10:00:00'),
      regions: ['eu-west-1'],
    },
  ]);
});

test.each([
  ['by name', secret.name, 1],
  ['by ARN', secret.arn, 1],
  [
    'by its ARN without the suffix',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/bob',
    1,
  ],
  ['of its replica', secret.arn.replace('eu-west-1', 'us-east-1'), 1],
  ['of another account', secret.arn.replace('123456789012', '999999999999'), 0],
  ['of bobby', 'iam-lifecycle/bobby', 0],
  ['of another by ARN', secret.arn.replace('bob', 'bobby'), 0],
])('a read %s', (_name, secretId, readers) => {
  expect(readersOf([read('09:00:00', deployer, secretId)], [secret])).toHaveLength(readers);
});

test('a refused read, the rotation’s own test and other calls do not count', () => {
  const events = [
    read('09:00:00', deployer, secret.name, { errorCode: 'AccessDenied' }),
    event('09:00:00', deployer, 'secretsmanager GetSecretValue', {
      secretId: secret.name,
      versionStage: 'AWSPENDING',
    }),
    event('09:00:00', deployer, 'secretsmanager DescribeSecret', { secretId: secret.name }),
  ];
  expect(readersOf(events, [secret])).toEqual([]);
});
