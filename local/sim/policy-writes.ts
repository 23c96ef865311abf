import type { FunctionEnv } from '../deployment.js';
import type { Call } from '../fake-aws/fake-aws.js';

/** Calls that change what policies say, or whom those of a role concern. */
const policyWrites =
  /^(Create|Delete|SetDefault)Policy|RolePolicy$|^(Create|Update|Delete)Role|AssumeRolePolicy$/;
const allowed = ['CreatePolicyVersion', 'DeletePolicyVersion'];

/** Why a call of ours may not be made, or null: of all policies the revocations alone are written, and they only deny. */
export function checkPolicyWrite({ caller, operation, input }: Call, env: FunctionEnv): string | null {
  if (!policyWrites.test(operation)) return null;
  const policyArn = String(input.PolicyArn);
  const isListed = Object.values(
    JSON.parse(env.REVOCABLE_ROLES) as Record<string, { readonly policyArn: string }>,
  ).some((role) => role.policyArn === policyArn);
  if (caller !== 'revoke' || !allowed.includes(operation) || !isListed)
    return `${operation} of ${policyArn} by ${caller}`;
  if (operation === 'DeletePolicyVersion') return null;
  const { Statement } = JSON.parse(String(input.PolicyDocument)) as {
    readonly Statement: readonly { readonly Effect: string; readonly Condition?: object }[];
  };
  const isDeny = Statement.every(({ Effect, Condition }) => Effect === 'Deny' && Condition !== undefined);
  return isDeny ? null : `${policyArn} was to say ${String(input.PolicyDocument)}`;
}
