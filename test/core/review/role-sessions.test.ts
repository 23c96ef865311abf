import { describe, expect, test } from '@jest/globals';
import { sessionsOf } from '../../../functions/core/review/role-sessions.js';
import { asBob, asSession, assumed, at, bob, event } from './trail.js';

const data = { role: 'DataEngineerRole', name: 'bob', key: 'ASIAONE' };

describe('a session of a role', () => {
  test('is told with its role, its name and its end', () => {
    const opened = assumed('09:00:00', asBob, { ...data, expiration: 'Mar 1, 2026, 10:00:00 AM' });
    expect(sessionsOf([opened], bob)).toEqual([
      {
        kind: 'role',
        roleArn: 'arn:aws:iam::123456789012:role/DataEngineerRole',
        sessionName: 'bob',
        since: at('09:00:00'),
        until: at('10:00:00'),
        principalId: 'AROADataEngineerRole:bob',
        accessKeyId: 'ASIAONE',
        region: 'eu-west-1',
      },
    ]);
  });

  test.each([
    ['what the answer says', { expiration: 'Mar 1, 2026, 1:30:00 PM' }, 900, '13:30:00'],
    [
      'the same with the narrow blank of newer writers',
      { expiration: 'Mar 1, 2026, 1:30:00\u202FPM' },
      900,
      '13:30:00',
    ],
    ['the same in ISO 8601', { expiration: '2026-03-01T13:30:00Z' }, 900, '13:30:00'],
    ['what was asked for', {}, 900, '09:15:00'],
    ['as long as any role allows', {}, undefined, '21:00:00'],
    ['what was asked for, where the answer makes no sense', { expiration: 'soon' }, 900, '09:15:00'],
  ])('ends by %s', (_name, credentials, durationSeconds, end) => {
    const requestParameters = {
      roleArn: 'arn:aws:iam::123456789012:role/R',
      roleSessionName: 'x',
      durationSeconds,
    };
    const opened = event('09:00:00', asBob, 'sts AssumeRole', requestParameters, {
      responseElements: { credentials },
    });
    expect(sessionsOf([opened], bob).map(({ until }) => until)).toEqual([at(end)]);
  });

  test('that was refused is none', () => {
    const refused = event(
      '09:00:00',
      asBob,
      'sts AssumeRole',
      { roleArn: 'arn:aws:iam::1:role/R' },
      {
        errorCode: 'AccessDenied',
      },
    );
    expect(sessionsOf([refused], bob)).toEqual([]);
  });

  test('from within a session is the user’s too, in whatever order the events came', () => {
    const events = [
      assumed('09:20:00', asSession('ASIATWO', 'AROASecond:hop'), {
        role: 'Third',
        name: 'deep',
        key: 'ASIATHREE',
      }),
      assumed('09:10:00', asSession('ASIAONE', 'AROADataEngineerRole:bob'), {
        role: 'Second',
        name: 'hop',
        key: 'ASIATWO',
      }),
      assumed('09:00:00', asBob, data),
    ];
    expect(sessionsOf(events, bob).map(({ sessionName }) => sessionName)).toEqual(['bob', 'hop', 'deep']);
  });

  test('of somebody else who called it the same is not', () => {
    const eve = { type: 'IAMUser', principalId: 'AIDAEVE', userName: 'eve' };
    const events = [
      assumed('09:00:00', eve, { ...data, key: 'ASIAEVE' }),
      assumed('09:10:00', asSession('ASIAEVE', 'AROADataEngineerRole:bob'), {
        role: 'Second',
        name: 'hop',
        key: 'ASIATWO',
      }),
    ];
    expect(sessionsOf(events, bob)).toEqual([]);
  });
});

describe('whose session it is', () => {
  const namesake = { ...asBob, principalId: 'AIDAFORMER' };

  test('an earlier user of the name is somebody else', () => {
    expect(sessionsOf([assumed('09:00:00', namesake, data)], bob)).toEqual([]);
  });

  test('the name alone decides where no id is known, in any case', () => {
    const unknown = { ...bob, ids: [] };
    expect(sessionsOf([assumed('09:00:00', namesake, data)], unknown)).toHaveLength(1);
    expect(sessionsOf([assumed('09:00:00', { ...namesake, userName: 'Bob' }, data)], unknown)).toHaveLength(
      1,
    );
    expect(sessionsOf([assumed('09:00:00', { ...namesake, userName: 'bobby' }, data)], unknown)).toEqual([]);
  });

  test('a role’s session that is called as the user is, is not the user', () => {
    const session = asSession('ASIAOTHER', 'AROASomeRole:bob');
    expect(sessionsOf([assumed('09:00:00', { ...session, userName: 'bob' }, data)], bob)).toEqual([]);
  });
});

describe('sessions with the user’s own rights', () => {
  test.each([
    ['token', 'sts GetSessionToken', { durationSeconds: 3600 }, {}, '10:00:00'],
    [
      'token',
      'sts GetSessionToken',
      null,
      { credentials: { expiration: 'Mar 1, 2026, 9:00:00 PM' } },
      '21:00:00',
    ],
    ['federation', 'sts GetFederationToken', { name: 'partner', durationSeconds: 7200 }, {}, '11:00:00'],
    ['console', 'signin ConsoleLogin', null, { ConsoleLogin: 'Success' }, '21:00:00'],
  ])('%s by %s', (kind, call, parameters, responseElements, end) => {
    const opened = event('09:00:00', asBob, call, parameters, { responseElements });
    expect(sessionsOf([opened], bob)).toMatchObject([{ kind, roleArn: null, until: at(end) }]);
  });

  test('a sign-in that failed opens none', () => {
    const failed = event('09:00:00', asBob, 'signin ConsoleLogin', null, {
      responseElements: { ConsoleLogin: 'Failure' },
      errorMessage: 'Failed authentication',
    });
    expect(sessionsOf([failed], bob)).toEqual([]);
  });
});
