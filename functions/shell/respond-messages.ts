import { guardDutyFindingTypes, healthEventTypes, lowestSeverity } from '../core/leak-sources.js';
import { type Instant, formatInstant } from '../core/instants.js';
import { type AccessKeyId, type UserName, accessKeyIdRule, eventSource } from '../core/names.js';
import { instant, orNull, userName } from './messages.js';
import * as z from './schema.js';

/** What travels to the respond function: AWS's own events as they come, and ours. */
export type RespondMessage =
  | {
      readonly kind: 'leak';
      readonly keyIds: readonly AccessKeyId[];
      /** What the sender named beside long-term keys: nobody can make it Inactive. */
      readonly others: readonly string[];
      readonly at: Instant;
      readonly why: string;
    }
  | {
      readonly kind: 'suspect' | 'look';
      readonly userName: UserName;
      readonly userId: string | null;
      readonly at: Instant;
      readonly why: string;
    };

const envelope = { source: z.string(), time: instant };
const named = z.string().check(z.minLength(1, 'it must not be empty'));

const health = z.object({
  ...envelope,
  'detail-type': z.literal('AWS Health Event'),
  detail: z.object({
    eventTypeCode: z.enum(healthEventTypes),
    affectedEntities: z.array(z.object({ entityValue: named })).check(z.minLength(1)),
  }),
});

const guardDuty = z.object({
  ...envelope,
  'detail-type': z.literal('GuardDuty Finding'),
  detail: z.object({
    type: z.enum(guardDutyFindingTypes),
    severity: z.number().check(z.minimum(lowestSeverity)),
    resource: z.object({
      accessKeyDetails: z.object({ accessKeyId: named, userType: z.literal('IAMUser') }),
    }),
  }),
});

const accessKeyId = z.pipe(
  z.string().check(z.regex(accessKeyIdRule.pattern, `it must be ${accessKeyIdRule.says}`)),
  z.transform((id) => id as AccessKeyId),
);
const leaked = z.object({
  ...envelope,
  'detail-type': z.literal('Key Leaked'),
  detail: z.strictObject({ keyIds: z.array(accessKeyId).check(z.minLength(1)), why: z.string() }),
});
const person = z.strictObject({ userName, userId: orNull(z.string()), why: z.string() });
const suspected = z.object({ ...envelope, 'detail-type': z.literal('Key Suspected'), detail: person });
const due = z.object({ ...envelope, 'detail-type': z.literal('Leak Response Due'), detail: person });

/** An event as the body of an SQS message. Long-term keys begin with AKIA; what does not can be told of, and no more. */
export const respondMessage: z.ZodMiniType<RespondMessage> = z.pipe(
  z.discriminatedUnion('detail-type', [health, guardDuty, leaked, suspected, due]),
  z.transform((event): RespondMessage => {
    const at = event.time;
    switch (event['detail-type']) {
      case 'AWS Health Event': {
        const values = event.detail.affectedEntities.map(({ entityValue }) => entityValue);
        return leakOf(values, at, `AWS Health says ${event.detail.eventTypeCode}`);
      }
      case 'GuardDuty Finding': {
        const { type, resource } = event.detail;
        return leakOf([resource.accessKeyDetails.accessKeyId], at, `GuardDuty found ${type}`);
      }
      case 'Key Leaked':
        return leakOf(event.detail.keyIds, at, event.detail.why);
      case 'Key Suspected':
        return { kind: 'suspect', ...event.detail, at };
      case 'Leak Response Due':
        return { kind: 'look', ...event.detail, at };
    }
  }),
);

function isKey(value: string): boolean {
  return value.startsWith('AKIA') && accessKeyIdRule.pattern.test(value);
}

function leakOf(values: readonly string[], at: Instant, why: string): RespondMessage {
  const all = [...new Set(values)];
  return {
    kind: 'leak',
    keyIds: all.filter(isKey) as AccessKeyId[],
    others: all.filter((value) => !isKey(value)),
    at,
    why,
  };
}

const detailTypes = { leak: 'Key Leaked', suspect: 'Key Suspected', look: 'Leak Response Due' } as const;

/** The event that says this; what else a sender named was told of when its own event came. */
export function formatRespondMessage(message: RespondMessage): object {
  const { kind, at, why } = message;
  const detail =
    message.kind === 'leak'
      ? { keyIds: message.keyIds, why }
      : { userName: message.userName, userId: message.userId, why };
  return { source: eventSource, 'detail-type': detailTypes[kind], time: formatInstant(at), detail };
}
