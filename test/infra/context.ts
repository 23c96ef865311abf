import type { PermissionContext } from '../../infra/permissions.js';
import { leaseTable, queueNames, standardSettings } from '../../local/deployment.js';

const { accountId, region, roles } = standardSettings;
const account = `arn:aws:iam::${accountId}`;

/** The permissions of the deployment that runs in the simulated account. */
export const deployed: PermissionContext = {
  accountId,
  region,
  partition: 'aws',
  userPath: '/lifecycle/',
  boundaryArn: `${account}:policy/IamLifecycleBoundary`,
  assumePolicyArns: Object.values(roles).map((role) => `${account}:policy/Assume${role}Policy`),
  roleGroupArns: [],
  managedPolicyAllowList: [],
  rotateQueueArn: `arn:aws:sqs:${region}:${accountId}:${queueNames.rotate}`,
  offboardQueueArn: `arn:aws:sqs:${region}:${accountId}:${queueNames.offboard}`,
  leaseTableArn: `arn:aws:dynamodb:${region}:${accountId}:table/${leaseTable}`,
  kmsKeyArn: `arn:aws:kms:${region}:${accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
};
