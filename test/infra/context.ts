import type { PermissionContext } from '../../infra/permissions.js';
import {
  answerTable,
  busName,
  evidenceBucketOf,
  leaseTable,
  queueNames,
  rosterBucketOf,
  rosterKey,
  standardSettings,
} from '../../local/deployment.js';

const { accountId, region, roles } = standardSettings;
const account = `arn:aws:iam::${accountId}`;

/** The permissions of the deployment that runs in the simulated account, with nothing but defaults. */
export const deployed: PermissionContext = {
  accountId,
  region,
  partition: 'aws',
  userPath: '/lifecycle/',
  adoptedArns: [],
  boundaryArn: `${account}:policy/IamLifecycleBoundary`,
  assumePolicyArns: Object.values(roles).map((role) => `${account}:policy/Assume${role}Policy`),
  roleGroupArns: [],
  managedPolicyAllowList: [],
  rotateQueueArn: `arn:aws:sqs:${region}:${accountId}:${queueNames.rotate}`,
  offboardQueueArn: `arn:aws:sqs:${region}:${accountId}:${queueNames.offboard}`,
  respondQueueArn: `arn:aws:sqs:${region}:${accountId}:${queueNames.respond}`,
  eventBusArn: `arn:aws:events:${region}:${accountId}:event-bus/${busName}`,
  denySessionsArn: `${account}:policy/IamLifecycleDenySessions`,
  leaseTableArn: `arn:aws:dynamodb:${region}:${accountId}:table/${leaseTable}`,
  answerTableArn: `arn:aws:dynamodb:${region}:${accountId}:table/${answerTable}`,
  evidenceBucketArn: `arn:aws:s3:::${evidenceBucketOf({ accountId, region })}`,
  kmsKeyArn: `arn:aws:kms:${region}:${accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  ssmBasePaths: [],
  keyStoreKmsKeyArns: [],
  roster: null,
  revocation: null,
};

/** Of a user that wants its key encrypted with another key than the deployment's. */
export const ownKeyArn = `arn:aws:kms:${region}:${accountId}:key/0a0b0c0d-12ab-34cd-56ef-1234567890ab`;

/** Of a user that was there before. */
export const adoptedArn = `${account}:user/legacy/ci-bot`;

/** The same with every option that adds a right. */
export const extended: PermissionContext = {
  ...deployed,
  adoptedArns: [adoptedArn],
  ssmBasePaths: ['/system_user'],
  keyStoreKmsKeyArns: [ownKeyArn],
  roster: {
    objectArn: `arn:aws:s3:::${rosterBucketOf({ accountId, region })}/${rosterKey}`,
    policyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
    groupArns: [`${account}:group/auditors`],
  },
  revocation: {
    queueArn: `arn:aws:sqs:${region}:${accountId}:${queueNames.revoke}`,
    roleArns: Object.values(roles).map((role) => `${account}:role/${role}`),
    policyArns: Object.keys(roles).map((key) => `${account}:policy/IamLifecycleRevoked-${key}`),
  },
};

export const contexts: readonly (readonly [string, PermissionContext])[] = [
  ['with nothing but defaults', deployed],
  ['with every option', extended],
];
