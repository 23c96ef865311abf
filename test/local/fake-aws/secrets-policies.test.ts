import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { newAccount, outcome, outcomes } from './account.js';

const SecretId = 'login';

async function accountWithSecret() {
  const account = newAccount();
  await account.secretsManager.send(new CreateSecretCommand({ Name: SecretId }));
  const put = (ResourcePolicy: string, BlockPublicPolicy?: boolean) => () =>
    account.secretsManager.send(
      new PutResourcePolicyCommand({
        SecretId,
        ResourcePolicy,
        ...(BlockPublicPolicy !== undefined && { BlockPublicPolicy }),
      }),
    );
  const read = async () =>
    (await account.secretsManager.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
  return { ...account, put, read };
}

const valid = { Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
const withStatement = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...valid, ...statement }] });

describe('the resource policy of a secret', () => {
  test('is kept, shown, replaced and removed', async () => {
    const { aws, secretsManager, put, read } = await accountWithSecret();
    expect(await read()).toBeUndefined();
    await put(withStatement({}))();
    expect(await read()).toBe(withStatement({}));
    await put(withStatement({ Effect: 'Deny' }))();
    expect(aws.truth.secret(SecretId)?.policy).toBe(withStatement({ Effect: 'Deny' }));
    await secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
    expect(await read()).toBeUndefined();
  });

  test.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    ['no version', JSON.stringify({ Statement: [valid] }), 'MalformedPolicyDocumentException'],
    ['no principal', withStatement({ Principal: undefined }), 'MalformedPolicyDocumentException'],
    ['no effect', withStatement({ Effect: undefined }), 'MalformedPolicyDocumentException'],
    ['no resource', withStatement({ Resource: undefined }), 'MalformedPolicyDocumentException'],
    ['nothing', '', 'InvalidParameterException'],
    ['more than 20,480 characters', withStatement({ Sid: 'a'.repeat(20_480) }), 'InvalidParameterException'],
  ])('a document with %s', async (_, document, expected) => {
    const { put } = await accountWithSecret();
    expect(await outcome(put(document)())).toBe(expected);
  });

  test('a public one is refused where the caller asks for that', async () => {
    const { put } = await accountWithSecret();
    expect(
      await outcomes([
        put(withStatement({}), true),
        put(withStatement({ Effect: 'Deny' }), true),
        put(withStatement({ Principal: { AWS: 'arn:aws:iam::123456789012:user/ann' } }), true),
      ]),
    ).toEqual(['PublicPolicyException', 'ok', 'ok']);
  });

  test('a secret that awaits its deletion takes none', async () => {
    const { secretsManager, put } = await accountWithSecret();
    await secretsManager.send(new DeleteSecretCommand({ SecretId }));
    expect(await outcome(put(withStatement({}))())).toBe('InvalidRequestException');
  });
});
