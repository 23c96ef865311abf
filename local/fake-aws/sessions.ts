import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { judgePolicies } from './policy-evaluation.js';

/** A role session. Nobody keeps a list of them: all that is known of one is in its token. */
export interface Session {
  readonly roleId: string;
  readonly name: string;
  readonly sourceIdentity: string | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Two sessions of one instant are two. */
  readonly salt: string;
}

export function writeSession(session: Session): string {
  return Buffer.from(JSON.stringify(session)).toString('base64');
}

function readSession(token: string): Session {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString()) as Session;
  } catch {
    throw awsError(
      'sts',
      'InvalidClientTokenId',
      403,
      'The security token included in the request is invalid.',
    );
  }
}

/** What the policies of its role allow a session now: they are asked at every request, however old the session is. */
export function sessionMay(state: IamState, token: string, action: string, resource: string): boolean {
  const { roleId, name, sourceIdentity, issuedAt, expiresAt } = readSession(token);
  const role = state.roles.values().find((candidate) => candidate.id === roleId);
  if (role === undefined || state.world.clock.now() >= expiresAt) return false;
  const documents = [
    ...role.attached.map((arn) => state.policy(arn).document),
    ...Object.values(role.inline),
  ];
  const context = {
    'aws:userid': `${roleId}:${name}`,
    'aws:principalarn': role.arn,
    'aws:tokenissuetime': new Date(issuedAt).toISOString(),
    ...(sourceIdentity !== undefined && { 'aws:sourceidentity': sourceIdentity }),
  };
  return judgePolicies(documents, { action, resource, context }) === 'allow';
}
