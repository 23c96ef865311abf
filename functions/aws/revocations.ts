import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  type IAMClient,
  type PolicyVersion,
  type Role,
  paginateListAttachedRolePolicies,
  paginateListPolicyVersions,
} from '@aws-sdk/client-iam';
import { type Revocation, formatRevocations, readRevocations } from '../core/revocation/document.js';
import type { RoleSessions } from '../core/revocation/plan.js';
import { judgeSessionPin } from '../core/revocation/session-pin.js';
import { type SeenVersion, versionNumber } from '../core/revocation/versions.js';
import { secondMs } from '../core/instants.js';
import { type RoleArn, roleNameOf } from '../core/names.js';
import { gone } from './apply-user.js';
import { collect, orNull } from './reading.js';

/** A role whose sessions may be revoked, and the deployed policy that does it. */
export interface RevocableRole {
  readonly roleArn: RoleArn;
  readonly policyArn: string;
}

/** A role's sessions, and the versions of its policy. */
export interface SeenRole extends RoleSessions {
  readonly policyArn: string;
  readonly versions: readonly SeenVersion[];
}

/** What stands in the policy is not what this system writes: a person, or an intruder, was there. */
export class ForeignRevocations extends Error {
  override readonly name = 'ForeignRevocations';

  constructor(policyArn: string, versionId: string) {
    super(
      `version ${versionId} of ${policyArn} is the default and holds more than revocations: nothing is written over it; ` +
        'look at who made it, and make an earlier version the default',
    );
  }
}

/** IAM's quota of versions of a managed policy. */
const maxVersions = 5;

/** What is to be known of a role, or why its sessions cannot be revoked. Throws ForeignRevocations. */
export async function observeRevocations(
  iam: IAMClient,
  { roleArn, policyArn }: RevocableRole,
): Promise<SeenRole | string> {
  const RoleName = roleNameOf(roleArn);
  const answer = await orNull(iam.send(new GetRoleCommand({ RoleName })));
  if (!answer) return `there is no role ${RoleName} to be seen`;
  const versions = await orNull(
    collect(paginateListPolicyVersions({ client: iam }, { PolicyArn: policyArn }), (page) => page.Versions),
  );
  if (!versions) return `there is no policy ${policyArn} to be seen`;
  const attached = await collect(
    paginateListAttachedRolePolicies({ client: iam }, { RoleName }),
    (page) => page.AttachedPolicies,
  );
  if (!attached.some(({ PolicyArn }) => PolicyArn === policyArn))
    return `the policy ${policyArn} is not attached to it`;
  return toSeenRole(iam, answer.Role!, { roleArn, policyArn }, versions);
}

async function toSeenRole(
  iam: IAMClient,
  role: Role,
  { roleArn, policyArn }: RevocableRole,
  listed: readonly PolicyVersion[],
): Promise<SeenRole> {
  const roleId = role.RoleId!;
  const inForce: Revocation[] = [];
  const earlier: Revocation[] = [];
  const versions: SeenVersion[] = [];
  for (const { VersionId, IsDefaultVersion: isDefault = false, CreateDate } of listed) {
    const version = await orNull(
      iam.send(new GetPolicyVersionCommand({ PolicyArn: policyArn, VersionId: VersionId! })),
    );
    const revocations = version && readRevocations(parse(version.PolicyVersion!.Document!), roleId);
    if (version && isDefault && !revocations) throw new ForeignRevocations(policyArn, VersionId!);
    (isDefault ? inForce : earlier).push(...(revocations ?? []));
    const number = versionNumber(VersionId!);
    versions.push({ number, isDefault, createdAt: CreateDate!.getTime(), isRead: version !== null });
  }
  return {
    roleArn,
    policyArn,
    roleId,
    maxSessionMs: role.MaxSessionDuration! * secondMs,
    verdict: judgeSessionPin(parse(role.AssumeRolePolicyDocument!), roleArn.split(':')[4]!),
    inForce,
    earlier,
    versions,
  };
}

/**
 * Makes these revocations the policy's default version, and answers its number. A document comes from nowhere else, and
 * one that does not read as revocations is not sent: nothing here can write an Allow.
 */
export async function writeRevocations(
  iam: IAMClient,
  { policyArn: PolicyArn, roleId, versions }: SeenRole,
  revocations: readonly Revocation[],
): Promise<number> {
  const document = formatRevocations(roleId, revocations);
  if (readRevocations(document, roleId)?.length !== revocations.length)
    throw new Error(
      `what was to be written to ${PolicyArn} does not read as ${revocations.length} revocations`,
    );
  if (versions.length >= maxVersions) {
    const spare = versions.filter(({ isDefault }) => !isDefault).map(({ number }) => number);
    const VersionId = `v${Math.min(...spare)}`;
    await gone(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })));
  }
  const PolicyDocument = JSON.stringify(document);
  const { PolicyVersion } = await iam.send(
    new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
  );
  return versionNumber(PolicyVersion!.VersionId!);
}

function parse(encodedDocument: string): unknown {
  return JSON.parse(decodeURIComponent(encodedDocument));
}
