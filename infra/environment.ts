import type { offboardEnv } from '../functions/offboard.js';
import type { onboardEnv } from '../functions/onboard.js';
import type { reconcileEnv } from '../functions/reconcile.js';
import type { respondEnv } from '../functions/respond.js';
import type { rotateEnv } from '../functions/rotate.js';
import type { scanEnv } from '../functions/scan.js';
import type { windowKeys } from '../functions/shell/env.js';
import type { usersEnv } from '../functions/users.js';
import type { Settings } from './config.js';
import { busName, rosterKey } from './names.js';

type Variables<Keys extends readonly string[]> = Readonly<Record<Keys[number], string>>;

/** What each function reads, to the letter: a variable that is missing or in vain does not compile. */
export interface Environments {
  readonly onboard: Variables<typeof onboardEnv>;
  readonly users: Variables<typeof usersEnv>;
  readonly rotate: Variables<typeof rotateEnv>;
  readonly offboard: Variables<typeof offboardEnv>;
  readonly respond: Variables<typeof respondEnv>;
  readonly scan: Variables<typeof scanEnv>;
  readonly reconcile: Variables<typeof reconcileEnv>;
}

/** What the environment needs to know of the resources. */
interface Deployed {
  readonly accountId: string;
  readonly boundaryArn: string;
  /** JSON: role key -> { roleArn, policyArn }. */
  readonly assumableRoles: string;
  readonly rotateQueueUrl: string;
  readonly offboardQueueUrl: string;
  readonly respondQueueUrl: string;
  readonly denySessionsPolicyArn: string;
  readonly leaseTable: string;
  readonly leaseSeconds: number;
  readonly secretsKmsKey: string;
  /** '' where no roster is deployed, and so nothing that would read it. */
  readonly rosterBucket: string;
}

export function environmentsOf(settings: Settings, deployed: Deployed): Environments {
  const windows = windowVariables(settings);
  const path = { USER_PATH: settings.userPath };
  const lease = { LEASE_TABLE: deployed.leaseTable, LEASE: `PT${deployed.leaseSeconds}S` };
  const rotateQueue = { ROTATE_QUEUE_URL: deployed.rotateQueueUrl };
  const offboardQueue = { OFFBOARD_QUEUE_URL: deployed.offboardQueueUrl };
  const respondQueue = { RESPOND_QUEUE_URL: deployed.respondQueueUrl };
  const boundary = { BOUNDARY_ARN: deployed.boundaryArn };
  return {
    onboard: { ...path, ...boundary, ...rotateQueue, ...lease, ASSUMABLE_ROLES: deployed.assumableRoles },
    users: { ...path, ...offboardQueue, ...windows },
    rotate: {
      ...path,
      ...rotateQueue,
      ...lease,
      ...windows,
      ACCOUNT_ID: deployed.accountId,
      SECRETS_KMS_KEY: deployed.secretsKmsKey,
    },
    offboard: {
      ...path,
      ...boundary,
      ...offboardQueue,
      ...lease,
      SETTLE: windows.SETTLE,
      OFFBOARD_QUARANTINE: windows.OFFBOARD_QUARANTINE,
    },
    respond: {
      ...path,
      ...boundary,
      ...rotateQueue,
      ...respondQueue,
      ...lease,
      DENY_SESSIONS_POLICY_ARN: deployed.denySessionsPolicyArn,
      AFTER_LEAK: settings.leaks.after,
      EVENT_BUS: busName,
      SETTLE: windows.SETTLE,
    },
    scan: {
      ...path,
      ...rotateQueue,
      ...offboardQueue,
      ...respondQueue,
      ...windows,
      MAX_PURGE_PERCENT: String(settings.maxPurgePercent),
    },
    reconcile: {
      ...path,
      ...boundary,
      ...rotateQueue,
      ...offboardQueue,
      ...lease,
      ACCOUNT_ID: deployed.accountId,
      SETTLE: windows.SETTLE,
      ROSTER_BUCKET: deployed.rosterBucket,
      ROSTER_KEY: rosterKey,
    },
  };
}

function windowVariables({ windows }: Settings): Variables<typeof windowKeys> {
  return {
    ROTATE_AFTER: windows.rotateAfter,
    OVERLAP: windows.overlap,
    QUIET: windows.quiet,
    MAX_OVERLAP: windows.maxOverlap,
    AFTER_MAX_OVERLAP: windows.afterMaxOverlap,
    KEY_QUARANTINE: windows.keyQuarantine,
    PENDING_LIMIT: windows.pendingLimit,
    SETTLE: windows.settle,
    OFFBOARD_QUARANTINE: windows.offboardQuarantine,
  };
}
