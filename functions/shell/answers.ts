import * as z from './schema.js';

/** What the API answers, as schemas: the OpenAPI document is made of them, and tests hold the answers to them. */

const instant = z.string().check(z.describe('ISO 8601, in UTC.'));
const says = <Schema extends z.ZodMiniType>(schema: Schema, text: string) => schema.check(z.describe(text));

const summary = {
  name: z.string(),
  userId: says(z.string(), 'The unique id, which no other user ever had or will have.'),
  arn: z.string(),
  createdAt: instant,
  origin: says(
    z.nullable(z.string()),
    'Who made the user: api, roster, or adopted for one that was there before.',
  ),
  owner: z.nullable(z.string()),
  description: z.nullable(z.string()),
  roles: z.array(z.string()),
  offboardedAt: z.nullable(instant),
  purgeAfter: z.nullable(instant),
};

const key = z.strictObject({
  id: z.string(),
  status: z.enum(['Active', 'Inactive', 'Expired']),
  createdAt: instant,
});

const phase = z.looseObject({
  phase: says(z.string(), 'Where the key is in its life; see docs/design.md.'),
  until: z.optional(instant),
  since: z.optional(instant),
});

const looked = { phase, keys: z.array(key) };

const ownTags = says(
  z.record(z.string(), z.string()),
  'Those that callers chose: what PUT decides, with roles and description.',
);

/** Steps and why they are taken. */
const plan = {
  steps: z.array(
    z.strictObject({
      step: says(z.string(), 'Its kind; see docs/design.md.'),
      says: says(z.string(), 'The same in words.'),
    }),
  ),
  why: z.string(),
};

export const userSummary = z.strictObject({
  ...summary,
  phase: z.optional(phase),
  keys: z.optional(z.array(key)),
});

export const userPage = z.strictObject({
  users: z.array(userSummary),
  next: says(z.nullable(z.string()), 'Where the next page starts; null at the end. A page may hold no user.'),
});

export const userDetail = z.strictObject({
  ...summary,
  tags: ownTags,
  ...looked,
  next: z.strictObject({
    action: says(z.nullable(z.string()), 'What is done next; null: nothing, or a person decides.'),
    at: says(z.nullable(instant), 'When something is to be looked at again; null where nothing is due.'),
    why: z.string(),
  }),
  secret: z.strictObject({
    arn: z.nullable(z.string()),
    name: says(z.nullable(z.string()), "Where the key is kept: a secret's name, or a parameter's."),
    stages: says(z.record(z.string(), z.string()), 'Staging label -> the id of the key that it names.'),
  }),
});

/** The user after the change; as it is now where nothing is done. */
export const changed = z.strictObject({
  ...summary,
  tags: ownTags,
  ...plan,
  dryRun: says(z.boolean(), 'true: the steps are what would be done; false: what was done.'),
});

export const planPage = z.strictObject({
  plans: z.array(
    z.strictObject({
      name: z.string(),
      userId: z.string(),
      origin: z.nullable(z.string()),
      phase: says(phase, "Of the user's departure where it is offboarded, else of its key."),
      ...plan,
    }),
  ),
  next: says(z.nullable(z.string()), 'Where the next page starts; null at the end. A page may hold no plan.'),
});

export const onboarded = z.strictObject({
  name: z.string(),
  userId: z.string(),
  arn: z.string(),
  roles: z.array(z.string()),
  secret: z.strictObject({ arn: z.nullable(z.string()), name: z.string(), versionStage: z.string() }),
  status: says(z.enum(['ready', 'pending']), 'pending: the key is on its way; look at the secret later.'),
});

export const accepted = z.strictObject({
  name: z.string(),
  userId: z.string(),
  status: z.enum(['offboarding', 'restoring', 'rotating']),
});

export const health = z.strictObject({ status: z.literal('ok') });

/** RFC 9457. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  requestId: z.string(),
  errors: z.optional(z.array(z.strictObject({ field: z.string(), value: z.unknown(), rule: z.string() }))),
});
