import { parseDuration } from '../core/instants.js';
import { InvalidValue, type Rule, mustFollow } from '../core/invalid-value.js';
import type { Territory } from '../core/facts.js';
import { type RoleArn, parseRoleArn, parseUserArn } from '../core/names.js';
import { type ClaimPermissions, permissions } from '../core/permission.js';
import type { Unpinned } from '../core/revocation/plan.js';
import type { Windows } from '../core/windows.js';
import * as z from './schema.js';

/** A role that users may be given, and the deployed policy that lets them assume it. */
export interface AssumableRole {
  readonly roleArn: string;
  readonly policyArn: string;
  /** Where roles are given through groups: the group that has the policy. */
  readonly groupName?: string | undefined;
}

/** A role whose sessions are revoked when a user leaves, and the deployed policy that does it. */
export interface ListedRole {
  readonly roleArn: RoleArn;
  readonly policyArn: string;
  /** What to do where its sessions do not bear their user's name: end everybody's, or tell. */
  readonly unpinned: Unpinned;
}

const assumableRole = z.strictObject({
  roleArn: z.string(),
  policyArn: z.string(),
  groupName: z.optional(z.string()),
});
const listedRole = z.strictObject({
  roleArn: z.pipe(
    z.string(),
    z.transform((arn) => arn as RoleArn),
  ),
  policyArn: z.string(),
  unpinned: z.enum(['role', 'report']),
});
const text = z.string().check(z.minLength(1, 'it must not be empty'));
const duration = ruled((value, field) => parseDuration(value, field));
const policyArnRule: Rule = {
  says: 'the ARN of a managed policy',
  pattern: /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/.+$/,
};
const policyArn = ruled((value, field) => mustFollow(policyArnRule, value, field));
const queueUrl = ruled((value, field) =>
  mustFollow({ says: 'an http(s) URL', pattern: /^https?:\/\/.+/ }, value, field),
);
const assumableRoles = ruled(parseRoles);
const adoptedUsers = ruled(parseAdopted);
const claimPermissions = ruled(parsePermissions);
const revocableRoles = ruled(parseRevocableRoles);

/** Every environment variable that some function reads, and its form. The stack sets them, none has a default. */
const variables = {
  ACCOUNT_ID: text.check(z.regex(/^\d{12}$/, 'it must be 12 digits')),
  USER_PATH: text.check(
    z.regex(/^\/([\w+=,.@-]+\/)+$/, 'it must be an IAM path below /, such as /lifecycle/'),
  ),
  /** JSON: the ARNs of the users outside that path that were adopted. */
  ADOPTED_USERS: adoptedUsers,
  BOUNDARY_ARN: policyArn,
  /** JSON: role key -> { roleArn, policyArn }, and groupName where roles are given through groups. */
  ASSUMABLE_ROLES: assumableRoles,
  /** JSON: which values of which claim give which permission; null: whom the gateway lets in may do everything. */
  API_PERMISSIONS: claimPermissions,
  ROTATE_QUEUE_URL: queueUrl,
  OFFBOARD_QUEUE_URL: queueUrl,
  /** "none" where no sessions are revoked. */
  REVOKE_QUEUE_URL: z.union([z.literal('none'), queueUrl]),
  /** JSON: role key -> { roleArn, policyArn, unpinned: "role" or "report" }. */
  REVOCABLE_ROLES: revocableRoles,
  RESPOND_QUEUE_URL: queueUrl,
  /** Our event bus, on which the functions say what they did. */
  EVENT_BUS: text,
  DENY_SESSIONS_POLICY_ARN: policyArn,
  /** Whether a user whose key leaked works again once its successor is there, or waits for a person. */
  AFTER_LEAK: z.enum(['restore', 'hold']),
  LEASE_TABLE: text,
  /** Where the answers of requests with an Idempotency-Key are kept. */
  ANSWER_TABLE: text,
  /** Where the roster is, and which object of that bucket it is. */
  ROSTER_BUCKET: text,
  ROSTER_KEY: text,
  /** Where the evidence of departures is filed. */
  EVIDENCE_BUCKET: text,
  /** How long a lease is held: longer than the function's timeout and the settle time together. */
  LEASE: duration,
  /** The KMS key of the secrets; "default" is the account's own key for Secrets Manager. */
  SECRETS_KMS_KEY: text,
  ROTATE_AFTER: duration,
  OVERLAP: duration,
  QUIET: duration,
  MAX_OVERLAP: duration,
  AFTER_MAX_OVERLAP: z.enum(['block', 'deactivate']),
  KEY_QUARANTINE: duration,
  PENDING_LIMIT: duration,
  SETTLE: duration,
  OFFBOARD_QUARANTINE: duration,
  /** At most this share of the managed users may be purged by one scan, 0 to 100. */
  MAX_PURGE_PERCENT: z.pipe(text, z.coerce.number<string>().check(z.minimum(0), z.maximum(100))),
};

export type EnvKey = keyof typeof variables;
export type Env<K extends EnvKey = EnvKey> = { readonly [Key in K]: z.output<(typeof variables)[Key]> };

