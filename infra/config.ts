import * as z from 'zod';
import {
  accountId,
  action,
  duration,
  email,
  httpsUrl,
  keyArn,
  logRetention,
  policyArn,
  regionName,
  roleArn,
  roleKey,
  securityGroupId,
  ssmBasePath,
  subnetId,
  userArn,
  userPath,
} from './config-values.js';
import { checkAdopted, checkRevocation, checkRoles, checkWindows } from './config-rules.js';
import { departureSources } from './config-sources.js';

const windows = z
  .strictObject({
    rotateAfter: duration('P1D', 'P365D').default('P60D').describe('Age at which a key is rotated.'),
    overlap: duration('PT0S', 'P90D')
      .default('P7D')
      .describe('How long the old key stays active, at the least.'),
    quiet: duration('PT0S', 'P90D')
      .default('P2D')
      .describe('How long the old key must not have been used before it is deactivated.'),
    maxOverlap: duration('PT0S', 'P180D')
      .default('P21D')
      .describe('Age of the new key at which an old key that is still used needs a decision.'),
    afterMaxOverlap: z
      .enum(['block', 'deactivate'], 'it must be block or deactivate')
      .default('block')
      .describe('That decision: tell a person and wait, or deactivate the old key.'),
    keyQuarantine: duration('PT0S', 'P90D')
      .default('P7D')
      .describe('How long a deactivated key is kept before it is deleted.'),
    pendingLimit: duration('PT10M', 'P1D')
      .default('PT10M')
      .describe('Age at which a new key that is not current yet is thrown away: longer than any run lasts.'),
    settle: duration('PT30S', 'PT10M')
      .default('PT2M')
      .describe('After this long a read of IAM is taken to show every earlier write.'),
    offboardQuarantine: duration('PT0S', 'P365D')
      .default('P30D')
      .describe('How long an offboarded user can be restored.'),
  })
  .superRefine(checkWindows)
  .prefault({});

const concurrency = (amount: number) =>
  z.int().min(1, 'it must be at least 1').max(100, 'it must be at most 100').default(amount);

const givingValues = z.array(z.string().min(1)).min(1, 'it must name a value of the claim').optional();

const claimPermissions = z
  .strictObject({
    claim: z.string().min(1).default('scope').describe('The claim of the token that is looked at.'),
    read: givingValues,
    onboard: givingValues,
    rotate: givingValues,
    offboard: givingValues,
  })
  .describe(
    "Which values of the claim let a caller read, onboard, rotate and offboard; what is not named is nobody's.",
  );

const api = z
  .strictObject({
    jwt: z
      .strictObject({
        issuer: httpsUrl,
        audience: z.array(z.string().min(1)).min(1, 'it must name an audience'),
        permissions: claimPermissions.optional(),
      })
      .optional()
      .describe('Callers carry a token of this issuer instead of signing with IAM.'),
    requestsPerSecond: z.int().min(1).max(1000).default(10),
    burst: z.int().min(1).max(1000).default(20),
  })
  .prefault({});

const managedPolicy = z.strictObject({
  arn: policyArn,
  actions: z.array(action).min(1, 'it must name the actions that the boundary is to let through'),
  resources: z.array(z.string().min(1)).min(1).default(['*']),
});

