import { describe, expect, test } from '@jest/globals';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
  paginateListSecrets,
} from '@aws-sdk/client-secrets-manager';
import { DAY, newAccount, outcome, outcomes, SECOND, START } from './account.js';

const Name = 'iam/deploy';
const V1 = 'iam-access-key-AKIA0000000000000001';
const V2 = 'iam-access-key-AKIA0000000000000002';
const V3 = 'iam-access-key-AKIA0000000000000003';

function newVault(options: Parameters<typeof newAccount>[0] = {}) {
  const account = newAccount(options);
  const { secretsManager } = account;
  const create = (value?: string) =>
    secretsManager.send(
      new CreateSecretCommand({
        Name,
        ...(value !== undefined && { SecretString: value, ClientRequestToken: V1 }),
      }),
    );
  const put = (token: string, stages?: string[], value = token) =>
    secretsManager.send(
      new PutSecretValueCommand({
        SecretId: Name,
        ClientRequestToken: token,
        SecretString: value,
        ...(stages && { VersionStages: stages }),
      }),
    );
  const stages = async () =>
    (await secretsManager.send(new DescribeSecretCommand({ SecretId: Name }))).VersionIdsToStages;
  const move = (VersionStage: string, to?: string, from?: string) =>
    secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: Name,
        VersionStage,
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      }),
    );
  const remove = (options: object = {}) =>
    secretsManager.send(new DeleteSecretCommand({ SecretId: Name, ...options }));
  return { ...account, create, put, stages, move, remove };
}

describe('creating secrets', () => {
  test('without a value there is no version at all', async () => {
    const { secretsManager, create, stages } = newVault();
    const { ARN, VersionId } = await create();
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam\/deploy-[A-Za-z0-9]{6}$/);
    expect(VersionId).toBeUndefined();
    expect(await stages()).toBeUndefined();
    expect(await outcome(secretsManager.send(new GetSecretValueCommand({ SecretId: Name })))).toBe(
      'ResourceNotFoundException',
    );
  });

  test('with a value it is current; only the exact repetition is harmless', async () => {
    const { create, stages } = newVault();
    expect((await create('one')).VersionId).toBe(V1);
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'] });
    expect(await outcome(create('one'))).toBe('ok');
    expect(await outcome(create('two'))).toBe('ResourceExistsException');
    expect(await outcome(create())).toBe('ResourceExistsException');
  });

  test.each([
    ['a name with a space', { Name: 'a b' }, 'ValidationException'],
    ['a name of 513 characters', { Name: 'a'.repeat(513) }, 'ValidationException'],
    ['a token of 31 characters', { Name, ClientRequestToken: 'a'.repeat(31) }, 'InvalidParameterException'],
    ['a token of 65 characters', { Name, ClientRequestToken: 'a'.repeat(65) }, 'InvalidParameterException'],
    ['65,537 bytes', { Name, SecretString: 'a'.repeat(65_537) }, 'ValidationException'],
    ['an empty value', { Name, SecretString: '' }, 'InvalidParameterException'],
    ['every allowed sign', { Name: 'Az09/_+=.@-' }, 'ok'],
    ['65,536 bytes', { Name, SecretString: 'a'.repeat(65_536) }, 'ok'],
  ])('%s', async (_case, input, expected) => {
    const { secretsManager } = newAccount();
    expect(await outcome(secretsManager.send(new CreateSecretCommand(input)))).toBe(expected);
  });
});

