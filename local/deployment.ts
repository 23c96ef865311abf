import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { type BucketLocationConstraint, CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Clients } from '../functions/aws/clients.js';
import { isAlreadyThere } from '../functions/aws/errors.js';
import { assumePolicyDocument, assumePolicyName } from '../functions/core/assume-policy.js';
import { denySessionsDocument } from '../functions/core/deny-sessions.js';
import { leakPatterns } from '../functions/core/leak-sources.js';
import { denySessionsPolicyName } from '../functions/core/steps.js';
import { secondMs } from '../functions/core/instants.js';
import { parseRoleArn } from '../functions/core/names.js';
import { nobodyRevoked } from '../functions/core/revocation/document.js';
import { type Unpinned, longestSessionMs } from '../functions/core/revocation/plan.js';
import { revocationPolicyName } from '../functions/core/revocation/policy-name.js';
import type { EnvKey, ListedRole } from '../functions/shell/env.js';

export type FunctionEnv = Readonly<Record<EnvKey, string>>;

/** What a deployment is told; durations as ISO 8601 text, as in the functions' environment. */
export interface DeploymentSettings {
  readonly accountId: string;
  readonly region: string;
  /** Role key -> role name. */
  readonly roles: Readonly<Record<string, string>>;
  /** Users outside the path that are looked after too; none where it is not given. */
  readonly adoptedArns?: readonly string[];
  readonly windows: Pick<
    FunctionEnv,
    | 'ROTATE_AFTER'
    | 'OVERLAP'
    | 'QUIET'
    | 'MAX_OVERLAP'
    | 'AFTER_MAX_OVERLAP'
    | 'KEY_QUARANTINE'
    | 'PENDING_LIMIT'
    | 'SETTLE'
    | 'OFFBOARD_QUARANTINE'
    | 'LEASE'
  >;
  readonly visibilitySeconds: number;
  /** Role key -> what to do with its sessions when a user leaves; none are revoked without it. */
  readonly revokeSessions?: Readonly<Record<string, Unpinned>>;
  /** Keys of the roles that are to be assumed under the user's own name alone. */
  readonly pinnedRoles?: readonly string[];
}

export const busName = 'iam-lifecycle';
export const rosterKey = 'roster.yaml';
export const evidenceBucketOf = ({ accountId, region }: Pick<DeploymentSettings, 'accountId' | 'region'>) =>
  `iam-lifecycle-evidence-${accountId}-${region}`;
export const leaseTable = 'iam-lifecycle-leases';
export const answerTable = 'iam-lifecycle-answers';
export const queueNames = {
  rotate: 'iam-lifecycle-rotate',
  offboard: 'iam-lifecycle-offboard',
  revoke: 'iam-lifecycle-revoke',
  respond: 'iam-lifecycle-respond',
} as const;
export type QueueName = keyof typeof queueNames;

/** The windows that a deployment has unless it is told otherwise. */
export const standardSettings: DeploymentSettings = {
  accountId: '123456789012',
  region: 'eu-west-1',
  roles: {
    data_engineer: 'DataEngineerRole',
    infrastructure_admin: 'InfrastructureAdminRole',
    admin: 'AdminRole',
  },
  windows: {
    ROTATE_AFTER: 'P60D',
    OVERLAP: 'P7D',
    QUIET: 'P2D',
    MAX_OVERLAP: 'P21D',
    AFTER_MAX_OVERLAP: 'block',
    KEY_QUARANTINE: 'P7D',
    PENDING_LIMIT: 'PT10M',
    SETTLE: 'PT2M',
    OFFBOARD_QUARANTINE: 'P30D',
    LEASE: 'PT5M',
  },
  visibilitySeconds: 300,
};

/** Bucket names are global, so this one names its account and region. */
export const rosterBucketOf = ({ accountId, region }: Pick<DeploymentSettings, 'accountId' | 'region'>) =>
  `iam-lifecycle-roster-${accountId}-${region}`;

/** After this many tries a message goes to the dead-letter queue. */
const maxReceiveCount = 400;
const retentionSeconds = String(14 * 24 * 3600);

/**
 * Makes in an account what the stack would, through the SDK's own clients, and answers the functions' environment.
 * What is there already stays as it is.
 */
