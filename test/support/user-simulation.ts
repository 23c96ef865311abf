import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from '../../functions/core/assume-policy.js';

/** Answers as IAM would: may this user, with these policies, do that? */
export interface UserRequest {
  /** Such as iam:CreateAccessKey. */
  readonly action: string;
  /** An ARN, or * for an action that knows no resource. */
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

export interface UserRights {
  /** With the path: people/alice. */
  readonly user: string;
  readonly policies: readonly PolicyDocument[];
  readonly boundary?: PolicyDocument;
}

/** A console session or a session of GetSessionToken with and without MFA; a long-lived key knows no MFA at all. */
export const session = {
  withMfa: { 'aws:MultiFactorAuthPresent': 'true' },
  withoutMfa: { 'aws:MultiFactorAuthPresent': 'false' },
  longLivedKey: {},
} as const;

const accountId = '123456789012';

export async function userMay(
  { user, policies, boundary }: UserRights,
  { action, resource, context = {} }: UserRequest,
): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:user/${user}`,
        action,
        resource: { resource, accountId },
        contextVariables: { 'aws:username': user.slice(user.lastIndexOf('/') + 1), ...context },
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      ...(boundary === undefined
        ? {}
        : { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult === 'Allowed';
}
