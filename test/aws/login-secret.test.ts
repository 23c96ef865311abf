import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { storeLoginSecret } from '../../functions/aws/login-secret.js';
import { Redacted } from '../../functions/aws/redacted.js';
import { parseUserName } from '../../functions/core/names.js';
import { newAccount } from '../local/fake-aws/account.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const owner = { name: parseUserName('alice'), arn: 'arn:aws:iam::123456789012:user/lifecycle/alice' };
const Name = 'iam-lifecycle-login/alice';
const ARN = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${Name}-AbCdEf`;
const password = new Redacted('a password');

/** Secrets Manager, which takes everything; its new secret has the ARN above. */
function prepared() {
  const mocked = mockClients();
  mocked.secretsManager.reset().onAnyCommand().resolves({});
  mocked.secretsManager.on(CreateSecretCommand).resolves({ ARN });
  const clock = new StubClock(0);
  return { ...mocked, clock, store: () => storeLoginSecret(mocked.clients, clock, owner, password) };
}

describe('the secret of a console password', () => {
  test('is closed to everybody else before it holds anything', async () => {
    const { store, calls } = prepared();
    expect(await store()).toBe(ARN);
    const [created, closed, filled] = calls();
    expect(created).toEqual([
      'CreateSecret',
      {
        Name,
        Description: 'The console password of the IAM user alice',
        Tags: [
          { Key: 'iam-lifecycle:managed', Value: 'true' },
          { Key: 'Name', Value: 'alice' },
        ],
      },
    ]);
    expect(closed).toEqual([
      'PutResourcePolicy',
      { SecretId: ARN, ResourcePolicy: expect.any(String), BlockPublicPolicy: true },
    ]);
    const { ResourcePolicy } = closed![1] as { ResourcePolicy: string };
    const read = { Action: 'secretsmanager:GetSecretValue', Resource: '*' };
    expect(JSON.parse(ResourcePolicy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'ItsUserMayRead', Effect: 'Allow', Principal: { AWS: owner.arn }, ...read },
        {
          Sid: 'NobodyElseMay',
          Effect: 'Deny',
          Principal: '*',
          ...read,
          Condition: { StringNotEquals: { 'aws:PrincipalArn': owner.arn } },
        },
      ],
    });
    expect(filled).toEqual([
      'PutSecretValue',
      { SecretId: ARN, SecretString: '{"userName":"alice","password":"a password"}' },
    ]);
    expect(calls()).toHaveLength(3);
  });

  test('stays empty where it could not be closed', async () => {
    const { store, calls, secretsManager } = prepared();
    secretsManager.on(PutResourcePolicyCommand).rejects(awsError('PublicPolicyException'));
    await expect(store()).rejects.toThrow('PublicPolicyException');
    expect(calls().map(([name]) => name)).toEqual(['CreateSecret', 'PutResourcePolicy']);
  });

  test('waits for its user to become visible to Secrets Manager', async () => {
    const { store, clock, secretsManager } = prepared();
    secretsManager
      .on(PutResourcePolicyCommand)
      .rejectsOnce(awsError('MalformedPolicyDocumentException'))
      .rejectsOnce(awsError('MalformedPolicyDocumentException'))
      .resolves({});
    expect(await store()).toBe(ARN);
    expect(clock.slept).toEqual([2000, 2000]);
  });

  test('gives up after a minute', async () => {
    const { store, clock, secretsManager } = prepared();
    secretsManager.on(PutResourcePolicyCommand).rejects(awsError('MalformedPolicyDocumentException'));
    await expect(store()).rejects.toThrow('MalformedPolicyDocumentException');
    expect(clock.slept).toHaveLength(30);
  });

  test('any other failure escapes', async () => {
    const { store, secretsManager } = prepared();
    secretsManager.on(CreateSecretCommand).rejects(awsError('AccessDeniedException'));
    await expect(store()).rejects.toThrow('AccessDeniedException');
  });
});

describe('on an account', () => {
  test('a later password replaces the one before, also out of a deletion', async () => {
    const { aws, clients, clock, secretsManager } = newAccount();
    const store = (text: string) => storeLoginSecret(clients, clock, owner, new Redacted(text));
    const value = async () =>
      (await secretsManager.send(new GetSecretValueCommand({ SecretId: Name }))).SecretString;
    const first = await store('one');
    expect(await value()).toBe('{"userName":"alice","password":"one"}');
    expect(await store('two')).toBe(first);
    expect(await value()).toBe('{"userName":"alice","password":"two"}');
    await secretsManager.send(new DeleteSecretCommand({ SecretId: Name }));
    expect(await store('three')).toBe(first);
    expect(await value()).toBe('{"userName":"alice","password":"three"}');
    expect((await secretsManager.send(new DescribeSecretCommand({ SecretId: Name }))).DeletedDate).toBe(
      undefined,
    );
    expect(aws.truth.secret(Name)?.policy).toContain('NobodyElseMay');
    expect(JSON.stringify(aws.calls)).not.toMatch(/"(one|two|three)/);
  });
});
