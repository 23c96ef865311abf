import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import {
  observeOnboarding,
  observeRotation,
  observeSecret,
  observeUser,
} from '../../functions/aws/observe.js';
import {
  aliceName,
  at,
  boundaryArn,
  currentKey,
  managedUser,
  nextKey,
  oldKey,
  secretArn,
  strangeKey,
} from '../support/account.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const intent = { Key: 'iam-lifecycle:mint-intent', Value: '2026-03-01T00:00:00Z' };
const UserName = 'alice';
const versions = {
  [`iam-access-key-${currentKey}`]: ['AWSCURRENT', 'AWSPENDING'],
  [`iam-access-key-${oldKey}`]: ['AWSPREVIOUS'],
};

interface Listed {
  readonly id: string;
  readonly status?: 'Active' | 'Inactive';
}

/** An account with alice, her keys and her secret. */
function prepared(tags: { Key: string; Value: string }[], keys: readonly Listed[] = [{ id: currentKey }]) {
  const mocked = mockClients();
  const { iam, secretsManager } = mocked;
  iam.on(GetUserCommand).resolves({
    User: {
      UserName,
      UserId: 'AIDAALICE00000000001',
      Arn: 'arn:aws:iam::123456789012:user/lifecycle/alice',
      Path: '/lifecycle/',
      CreateDate: new Date('2025-06-01T00:00:00Z'),
      Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }, ...tags],
      PermissionsBoundary: {
        PermissionsBoundaryArn: boundaryArn,
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      },
    },
  });
  iam.on(ListAccessKeysCommand).resolves({
    AccessKeyMetadata: keys.map(({ id, status = 'Active' }) => ({
      UserName,
      AccessKeyId: id,
      Status: status,
      CreateDate: new Date('2026-01-01T00:00:00Z'),
    })),
    IsTruncated: false,
  });
  iam.on(GetAccessKeyLastUsedCommand).resolves({
    UserName,
    AccessKeyLastUsed: {
      LastUsedDate: new Date('2026-03-05T00:00:00Z'),
      ServiceName: 's3',
      Region: 'eu-central-1',
    },
  });
  secretsManager.on(DescribeSecretCommand).resolves({ ARN: secretArn, VersionIdsToStages: versions });
  return mocked;
}

const names = (calls: [string, unknown][]) => calls.map(([name]) => name).toSorted();

const askedFor = (calls: [string, unknown][]) =>
  calls.filter(([name]) => name === 'GetAccessKeyLastUsed').map(([, input]) => input);

