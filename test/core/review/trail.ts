import { parseUserName } from '../../../functions/core/names.js';
import type { Subject } from '../../../functions/core/review/subject.js';
import { type TrailEvent, readTrailEvent } from '../../../functions/core/review/trail-event.js';

export const at = (text: string): number => Date.parse(`2026-03-01T${text}Z`);

export const bob: Subject = {
  name: parseUserName('bob'),
  accountId: '123456789012',
  ids: ['AIDABOB'],
  arns: ['arn:aws:iam::123456789012:user/lifecycle/bob'],
  owned: [],
  livingIds: null,
};

/** Who calls, as CloudTrail writes it. */
export const asBob = { type: 'IAMUser', principalId: 'AIDABOB', userName: 'bob', accessKeyId: 'AKIABOB' };
export const asSession = (accessKeyId: string, principalId: string) => ({
  type: 'AssumedRole',
  principalId,
  accessKeyId,
  arn: 'arn:aws:sts::123456789012:assumed-role/DataEngineerRole/x',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: principalId.split(':')[0],
      arn: 'arn:aws:iam::123456789012:role/DataEngineerRole',
    },
  },
});

let events = 0;

/** One event of the event history; `call` is as in "s3 CreateBucket". */
export function event(
  time: string,
  userIdentity: object,
  call: string,
  requestParameters: object | null = null,
  more: object = {},
  resources: TrailEvent['resources'] = [],
): TrailEvent {
  const [service, eventName] = call.split(' ');
  events += 1;
  const text = JSON.stringify({
    eventID: `event-${events}`,
    eventTime: `2026-03-01T${time}Z`,
    eventName,
    eventSource: `${service}.amazonaws.com`,
    awsRegion: 'eu-west-1',
    readOnly: false,
    userIdentity,
    requestParameters,
    responseElements: null,
    ...more,
  });
  return readTrailEvent(text, resources);
}

/** An AssumeRole that succeeded. */
export function assumed(
  time: string,
  userIdentity: object,
  session: {
    readonly role: string;
    readonly name: string;
    readonly key: string;
    readonly expiration?: string;
  },
): TrailEvent {
  const requestParameters = {
    roleArn: `arn:aws:iam::123456789012:role/${session.role}`,
    roleSessionName: session.name,
  };
  const responseElements = {
    credentials: { accessKeyId: session.key, expiration: session.expiration },
    assumedRoleUser: { assumedRoleId: `AROA${session.role}:${session.name}` },
  };
  return event(time, userIdentity, 'sts AssumeRole', requestParameters, { responseElements });
}