describe('versions and their labels', () => {
  test('the first version is current by itself, even if only AWSPENDING was asked for', async () => {
    const { create, put, stages } = newVault();
    await create();
    const { VersionStages } = await put(V1, ['AWSPENDING']);
    expect(VersionStages?.toSorted()).toEqual(['AWSCURRENT', 'AWSPENDING']);
    await put(V2, ['AWSPENDING']);
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  });

  test('the same token and value change nothing, another value is refused', async () => {
    const { create, put, stages } = newVault();
    await create('one');
    expect(
      await outcomes([
        () => put(V2, ['AWSPENDING'], 'a'),
        () => put(V2, ['AWSCURRENT'], 'a'),
        () => put(V2, ['AWSPENDING'], 'b'),
      ]),
    ).toEqual(['ok', 'ok', 'ResourceExistsException']);
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
  });

  test('without stages a new version becomes current and the old one previous', async () => {
    const { create, put, stages } = newVault();
    await create('one');
    await put(V2);
    await put(V3);
    expect(await stages()).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] });
  });

  test('promotion moves AWSCURRENT, AWSPREVIOUS follows, AWSPENDING stays', async () => {
    const { create, put, move, stages } = newVault();
    await create('one');
    await put(V2, ['AWSPENDING']);
    await move('AWSCURRENT', V2, V1);
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSPENDING', 'AWSCURRENT'] });
    await move('AWSPENDING', undefined, V2);
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] });
    await move('AWSCURRENT', V1, V2);
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPREVIOUS'] });
  });

  test.each<[string, string, string | undefined, string | undefined, string]>([
    ['moving it without naming its holder', 'AWSCURRENT', V2, undefined, 'InvalidParameterException'],
    ['moving it from a version that lacks it', 'AWSCURRENT', V2, V2, 'InvalidParameterException'],
    ['moving it to a version that does not exist', 'AWSCURRENT', V3, V1, 'ResourceNotFoundException'],
    ['only removing AWSCURRENT', 'AWSCURRENT', undefined, V1, 'InvalidParameterException'],
    ['naming no version', 'AWSCURRENT', undefined, undefined, 'InvalidParameterException'],
    [
      'removing a label from a version that lacks it',
      'AWSPENDING',
      undefined,
      V1,
      'InvalidParameterException',
    ],
    ['moving it to where it is', 'AWSCURRENT', V1, undefined, 'ok'],
    ["a label of one's own, attached nowhere", 'mine', V1, undefined, 'ok'],
    ['moving it properly', 'AWSCURRENT', V2, V1, 'ok'],
  ])('%s', async (_case, label, to, from, expected) => {
    const { create, put, move, stages } = newVault();
    await create('one');
    await put(V2, ['AWSPENDING']);
    const before = await stages();
    expect(await outcome(move(label, to, from))).toBe(expected);
    const isSame = JSON.stringify(await stages()) === JSON.stringify(before);
    expect(isSame).toBe(expected !== 'ok' || (to === V1 && label === 'AWSCURRENT'));
  });

  test('values are read by label or id, which must agree', async () => {
    const { secretsManager, create, put } = newVault();
    await create('one');
    await put(V2, ['AWSPENDING'], 'two');
    const read = async (input: object) =>
      (await secretsManager.send(new GetSecretValueCommand({ SecretId: Name, ...input }))).SecretString;
    expect(await read({})).toBe('one');
    expect(await read({ VersionStage: 'AWSPENDING' })).toBe('two');
    expect(await read({ VersionId: V2 })).toBe('two');
    expect(await outcome(read({ VersionId: V2, VersionStage: 'AWSCURRENT' }))).toBe(
      'InvalidRequestException',
    );
    expect(await outcome(read({ VersionStage: 'AWSPREVIOUS' }))).toBe('ResourceNotFoundException');
  });

  test('unlabelled versions older than a day go beyond a hundred, younger ones stay', async () => {
    const { aws, create, put, later } = newVault();
    await create('one');
    const putMany = async (from: number, count: number) => {
      for (let index = from; index < from + count; index += 1)
        await put(`version-${String(index).padStart(30, '0')}`);
    };
    await putMany(0, 110);
    expect(aws.truth.secret(Name)?.versions).toHaveLength(111);
    await later(DAY + SECOND);
    await putMany(200, 1);
    expect(aws.truth.secret(Name)?.versions).toHaveLength(100);
  });
});

