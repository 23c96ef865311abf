import type * as sts from '@aws-sdk/client-sts';
import type { KeyPair } from '../../functions/aws/clients.js';
import { awsError } from './errors.js';
import type { FakeRole, FakeUser, IamState } from './iam-state.js';
import { notModelled, reads } from './operation.js';
import { judgePolicies, judgeTrust, type AccessRequest } from './policy-evaluation.js';
import { writeSession } from './sessions.js';
import type { Operations } from './types.js';
import { mintSecret } from './world.js';

const STS_REGION = 'us-east-1';

export function stsOperations(state: IamState): Operations {
  return { GetCallerIdentity: getCallerIdentity(state), AssumeRole: assumeRole(state) };
}

/** Needs no permission and cannot be denied; marks the key as used. */
function getCallerIdentity(state: IamState) {
  return reads<sts.GetCallerIdentityCommandInput, sts.GetCallerIdentityCommandOutput>(
    [],
    (_input, { signer }) => {
      const user = authenticate(state, 'GetCallerIdentity', signer);
      return { UserId: user.id, Account: state.world.accountId, Arn: user.arn };
    },
  );
}

function assumeRole(state: IamState) {
  return reads<sts.AssumeRoleCommandInput, sts.AssumeRoleCommandOutput>(
    ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'SourceIdentity'],
    (input, { signer, now }) => {
      const user = authenticate(state, 'AssumeRole', signer);
      const { RoleArn: roleArn = '', RoleSessionName: session = '', DurationSeconds: seconds = 3600 } = input;
      if (!/^[\w+=,.@-]{2,64}$/.test(session))
        throw awsError('sts', 'ValidationError', 400, `RoleSessionName ${session}`);
      const role = state.roles.values().find((candidate) => candidate.arn === roleArn);
      const request: AccessRequest = {
        action: 'sts:AssumeRole',
        resource: roleArn,
        context: {
          'aws:username': user.name,
          'aws:userid': user.id,
          'aws:principalarn': user.arn,
          'sts:rolesessionname': session,
          ...(input.SourceIdentity !== undefined && { 'sts:sourceidentity': input.SourceIdentity }),
          ...Object.fromEntries(
            user.tags.map((tag) => [`aws:principaltag/${tag.Key.toLowerCase()}`, tag.Value]),
          ),
        },
      };
      if (role === undefined || !mayAssume(state, user, role, request)) {
        const message = `User: ${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
        throw awsError('sts', 'AccessDenied', 403, message);
      }
      if (seconds < 900 || seconds > role.maxSessionDuration) {
        throw awsError(
          'sts',
          'ValidationError',
          400,
          `DurationSeconds ${seconds} exceeds the MaxSessionDuration of the role`,
        );
      }
      return {
        Credentials: {
          AccessKeyId: `ASIA${state.world.random.base32(16)}`,
          SecretAccessKey: mintSecret(state.world),
          SessionToken: writeSession({
            roleId: role.id,
            name: session,
            sourceIdentity: input.SourceIdentity,
            issuedAt: now,
            expiresAt: now + seconds * 1000,
            salt: state.world.random.base64(120),
          }),
          Expiration: new Date(now + seconds * 1000),
        },
        AssumedRoleUser: {
          AssumedRoleId: `${role.id}:${session}`,
          Arn: `arn:aws:sts::${state.world.accountId}:assumed-role/${role.name}/${session}`,
        },
      };
    },
  );
}

function authenticate(state: IamState, operation: string, signer: KeyPair | undefined): FakeUser {
  if (signer === undefined) return notModelled(`${operation} without the key pair of a user`);
  const { keyRing } = state;
  if (!keyRing.isUsable(signer.accessKeyId)) {
    throw awsError(
      'sts',
      'InvalidClientTokenId',
      403,
      'The security token included in the request is invalid.',
    );
  }
  if (keyRing.secretOf(signer.accessKeyId) !== signer.secretAccessKey) {
    const message = 'The request signature we calculated does not match the signature you provided.';
    throw awsError('sts', 'SignatureDoesNotMatch', 403, message);
  }
  state.recordUse(signer.accessKeyId, 'sts', STS_REGION);
  // A deleted user's key may outlive him for seconds.
  const user = state.ownerOf(signer.accessKeyId);
  if (user === undefined) throw new Error(`fake-aws: the usable key ${signer.accessKeyId} has no owner`);
  return user;
}

/** Both sides must agree: the user's own policies within their boundary, and the role's trust policy. */
function mayAssume(state: IamState, user: FakeUser, role: FakeRole, request: AccessRequest): boolean {
  const documents = (holder: Pick<FakeUser, 'attached' | 'inline'>) => [
    ...holder.attached.map((arn) => state.policy(arn).document),
    ...Object.values(holder.inline),
  ];
  const own = [...documents(user), ...user.groups.flatMap((name) => documents(state.group(name)))];
  if (judgePolicies(own, request) !== 'allow') return false;
  const { boundaryArn } = user;
  if (boundaryArn !== undefined && judgePolicies([state.policy(boundaryArn).document], request) !== 'allow')
    return false;
  const { accountId } = state.world;
  const principals = [accountId, `arn:aws:iam::${accountId}:root`, user.id];
  return judgeTrust(role.trustDocument, principals, request) === 'allow';
}
