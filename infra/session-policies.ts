import { Annotations, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { parseRoleArn, roleNameOf } from '../functions/core/names.js';
import { nobodyRevoked } from '../functions/core/revocation/document.js';
import { revocationPolicyName } from '../functions/core/revocation/policy-name.js';
import type { ListedRole } from '../functions/shell/env.js';
import type { Settings } from './config.js';
import { pascalCase } from './names.js';

/**
 * The policies that revoke sessions: one a listed role, attached to it, denying nobody. The function `revoke` sets their
 * later versions, which CloudFormation leaves alone as long as the text here stays the same; so it never changes. They
 * outlive the stack: whoever is revoked stays so.
 */
export class SessionPolicies extends Construct {
  /** Role key -> the role and its policy; none where no sessions are revoked. */
  readonly listed: Readonly<Record<string, ListedRole>>;

  constructor(scope: Construct, id: string, { roles, revokeSessions }: Settings) {
    super(scope, id);
    this.listed = Object.fromEntries(
      Object.entries(revokeSessions).map(([key, unpinned]) => {
        const roleArn = parseRoleArn(roles[key]!, `roles.${key}`);
        const policy = new iam.CfnManagedPolicy(this, pascalCase(key), {
          managedPolicyName: revocationPolicyName(key),
          description: `Denies revoked sessions of ${roleNameOf(roleArn)}: written by iam-lifecycle-revoke`,
          policyDocument: nobodyRevoked,
          roles: [roleNameOf(roleArn)],
        });
        policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
        return [key, { roleArn, policyArn: policy.ref, unpinned }];
      }),
    );
    if (Object.keys(this.listed).length > 0) this.warn();
  }

  private warn(): void {
    const names = Object.values(this.listed).map(({ roleArn }) => roleNameOf(roleArn));
    Annotations.of(this).addWarningV2(
      'iam-lifecycle:revocation-boundary',
      `the function revoke writes a policy of ${names.join(', ')}: give each of them a permissions boundary, which is all ` +
        'that limits what a version could grant that an intruder wrote; see docs/security.md',
    );
  }
}
