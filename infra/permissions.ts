import { functionBoundary } from './permissions-boundary.js';
import {
  holdLeases,
  keepAnswers,
  receiveFrom,
  sayEvents,
  sendTo,
  writeLogs,
} from './permissions-platform.js';
import { answerLeaks } from './permissions-leaks.js';
import { deployedName, loginSecrets } from './permissions-scope.js';
import { describeParameters, offboardParameters, rotateParameters } from './permissions-parameters.js';
import { fileEvidence } from './permissions-evidence.js';
import { keepRoster } from './permissions-roster.js';
import { describeSecrets, listSecrets, offboardSecrets, rotateSecrets } from './permissions-secrets.js';
import { revokeRoleSessions } from './permissions-sessions.js';
import {
  type FunctionName,
  type PermissionContext,
  type PermissionDocument,
  type PermissionStatement,
  functionNames,
} from './permissions-types.js';
import { offboardUsers, onboardUsers, readAccount, readUsers, rotateUsers } from './permissions-users.js';

export type {
  Conditions,
  FunctionName,
  PermissionContext,
  PermissionDocument,
  PermissionStatement,
  RevocationContext,
  RosterContext,
} from './permissions-types.js';
export { deployedName, functionBoundary, functionNames };

/** IAM's quotas in characters, white space not counted: all inline policies of a role, and one managed policy. */
export const maxInlineCharacters = 10_240;
export const maxManagedCharacters = 6_144;

/** The functions that a deployment has: without a roster there is none to keep, without listed roles no session to revoke. */
export function functionsOf({
  roster,
  revocation,
}: Pick<PermissionContext, 'roster' | 'revocation'>): FunctionName[] {
  const missing = [...(roster === null ? ['reconcile'] : []), ...(revocation === null ? ['revoke'] : [])];
  return functionNames.filter((name) => !missing.includes(name));
}

/** What one function may do: nothing that its code does not, on nothing that is not ours. */
export function permissionsOf(name: FunctionName, context: PermissionContext): PermissionStatement[] {
  const own = statementsOf[name](context);
  // A function that this deployment does not have has no rights to say anything either.
  const events = own.length === 0 ? [] : sayEvents(context, name);
  return [...own, ...events, writeLogs(context, name)];
}

const statementsOf: Readonly<
  Record<FunctionName, (context: PermissionContext) => readonly PermissionStatement[]>
> = {
  onboard: (context) => [
    ...onboardUsers(context),
    describeSecrets(context),
    holdLeases(context),
    keepAnswers(context, 'onboard'),
    sendTo([context.rotateQueueArn]),
  ],
  rotate: (context) => [
    ...rotateUsers(context),
    ...rotateSecrets(context),
    ...rotateParameters(context),
    holdLeases(context),
    sendTo([context.rotateQueueArn]),
    receiveFrom(context.rotateQueueArn),
  ],
  offboard: (context) => [
    ...offboardUsers(context),
    ...offboardSecrets(context),
    ...offboardParameters(context),
    ...fileEvidence(context),
    holdLeases(context),
    sendTo([context.offboardQueueArn, ...(context.revocation === null ? [] : [context.revocation.queueArn])]),
    receiveFrom(context.offboardQueueArn),
  ],
  respond: (context) => [
    ...answerLeaks(context),
    describeSecrets(context),
    ...describeParameters(context),
    holdLeases(context),
    sendTo([context.rotateQueueArn, context.respondQueueArn]),
    receiveFrom(context.respondQueueArn),
  ],
  scan: (context) => [
    readAccount([
      'iam:GetAccountAuthorizationDetails',
      'iam:GenerateCredentialReport',
      'iam:GetCredentialReport',
      listSecrets,
    ]),
    ...describeParameters(context),
    sendTo([context.rotateQueueArn, context.offboardQueueArn, context.respondQueueArn]),
  ],
  users: (context) => [
    readUsers(context, [
      'GetUser',
      'ListAccessKeys',
      'GetAccessKeyLastUsed',
      'ListUserPolicies',
      'ListGroupsForUser',
      'GetLoginProfile',
      'ListMFADevices',
      'ListSSHPublicKeys',
      'ListSigningCertificates',
      'ListServiceSpecificCredentials',
    ]),
    readAccount(['iam:GetAccountAuthorizationDetails']),
    describeSecrets(context, loginSecrets(context)),
    ...describeParameters(context),
    keepAnswers(context, 'users'),
    sendTo([context.rotateQueueArn, context.offboardQueueArn]),
  ],
  reconcile: (context) =>
    context.roster === null
      ? []
      : [
          readAccount(['iam:GetAccountAuthorizationDetails', 'iam:GetAccountPasswordPolicy', listSecrets]),
          ...keepRoster(context, context.roster),
          ...describeParameters(context),
          holdLeases(context),
          sendTo([context.rotateQueueArn, context.offboardQueueArn]),
        ],
  revoke: ({ revocation }) =>
    revocation === null ? [] : [...revokeRoleSessions(revocation), receiveFrom(revocation.queueArn)],
};

/** The policy document that says this. */
export function toDocument(statements: readonly PermissionStatement[]): PermissionDocument {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ sid, effect, actions, resources, isElsewhere, conditions }) => ({
      Sid: sid,
      Effect: effect,
      Action: actions,
      ...(isElsewhere ? { NotResource: resources } : { Resource: resources }),
      ...(conditions ? { Condition: conditions } : {}),
    })),
  };
}
