import { describe, expect, test } from '@jest/globals';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { newAccount, outcome, outcomes, policy, policyOfSize } from './account.js';

const UserName = 'deploy';

async function accountWithUser(options: Parameters<typeof newAccount>[0] = {}) {
  const account = newAccount(options);
  await account.iam.send(new CreateUserCommand({ UserName, Path: '/lifecycle/' }));
  return account;
}

describe('managed policies', () => {
  test('are made once, described, and their document comes URL-encoded', async () => {
    const { iam } = newAccount();
    const document = policy('Allow', 'sts:AssumeRole');
    const make = (PolicyName: string) =>
      iam.send(new CreatePolicyCommand({ PolicyName, Path: '/app/', PolicyDocument: document }));
    const { Policy } = await make('Assume');
    expect(Policy?.Arn).toBe('arn:aws:iam::123456789012:policy/app/Assume');
    expect(await outcome(make('ASSUME'))).toBe('EntityAlreadyExistsException');
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: Policy!.Arn, VersionId: 'v1' }),
    );
    expect(PolicyVersion?.Document).toMatch(/^%7B%22Version%22%3A%222012-10-17%22/);
    expect(decodeURIComponent(PolicyVersion!.Document!)).toBe(document);
    const described = await iam.send(new GetPolicyCommand({ PolicyArn: Policy!.Arn }));
    // GetPolicy tells the tags even where there are none.
    expect(described.Policy).toMatchObject({ AttachmentCount: 0, DefaultVersionId: 'v1', Tags: [] });
  });

  test.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    [
      'no version',
      '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      'MalformedPolicyDocumentException',
    ],
    [
      'no effect',
      '{"Version":"2012-10-17","Statement":[{"Action":"*","Resource":"*"}]}',
      'MalformedPolicyDocumentException',
    ],
    ['6,145 characters', policyOfSize(6145), 'LimitExceededException'],
    ['6,144 characters', policyOfSize(6144), 'ok'],
    ['6,144 characters and white space', `${policyOfSize(6144)}${' '.repeat(500)}`, 'ok'],
  ])('a document of %s', async (_case, PolicyDocument, expected) => {
    const { iam } = newAccount();
    expect(await outcome(iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument })))).toBe(
      expected,
    );
  });

  test('ten a user; attaching again is free, unknown ones do not exist', async () => {
    const { iam } = await accountWithUser();
    const arns: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      const input = { PolicyName: `p${index}`, PolicyDocument: policy('Allow', 's3:*') };
      arns.push((await iam.send(new CreatePolicyCommand(input))).Policy!.Arn!);
    }
    const attach = (PolicyArn: string) => () =>
      iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    expect(await outcomes(arns.map(attach))).toEqual(Array(10).fill('ok'));
    expect(
      await outcomes([
        attach(arns[0]!),
        attach('arn:aws:iam::aws:policy/AWSDenyAll'),
        attach('arn:aws:iam::123456789012:policy/none'),
        () => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: arns[0] })),
        () => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: arns[0] })),
        attach('arn:aws:iam::aws:policy/AWSDenyAll'),
      ]),
    ).toEqual(['ok', 'LimitExceededException', 'NoSuchEntityException', 'ok', 'NoSuchEntityException', 'ok']);
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    expect(AttachedPolicies).toHaveLength(10);
    expect(AttachedPolicies).toContainEqual({
      PolicyName: 'AWSDenyAll',
      PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll',
    });
  });

  test('inline ones share 2,048 characters, white space not counted', async () => {
    const { iam } = await accountWithUser();
    const put = (PolicyName: string, PolicyDocument: string) => () =>
      iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    expect(
      await outcomes([
        put('a', policyOfSize(1024)),
        put('b', policyOfSize(1025)),
        put('b', `${policyOfSize(1024)}   `),
        put('a', policyOfSize(1000)),
      ]),
    ).toEqual(['ok', 'LimitExceededException', 'ok', 'ok']);
    const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'a' }));
    expect(decodeURIComponent(PolicyDocument!)).toBe(policyOfSize(1000));
    expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual(['a', 'b']);
    const remove = () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'a' }));
    expect(await outcomes([remove, remove])).toEqual(['ok', 'NoSuchEntityException']);
  });
});