describe('deleting and restoring', () => {
  test('a deleted secret is described but neither read nor written, and keeps its name', async () => {
    const { secretsManager, create, put, move, remove } = newVault();
    await create('one');
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
    expect(DeletionDate).toEqual(new Date(START + 7 * DAY));
    const described = await secretsManager.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(described.DeletedDate).toEqual(new Date(START));
    expect(
      await outcomes([
        () => secretsManager.send(new GetSecretValueCommand({ SecretId: Name })),
        () => put(V2),
        () => move('AWSCURRENT', V1),
        () => create('two'),
        () => remove(),
        () => secretsManager.send(new RestoreSecretCommand({ SecretId: Name })),
        () => put(V2),
      ]),
    ).toEqual([...Array<string>(5).fill('InvalidRequestException'), 'ok', 'ok']);
  });

  test('after its window it is gone and the name is free', async () => {
    const { secretsManager, create, remove, later, aws } = newVault();
    await create('one');
    await remove({ RecoveryWindowInDays: 7 });
    await later(7 * DAY - 1);
    expect(aws.truth.secrets()).toHaveLength(1);
    await later(1);
    expect(aws.truth.secrets()).toHaveLength(0);
    expect(await outcome(secretsManager.send(new RestoreSecretCommand({ SecretId: Name })))).toBe(
      'ResourceNotFoundException',
    );
    expect(await outcome(create('one'))).toBe('ok');
  });

  test('even a forced deletion takes a moment', async () => {
    const { create, remove, later } = newVault();
    await create('one');
    await remove({ ForceDeleteWithoutRecovery: true });
    expect(await outcome(create('one'))).toBe('InvalidRequestException');
    await later(2 * SECOND);
    expect(await outcome(create('one'))).toBe('ok');
  });

  test.each([
    ['6 days', { RecoveryWindowInDays: 6 }, 'InvalidParameterException'],
    ['31 days', { RecoveryWindowInDays: 31 }, 'InvalidParameterException'],
    ['both ways', { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, 'InvalidParameterException'],
    ['30 days', { RecoveryWindowInDays: 30 }, 'ok'],
  ])('a window of %s', async (_case, options, expected) => {
    const { create, remove } = newVault();
    await create('one');
    expect(await outcome(remove(options))).toBe(expected);
  });
});

describe('finding secrets', () => {
  test('by name, by ARN, and by ARN without its suffix unless the name looks like one', async () => {
    const { secretsManager } = newAccount();
    const find = (SecretId: string) => outcome(secretsManager.send(new DescribeSecretCommand({ SecretId })));
    const plain = await secretsManager.send(new CreateSecretCommand({ Name: 'plain' }));
    const tricky = await secretsManager.send(new CreateSecretCommand({ Name: 'tricky-abc123' }));
    expect(await find('plain')).toBe('ok');
    expect(await find(plain.ARN!)).toBe('ok');
    expect(await find(plain.ARN!.slice(0, -7))).toBe('ok');
    expect(await find('tricky-abc123')).toBe('ok');
    expect(await find(tricky.ARN!)).toBe('ok');
    expect(await find(tricky.ARN!.slice(0, -7))).toBe('ResourceNotFoundException');
    expect(await find(plain.ARN!.replace('eu-west-1', 'us-east-1'))).toBe('ResourceNotFoundException');
  });

  test('lists a hundred a page with labels, filters by prefix, and hides the deleted', async () => {
    const { secretsManager, later } = newAccount();
    for (let index = 0; index < 102; index += 1) {
      await secretsManager.send(
        new CreateSecretCommand({ Name: `iam/${String(index).padStart(3, '0')}`, SecretString: 'x' }),
      );
    }
    await secretsManager.send(
      new CreateSecretCommand({ Name: 'other', Tags: [{ Key: 'team', Value: 'blue' }] }),
    );
    await secretsManager.send(new DeleteSecretCommand({ SecretId: 'iam/000' }));
    await later(SECOND);
    const count = async (input: object) => {
      const sizes: number[] = [];
      for await (const page of paginateListSecrets({ client: secretsManager }, input))
        sizes.push(page.SecretList!.length);
      return sizes;
    };
    expect(await count({})).toEqual([100, 2]);
    expect(await count({ Filters: [{ Key: 'name', Values: ['iam/'] }] })).toEqual([100, 1]);
    expect(await count({ Filters: [{ Key: 'name', Values: ['am/'] }] })).toEqual([0]);
    expect(
      await count({ Filters: [{ Key: 'name', Values: ['iam/'] }], IncludePlannedDeletion: true }),
    ).toEqual([100, 2]);
    expect(await count({ Filters: [{ Key: 'tag-value', Values: ['blue'] }] })).toEqual([1]);
    const first = await secretsManager.send(new ListSecretsCommand({ MaxResults: 1 }));
    expect(Object.values(first.SecretList![0]!.SecretVersionsToStages!)).toEqual([['AWSCURRENT']]);
    expect(await outcome(secretsManager.send(new ListSecretsCommand({ MaxResults: 101 })))).toBe(
      'InvalidParameterException',
    );
    expect(await outcome(secretsManager.send(new ListSecretsCommand({ NextToken: 'x' })))).toBe(
      'InvalidNextTokenException',
    );
  });

  test('tags come and go by exact key', async () => {
    const { secretsManager, create, aws } = newVault();
    await create();
    const Tags = [
      { Key: 'Owner', Value: 'a' },
      { Key: 'owner', Value: 'b' },
    ];
    await secretsManager.send(new TagResourceCommand({ SecretId: Name, Tags }));
    expect(aws.truth.secret(Name)?.tags).toEqual(Tags);
    await secretsManager.send(new UntagResourceCommand({ SecretId: Name, TagKeys: ['Owner'] }));
    expect(aws.truth.secret(Name)?.tags).toEqual([{ Key: 'owner', Value: 'b' }]);
  });
});