export async function deploy(clients: Clients, settings: DeploymentSettings): Promise<FunctionEnv> {
  const { accountId, adoptedArns = [], roles, windows } = settings;
  const account = `arn:aws:iam::${accountId}`;
  await createRoles(clients, settings);
  await createPolicy(clients, 'IamLifecycleBoundary', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: Object.values(roles).map((name) => `${account}:role/${name}`),
      },
    ],
  });
  for (const table of [leaseTable, answerTable]) await createTable(clients, table);
  const rotate = await createQueue(clients, queueNames.rotate, settings);
  const offboard = await createQueue(clients, queueNames.offboard, settings);
  const respond = await createQueue(clients, queueNames.respond, settings);
  await createPolicy(clients, denySessionsPolicyName, denySessionsDocument);
  await createBus(clients, offboard.arn);
  const evidenceBucket = evidenceBucketOf(settings);
  await unlessThere(clients.s3.send(createBucketCommand(evidenceBucket, settings.region)));
  const revocableRoles = await createRevocations(clients, settings);
  const isRevoking = Object.keys(revocableRoles).length > 0;
  const revoke = isRevoking ? await createQueue(clients, queueNames.revoke, settings) : null;
  await createLeakRules(clients, respond.arn);
  return {
    ACCOUNT_ID: accountId,
    USER_PATH: '/lifecycle/',
    API_PERMISSIONS: 'null',
    ADOPTED_USERS: JSON.stringify(adoptedArns),
    BOUNDARY_ARN: `${account}:policy/IamLifecycleBoundary`,
    ASSUMABLE_ROLES: JSON.stringify(assumableRoles(settings)),
    ROTATE_QUEUE_URL: rotate.url,
    OFFBOARD_QUEUE_URL: offboard.url,
    REVOKE_QUEUE_URL: revoke?.url ?? 'none',
    REVOCABLE_ROLES: JSON.stringify(revocableRoles),
    RESPOND_QUEUE_URL: respond.url,
    EVENT_BUS: busName,
    DENY_SESSIONS_POLICY_ARN: `${account}:policy/${denySessionsPolicyName}`,
    AFTER_LEAK: 'restore',
    LEASE_TABLE: leaseTable,
    ANSWER_TABLE: answerTable,
    SECRETS_KMS_KEY: 'default',
    ROSTER_BUCKET: rosterBucketOf(settings),
    ROSTER_KEY: rosterKey,
    EVIDENCE_BUCKET: evidenceBucket,
    MAX_PURGE_PERCENT: '10',
    ...windows,
  };
}

async function createTable({ dynamodb }: Clients, TableName: string): Promise<void> {
  const table = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
  });
  await unlessThere(dynamodb.send(table));
}

/** Role key -> its ARN and that of the policy that lets a user assume it. */
function assumableRoles({ accountId, roles }: DeploymentSettings): object {
  const account = `arn:aws:iam::${accountId}`;
  return Object.fromEntries(
    Object.entries(roles).map(([key, name]) => {
      const roleArn = parseRoleArn(`${account}:role/${name}`);
      return [key, { roleArn, policyArn: `${account}:policy/${assumePolicyName(roleArn)}` }];
    }),
  );
}

/** The assumable roles, each trusting its own account, and the one policy that lets a user assume it. */
async function createRoles(
  clients: Clients,
  { accountId, roles, pinnedRoles = [], revokeSessions = {} }: DeploymentSettings,
): Promise<void> {
  for (const [key, name] of Object.entries(roles)) {
    const roleArn = parseRoleArn(`arn:aws:iam::${accountId}:role/${name}`);
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          ...(pinnedRoles.includes(key)
            ? { Condition: { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } } }
            : {}),
        },
      ],
    };
    await unlessThere(
      clients.iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify(trust),
          ...(revokeSessions[key] ? { MaxSessionDuration: longestSessionMs / secondMs } : {}),
        }),
      ),
    );
    await createPolicy(clients, assumePolicyName(roleArn), assumePolicyDocument(roleArn));
  }
}

/** The policies that revoke sessions, each attached to its role. */
export async function createRevocations(
  clients: Clients,
  { accountId, roles, revokeSessions = {} }: DeploymentSettings,
): Promise<Readonly<Record<string, ListedRole>>> {
  const listed: Record<string, ListedRole> = {};
  for (const [key, unpinned] of Object.entries(revokeSessions)) {
    const roleArn = parseRoleArn(`arn:aws:iam::${accountId}:role/${roles[key]}`);
    const policyArn = `arn:aws:iam::${accountId}:policy/${revocationPolicyName(key)}`;
    await createPolicy(clients, revocationPolicyName(key), nobodyRevoked);
    await clients.iam.send(new AttachRolePolicyCommand({ RoleName: roles[key], PolicyArn: policyArn }));
    listed[key] = { roleArn, policyArn, unpinned };
  }
  return listed;
}

