import { CreateAccessKeyCommand, DeleteAccessKeyCommand, TagUserCommand } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { applyStep } from '../../functions/aws/apply.js';
import type { Step } from '../../functions/core/steps.js';
import { alice, at, nextKey, secretArn } from '../support/account.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const now = at('2026-03-02T00:00:00Z');
const secretText = 'wJalrXUtnFEMI/K7MDENG';
const arn = 'arn:aws:iam::123456789012:user/lifecycle/alice';

/** Clients in which everything that a mint does goes well. */
function prepared(kmsKeyId: string | null = null) {
  const mocked = mockClients();
  const { iam, iamMint, secretsManager, sts } = mocked;
  iam.on(TagUserCommand).resolves({}).on(DeleteAccessKeyCommand).resolves({});
  iamMint.on(CreateAccessKeyCommand).resolves({
    AccessKey: {
      UserName: 'alice',
      AccessKeyId: nextKey,
      Status: 'Active',
      SecretAccessKey: secretText,
      CreateDate: new Date('2026-03-02T00:00:01Z'),
    },
  });
  sts.on(GetCallerIdentityCommand).resolves({ Arn: arn });
  secretsManager.on(CreateSecretCommand).resolves({ ARN: secretArn });
  secretsManager.on(PutSecretValueCommand).resolves({});
  secretsManager.on(RestoreSecretCommand).resolves({});
  secretsManager.on(DescribeSecretCommand).resolves({ ARN: secretArn });
  const clock = new StubClock(now);
  const secrets = { accountId: '123456789012', kmsKeyId };
  return { ...mocked, clock, context: { clients: mocked.clients, clock, secrets, giveUpAt: now + 10_000 } };
}

const step = {
  step: 'MintKey',
  user: alice,
  secretArn,
  intentAt: now,
  storeIsPromote: false,
  kmsKeyId: null,
  parameters: null,
} as const satisfies Step;
const first = { ...step, secretArn: null, storeIsPromote: true };
const names = (calls: [string, unknown][]) => calls.map(([name]) => name);
const SecretString = JSON.stringify({
  accessKeyId: 'AKIANEXT000000000001',
  secretAccessKey: secretText,
  userName: 'alice',
  accountId: '123456789012',
  createdAt: '2026-03-02T00:00:01.000Z',
});
const ClientRequestToken = 'iam-access-key-AKIANEXT000000000001';

describe('a key beside the current one', () => {
  test('intent, create, store as pending, test twice', async () => {
    const { calls, context } = prepared();
    const outcome = await applyStep(step, context);
    expect(calls()).toEqual([
      [
        'TagUser',
        {
          UserName: 'alice',
          Tags: [{ Key: 'iam-lifecycle:mint-intent', Value: '2026-03-02T00:00:00.000Z' }],
        },
      ],
      ['CreateAccessKey', { UserName: 'alice' }],
      [
        'PutSecretValue',
        { SecretId: secretArn, ClientRequestToken, SecretString, VersionStages: ['AWSPENDING'] },
      ],
      ['GetCallerIdentity', {}],
      ['GetCallerIdentity', {}],
    ]);
    expect(outcome).toEqual({
      step: 'MintKey',
      keyId: nextKey,
      createdAt: at('2026-03-02T00:00:01Z'),
      secretArn,
      isCurrent: false,
    });
  });

  test('that fails its test waits as pending, from where another run can test it', async () => {
    const { calls, context, sts } = prepared();
    sts.on(GetCallerIdentityCommand).rejects(awsError('InvalidClientTokenId'));
    await expect(applyStep(step, context)).rejects.toMatchObject({ name: 'KeyNotUsable' });
    expect(names(calls())).not.toContain('DeleteAccessKey');
    expect(names(calls())).toContain('PutSecretValue');
  });

  test('that could not be stored is not tested and not deleted: the next run finds it by its intent', async () => {
    const { calls, context, secretsManager } = prepared();
    secretsManager.on(PutSecretValueCommand).rejects(awsError('InternalServiceError'));
    await expect(applyStep(step, context)).rejects.toThrow('InternalServiceError');
    expect(names(calls())).toEqual(['TagUser', 'CreateAccessKey', 'PutSecretValue']);
  });

  test('is not made when the intent could not be written', async () => {
    const { calls, context, iam } = prepared();
    iam.on(TagUserCommand).rejects(awsError('ServiceFailureException'));
    await expect(applyStep(step, context)).rejects.toThrow('ServiceFailureException');
    expect(names(calls())).toEqual(['TagUser']);
  });

  test('is never made a second time when the first answer was lost', async () => {
    const { calls, context, iamMint } = prepared();
    iamMint.on(CreateAccessKeyCommand).rejects(awsError('TimeoutError'));
    await expect(applyStep(step, context)).rejects.toThrow('TimeoutError');
    expect(names(calls())).toEqual(['TagUser', 'CreateAccessKey']);
  });
});

