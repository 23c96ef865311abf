import { describe, expect, test } from '@jest/globals';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createHash } from 'node:crypto';
import { MINUTE, newAccount, outcome, outcomes, SECOND, START } from './account.js';

const UserName = 'deploy';

async function accountWithUser(options: Parameters<typeof newAccount>[0] = {}) {
  const account = newAccount(options);
  await account.iam.send(new CreateUserCommand({ UserName }));
  const mint = async () => {
    const { AccessKey } = await account.iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  };
  const callerOf = (key: { accessKeyId: string; secretAccessKey: string }) =>
    outcome(account.sts(key).send(new GetCallerIdentityCommand({})));
  return { ...account, mint, callerOf };
}

describe('access keys', () => {
  test('have ids and secrets of the real shape, and the secret is known only as a hash', async () => {
    const { aws, mint } = await accountWithUser();
    const key = await mint();
    expect(key.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(key.secretAccessKey).toMatch(/^CANARY000001[A-Za-z0-9+/]{28}$/);
    expect(aws.mintedSecrets).toEqual([key.secretAccessKey]);
    const { secretAccessKey } = key;
    expect(aws.truth.user(UserName)?.keys).toEqual([
      {
        id: key.accessKeyId,
        ownerId: aws.truth.user(UserName)?.id,
        status: 'Active',
        createdAt: START,
        deletedAt: undefined,
        lastUse: undefined,
        secretHash: createHash('sha256').update(secretAccessKey).digest('hex'),
      },
    ]);
    expect(JSON.stringify(aws.truth.users())).not.toContain('CANARY');
  });

  test('two a user, and an Inactive one counts', async () => {
    const { iam, mint } = await accountWithUser();
    const { accessKeyId } = await mint();
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: accessKeyId, Status: 'Inactive' }));
    expect(await outcomes([mint, mint])).toEqual(['ok', 'LimitExceededException']);
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }));
    expect(await outcome(mint())).toBe('ok');
  });

  test.each([
    ['atomic', true, 2],
    ['not atomic', false, 3],
  ])(
    'where the limit is %s, overlapping creates lead to %s: %i keys',
    async (_name, atomicKeyLimit, expected) => {
      const { aws, clock, iam, mint } = await accountWithUser({
        atomicKeyLimit,
        latencyMs: (call) => (call.operation === 'CreateAccessKey' ? 40 : 0),
      });
      await clock.run(mint);
      const results = await clock.run(() => Promise.all([outcome(mint()), outcome(mint())]));
      expect(results.filter((result) => result === 'ok')).toHaveLength(expected - 1);
      expect(aws.truth.user(UserName)?.keys).toHaveLength(expected);
      // One after the other they meet the limit in either case.
      expect(await clock.run(() => outcome(mint()))).toBe('LimitExceededException');
      const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
      expect(AccessKeyMetadata).toHaveLength(expected);
    },
  );

  test('are listed without their secrets, with whole seconds', async () => {
    const { iam, mint } = await accountWithUser();
    const { accessKeyId } = await mint();
    const { AccessKeyMetadata, IsTruncated } = await iam.send(new ListAccessKeysCommand({ UserName }));
    expect(IsTruncated).toBe(false);
    expect(AccessKeyMetadata).toEqual([
      { UserName, AccessKeyId: accessKeyId, Status: 'Active', CreateDate: new Date('2026-03-01T12:00:00Z') },
    ]);
  });

  test('are changed and deleted only under their own user', async () => {
    const { iam, mint } = await accountWithUser();
    const { accessKeyId: AccessKeyId } = await mint();
    await iam.send(new CreateUserCommand({ UserName: 'other' }));
    expect(
      await outcomes([
        () => iam.send(new UpdateAccessKeyCommand({ UserName: 'other', AccessKeyId, Status: 'Inactive' })),
        () => iam.send(new DeleteAccessKeyCommand({ UserName: 'other', AccessKeyId })),
        () => iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Expired' })),
        () => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
        () => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
      ]),
    ).toEqual([
      'NoSuchEntityException',
      'NoSuchEntityException',
      'ValidationError',
      'ok',
      'NoSuchEntityException',
    ]);
  });

  test('a deleted key stays in the truth with its end', async () => {
    const { aws, iam, mint, later } = await accountWithUser();
    const { accessKeyId: AccessKeyId } = await mint();
    await later(5 * SECOND);
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    expect(aws.truth.user(UserName)?.keys).toMatchObject([{ status: undefined, deletedAt: START + 5000 }]);
    await iam.send(new DeleteUserCommand({ UserName }));
    expect(aws.truth.key(AccessKeyId)).toMatchObject({ createdAt: START, deletedAt: START + 5000 });
  });

  test('IAM calls without a user name mean the caller and are not modelled', async () => {
    const { iam } = await accountWithUser();
    await expect(iam.send(new CreateAccessKeyCommand({}))).rejects.toThrow(
      'fake-aws: CreateAccessKey without UserName is not modelled',
    );
  });
});

