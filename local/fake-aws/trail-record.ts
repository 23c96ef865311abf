import type { Call, Service } from './types.js';

/** One call as it is written down. */
export interface RecordedEvent {
  /** Counted from one. */
  readonly number: number;
  readonly at: number;
  readonly service: Service;
  readonly name: string;
  readonly region: string;
  readonly caller: string;
  readonly isReadOnly: boolean;
  /** Without secrets. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly error: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly user: { readonly name: string; readonly id: string; readonly arn: string } | undefined;
  /** The session that called. */
  readonly session: SessionRecord | undefined;
  /** The temporary credentials that were answered, without their secret. */
  readonly issued:
    | {
        readonly accessKeyId: string;
        readonly expiration: number;
        readonly assumedRole: SessionRecord | undefined;
      }
    | undefined;
}

/** STS's AssumedRoleUser. */
export interface SessionRecord {
  readonly AssumedRoleId: string;
  readonly Arn: string;
}

/** What is done with messages, items and events of one's own is no management event. */
const managed: Partial<Record<Service, RegExp>> = {
  iam: /./,
  secretsmanager: /./,
  ssm: /./,
  kms: /./,
  sns: /./,
  sqs: /^(CreateQueue|SetQueueAttributes)$/,
  s3: /^(CreateBucket|PutBucketPolicy)$/,
  dynamodb: /^(Create|Delete)Table$/,
  events: /^(Create|Put(Rule|Targets))/,
};

/** Of reads the history here has only those that a client is asked about. */
export function isRecorded({ service, operation, mutating }: Call, accessKeyId: string | undefined): boolean {
  if (service === 'sts') return accessKeyId !== undefined;
  return (mutating || operation === 'GetSecretValue') && managed[service]?.test(operation) === true;
}

/** The event as CloudTrail writes it. */
export function eventText(event: RecordedEvent, accountId: string) {
  const { service, issued, error } = event;
  const assumedRole = issued?.assumedRole;
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(event, accountId),
    eventTime: new Date(event.at).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName: event.name,
    awsRegion: event.region,
    ...(error !== undefined && { errorCode: error.replace(/Exception$/, '') }),
    requestParameters: parametersOf(event),
    responseElements:
      issued === undefined
        ? null
        : {
            credentials: { accessKeyId: issued.accessKeyId, expiration: spoken(issued.expiration) },
            ...(assumedRole && {
              assumedRoleUser: { assumedRoleId: assumedRole.AssumedRoleId, arn: assumedRole.Arn },
            }),
          },
    eventID: `00000000-0000-4000-8000-${String(event.number).padStart(12, '0')}`,
    readOnly: event.isReadOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
  };
}

function identityOf({ user, session, accessKeyId, caller }: RecordedEvent, accountId: string): object {
  if (user) {
    const { name: userName, id: principalId, arn } = user;
    return { type: 'IAMUser', principalId, arn, accountId, accessKeyId, userName };
  }
  const { AssumedRoleId, Arn } = session ?? {
    AssumedRoleId: `AROAFUNCTIONS:${caller}`,
    Arn: `arn:aws:sts::${accountId}:assumed-role/iam-lifecycle/${caller}`,
  };
  const userName = Arn.split('/')[1];
  const sessionIssuer = {
    type: 'Role',
    principalId: AssumedRoleId.split(':')[0],
    arn: `arn:aws:iam::${accountId}:role/${userName}`,
    userName,
  };
  return {
    type: 'AssumedRole',
    principalId: AssumedRoleId,
    arn: Arn,
    accountId,
    accessKeyId,
    sessionContext: { sessionIssuer },
  };
}

/** CloudTrail begins names with a small letter; S3 calls a bucket by another name. */
function parametersOf({ input }: RecordedEvent): object {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key === 'Bucket' ? 'bucketName' : key.charAt(0).toLowerCase() + key.slice(1),
      value,
    ]),
  );
}

/** "Mar 1, 2026, 9:00:00 AM", in UTC. */
function spoken(at: number): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: 'UTC',
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(at);
}
