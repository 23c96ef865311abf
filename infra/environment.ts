import type { offboardEnv } from '../functions/offboard.js';
import type { onboardEnv } from '../functions/onboard.js';
import type { reconcileEnv } from '../functions/reconcile.js';
import type { respondEnv } from '../functions/respond.js';
import type { revokeEnv } from '../functions/revoke.js';
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
  readonly revoke: Variables<typeof revokeEnv>;
}

/** What the environment needs to know of the resources. */
interface Deployed {
  readonly accountId: string;
  readonly boundaryArn: string;
  /** JSON: role key -> { roleArn, policyArn }. */
  readonly assumableRoles: string;
  readonly rotateQueueUrl: string;
  readonly offboardQueueUrl: string;
  /** "none" where no sessions are revoked. */
  readonly revokeQueueUrl: string;
  /** JSON: role key -> { roleArn, policyArn, unpinned }. */
  readonly revocableRoles: string;
  readonly respondQueueUrl: string;
  readonly denySessionsPolicyArn: string;
  readonly leaseTable: string;
  readonly answerTable: string;
  readonly leaseSeconds: number;
  readonly secretsKmsKey: string;
  readonly evidenceBucket: string;
  /** '' where no roster is deployed, and so nothing that would read it. */
  readonly rosterBucket: string;
}

export function environmentsOf(settings: Settings, deployed: Deployed): Environments {
  const { windows, path, territory, permissions, lease, rotateQueue, offboardQueue, queues, ...rest } =
    groupsOf(settings, deployed);
  return {
    onboard: {
      ...rest.announce,
      ...path,
      ...permissions,
      ...rest.bounded,
      ...rotateQueue,
      ...rest.answers,
      ASSUMABLE_ROLES: deployed.assumableRoles,
    },
    users: { ...territory, ...permissions, ...queues, ...rest.answers, ...rest.boundary, ...windows },
    rotate: {
      ...rest.own,
      ...rotateQueue,
      ...lease,
      ...windows,
      SECRETS_KMS_KEY: deployed.secretsKmsKey,
    },
    offboard: {
      ...rest.own,
      ...rest.bounded,
      ...offboardQueue,
      REVOKE_QUEUE_URL: deployed.revokeQueueUrl,
      SETTLE: windows.SETTLE,
      OFFBOARD_QUARANTINE: windows.OFFBOARD_QUARANTINE,
      EVIDENCE_BUCKET: deployed.evidenceBucket,
    },
    respond: {
      ...rest.own,
      ...rest.bounded,
      ...rotateQueue,
      ...rest.respondQueue,
      DENY_SESSIONS_POLICY_ARN: deployed.denySessionsPolicyArn,
      AFTER_LEAK: settings.leaks.after,
      SETTLE: windows.SETTLE,
    },
    scan: {
      ...rest.own,
      ...queues,
      ...rest.respondQueue,
      ...windows,
      MAX_PURGE_PERCENT: String(settings.maxPurgePercent),
    },
    reconcile: {
      ...rest.own,
      ...rest.bounded,
      ...queues,
      SETTLE: windows.SETTLE,
      ROSTER_BUCKET: deployed.rosterBucket,
      ROSTER_KEY: rosterKey,
    },
    revoke: { ...rest.announce, REVOCABLE_ROLES: deployed.revocableRoles, SETTLE: windows.SETTLE },
  };
}

/** Variables that several functions read. */
function groupsOf(settings: Settings, deployed: Deployed) {
  const windows = windowVariables(settings);
  const announce = { ACCOUNT_ID: deployed.accountId, EVENT_BUS: busName };
  const path = { USER_PATH: settings.userPath };
  const territory = { ...path, ADOPTED_USERS: JSON.stringify(settings.adopted) };
  const permissions = { API_PERMISSIONS: JSON.stringify(settings.api.jwt?.permissions ?? null) };
  const lease = { LEASE_TABLE: deployed.leaseTable, LEASE: `PT${deployed.leaseSeconds}S` };
  const answers = { ANSWER_TABLE: deployed.answerTable };
  const rotateQueue = { ROTATE_QUEUE_URL: deployed.rotateQueueUrl };
  const offboardQueue = { OFFBOARD_QUEUE_URL: deployed.offboardQueueUrl };
  const respondQueue = { RESPOND_QUEUE_URL: deployed.respondQueueUrl };
  const boundary = { BOUNDARY_ARN: deployed.boundaryArn };
  const bounded = { ...boundary, ...lease };
  const queues = { ...rotateQueue, ...offboardQueue };
  return {
    windows,
    announce,
    /** Of whoever looks after users and says what it did. */
    own: { ...announce, ...territory },
    path,
    territory,
    permissions,
    lease,
    answers,
    rotateQueue,
    offboardQueue,
    queues,
    respondQueue,
    boundary,
    bounded,
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