describe('groups', () => {
  test('ten a user; membership is listed and left', async () => {
    const { iam } = await accountWithUser();
    for (let index = 0; index <= 10; index += 1)
      await iam.send(new CreateGroupCommand({ GroupName: `g${index}` }));
    const add = (GroupName: string) => () => iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    const names = Array.from({ length: 10 }, (_value, index) => `g${index}`);
    expect(await outcomes(names.map(add))).toEqual(Array(10).fill('ok'));
    const leave = () => iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: 'g0' }));
    expect(await outcomes([add('g10'), add('g0'), leave, leave, add('g10'), add('none')])).toEqual([
      'LimitExceededException',
      'ok',
      'ok',
      'NoSuchEntityException',
      'ok',
      'NoSuchEntityException',
    ]);
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    expect(Groups).toHaveLength(10);
    expect(Groups?.[0]).toMatchObject({ GroupName: 'g1', Arn: 'arn:aws:iam::123456789012:group/g1' });
  });
});

/** A role's policy that lets one principal in. */
function trusting(arn: string): string {
  const statement = { Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

describe('trust policies', () => {
  test('keep a deleted user as his bare unique id, and refuse users that do not exist', async () => {
    const { iam } = await accountWithUser();
    const arn = 'arn:aws:iam::123456789012:user/lifecycle/deploy';
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'other' }));
    const create = (RoleName: string, principal: string) =>
      iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting(principal) }));
    await create('app', arn);
    expect(await outcome(create('bad', 'arn:aws:iam::123456789012:user/nobody'))).toBe(
      'MalformedPolicyDocumentException',
    );
    const shown = async () =>
      decodeURIComponent(
        (await iam.send(new GetRoleCommand({ RoleName: 'app' }))).Role!.AssumeRolePolicyDocument!,
      );
    expect(await shown()).toBe(trusting(arn));
    await iam.send(new DeleteUserCommand({ UserName }));
    await iam.send(new CreateUserCommand({ UserName, Path: '/lifecycle/' }));
    expect(await shown()).toMatch(/"AWS":"AIDA[A-Z2-7]{17}"/);
    expect(await shown()).not.toContain(User!.UserId!);
  });
});

describe('GetAccountAuthorizationDetails', () => {
  test('tells of a user everything but keys and login, with encoded documents', async () => {
    const { iam } = await accountWithUser();
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'devs' }));
    await iam.send(
      new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
    );
    const PolicyDocument = policy('Allow', 's3:*');
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'in', PolicyDocument }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct horse 9' }));
    const answer = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }));
    expect(answer.IsTruncated).toBe(false);
    expect(answer.GroupDetailList).toEqual([]);
    expect(answer.UserDetailList).toEqual([
      {
        UserName,
        Path: '/lifecycle/',
        UserId: expect.stringMatching(/^AIDA/),
        Arn: 'arn:aws:iam::123456789012:user/lifecycle/deploy',
        CreateDate: new Date('2026-03-01T12:00:00Z'),
        UserPolicyList: [{ PolicyName: 'in', PolicyDocument: encodeURIComponent(PolicyDocument) }],
        GroupList: ['devs'],
        AttachedManagedPolicies: [
          { PolicyName: 'ReadOnlyAccess', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
        ],
        Tags: [],
      },
    ]);
  });

  test('every kind comes once, in pages that may be shorter than asked for', async () => {
    const { iam } = await accountWithUser({ pageSize: (_operation, max) => Math.min(max, 3) });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await iam.send(new CreateUserCommand({ UserName: name }));
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }));
    const AssumeRolePolicyDocument = policy('Allow', 'sts:AssumeRole');
    await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument }));
    const made = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policy('Allow', 's3:*') }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'app', PolicyArn: made.Policy!.Arn }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn: made.Policy!.Arn }));
    const seen: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam, pageSize: 1000 }, {})) {
      pages += 1;
      seen.push(
        ...page.UserDetailList!.map((user) => user.UserName),
        ...page.GroupDetailList!.map((group) => group.GroupName),
        ...page.RoleDetailList!.map((role) => role.RoleName),
        ...page.Policies!.map((one) => `${one.PolicyName} ${one.AttachmentCount}`),
      );
    }
    expect(pages).toBe(3);
    expect(seen.toSorted()).toEqual(['a', 'app', 'b', 'c', 'd', 'deploy', 'devs', 'e', 'p 2']);
  });
});
