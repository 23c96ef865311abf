import { GetPolicyCommand, type IAMClient } from '@aws-sdk/client-iam';
import { denySessionsPolicyName } from '../core/steps.js';
import { orNull } from './reading.js';

/** The ARN of the deployed policy that denies sessions; null where it is not deployed. One call. */
export async function findDenySessionsPolicy(iam: IAMClient, accountId: string): Promise<string | null> {
  const PolicyArn = `arn:aws:iam::${accountId}:policy/${denySessionsPolicyName}`;
  const answer = await orNull(iam.send(new GetPolicyCommand({ PolicyArn })));
  return answer === null ? null : PolicyArn;
}
