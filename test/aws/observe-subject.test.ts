import { GetUserCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { observeSubject } from '../../functions/aws/observe-subject.js';
import { parseUserName } from '../../functions/core/names.js';
import { strangerName } from '../../functions/core/review/subject.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const wanted = {
  name: parseUserName('bob'),
  userId: null,
  accountId: '123456789012',
  partition: 'aws',
  userPath: '/lifecycle/',
};
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/bob-AbCdEf';

let mocks: ReturnType<typeof mockClients>;
beforeEach(() => {
  mocks = mockClients();
  mocks.secretsManager.on(DescribeSecretCommand).rejects(awsError('ResourceNotFoundException'));
  mocks.secretsManager
    .on(DescribeSecretCommand, { SecretId: 'iam-lifecycle/bob' })
    .resolves({ ARN: secretArn, Name: 'iam-lifecycle/bob' });
});

function userIs(tags: Record<string, string> = {}, UserName = 'bob'): void {
  mocks.iam.on(GetUserCommand).resolves({
    User: {
      UserName,
      UserId: 'AIDABOB',
      Arn: `arn:aws:iam::123456789012:user/lifecycle/${UserName}`,
      Path: '/lifecycle/',
      CreateDate: new Date(0),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
  });
}

describe('a user that is there', () => {
  test('is known by its id and its ARN, and its secret is its own', async () => {
    userIs();
    const { subject, secrets, namesake, leftovers } = await observeSubject(mocks.clients, wanted);
    expect(subject).toEqual({
      name: 'bob',
      accountId: '123456789012',
      ids: ['AIDABOB'],
      arns: ['arn:aws:iam::123456789012:user/lifecycle/bob'],
      owned: [
        {
          what: 'its secret iam-lifecycle/bob',
          arn: secretArn,
          strangerArn: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:iam-lifecycle/${strangerName}-AbCdEf`,
        },
      ],
      livingIds: null,
    });
    expect(secrets).toMatchObject([{ name: 'iam-lifecycle/bob', arn: secretArn }]);
    expect([namesake, leftovers]).toEqual([null, []]);
  });

  test('is spelled as the account spells it', async () => {
    userIs({}, 'Bob');
    const { subject } = await observeSubject(mocks.clients, wanted);
    expect(subject.name).toBe('Bob');
  });

  test('whose key is kept in SSM owns each of its parameters', async () => {
    userIs({ 'iam-lifecycle:key-store': 'ssm', 'iam-lifecycle:ssm-path': '/app' });
    const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/bob/credentials';
    mocks.ssm.on(DescribeParametersCommand).resolves({
      Parameters: [{ Name: '/app/bob/credentials', ARN: arn, LastModifiedDate: new Date(0) }],
    });
    const { subject } = await observeSubject(mocks.clients, wanted);
    expect(subject.owned.slice(1).map(({ arn }) => arn)).toEqual([
      arn,
      'arn:aws:ssm:eu-west-1:123456789012:parameter/app/bob/access_key_id',
      'arn:aws:ssm:eu-west-1:123456789012:parameter/app/bob/secret_access_key',
    ]);
    expect(subject.owned[1]!.strangerArn).toBe(arn.replace('/bob/', `/${strangerName}/`));
  });
});

describe('a user that is gone', () => {
  beforeEach(() => {
    mocks.iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
  });

  test('may have been at the root or below the path, and its secret may be there yet', async () => {
    const { subject, user, leftovers } = await observeSubject(mocks.clients, wanted);
    expect([user, leftovers]).toEqual([null, ['secret iam-lifecycle/bob']]);
    expect(subject.ids).toEqual([]);
    expect(subject.arns).toEqual([
      'arn:aws:iam::123456789012:user/bob',
      'arn:aws:iam::123456789012:user/lifecycle/bob',
    ]);
    expect(subject.owned).toHaveLength(1);
  });

  test('leaves nothing where its secret awaits its deletion', async () => {
    mocks.secretsManager
      .on(DescribeSecretCommand, { SecretId: 'iam-lifecycle/bob' })
      .resolves({ ARN: secretArn, Name: 'iam-lifecycle/bob', DeletedDate: new Date(0) });
    const { leftovers, secrets } = await observeSubject(mocks.clients, wanted);
    expect([leftovers, secrets.length]).toEqual([[], 1]);
  });

  test('has the id that was asked for', async () => {
    const { subject } = await observeSubject(mocks.clients, { ...wanted, userId: 'AIDAFORMER' });
    expect(subject.ids).toEqual(['AIDAFORMER']);
  });
});

test('a namesake’s things are not the user’s', async () => {
  userIs();
  const { subject, user, namesake, secrets } = await observeSubject(mocks.clients, {
    ...wanted,
    userId: 'AIDAFORMER',
  });
  expect([user, namesake?.id]).toEqual([null, 'AIDABOB']);
  expect(subject).toMatchObject({ ids: ['AIDAFORMER'], owned: [] });
  expect(secrets).toEqual([]);
});

test('a user that may not be read is not one that is gone', async () => {
  mocks.iam.on(GetUserCommand).rejects(awsError('AccessDenied'));
  await expect(observeSubject(mocks.clients, wanted)).rejects.toThrow('AccessDenied');
});