async function createPolicy(clients: Clients, name: string, document: object): Promise<void> {
  await unlessThere(
    clients.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) })),
  );
}

async function createQueue(
  clients: Clients,
  name: string,
  { accountId, region, visibilitySeconds }: DeploymentSettings,
): Promise<{ url: string; arn: string }> {
  const deadLetters = `${name}-dlq`;
  const arn = (queue: string) => `arn:aws:sqs:${region}:${accountId}:${queue}`;
  const create = (QueueName: string, attributes: Record<string, string>) => {
    const Attributes = { MessageRetentionPeriod: retentionSeconds, ...attributes };
    return unlessThere(clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes })));
  };
  await create(deadLetters, {});
  const created = await create(name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(deadLetters), maxReceiveCount }),
  });
  const { QueueUrl } = created ?? (await clients.sqs.send(new GetQueueUrlCommand({ QueueName: name })));
  return { url: QueueUrl!, arn: arn(name) };
}

/** The custom bus, and the rule that brings departures and returns to the offboard queue. */
async function createBus(clients: Clients, queueArn: string): Promise<void> {
  const bus = { EventBusName: busName };
  await unlessThere(clients.eventBridge.send(new CreateEventBusCommand({ Name: busName })));
  await clients.eventBridge.send(
    new PutRuleCommand({
      ...bus,
      Name: 'offboarding',
      EventPattern: JSON.stringify({ 'detail-type': ['User Offboarded', 'User Restore Requested'] }),
    }),
  );
  await clients.eventBridge.send(
    new PutTargetsCommand({
      ...bus,
      Rule: 'offboarding',
      Targets: [{ Id: 'offboard-queue', Arn: queueArn }],
    }),
  );
}

/** The rules on the account's own bus that bring AWS's news of leaked keys to the respond queue. */
async function createLeakRules({ eventBridge }: Clients, queueArn: string): Promise<void> {
  for (const [Name, pattern] of Object.entries(leakPatterns)) {
    await eventBridge.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
    await eventBridge.send(
      new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'respond-queue', Arn: queueArn }] }),
    );
  }
}

/** What DynamoDB, SQS (of a queue with other attributes) and EventBridge say of a name that is taken. */
const takenNames = [
  'ResourceInUseException',
  'QueueNameExists',
  'QueueAlreadyExists',
  'ResourceAlreadyExistsException',
  'BucketAlreadyOwnedByYou',
];

/** The answer, or null where the thing is there already. */
export async function unlessThere<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (error) {
    if (!isAlreadyThere(error) && !takenNames.includes((error as Error).name)) throw error;
    return null;
  }
}

export function createBucketCommand(Bucket: string, region: string): CreateBucketCommand {
  const LocationConstraint = region as BucketLocationConstraint;
  // The first region of all is the one that has no name as a place.
  const place = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  return new CreateBucketCommand({ Bucket, ...place });
}

/** Lays a roster into its bucket, which is made where it is not there. */
export async function putRoster(
  { s3 }: Pick<Clients, 's3'>,
  { ROSTER_BUCKET: Bucket, ROSTER_KEY: Key }: Pick<FunctionEnv, 'ROSTER_BUCKET' | 'ROSTER_KEY'>,
  roster: string,
): Promise<void> {
  await unlessThere(s3.send(createBucketCommand(Bucket, await s3.config.region())));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: roster }));
}

/** The environment of functions whose AWS is at an endpoint: the SDK sends to the origin of a queue's URL. */
export function atEndpoint(env: FunctionEnv, endpoint: string): FunctionEnv {
  const moved = (queueUrl: string) => new URL(new URL(queueUrl).pathname, endpoint).href;
  return {
    ...env,
    ROTATE_QUEUE_URL: moved(env.ROTATE_QUEUE_URL),
    OFFBOARD_QUEUE_URL: moved(env.OFFBOARD_QUEUE_URL),
    ...(env.REVOKE_QUEUE_URL === 'none' ? {} : { REVOKE_QUEUE_URL: moved(env.REVOKE_QUEUE_URL) }),
    RESPOND_QUEUE_URL: moved(env.RESPOND_QUEUE_URL),
  };
}

/** A length of time as SQS and the environment want it: whole seconds, at least one. */
export function isoSeconds(ms: number): string {
  return `PT${Math.max(1, Math.round(ms / secondMs))}S`;
}
