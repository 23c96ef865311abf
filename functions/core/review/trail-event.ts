import { type Instant, readInstant } from '../instants.js';
import { isObject } from './policy-statements.js';

/** One entry of CloudTrail's event history. */
export interface TrailEvent {
  readonly id: string;
  readonly at: Instant;
  /** As in "CreateBucket". */
  readonly name: string;
  /** As in "s3". */
  readonly service: string;
  readonly region: string;
  readonly isReadOnly: boolean;
  /** null: the call succeeded. */
  readonly error: string | null;
  readonly by: TrailPrincipal;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
  readonly resources: readonly TrailResource[];
}

/** Who made a call; null is what the event does not tell. */
export interface TrailPrincipal {
  /** IAMUser, AssumedRole, FederatedUser, Root, AWSService, … */
  readonly type: string;
  /** AIDA… of a user; AROA…:SESSION of a role's session. */
  readonly id: string | null;
  readonly arn: string | null;
  readonly userName: string | null;
  readonly accessKeyId: string | null;
  /** Of a session: the role or the user that it is a session of. */
  readonly issuer: {
    readonly id: string | null;
    readonly arn: string | null;
    readonly userName: string | null;
  };
}

export interface TrailResource {
  /** As in "AWS::S3::Bucket"; '' where the event does not tell. */
  readonly type: string;
  readonly name: string;
}

/**
 * Reads the JSON text of one event, as LookupEvents answers it in CloudTrailEvent. `resources` are those that LookupEvents
 * lists beside it. Throws for a text that is no event.
 */
export function readTrailEvent(text: string, resources: readonly TrailResource[] = []): TrailEvent {
  const event = objectOf(JSON.parse(text));
  const at = readInstant(textOf(event['eventTime']) ?? '');
  if (at === null) throw new Error(`the eventTime of a CloudTrail event is ${String(event['eventTime'])}`);
  return {
    id: textOf(event['eventID']) ?? '',
    at,
    name: textOf(event['eventName']) ?? '',
    service: (textOf(event['eventSource']) ?? '').replace(/\.amazonaws\.com(\.cn)?$/, ''),
    region: textOf(event['awsRegion']) ?? '',
    isReadOnly: event['readOnly'] === true || event['readOnly'] === 'true',
    error: textOf(event['errorCode']) ?? textOf(event['errorMessage']),
    by: readPrincipal(objectOf(event['userIdentity'])),
    parameters: objectOf(event['requestParameters']),
    response: objectOf(event['responseElements']),
    resources,
  };
}

function readPrincipal(identity: Readonly<Record<string, unknown>>): TrailPrincipal {
  const issuer = objectOf(objectOf(identity['sessionContext'])['sessionIssuer']);
  return {
    type: textOf(identity['type']) ?? '',
    id: textOf(identity['principalId']),
    arn: textOf(identity['arn']),
    userName: textOf(identity['userName']),
    accessKeyId: textOf(identity['accessKeyId']),
    issuer: {
      id: textOf(issuer['principalId']),
      arn: textOf(issuer['arn']),
      userName: textOf(issuer['userName']),
    },
  };
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? (value as Record<string, unknown>) : {};
}

/** null for anything but a text that says something. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
