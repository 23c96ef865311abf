import { describe, expect, test } from '@jest/globals';
import {
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  EntityAlreadyExistsException,
  GetUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  NoSuchEntityException,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UntagUserCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { newAccount, outcome, policy } from './account.js';

const UserName = 'deploy';

describe('creating users', () => {
  test('path, tags and boundary come with the user, whose dates are whole seconds', async () => {
    const { iam } = newAccount();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'Limits', PolicyDocument: policy('Allow', '*') }),
    );
    await iam.send(
      new CreateUserCommand({
        UserName,
        Path: '/lifecycle/',
        Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }],
        PermissionsBoundary: Policy!.Arn,
      }),
    );
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    expect(User).toEqual({
      UserName,
      Path: '/lifecycle/',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::123456789012:user/lifecycle/deploy',
      CreateDate: new Date('2026-03-01T12:00:00Z'),
      Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }],
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/Limits',
      },
    });
  });

  test('names are unique and found without regard to case', async () => {
    const { iam } = newAccount();
    await iam.send(new CreateUserCommand({ UserName: 'Deploy' }));
    const second = iam.send(new CreateUserCommand({ UserName: 'dEPLOY' }));
    await expect(second).rejects.toBeInstanceOf(EntityAlreadyExistsException);
    const { User } = await iam.send(new GetUserCommand({ UserName: 'deploy' }));
    expect(User?.UserName).toBe('Deploy');
  });

  test.each([
    ['a name of 65 characters', { UserName: 'a'.repeat(65) }, 'ValidationError'],
    ['a name with a space', { UserName: 'a b' }, 'ValidationError'],
    ['a path without slashes', { UserName, Path: 'lifecycle' }, 'ValidationError'],
    ['a path of 513 characters', { UserName, Path: `/${'a'.repeat(511)}/` }, 'ValidationError'],
    [
      'a boundary that does not exist',
      { UserName, PermissionsBoundary: 'arn:aws:iam::123456789012:policy/No' },
      'NoSuchEntityException',
    ],
    ['a comma in a tag value', { UserName, Tags: [{ Key: 'a', Value: 'b, c' }] }, 'ValidationError'],
    ['a parenthesis in a tag key', { UserName, Tags: [{ Key: 'a(b', Value: '' }] }, 'ValidationError'],
    ['an empty tag key', { UserName, Tags: [{ Key: '', Value: '' }] }, 'ValidationError'],
    [
      'a tag key of 129 characters',
      { UserName, Tags: [{ Key: 'k'.repeat(129), Value: '' }] },
      'ValidationError',
    ],
    [
      'a tag value of 257 characters',
      { UserName, Tags: [{ Key: 'k', Value: 'v'.repeat(257) }] },
      'ValidationError',
    ],
    [
      'tag keys that differ in case only',
      {
        UserName,
        Tags: [
          { Key: 'Owner', Value: '1' },
          { Key: 'owner', Value: '2' },
        ],
      },
      'InvalidInputException',
    ],
    [
      '51 tags',
      { UserName, Tags: Array.from({ length: 51 }, (_v, index) => ({ Key: `k${index}`, Value: '' })) },
      'LimitExceededException',
    ],
    ['a reserved tag key', { UserName, Tags: [{ Key: 'aws:created', Value: '' }] }, 'ValidationError'],
  ])('refuses %s, and makes no user', async (_case, input, expected) => {
    const { aws, iam } = newAccount();
    expect(await outcome(iam.send(new CreateUserCommand(input)))).toBe(expected);
    expect(aws.truth.users()).toEqual([]);
  });

  test.each([
    ['64 characters of all kinds', { UserName: `a+=,.@_-${'b'.repeat(56)}` }],
    [
      'tags of umlauts and every allowed sign',
      { UserName, Tags: [{ Key: 'Träger 1_.:/=+-@', Value: 'ok' }] },
    ],
    [
      '50 tags',
      { UserName, Tags: Array.from({ length: 50 }, (_v, index) => ({ Key: `k${index}`, Value: '' })) },
    ],
  ])('accepts %s', async (_case, input) => {
    const { iam } = newAccount();
    expect(await outcome(iam.send(new CreateUserCommand(input)))).toBe('ok');
  });

  test('what is missing throws the class of the SDK with its status', async () => {
    const { iam } = newAccount();
    const error = await iam.send(new GetUserCommand({ UserName })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoSuchEntityException);
    expect(error).toMatchObject({
      name: 'NoSuchEntityException',
      $fault: 'client',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('tags and boundary', () => {
  test('a tag replaces its namesake of another case; untagging ignores case and absence', async () => {
    const { iam } = newAccount();
    await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'Owner', Value: 'a' }] }));
    await iam.send(
      new TagUserCommand({
        UserName,
        Tags: [
          { Key: 'owner', Value: 'b' },
          { Key: 'team', Value: 'c' },
        ],
      }),
    );
    const first = await iam.send(new ListUserTagsCommand({ UserName }));
    expect(first.Tags).toEqual([
      { Key: 'owner', Value: 'b' },
      { Key: 'team', Value: 'c' },
    ]);
    await iam.send(new UntagUserCommand({ UserName, TagKeys: ['OWNER', 'absent'] }));
    const second = await iam.send(new ListUserTagsCommand({ UserName }));
    expect(second.Tags).toEqual([{ Key: 'team', Value: 'c' }]);
  });

  test('a boundary is put and taken away', async () => {
    const { aws, iam } = newAccount();
    await iam.send(new CreateUserCommand({ UserName }));
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AWSDenyAll';
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    expect(aws.truth.user(UserName)?.boundaryArn).toBe(PermissionsBoundary);
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    expect(aws.truth.user(UserName)?.boundaryArn).toBeUndefined();
  });
});

