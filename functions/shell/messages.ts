import {
  deadPaths,
  eventPathRule,
  instantPathRule,
  reportType,
  toOwnEvent,
} from '../core/departure-source.js';
import { type Instant, formatInstant, parseDuration, readInstant } from '../core/instants.js';
import { InvalidValue } from '../core/invalid-value.js';
import { type UserName, eventSource, userNameRule } from '../core/names.js';
import type { OffboardingRequest } from '../core/offboarding.js';
import type { RotationRequest } from '../core/rotation-phase.js';
import * as z from './schema.js';

/** What travels between functions. None of it is a secret, and none of it is believed: it says where to look. */

export const userName = z.pipe(
  z.string().check(z.regex(userNameRule.pattern, `it must be ${userNameRule.says}`)),
  z.transform((name) => name as UserName),
);

export const instant = z.pipe(
  z.string(),
  z.transform((text: string, { issues }): Instant => {
    const at = readInstant(text);
    if (at !== null) return at;
    const message = `${JSON.stringify(text)} must be an ISO 8601 instant`;
    issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  }),
);

export const duration = z.pipe(
  z.string(),
  z.transform((text: string, { issues }): number => {
    try {
      return parseDuration(text);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      const message = `${JSON.stringify(text)} must be ${error.rule}`;
      issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }
  }),
);

export const orNull = <Schema extends z.ZodMiniType>(schema: Schema) => z._default(z.nullable(schema), null);

/** Asks the rotate function to look at one user. */
export interface RotateMessage {
  readonly userName: UserName;
  readonly userId: string | null;
  /** When this look was first asked for: a user that is not to be seen yet is waited for so long, and no longer. */
  readonly sentAt: Instant;
  readonly why: string;
  readonly request: RotationRequest | null;
}

export const rotateMessage: z.ZodMiniType<RotateMessage> = z.strictObject({
  userName,
  userId: orNull(z.string()),
  sentAt: instant,
  why: z.string(),
  request: orNull(z.strictObject({ kind: z.enum(['rotate', 'emergency', 'reactivate']), at: instant })),
});

export function formatRotateMessage({ userName, userId, sentAt, why, request }: RotateMessage): object {
  return {
    userName,
    userId,
    sentAt: formatInstant(sentAt),
    why,
    request: request && { kind: request.kind, at: formatInstant(request.at) },
  };
}

/** Asks the revoke function to end a leaver's sessions. */
export interface RevokeMessage {
  /** As IAM spells it. */
  readonly userName: UserName;
  readonly userId: string;
  /** Sessions that began before this are to end. */
  readonly before: Instant;
}

export const revokeMessage: z.ZodMiniType<RevokeMessage> = z.strictObject({
  userName,
  userId: z.string(),
  before: instant,
});

export function formatRevokeMessage({ userName, userId, before }: RevokeMessage): object {
  return { userName, userId, before: formatInstant(before) };
}

const person = {
  userName,
  userId: orNull(z.string()),
  absentSince: orNull(instant),
};
const envelope = { source: z.string(), time: instant };

const departed = z.object({
  ...envelope,
  'detail-type': z.literal('User Offboarded'),
  detail: z.object({
    ...person,
    reason: z._default(z.string(), 'no reason given'),
    quarantine: z.optional(duration),
  }),
});
const returned = z.object({
  ...envelope,
  'detail-type': z.literal('User Restore Requested'),
  detail: z.object(person),
});
const due = z.object({ ...envelope, 'detail-type': z.literal('Offboarding Due'), detail: z.object(person) });

const path = (rule: typeof eventPathRule) =>
  z.string().check(z.regex(rule.pattern, `it must be ${rule.says}`));

/** An event of another system with the declaration of its source, as a rule of infra/departure-sources.ts puts them together. */
const reported = z.pipe(
  z.pipe(
    z.object({
      source: z.literal(eventSource),
      'detail-type': z.literal(reportType),
      detail: z.strictObject({
        source: z.strictObject({
          name: z.string(),
          kind: z.enum(['offboard', 'restore']),
          paths: z.strictObject({
            userName: path(eventPathRule),
            userId: orNull(path(eventPathRule)),
            at: path(instantPathRule),
            reason: orNull(z.string()),
          }),
          quarantine: orNull(z.string()),
        }),
        event: z.looseObject({}),
      }),
    }),
    z.transform(({ detail: { source, event } }, { issues }): unknown => {
      for (const dead of deadPaths(source, event))
        issues.push({ code: 'custom', message: `${source.name} sent nothing at ${dead}`, input: dead });
      return toOwnEvent(source, event);
    }),
  ),
  z.discriminatedUnion('detail-type', [departed, returned]),
);

/**
 * An EventBridge event, as the body of an SQS message: somebody leaves, comes back, or a departure is to go on. What
 * another system reports becomes such an event first, so that all are judged by one schema.
 */
export const offboardMessage: z.ZodMiniType<OffboardingRequest> = z.pipe(
  z.discriminatedUnion('detail-type', [departed, returned, due, reported]),
  z.transform((event): OffboardingRequest => {
    const { userName, userId, absentSince } = event.detail;
    const who = { userName, userId, absentSince };
    switch (event['detail-type']) {
      case 'User Offboarded':
        return {
          ...who,
          kind: 'offboard',
          at: event.time,
          reason: event.detail.reason,
          quarantineMs: event.detail.quarantine ?? null,
        };
      case 'User Restore Requested':
        return { ...who, kind: 'restore', at: event.time };
      case 'Offboarding Due':
        return { ...who, kind: 'continue' };
    }
  }),
);

const detailTypes = {
  offboard: 'User Offboarded',
  restore: 'User Restore Requested',
  continue: 'Offboarding Due',
};

/** The event that says this. */
export function formatOffboardMessage(request: OffboardingRequest, now: Instant): object {
  const { userName, userId, absentSince } = request;
  const quarantineMs = request.kind === 'offboard' ? request.quarantineMs : null;
  return {
    source: eventSource,
    'detail-type': detailTypes[request.kind],
    time: formatInstant(request.kind === 'continue' ? now : request.at),
    detail: {
      userName,
      userId,
      absentSince: absentSince === null ? null : formatInstant(absentSince),
      ...(request.kind === 'offboard' ? { reason: request.reason } : {}),
      ...(quarantineMs === null ? {} : { quarantine: `PT${Math.ceil(quarantineMs / 1000)}S` }),
    },
  };
}
