import {
  type AttentionNeeded,
  type DetailType,
  type Details,
  type KeyRotated,
  type LeakedKeyAnswered,
  type UserOnboarded,
  type UserPurged,
  type UserQuarantined,
  type UserRestored,
  detailType,
} from '../core/event-details.js';
import * as z from './schema.js';

/** What is said on the event bus, as JSON Schema; the files of events/schemas are made of these. */

const text = z.string();
const textOrNull = z.nullable(text);
const texts = z.readonly(z.array(text));
/** As formatInstant writes it. */
const instant = text.check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));

const envelope = {
  schemaVersion: z.literal(1),
  id: text,
  accountId: text.check(z.regex(/^\d{12}$/)),
  occurredAt: instant,
  userName: textOrNull,
  userId: textOrNull,
  owner: textOrNull,
  why: text,
};
const ofUser = { ...envelope, userName: text, userId: text };

const keyRotated: z.ZodMiniType<KeyRotated> = z.strictObject({
  ...ofUser,
  keyId: text,
  previousKeyId: textOrNull,
  secret: z.strictObject({
    store: z.enum(['secretsmanager', 'ssm']),
    name: text,
    arn: text,
    versionId: textOrNull,
  }),
});

const onboarded: z.ZodMiniType<UserOnboarded> = z.strictObject({
  ...ofUser,
  arn: text,
  origin: textOrNull,
  roles: texts,
  secretName: text,
  askedBy: textOrNull,
});

const quarantined: z.ZodMiniType<UserQuarantined> = z.strictObject({
  ...ofUser,
  departedAt: instant,
  purgeAfter: instant,
});

const restored: z.ZodMiniType<UserRestored> = z.strictObject(ofUser);

const purged: z.ZodMiniType<UserPurged> = z.strictObject({ ...ofUser, departedAt: instant, record: text });

const attention: z.ZodMiniType<AttentionNeeded> = z.strictObject({
  ...envelope,
  kind: text,
  functionName: text,
});

const count = z.number().check(z.nonnegative());
const keyUse = z.strictObject({
  service: text,
  region: text,
  calls: count,
  refused: count,
  firstAt: instant,
  lastAt: instant,
});

const leakAnswered: z.ZodMiniType<LeakedKeyAnswered> = z.strictObject({
  ...envelope,
  keyId: text,
  phase: text,
  lastUse: textOrNull,
  use: z.nullable(z.strictObject({ items: z.readonly(z.array(keyUse)), notLookedAt: texts })),
  done: texts,
  next: texts,
});

/**
 * The form of each event's detail. A field more is version 1 still, for consumers are to ignore what they do not know;
 * one less, or of another meaning, is another version beside this one.
 */
export const detailSchemas: { readonly [Type in DetailType]: z.ZodMiniType<Details[Type]> } = {
  [detailType.keyRotated]: keyRotated,
  [detailType.onboarded]: onboarded,
  [detailType.quarantined]: quarantined,
  [detailType.restored]: restored,
  [detailType.purged]: purged,
  [detailType.attention]: attention,
  [detailType.leakAnswered]: leakAnswered,
};