describe('listing users', () => {
  test('a page has 100 users, without tags, and the paginator finds the rest', async () => {
    const { iam } = newAccount();
    for (let index = 0; index < 103; index += 1) {
      const Tags = [{ Key: 'k', Value: 'v' }];
      await iam.send(new CreateUserCommand({ UserName: `user-${String(index).padStart(3, '0')}`, Tags }));
    }
    const first = await iam.send(new ListUsersCommand({}));
    expect(first.Users).toHaveLength(100);
    expect(first.IsTruncated).toBe(true);
    expect(first.Users?.[0]).not.toHaveProperty('Tags');
    const names: (string | undefined)[] = [];
    for await (const page of paginateListUsers({ client: iam }, {}))
      names.push(...page.Users!.map((user) => user.UserName));
    expect(names).toHaveLength(103);
    expect(new Set(names).size).toBe(103);
  });

  test('fewer than asked for may come', async () => {
    const { iam } = newAccount({ pageSize: () => 1 });
    for (const name of ['a', 'b', 'c'])
      await iam.send(new CreateUserCommand({ UserName: name, Path: '/in/' }));
    await iam.send(new CreateUserCommand({ UserName: 'd', Path: '/out/' }));
    const pages: number[] = [];
    for await (const page of paginateListUsers({ client: iam }, { PathPrefix: '/in/' }))
      pages.push(page.Users!.length);
    expect(pages).toEqual([1, 1, 1]);
  });

  test('a user deleted between two pages shifts nobody out of the listing', async () => {
    const { iam } = newAccount({ pageSize: () => 2 });
    for (const name of ['a', 'b', 'c', 'd']) await iam.send(new CreateUserCommand({ UserName: name }));
    const first = await iam.send(new ListUsersCommand({}));
    await iam.send(new DeleteUserCommand({ UserName: 'a' }));
    const second = await iam.send(new ListUsersCommand({ Marker: first.Marker }));
    expect(second.Users?.map((user) => user.UserName)).toEqual(['c', 'd']);
  });

  test('more than 1000 a page and invented markers are refused', async () => {
    const { iam } = newAccount();
    expect(await outcome(iam.send(new ListUsersCommand({ MaxItems: 1001 })))).toBe('ValidationError');
    expect(await outcome(iam.send(new ListUsersCommand({ Marker: 'x' })))).toBe('ValidationError');
  });
});
