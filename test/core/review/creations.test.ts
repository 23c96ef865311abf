import { describe, expect, test } from '@jest/globals';
import { creationsOf } from '../../../functions/core/review/creations.js';
import { sessionsOf } from '../../../functions/core/review/role-sessions.js';
import type { TrailEvent } from '../../../functions/core/review/trail-event.js';
import { asBob, asSession, assumed, at, bob, event } from './trail.js';

const made = (events: readonly TrailEvent[]) => creationsOf(events, bob, sessionsOf(events, bob));
const actions = (events: readonly TrailEvent[]) => made(events).map(({ action }) => action);

test('what the user made is told with its name, service and region, the latest first', () => {
  const events = [
    event('09:00:00', asBob, 's3 CreateBucket', { bucketName: 'photos' }),
    event('10:00:00', asBob, 'ec2 RunInstances', { imageId: 'ami-1' }, {}, [
      { type: 'AWS::EC2::AMI', name: 'ami-1' },
      { type: 'AWS::EC2::Instance', name: 'i-1' },
      { type: 'AWS::EC2::Instance', name: 'i-2' },
    ]),
  ];
  expect(made(events)).toEqual([
    {
      service: 'ec2',
      action: 'RunInstances',
      resources: ['i-1', 'i-2'],
      region: 'eu-west-1',
      role: null,
      firstAt: at('10:00:00'),
      lastAt: at('10:00:00'),
      times: 1,
    },
    expect.objectContaining({ service: 's3', action: 'CreateBucket', resources: ['photos'] }),
  ]);
});

const put = (time: string) => event(time, asBob, 's3 PutBucketPolicy', { bucketName: 'photos' });

test('repetitions are one, counted', () => {
  expect(made([put('09:00:00'), put('11:00:00'), put('10:00:00')])).toMatchObject([
    { action: 'PutBucketPolicy', times: 3, firstAt: at('09:00:00'), lastAt: at('11:00:00') },
  ]);
});

describe('what counts', () => {
  test.each([
    ['a read', 's3 CreateSomething', { readOnly: true }],
    ['a call that was refused', 's3 CreateBucket', { errorCode: 'BucketAlreadyExists' }],
    ['a call that makes nothing', 's3 DeleteBucket', {}],
    ['a name that only begins like one', 'foo Creatures', {}],
  ])('not %s', (_name, call, more) => {
    expect(actions([event('09:00:00', asBob, call, { bucketName: 'photos' }, more)])).toEqual([]);
  });

  test('not what others did', () => {
    const eve = { type: 'IAMUser', principalId: 'AIDAEVE', userName: 'eve' };
    expect(actions([event('09:00:00', eve, 's3 CreateBucket', { bucketName: 'photos' })])).toEqual([]);
  });
});

const create = (time: string, who: object) => event(time, who, 's3 CreateBucket', { bucketName: time });

describe('in the session of a role', () => {
  const opened = assumed('09:00:00', asBob, {
    role: 'DataEngineerRole',
    name: 'work',
    key: 'ASIAONE',
    expiration: 'Mar 1, 2026, 10:00:00 AM',
  });

  test('it is the user’s, with the role', () => {
    const events = [opened, create('09:30:00', asSession('ASIAONE', 'AROADataEngineerRole:work'))];
    expect(made(events)).toMatchObject([{ role: 'arn:aws:iam::123456789012:role/DataEngineerRole' }]);
  });

  test('other credentials count while the session lasts, as the console takes new ones', () => {
    const session = asSession('ASIACONSOLE', 'AROADataEngineerRole:work');
    expect(made([opened, create('09:30:00', session), create('11:30:00', session)])).toMatchObject([
      { resources: ['09:30:00'] },
    ]);
  });

  test('another session of the role is not', () => {
    expect(made([opened, create('09:30:00', asSession('ASIATWO', 'AROADataEngineerRole:other'))])).toEqual(
      [],
    );
  });
});

describe('what the user took away again', () => {
  const created = event('09:00:00', asBob, 's3 CreateBucket', { bucketName: 'photos' });

  test('is gone', () => {
    expect(actions([created, event('10:00:00', asBob, 's3 DeleteBucket', { bucketName: 'photos' })])).toEqual(
      [],
    );
  });

  test('is gone by its name for Lambda, too, whose calls have dates', () => {
    const parameters = { functionName: 'resize' };
    const events = [
      event('09:00:00', asBob, 'lambda CreateFunction20150331', parameters),
      event('10:00:00', asBob, 'lambda DeleteFunction20150331', parameters),
    ];
    expect(actions(events)).toEqual([]);
  });

  test.each([
    ['another name', 's3 DeleteBucket', { bucketName: 'films' }, {}],
    ['something else of that name', 's3 DeleteBucketPolicy', { bucketName: 'photos' }, {}],
    ['another service’s', 'sdb DeleteBucket', { bucketName: 'photos' }, {}],
    ['another region’s', 's3 DeleteBucket', { bucketName: 'photos' }, { awsRegion: 'us-east-1' }],
    ['a deletion that failed', 's3 DeleteBucket', { bucketName: 'photos' }, { errorCode: 'BucketNotEmpty' }],
  ])('is not told by %s', (_name, call, parameters, more) => {
    expect(actions([created, event('10:00:00', asBob, call, parameters, more)])).toEqual(['CreateBucket']);
  });

  test('is there again when it was made again', () => {
    const events = [
      created,
      event('10:00:00', asBob, 's3 DeleteBucket', { bucketName: 'photos' }),
      event('11:00:00', asBob, 's3 CreateBucket', { bucketName: 'photos' }),
    ];
    expect(made(events)).toMatchObject([{ times: 1, firstAt: at('11:00:00') }]);
  });

  test('things without a name are never taken for gone', () => {
    const instance = [{ type: 'AWS::EC2::Instance', name: 'i-1' }];
    const events = [
      event('09:00:00', asBob, 'ec2 RunInstances', {}, {}, instance),
      event('10:00:00', asBob, 'ec2 TerminateInstances', {}, {}, instance),
    ];
    expect(actions(events)).toEqual(['RunInstances']);
  });
});