/** What each function reads. The stack sets just these, typed as Record<EnvKey of it, string>. */
export const windowKeys = [
  'ROTATE_AFTER',
  'OVERLAP',
  'QUIET',
  'MAX_OVERLAP',
  'AFTER_MAX_OVERLAP',
  'KEY_QUARANTINE',
  'PENDING_LIMIT',
  'SETTLE',
  'OFFBOARD_QUARANTINE',
] as const satisfies readonly EnvKey[];

/** What a function needs to say on the event bus what it did. */
export const announceKeys = ['ACCOUNT_ID', 'EVENT_BUS'] as const satisfies readonly EnvKey[];

/** An environment variable that is missing or wrong; the message names it, its value and the rule. */
export class InvalidEnvironment extends Error {
  override readonly name = 'InvalidEnvironment';
}

/** Reads the variables that a function needs. Throws InvalidEnvironment, once, with every variable that is wrong. */
export function parseEnv<K extends EnvKey>(
  keys: readonly K[],
  source: Readonly<Record<string, string | undefined>>,
): Env<K> {
  const wrong: string[] = [];
  const entries = keys.map((key) => {
    const result = z.safeParse<z.core.$ZodType>(variables[key], source[key]);
    if (!result.success) {
      const rules = result.error.issues.map((issue) => issue.message).join('; ');
      wrong.push(
        source[key] === undefined
          ? `${key} is not set`
          : `${key} is ${JSON.stringify(source[key])}: ${rules}`,
      );
    }
    return [key, result.data];
  });
  if (wrong.length > 0) throw new InvalidEnvironment(wrong.join('\n'));
  return Object.fromEntries(entries) as Env<K>;
}

export const territoryKeys = ['USER_PATH', 'ADOPTED_USERS'] as const satisfies readonly EnvKey[];

/** Whom the planners may plan for. */
export function territoryOf(env: Env<(typeof territoryKeys)[number]>): Territory {
  return { userPath: env.USER_PATH, adoptedArns: env.ADOPTED_USERS };
}

/** The windows as the planners take them. */
export function windowsOf(env: Env<(typeof windowKeys)[number]>): Windows {
  return {
    rotateAfterMs: env.ROTATE_AFTER,
    overlapMs: env.OVERLAP,
    quietMs: env.QUIET,
    maxOverlapMs: env.MAX_OVERLAP,
    afterMaxOverlap: env.AFTER_MAX_OVERLAP,
    quarantineMs: env.KEY_QUARANTINE,
    pendingLimitMs: env.PENDING_LIMIT,
    settleMs: env.SETTLE,
    offboardQuarantineMs: env.OFFBOARD_QUARANTINE,
  };
}

function parseAdopted(json: string, field: string): readonly string[] {
  const arns = z.safeParse(z.array(z.string()), parseJson(json, field));
  if (!arns.success) throw new InvalidValue(field, json, 'a list of the ARNs of users');
  return arns.data.map((arn, index) => parseUserArn(arn, `${field}.${index}`));
}

function parsePermissions(json: string, field: string): ClaimPermissions | null {
  const values = z.optional(z.array(z.string()));
  const byName = Object.fromEntries(permissions.map((name) => [name, values]));
  const shape = z.nullable(z.strictObject({ claim: z.string(), ...byName }));
  const map = z.safeParse(shape, parseJson(json, field));
  if (!map.success)
    throw new InvalidValue(field, json, 'null or { claim, read?, onboard?, rotate?, offboard? }');
  return map.data;
}

function parseJson(json: string, field: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new InvalidValue(field, json, 'JSON');
  }
}

function parseRoles(json: string, field: string): Readonly<Record<string, AssumableRole>> {
  const roles = parseRecord(json, field, assumableRole, '{ roleArn, policyArn, groupName? }');
  checkArns(roles, field);
  return roles;
}

function parseRevocableRoles(json: string, field: string): Readonly<Record<string, ListedRole>> {
  const roles = parseRecord(json, field, listedRole, '{ roleArn, policyArn, unpinned: "role" or "report" }');
  checkArns(roles, field);
  return roles;
}

/** JSON: role key -> what `role` says. Throws InvalidValue. */
function parseRecord<Role>(
  json: string,
  field: string,
  role: z.ZodMiniType<Role>,
  says: string,
): Readonly<Record<string, Role>> {
  const roles = z.record(z.string(), role).safeParse(parseJson(json, field));
  if (!roles.success) throw new InvalidValue(field, json, `role key -> ${says}`);
  return roles.data;
}

function checkArns(
  roles: Readonly<Record<string, { readonly roleArn: string; readonly policyArn: string }>>,
  field: string,
): void {
  for (const [key, { roleArn, policyArn: arn }] of Object.entries(roles)) {
    parseRoleArn(roleArn, `${field}.${key}.roleArn`);
    mustFollow(policyArnRule, arn, `${field}.${key}.policyArn`);
  }
}

/** Text that a parser takes, which throws InvalidValue for any other: the rule becomes the issue's message. */
function ruled<Value>(parse: (value: string, field: string) => Value) {
  const parseOrTell = z.transform((value: string, { issues }): Value => {
    try {
      return parse(value, 'it');
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      const message = error.field === 'it' ? `it must be ${error.rule}` : error.message;
      issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    }
  });
  return z.pipe(text, parseOrTell);
}
