import { type FunctionName, deployedName } from './permissions.js';

export { boundaryName } from '../functions/core/roster/boundary.js';

/**
 * The names of what the stack makes. They are fixed, so that policies can name what they protect, and the same as those
 * of the local deployment. IAM names are global to an account: there is one deployment an account.
 */
export const prefix = 'iam-lifecycle';
export const stackId = 'IamLifecycle';
export const busName = 'iam-lifecycle';
/** What other systems say in our own words. "Offboarding Due" is between the functions and never crosses the bus. */
export const ownDetailTypes = ['User Offboarded', 'User Restore Requested'] as const;
export const leaseTableName = `${prefix}-leases`;
export const answerTableName = `${prefix}-answers`;
export const scanName = `${prefix}-scan`;
export const reconcileName = `${prefix}-reconcile`;
export const rosterBucketPrefix = `${prefix}-roster`;
export const rosterKey = 'roster.yaml';

/** Bucket names are global, so this one names its account and region. */
export function evidenceBucketName(accountId: string, region: string): string {
  return `${prefix}-evidence-${accountId}-${region}`;
}

export const apiLogGroupName = `/aws/apigateway/${prefix}`;

export function functionBoundaryNameOf(name: FunctionName): string {
  return `IamLifecycleFunctionBoundary-${name}`;
}

export function logGroupNameOf(name: FunctionName): string {
  return `/aws/lambda/${deployedName(name)}`;
}

export const queueNames = {
  rotate: `${prefix}-rotate`,
  offboard: `${prefix}-offboard`,
  revoke: `${prefix}-revoke`,
  revokeDeadLetters: `${prefix}-revoke-dlq`,
  respond: `${prefix}-respond`,
  rotateDeadLetters: `${prefix}-rotate-dlq`,
  offboardDeadLetters: `${prefix}-offboard-dlq`,
  respondDeadLetters: `${prefix}-respond-dlq`,
  /** News of leaked keys that the account's bus could not hand over. */
  leaks: `${prefix}-leaks-dlq`,
  /** Events that the bus could not hand over. */
  events: `${prefix}-events-dlq`,
  /** Scans that could not be started, or failed. */
  scan: `${prefix}-scan-dlq`,
  /** Runs of the roster's function that could not be started, or failed. */
  reconcile: `${prefix}-reconcile-dlq`,
} as const;

/** A role key as part of a CloudFormation name: data_engineer becomes DataEngineer. */
export function pascalCase(key: string): string {
  return key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
