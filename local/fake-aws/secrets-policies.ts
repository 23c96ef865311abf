import type * as sm from '@aws-sdk/client-secrets-manager';
import { awsError } from './errors.js';
import { reads, writes } from './operation.js';
import { badParameter, type SecretsState } from './secrets-state.js';
import type { Operations } from './types.js';

const POLICY_CHARACTERS = 20_480;

/** Resource policies are kept and shown, and decide nothing: callers have no permissions here. */
export function secretPolicyOperations(state: SecretsState): Operations {
  return {
    PutResourcePolicy: writes<sm.PutResourcePolicyCommandInput, sm.PutResourcePolicyCommandOutput>(
      ['SecretId', 'ResourcePolicy', 'BlockPublicPolicy'],
      (input) => {
        const secret = state.findLive(input.SecretId);
        const policy = input.ResourcePolicy ?? '';
        checkResourcePolicy(policy, input.BlockPublicPolicy === true);
        state.put({ ...secret, policy });
        return { ARN: secret.arn, Name: secret.name };
      },
    ),
    GetResourcePolicy: reads<sm.GetResourcePolicyCommandInput, sm.GetResourcePolicyCommandOutput>(
      ['SecretId'],
      (input, { asOf }) => {
        const { arn, name, policy } = state.findLive(input.SecretId, asOf);
        return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
      },
    ),
    DeleteResourcePolicy: writes<sm.DeleteResourcePolicyCommandInput, sm.DeleteResourcePolicyCommandOutput>(
      ['SecretId'],
      (input) => {
        const secret = state.findLive(input.SecretId);
        state.put({ ...secret, policy: undefined });
        return { ARN: secret.arn, Name: secret.name };
      },
    ),
  };
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** Unlike an identity's policy, each statement names its principal. */
function checkResourcePolicy(policy: string, blocksPublic: boolean): void {
  if (policy.length < 1 || policy.length > POLICY_CHARACTERS)
    badParameter(`ResourcePolicy must have 1 to ${POLICY_CHARACTERS} characters`);
  let parsed: { readonly Version?: unknown; readonly Statement?: unknown };
  try {
    parsed = JSON.parse(policy) as typeof parsed;
  } catch {
    malformed('This resource policy is not JSON.');
  }
  if (parsed.Version !== '2012-10-17') malformed('This resource policy must contain the version 2012-10-17.');
  const statements = [parsed.Statement].flat() as (Statement | undefined)[];
  for (const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, Condition } of statements.map(
    (one) => one ?? {},
  )) {
    if (Effect !== 'Allow' && Effect !== 'Deny') malformed('A statement lacks its Effect.');
    if ((Principal ?? NotPrincipal) === undefined) malformed('This resource policy contains no principal.');
    if ((Action ?? NotAction) === undefined || Resource === undefined)
      malformed('A statement lacks Action or Resource.');
    if (blocksPublic && Effect === 'Allow' && Principal === '*' && Condition === undefined) {
      const message = 'You must remove any statements that grant broad access to principals.';
      throw awsError('secretsmanager', 'PublicPolicyException', 400, message);
    }
  }
}

function malformed(message: string): never {
  throw awsError('secretsmanager', 'MalformedPolicyDocumentException', 400, message);
}
