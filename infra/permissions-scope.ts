import { loginSecretPrefix, secretPrefix } from '../functions/core/names.js';
import { revocationPolicyName } from '../functions/core/revocation/policy-name.js';
import { tag } from '../functions/core/tags.js';
import type { Conditions, FunctionName, PermissionContext } from './permissions-types.js';

/** What the statements are scoped to: the path, the tags and the names of this system's things. */

export const accountResource = (context: PermissionContext, resource: string): string =>
  `arn:${context.partition}:iam::${context.accountId}:${resource}`;

/** Where users are made. */
export const usersBelowPath = (context: PermissionContext): string[] => [
  accountResource(context, `user${context.userPath}*`),
];

/** Users under our path, and the adopted, each by its name: the first anchor. */
export const managedUsers = (context: PermissionContext): string[] => [
  ...usersBelowPath(context),
  ...context.adoptedArns,
];

/** Every user, and every name that no user has: IAM knows the path of a user only once it exists. */
export const anyUser = (context: PermissionContext): string[] => [accountResource(context, 'user/*')];

export const denyAllArn = ({ partition }: PermissionContext): string =>
  `arn:${partition}:iam::aws:policy/AWSDenyAll`;

/** What may be attached to a user for its work. */
export const grantablePolicies = (context: PermissionContext): string[] => [
  ...context.assumePolicyArns,
  ...context.managedPolicyAllowList,
];

/** What the roster may give to a user, and take again. */
export const rosterPolicies = (context: PermissionContext): string[] => [
  ...new Set([...grantablePolicies(context), ...(context.roster?.policyArns ?? [])]),
];

/** The groups that users may be put into: those of the roles, where they give them, and the roster's. */
export const joinableGroups = ({ roleGroupArns, roster }: PermissionContext): string[] => [
  ...new Set([...roleGroupArns, ...(roster?.groupArns ?? [])]),
];

/** The revocation policies, by the one beginning of their names: a boundary has no room for a list. */
export const revocationPolicies = (context: PermissionContext): string =>
  accountResource(context, `policy/${revocationPolicyName('*')}`);

/** Who may change what a roster says of a user after its creation. The stack gives this one role its name. */
export const rosterKeeperArn = (context: PermissionContext): string =>
  accountResource(context, `role/${deployedName('reconcile')}`);

/** What contains a user: whoever attached it lifts it. */
export const containments = ({ partition, denySessionsArn }: PermissionContext): string[] => [
  ...['AWSDenyAll', 'AWSCompromisedKeyQuarantine*'].map((name) => `arn:${partition}:iam::aws:policy/${name}`),
  denySessionsArn,
];

export const secrets = ({ partition, region, accountId }: PermissionContext): string[] => [
  `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${secretPrefix}*`,
];

/** The secrets that hand console passwords out. */
export const loginSecrets = ({ partition, region, accountId }: PermissionContext): string[] => [
  `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${loginSecretPrefix}*`,
];

/** All that is filed of those who left. */
export const evidence = ({ evidenceBucketArn }: PermissionContext): string => `${evidenceBucketArn}/users/*`;

/** The name that the stack gives a function; its log group follows from it. */
export const deployedName = (name: FunctionName): string => `iam-lifecycle-${name}`;

const logGroupOf = (name: FunctionName): string => `/aws/lambda/${deployedName(name)}`;

const logStreamsIn = ({ partition, region, accountId }: PermissionContext, group: string): string =>
  `arn:${partition}:logs:${region}:${accountId}:log-group:${group}:log-stream:*`;

export const logStreams = (context: PermissionContext, name: FunctionName): string =>
  logStreamsIn(context, logGroupOf(name));

export const logStreamsOfAll = (context: PermissionContext): string =>
  logStreamsIn(context, '/aws/lambda/iam-lifecycle-*');

const parametersBelow = (
  { partition, region, accountId, ssmBasePaths }: PermissionContext,
  rest: string,
): string[] =>
  ssmBasePaths.map((path) => `arn:${partition}:ssm:${region}:${accountId}:parameter${path}/${rest}`);

/** Everything under the paths that are given over to keys; none where no path is. */
export const parameters = (context: PermissionContext): string[] => parametersBelow(context, '*');

/** The one parameter of each user that is ever read back; see MendParameters in functions/core/steps.ts. */
export const credentialParameters = (context: PermissionContext): string[] =>
  parametersBelow(context, '*/credentials');

/** The same under any path. */
export const anyCredentials = ({ partition, region, accountId }: PermissionContext): string =>
  `arn:${partition}:ssm:${region}:${accountId}:parameter/*/credentials`;

/** What a user's key may be encrypted with. */
export const keyStoreKeys = ({ kmsKeyArn, keyStoreKmsKeyArns }: PermissionContext): string[] => [
  ...new Set([...(kmsKeyArn === null ? [] : [kmsKeyArn]), ...keyStoreKmsKeyArns]),
];

/** How KMS names a service that asks on a caller's behalf; the ending differs between partitions. */
export const via = (
  service: 's3' | 'secretsmanager' | 'sqs' | 'ssm',
  { region }: PermissionContext,
): string[] => ['', '.cn'].map((ending) => `${service}.${region}.amazonaws.com${ending}`);

export const resourceTag = (key: string): string => `aws:ResourceTag/${key}`;
export const requestTag = (key: string): string => `aws:RequestTag/${key}`;

/** The second anchor: the user, or the secret, carries our tag. */
export const isManaged = { [resourceTag(tag.managed)]: 'true' } as const;
export const managedTag = resourceTag(tag.managed);
export const tombstone = resourceTag(tag.offboarded);

export const managed: Conditions = { StringEquals: isManaged };
/** Managed and not on its way out. */
export const employed: Conditions = { StringEquals: isManaged, Null: { [tombstone]: 'true' } };
/** Managed and offboarded: what cannot be undone is done to these alone. */
export const offboarded: Conditions = { StringEquals: isManaged, Null: { [tombstone]: 'false' } };

/** At least one tag key, and none but these; keys are compared with their case, so no variant slips through. */
export const onlyTagKeys = (keys: readonly string[]): Conditions => ({
  'ForAllValues:StringEquals': { 'aws:TagKeys': keys },
});

/** The tags of a user's life after its creation. */
export const rotationTags = [tag.mintIntent, tag.deactivated, tag.reactivated] as const;
export const departureTags = [
  tag.offboarded,
  tag.departed,
  tag.purgeAfter,
  tag.reason,
  tag.deactivatedCredentials,
] as const;
export const lifeTags: readonly string[] = [
  ...rotationTags,
  ...departureTags,
  tag.mfaRemoval,
  tag.restored,
  tag.leakDenied,
  tag.suspected,
  tag.exemptUntil,
  tag.unlistedSince,
];
/** Secrets Manager's longest window, in days: no other way of deleting a secret is used. */
export const recoveryWindowDays = '30';