describe('a rotation looks', () => {
  test('once at a user that never had a key from us', async () => {
    const { calls, clients } = prepared([]);
    expect(await observeRotation(clients, aliceName)).toEqual({
      user: managedUser(),
      keys: [],
      secret: null,
      verified: null,
    });
    expect(calls()).toEqual([['GetUser', { UserName }]]);
  });

  test('three times at a user with one key', async () => {
    const { calls, clients } = prepared([intent]);
    expect(await observeRotation(clients, aliceName)).toEqual({
      user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-01T00:00:00Z' }),
      keys: [{ id: currentKey, status: 'Active', createdAt: at('2026-01-01T00:00:00Z'), lastUse: 'unread' }],
      secret: {
        arn: secretArn,
        deletedAt: null,
        stages: {
          AWSCURRENT: `iam-access-key-${currentKey}`,
          AWSPENDING: `iam-access-key-${currentKey}`,
          AWSPREVIOUS: `iam-access-key-${oldKey}`,
        },
      },
      verified: null,
    });
    expect(names(calls())).toEqual(['DescribeSecret', 'GetUser', 'ListAccessKeys']);
  });

  test.each(
    Object.entries<[Listed[], string[]]>({
      'of an old key that is Active': [[{ id: currentKey }, { id: oldKey }], [oldKey]],
      'not of an old key that is Inactive': [[{ id: currentKey }, { id: oldKey, status: 'Inactive' }], []],
      'of an Active key in no version': [[{ id: currentKey }, { id: strangeKey }], [strangeKey]],
      'of an Inactive key in no version': [
        [{ id: currentKey }, { id: strangeKey, status: 'Inactive' }],
        [strangeKey],
      ],
      'never of the current key': [[{ id: currentKey, status: 'Inactive' }], []],
    }),
  )('at the last use %s', async (_, [keys, asked]) => {
    const { calls, clients } = prepared([intent], keys);
    const seen = await observeRotation(clients, aliceName);
    expect(askedFor(calls())).toEqual(asked.map((id) => ({ AccessKeyId: id })));
    expect(calls()).toHaveLength(3 + asked.length);
    expect(seen?.keys.at(-1)?.lastUse).toEqual(
      asked.length === 0
        ? 'unread'
        : { at: at('2026-03-05T00:00:00Z'), service: 's3', region: 'eu-central-1' },
    );
  });

  test('not at the last use of a pending key', async () => {
    const { calls, clients, secretsManager } = prepared([intent], [{ id: currentKey }, { id: nextKey }]);
    secretsManager.on(DescribeSecretCommand).resolves({
      ARN: secretArn,
      VersionIdsToStages: {
        [`iam-access-key-${currentKey}`]: ['AWSCURRENT'],
        [`iam-access-key-${nextKey}`]: ['AWSPENDING'],
      },
    });
    await observeRotation(clients, aliceName);
    expect(askedFor(calls())).toEqual([]);
  });

  test('and a key that was never used says so', async () => {
    const { clients, iam } = prepared([intent], [{ id: oldKey }]);
    iam
      .on(GetAccessKeyLastUsedCommand)
      .resolves({ UserName, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    expect((await observeRotation(clients, aliceName))?.keys[0]?.lastUse).toBe('never');
  });

  test('and a last use that could not be read is not "never": the failure escapes', async () => {
    const { clients, iam } = prepared([intent], [{ id: oldKey }]);
    iam.on(GetAccessKeyLastUsedCommand).rejects(awsError('AccessDenied'));
    await expect(observeRotation(clients, aliceName)).rejects.toThrow('AccessDenied');
  });

  test('to the end of the list of keys', async () => {
    const { calls, clients, iam } = prepared([intent]);
    const CreateDate = new Date('2026-01-01T00:00:00Z');
    const page = (AccessKeyId: string) => [{ UserName, AccessKeyId, Status: 'Active' as const, CreateDate }];
    iam
      .on(ListAccessKeysCommand, { UserName })
      .resolves({ AccessKeyMetadata: page(currentKey), IsTruncated: true, Marker: 'more' })
      .on(ListAccessKeysCommand, { UserName, Marker: 'more' })
      .resolves({ AccessKeyMetadata: page(oldKey), IsTruncated: false });
    const seen = await observeRotation(clients, aliceName);
    expect(seen?.keys.map(({ id }) => id)).toEqual([currentKey, oldKey]);
    expect(names(calls()).filter((name) => name === 'ListAccessKeys')).toHaveLength(2);
  });

  test('and a page that fails concludes nothing', async () => {
    const { clients, iam } = prepared([intent]);
    iam
      .on(ListAccessKeysCommand, { UserName })
      .resolves({ AccessKeyMetadata: [], IsTruncated: true, Marker: 'more' })
      .on(ListAccessKeysCommand, { UserName, Marker: 'more' })
      .rejects(awsError('ServiceFailureException'));
    await expect(observeRotation(clients, aliceName)).rejects.toThrow('ServiceFailureException');
  });
});

describe('what is not there is null, and a failure is not', () => {
  test('no user', async () => {
    const { calls, clients, iam } = prepared([]);
    iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
    expect(await observeUser(clients.iam, aliceName)).toBeNull();
    expect(await observeRotation(clients, aliceName)).toBeNull();
    expect(await observeOnboarding(clients, aliceName)).toBeNull();
    expect(names(calls())).toEqual(['GetUser', 'GetUser', 'GetUser']);
  });

  test('no secret', async () => {
    const { clients, secretsManager } = prepared([intent]);
    secretsManager.on(DescribeSecretCommand).rejects(awsError('ResourceNotFoundException'));
    expect(await observeSecret(clients.secretsManager, aliceName)).toBeNull();
  });

  test.each(['ThrottlingException', 'AccessDenied', 'ServiceFailureException'])(
    '%s escapes',
    async (name) => {
      const { clients, iam, secretsManager } = prepared([intent]);
      secretsManager.on(DescribeSecretCommand).rejects(awsError(name));
      await expect(observeSecret(clients.secretsManager, aliceName)).rejects.toThrow(name);
      iam.on(GetUserCommand).rejects(awsError(name));
      await expect(observeUser(clients.iam, aliceName)).rejects.toThrow(name);
    },
  );

  test('a secret to be deleted says since when, and one without versions has no labels', async () => {
    const { clients, secretsManager } = prepared([intent]);
    secretsManager.on(DescribeSecretCommand).resolves({ ARN: secretArn, DeletedDate: new Date(7) });
    expect(await observeSecret(clients.secretsManager, aliceName)).toEqual({
      arn: secretArn,
      stages: {},
      deletedAt: 7,
    });
  });

  test('a secret says where its replicas are, in whatever state they are', async () => {
    const { clients, secretsManager } = prepared([intent]);
    secretsManager.on(DescribeSecretCommand).resolves({
      ARN: secretArn,
      PrimaryRegion: 'eu-central-1',
      ReplicationStatus: [
        { Region: 'us-east-1', Status: 'InSync' },
        { Region: 'eu-west-3', Status: 'Failed', StatusMessage: 'the key is disabled' },
      ],
    });
    expect(await observeSecret(clients.secretsManager, aliceName)).toEqual({
      arn: secretArn,
      stages: {},
      deletedAt: null,
      replicaRegions: ['us-east-1', 'eu-west-3'],
    });
  });
});

const attached = (name: string) => [{ PolicyName: name, PolicyArn: `arn:aws:iam::aws:policy/${name}` }];

describe('an onboarding', () => {
  test('looks at the user, its policies and its groups, to the last page', async () => {
    const { calls, clients, iam } = prepared([intent]);
    iam
      .on(ListAttachedUserPoliciesCommand, { UserName })
      .resolves({ AttachedPolicies: attached('A'), IsTruncated: true, Marker: 'more' })
      .on(ListAttachedUserPoliciesCommand, { UserName, Marker: 'more' })
      .resolves({ AttachedPolicies: attached('B'), IsTruncated: false });
    const group = { Path: '/', GroupId: 'AGPA1', Arn: 'arn', CreateDate: new Date(0) };
    iam
      .on(ListGroupsForUserCommand)
      .resolves({ Groups: [{ ...group, GroupName: 'readers' }], IsTruncated: false });
    expect(await observeOnboarding(clients, aliceName)).toMatchObject({
      policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
      groupNames: ['readers'],
    });
    expect(names(calls()).toSorted()).toEqual([
      'GetUser',
      'ListAttachedUserPolicies',
      'ListAttachedUserPolicies',
      'ListGroupsForUser',
    ]);
  });
});
