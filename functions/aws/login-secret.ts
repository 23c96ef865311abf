import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { secondMs } from '../core/instants.js';
import { type UserName, loginSecretNameOf } from '../core/names.js';
import { tag } from '../core/tags.js';
import type { Clients } from './clients.js';
import type { Clock } from './clock.js';
import { isAlreadyThere, isInvalidRequest, isMalformedPolicy } from './errors.js';
import type { Redacted } from './redacted.js';

/** Secrets Manager may take this long to learn of a user that IAM has just made. */
const longestWaitMs = 60 * secondMs;
const spacingMs = 2 * secondMs;

export interface LoginOwner {
  readonly name: UserName;
  readonly arn: string;
}

/**
 * Keeps a console password as a secret that its user alone may read, and answers the secret's ARN. The secret gets its
 * policy before its value, so that nobody else could ever have read it. An earlier password is replaced.
 * The value is {"userName", "password"} as JSON. It is encrypted with the account's own key for Secrets Manager, which asks no
 * right on a key of its reader.
 */
export async function storeLoginSecret(
  { secretsManager }: Pick<Clients, 'secretsManager'>,
  clock: Clock,
  user: LoginOwner,
  password: Redacted,
): Promise<string> {
  const SecretId = await ensureSecret(secretsManager, user.name);
  await closeToOthers(secretsManager, clock, SecretId, user.arn);
  const SecretString = JSON.stringify({ userName: user.name, password: password.reveal() });
  await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
  return SecretId;
}

/** The ARN of the secret: a new one without a value, or the one of an earlier login, out of its deletion window. */
async function ensureSecret(secretsManager: SecretsManagerClient, userName: UserName): Promise<string> {
  const Name = loginSecretNameOf(userName);
  try {
    const created = await secretsManager.send(
      new CreateSecretCommand({
        Name,
        Description: `The console password of the IAM user ${userName}`,
        Tags: [
          { Key: tag.managed, Value: 'true' },
          { Key: tag.name, Value: userName },
        ],
      }),
    );
    return created.ARN!;
  } catch (error) {
    if (!isAlreadyThere(error) && !isInvalidRequest(error)) throw error;
  }
  const { ARN, DeletedDate } = await secretsManager.send(new DescribeSecretCommand({ SecretId: Name }));
  if (DeletedDate) await secretsManager.send(new RestoreSecretCommand({ SecretId: ARN }));
  return ARN!;
}

/** A policy that names a user is refused until the user is visible, so a refusal is waited out for a while. */
async function closeToOthers(
  secretsManager: SecretsManagerClient,
  clock: Clock,
  SecretId: string,
  userArn: string,
): Promise<void> {
  const input = { SecretId, ResourcePolicy: readableBy(userArn), BlockPublicPolicy: true };
  const giveUpAt = clock.now() + longestWaitMs;
  for (;;) {
    try {
      await secretsManager.send(new PutResourcePolicyCommand(input));
      return;
    } catch (error) {
      if (!isMalformedPolicy(error) || clock.now() + spacingMs > giveUpAt) throw error;
    }
    await clock.sleep(spacingMs);
  }
}

/**
 * Everybody else is denied, administrators included, whatever their own policies say. ARNs are compared as strings: a path
 * may hold the characters that are wildcards in ARN conditions.
 */
function readableBy(userArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ItsUserMayRead',
        Effect: 'Allow',
        Principal: { AWS: userArn },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      },
      {
        Sid: 'NobodyElseMay',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:PrincipalArn': userArn } },
      },
    ],
  });
}