const settingsSchema = z.strictObject({
  $schema: z.string().optional().describe('Where the schema is, for editors.'),
  account: accountId.optional().describe('The account to deploy to; a deployment to another one is refused.'),
  region: regionName.optional().describe('The region to deploy to; needed where an account is given.'),
  roles: z
    .record(roleKey, roleArn)
    .superRefine(checkRoles)
    .describe('Role key -> ARN of the role that users may be given. In any account.'),
  attach: z
    .enum(['users', 'groups'], 'it must be users or groups')
    .default('users')
    .describe(
      'users: the assume policies are attached to users. groups: users join a group for each of their roles.',
    ),
  sessionPin: z
    .enum(['none', 'session-name', 'source-identity'], 'it must be none, session-name or source-identity')
    .default('none')
    .describe(
      "Lets a role be assumed only under the user's own name, so that its sessions are known as its own.",
    ),
  revokeSessions: z
    .record(roleKey, z.enum(['report', 'role'], 'it must be report or role'))
    .default({})
    .describe(
      "Role key -> what to do with a leaver's sessions of the role where its trust policy does not make sure whose they are: tell a person, or end everybody's. The roles must be of the account and named in roles. Where it does, the leaver's alone are ended.",
    ),
  userPath: userPath.default('/lifecycle/').describe('Every managed user lives under this path.'),
  adopted: z
    .array(userArn)
    .max(10, 'it must name at most 10 users: more do not fit into the policies of the functions')
    .superRefine(checkAdopted)
    .default([])
    .describe(
      'Users outside that path which were there before and are looked after too, each by its ARN; see adopt.',
    ),
  boundaryArn: policyArn.optional().describe("The users' permissions boundary; made where none is given."),
  managedPolicies: z
    .array(managedPolicy)
    .default([])
    .describe(
      'Managed policies that system users may be given, and what the boundary lets through for each.',
    ),
  windows,
  scanEvery: duration('PT15M', 'P1D')
    .default('PT1H')
    .describe('How often the whole account is looked through.'),
  roster: z
    .string()
    .min(1, 'it must name a file')
    .optional()
    .describe(
      'The roster whose policies and groups are deployed, relative to this file; it is kept from its bucket.',
    ),
  reconcileEvery: duration('PT15M', 'P1D')
    .default('PT1H')
    .describe('How often the users are made as the roster says, where there is one.'),
  leaks: z
    .strictObject({
      health: z.boolean().default(true).describe("Answer AWS Health's events about exposed access keys."),
      guardDuty: z
        .boolean()
        .default(true)
        .describe("Answer GuardDuty's findings that an access key is in wrong hands."),
      after: z
        .enum(['restore', 'hold'], 'it must be restore or hold')
        .default('restore')
        .describe(
          'restore: the user works again with its new key. hold: it is denied until a person says otherwise.',
        ),
    })
    .prefault({})
    .describe('What is done about leaked access keys.'),
  maxPurgePercent: z
    .number()
    .min(0, 'it must be 0 to 100')
    .max(100, 'it must be 0 to 100')
    .default(10)
    .describe('The share of the managed users that one scan may send to be purged.'),
  notify: z.array(email).default([]).describe('Who is told of alarms, by e-mail.'),
  kmsKeyArn: keyArn
    .optional()
    .describe('The KMS key of secrets, queues, logs, table and topic; made where none is given.'),
  ssmBasePaths: z
    .array(ssmBasePath)
    .max(3, 'it must name at most 3 paths')
    .default([])
    .describe(
      'Under which paths SSM parameters may hold access keys. Without any, no function has a right in SSM.',
    ),
  keyStoreKmsKeyArns: z
    .array(keyArn)
    .max(2, 'it must name at most 2 keys')
    .default([])
    .describe('KMS keys that users may name for the stores of their keys, beside that of the deployment.'),
  evidenceRetentionDays: z
    .int()
    .min(1)
    .max(3653)
    .optional()
    .describe(
      'For how long Object Lock keeps evidence of a departure from being deleted (governance mode); off without it. To be set at the first deployment.',
    ),
  logRetentionDays: logRetention.default(365),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  vpc: z
    .strictObject({
      subnetIds: z.array(subnetId).min(1, 'it must name a subnet'),
      securityGroupIds: z.array(securityGroupId).min(1, 'it must name a security group').max(5),
    })
    .optional(),
  api,
  eventSenders: z
    .array(accountId)
    .default([])
    .describe('Other accounts that may put departures and returns on the bus.'),
  departureSources,
  eventArchiveDays: z
    .int()
    .min(1)
    .max(3653)
    .optional()
    .describe('How long the bus keeps its events; none are kept without it.'),
  concurrency: z
    .strictObject({
      reserve: z
        .boolean()
        .default(true)
        .describe("Reserve it for each function; false where the account's quota leaves no room."),
      onboard: concurrency(5),
      users: concurrency(5),
      rotate: concurrency(5).refine(
        (amount) => amount >= 2,
        'it must be at least 2, for the queue is polled so',
      ),
      offboard: concurrency(5).refine(
        (amount) => amount >= 2,
        'it must be at least 2, for the queue is polled so',
      ),
      revoke: concurrency(2).refine(
        (amount) => amount >= 2,
        'it must be at least 2, for the queue is polled so',
      ),
      respond: concurrency(5).refine(
        (amount) => amount >= 2,
        'it must be at least 2, for the queue is polled so',
      ),
    })
    .prefault({}),
});

export const configSchema = settingsSchema.superRefine(checkRevocation);

/** What an operator writes. */
export type LifecycleConfig = z.input<typeof configSchema>;
/** The same with every default in place; durations are ISO 8601 text. */
export type Settings = z.output<typeof configSchema>;

/** Settings that break a rule; the message names each with its path, its value and the rule. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';
}

/** Throws InvalidConfig, once, for everything that is wrong. */
export function parseConfig(input: unknown, source = 'the configuration'): Settings {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => describeIssue(issue, input));
  throw new InvalidConfig([`${source} has ${faults.length} fault(s)`, ...faults].join('\n  '));
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown): string[] {
  const at = (path: readonly PropertyKey[], rule: string) => {
    const value = valueAt(input, path);
    const name = path.map(String).join('.') || 'the configuration';
    return value === undefined
      ? `${name} is missing: ${rule}`
      : `${name} is ${JSON.stringify(value)}: ${rule}`;
  };
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => at([...issue.path, key], 'there is no such setting'));
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => `the key ${issue.path.map(String).join('.')}: ${message}`);
  return [at(issue.path, issue.message)];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    input,
  );
}