describe('when STS accepts a key', () => {
  test('a new key works only after a while, a deleted one a while longer', async () => {
    const { aws, iam, mint, callerOf, later } = await accountWithUser({
      keyUsableAfterMs: () => 8 * SECOND,
      keyUsableAfterDeleteMs: () => 3 * SECOND,
    });
    const key = await mint();
    await later(7999);
    expect(await callerOf(key)).toBe('InvalidClientTokenId');
    await later(1);
    expect(aws.isUsable(key.accessKeyId)).toBe(true);
    expect(await callerOf(key)).toBe('ok');
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: key.accessKeyId }));
    await later(2999);
    expect(await callerOf(key)).toBe('ok');
    await later(1);
    expect(await callerOf(key)).toBe('InvalidClientTokenId');
  });

  test('a key deleted before it ever worked never works', async () => {
    const { aws, iam, mint, later } = await accountWithUser({ keyUsableAfterMs: () => 8 * SECOND });
    const { accessKeyId: AccessKeyId } = await mint();
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await later(MINUTE);
    expect(aws.isUsable(AccessKeyId)).toBe(false);
  });

  test('deactivated keys stop, reactivated ones start again', async () => {
    const { iam, mint, callerOf } = await accountWithUser();
    const key = await mint();
    const set = (Status: 'Active' | 'Inactive') =>
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: key.accessKeyId, Status }));
    await set('Inactive');
    expect(await callerOf(key)).toBe('InvalidClientTokenId');
    await set('Active');
    expect(await callerOf(key)).toBe('ok');
  });

  test('the identity is the user; a wrong secret is told from a wrong key', async () => {
    const { aws, sts, mint, callerOf } = await accountWithUser();
    const key = await mint();
    const { $metadata: _metadata, ...identity } = await sts(key).send(new GetCallerIdentityCommand({}));
    expect(identity).toEqual({
      UserId: aws.truth.user(UserName)?.id,
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/deploy',
    });
    expect(await callerOf({ ...key, secretAccessKey: 'wrong' })).toBe('SignatureDoesNotMatch');
    expect(await callerOf({ accessKeyId: 'AKIAINVENTED', secretAccessKey: 'x' })).toBe(
      'InvalidClientTokenId',
    );
    expect(aws.calls.at(-3)).toMatchObject({
      service: 'sts',
      operation: 'GetCallerIdentity',
      signer: key.accessKeyId,
    });
  });
});

describe('last use', () => {
  test('none at first, then by the minute, service and region', async () => {
    const { aws, iam, mint } = await accountWithUser();
    const { accessKeyId: AccessKeyId } = await mint();
    const read = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    expect(await read()).toMatchObject({
      UserName,
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
    expect((await read()).AccessKeyLastUsed).not.toHaveProperty('LastUsedDate');
    aws.useKey(AccessKeyId, 's3', 'eu-west-1');
    expect((await read()).AccessKeyLastUsed).toEqual({
      LastUsedDate: new Date('2026-03-01T12:00:00Z'),
      ServiceName: 's3',
      Region: 'eu-west-1',
    });
  });

  test('our own test call hides a client that follows within 15 minutes', async () => {
    const { aws, iam, mint, callerOf, later } = await accountWithUser();
    const key = await mint();
    const read = async () =>
      (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }))).AccessKeyLastUsed;
    expect(await callerOf(key)).toBe('ok');
    await later(14 * MINUTE);
    aws.useKey(key.accessKeyId, 's3');
    expect(await read()).toMatchObject({
      ServiceName: 'sts',
      Region: 'us-east-1',
      LastUsedDate: new Date('2026-03-01T12:00:00Z'),
    });
    await later(1 * MINUTE);
    aws.useKey(key.accessKeyId, 's3');
    expect(await read()).toMatchObject({ ServiceName: 's3', LastUsedDate: new Date('2026-03-01T12:15:00Z') });
  });

  test('of a key that does not exist, or no longer does, access is denied', async () => {
    const { iam, mint } = await accountWithUser();
    const { accessKeyId: AccessKeyId } = await mint();
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    const read = (id: string) => () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
    expect(await outcomes([read(AccessKeyId), read('AKIAINVENTED')])).toEqual([
      'AccessDenied',
      'AccessDenied',
    ]);
  });
});
