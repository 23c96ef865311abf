import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DetachGroupPolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  paginateGetGroup,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { newAccount, outcome, outcomes, policy, policyOfSize } from './account.js';

const GroupName = 'devs';
const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

async function accountWithGroup(options: Parameters<typeof newAccount>[0] = {}) {
  const account = newAccount(options);
  await account.iam.send(new CreateGroupCommand({ GroupName, Path: '/teams/' }));
  return account;
}

describe('a group', () => {
  test('shows its members, page by page', async () => {
    const { iam } = await accountWithGroup({ pageSize: (_operation, max) => Math.min(max, 2) });
    for (const UserName of ['ann', 'ben', 'cat', 'dan']) {
      await iam.send(new CreateUserCommand({ UserName }));
      if (UserName !== 'dan') await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'DEVS' }));
    }
    const pages: string[][] = [];
    for await (const page of paginateGetGroup({ client: iam }, { GroupName }))
      pages.push(page.Users!.map((user) => user.UserName!));
    expect(pages).toEqual([['ann', 'ben'], ['cat']]);
    const { Group } = await iam.send(new GetGroupCommand({ GroupName }));
    expect(Group).toEqual({
      GroupName,
      Path: '/teams/',
      GroupId: expect.stringMatching(/^AGPA/),
      Arn: 'arn:aws:iam::123456789012:group/teams/devs',
      CreateDate: new Date('2026-03-01T12:00:00Z'),
    });
  });

  test('is listed by its path', async () => {
    const { iam } = await accountWithGroup();
    await iam.send(new CreateGroupCommand({ GroupName: 'billing' }));
    const list = async (PathPrefix?: string) => {
      const { Groups = [] } = await iam.send(new ListGroupsCommand(PathPrefix ? { PathPrefix } : {}));
      return Groups.map((group) => group.GroupName);
    };
    expect(await list()).toEqual(['billing', 'devs']);
    expect(await list('/teams/')).toEqual(['devs']);
  });

  test('goes only without members, attached and inline policies', async () => {
    const { iam } = await accountWithGroup();
    const UserName = 'ann';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    await iam.send(
      new PutGroupPolicyCommand({ GroupName, PolicyName: 'in', PolicyDocument: policy('Allow', 's3:*') }),
    );
    const remove = () => iam.send(new DeleteGroupCommand({ GroupName }));
    expect(
      await outcomes([
        remove,
        () => iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName })),
        remove,
        () => iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })),
        remove,
        () => iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: 'in' })),
        remove,
        remove,
      ]),
    ).toEqual([
      'DeleteConflictException',
      'ok',
      'DeleteConflictException',
      'ok',
      'DeleteConflictException',
      'ok',
      'ok',
      'NoSuchEntityException',
    ]);
  });

  test('an account has 300', async () => {
    const { iam } = newAccount();
    for (let index = 0; index < 300; index += 1)
      await iam.send(new CreateGroupCommand({ GroupName: `g${index}` }));
    expect(await outcome(iam.send(new CreateGroupCommand({ GroupName: 'g300' })))).toBe(
      'LimitExceededException',
    );
  });
});

describe('the policies of a group', () => {
  test('attached ones: ten, attaching again is free, detaching again is not', async () => {
    const { iam } = await accountWithGroup();
    const attach = () => iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    const detach = () => iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn }));
    expect(await outcomes([attach, attach])).toEqual(['ok', 'ok']);
    const { AttachedPolicies } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }));
    expect(AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn }]);
    expect(await outcomes([detach, detach])).toEqual(['ok', 'NoSuchEntityException']);
  });

  test('inline ones share 5,120 characters, white space not counted', async () => {
    const { iam } = await accountWithGroup();
    const put = (PolicyName: string, PolicyDocument: string) => () =>
      iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }));
    expect(
      await outcomes([
        put('a', policyOfSize(5121)),
        put('a', policyOfSize(3000)),
        put('b', policyOfSize(2121)),
        put('b', `${policyOfSize(2120)}  \n`),
        put('a', policyOfSize(2999)),
      ]),
    ).toEqual(['LimitExceededException', 'ok', 'LimitExceededException', 'ok', 'ok']);
    expect((await iam.send(new ListGroupPoliciesCommand({ GroupName }))).PolicyNames).toEqual(['a', 'b']);
    const read = () => iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'a' }));
    expect((await read()).PolicyDocument).toBe(encodeURIComponent(policyOfSize(2999)));
    const remove = () => iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: 'a' }));
    expect(await outcomes([remove, remove, read])).toEqual([
      'ok',
      'NoSuchEntityException',
      'NoSuchEntityException',
    ]);
  });

  test('are all in GetAccountAuthorizationDetails', async () => {
    const { iam } = await accountWithGroup();
    const PolicyDocument = policy('Allow', 's3:*');
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'in', PolicyDocument }));
    const answer = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Group'] }));
    expect(answer.GroupDetailList).toMatchObject([
      {
        GroupName,
        Path: '/teams/',
        GroupPolicyList: [{ PolicyName: 'in', PolicyDocument: encodeURIComponent(PolicyDocument) }],
        AttachedManagedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn }],
      },
    ]);
    expect(answer.UserDetailList).toEqual([]);
  });
});