describe('a first key', () => {
  test('is tested before it is stored, since storing makes it current', async () => {
    const { calls, context } = prepared();
    const outcome = await applyStep(first, context);
    expect(names(calls())).toEqual([
      'TagUser',
      'CreateAccessKey',
      'GetCallerIdentity',
      'GetCallerIdentity',
      'CreateSecret',
    ]);
    expect(calls().at(-1)?.[1]).toEqual({
      Name: 'iam-lifecycle/alice',
      Description: 'The access key of the IAM user alice',
      ClientRequestToken,
      SecretString,
      Tags: [
        { Key: 'iam-lifecycle:managed', Value: 'true' },
        { Key: 'Name', Value: 'alice' },
      ],
    });
    expect(outcome).toMatchObject({ step: 'MintKey', keyId: nextKey, secretArn, isCurrent: true });
  });

  test('is kept under the KMS key that the configuration names', async () => {
    const { calls, context } = prepared('alias/lifecycle');
    await applyStep(first, context);
    expect(calls().at(-1)).toMatchObject(['CreateSecret', { KmsKeyId: 'alias/lifecycle' }]);
  });

  test('in a secret that is there and has no current version is stored as current', async () => {
    const { calls, context } = prepared();
    const outcome = await applyStep({ ...step, storeIsPromote: true }, context);
    expect(calls().slice(4)).toEqual([
      ['DescribeSecret', { SecretId: secretArn }],
      [
        'PutSecretValue',
        { SecretId: secretArn, ClientRequestToken, SecretString, VersionStages: ['AWSCURRENT'] },
      ],
    ]);
    expect(outcome).toMatchObject({ isCurrent: true });
  });

  test.each(['ResourceExistsException', 'InvalidRequestException'])(
    'takes up the secret of an earlier life (%s), out of its deletion window',
    async (name) => {
      const { calls, context, secretsManager } = prepared();
      secretsManager.on(CreateSecretCommand).rejects(awsError(name));
      secretsManager.on(DescribeSecretCommand).resolves({ ARN: secretArn, DeletedDate: new Date(now) });
      await applyStep(first, context);
      expect(calls().slice(5)).toEqual([
        ['DescribeSecret', { SecretId: 'iam-lifecycle/alice' }],
        ['RestoreSecret', { SecretId: secretArn }],
        ['PutSecretValue', expect.objectContaining({ SecretId: secretArn, VersionStages: ['AWSCURRENT'] })],
      ]);
    },
  );

  test('that STS never accepts is deleted: nobody has seen it', async () => {
    const { calls, context, sts, clock } = prepared();
    sts.on(GetCallerIdentityCommand).rejects(awsError('InvalidClientTokenId'));
    await expect(applyStep(first, context)).rejects.toMatchObject({ name: 'KeyNotUsable' });
    // Waits of 1, 2 and 4 seconds; the next would end after the 10 that this run has.
    expect(clock.slept).toEqual([1000, 2000, 4000]);
    expect(calls().at(-1)).toEqual(['DeleteAccessKey', { UserName: 'alice', AccessKeyId: nextKey }]);
    expect(names(calls())).not.toContain('CreateSecret');
  });

  test.each(['ThrottlingException', 'AccessDenied'])(
    'whose test could not be made (%s) is not deleted: nothing is known of it',
    async (name) => {
      const { calls, context, sts } = prepared();
      sts.on(GetCallerIdentityCommand).rejects(awsError(name));
      await expect(applyStep(first, context)).rejects.toThrow(name);
      expect(names(calls())).not.toContain('DeleteAccessKey');
      expect(names(calls())).not.toContain('CreateSecret');
    },
  );

  test('that turns out to be another user’s is neither stored nor deleted', async () => {
    const { calls, context, sts } = prepared();
    sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::123456789012:user/lifecycle/malice' });
    await expect(applyStep(first, context)).rejects.toMatchObject({ name: 'KeyMismatch' });
    expect(names(calls())).toEqual(['TagUser', 'CreateAccessKey', 'GetCallerIdentity']);
  });

  test('wants two successes in a row: one that is followed by a refusal counts for nothing', async () => {
    const { calls, context, sts } = prepared();
    sts
      .on(GetCallerIdentityCommand)
      .resolvesOnce({ Arn: arn })
      .rejectsOnce(awsError('InvalidClientTokenId'))
      .resolves({ Arn: arn });
    await applyStep(first, context);
    expect(names(calls()).filter((name) => name === 'GetCallerIdentity')).toHaveLength(4);
  });

  test('whose secret cannot be made for another reason is left to the next run', async () => {
    const { calls, context, secretsManager } = prepared();
    secretsManager.on(CreateSecretCommand).rejects(awsError('LimitExceededException'));
    await expect(applyStep(first, context)).rejects.toThrow('LimitExceededException');
    expect(names(calls())).not.toContain('DeleteAccessKey');
  });
});

test.each([step, first])(
  'the secret is in no outcome and in no call but the one that stores it',
  async (mint) => {
    const { calls, context } = prepared();
    const outcome = await applyStep(mint, context);
    expect(JSON.stringify(outcome)).not.toContain(secretText);
    const holders = calls().filter(([, input]) => JSON.stringify(input).includes(secretText));
    expect(holders.map(([name]) => name)).toEqual([mint.storeIsPromote ? 'CreateSecret' : 'PutSecretValue']);
  },
);
