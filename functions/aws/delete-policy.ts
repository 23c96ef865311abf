import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  type IAMClient,
  paginateListPolicyVersions,
} from '@aws-sdk/client-iam';
import { gone } from './apply-user.js';
import { collect, orNull } from './reading.js';

/** A customer-managed policy and how much it is used. */
export interface PolicyUse {
  readonly arn: string;
  /** Users, groups and roles that it is attached to. */
  readonly attachments: number;
  /** Users and roles whose permissions boundary it is. */
  readonly boundaries: number;
  /** Every version but the default one. */
  readonly otherVersionIds: readonly string[];
}

/** Null where no policy has that ARN. */
export async function observePolicyUse(iam: IAMClient, PolicyArn: string): Promise<PolicyUse | null> {
  const answer = await orNull(iam.send(new GetPolicyCommand({ PolicyArn })));
  if (!answer) return null;
  const policy = answer.Policy!;
  const versions = await collect(
    paginateListPolicyVersions({ client: iam }, { PolicyArn }),
    (page) => page.Versions,
  );
  return {
    arn: policy.Arn!,
    attachments: policy.AttachmentCount ?? 0,
    boundaries: policy.PermissionsBoundaryUsageCount ?? 0,
    otherVersionIds: versions.flatMap(({ VersionId, IsDefaultVersion }) =>
      IsDefaultVersion ? [] : [VersionId!],
    ),
  };
}

/** The other versions first: IAM deletes a policy with its default version alone. It refuses one that is in use. */
export async function deletePolicy(iam: IAMClient, { arn, otherVersionIds }: PolicyUse): Promise<void> {
  for (const VersionId of otherVersionIds)
    await gone(iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId })));
  await gone(iam.send(new DeletePolicyCommand({ PolicyArn: arn })));
}
