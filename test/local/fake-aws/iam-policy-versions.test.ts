import {
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListPolicyVersionsCommand,
  PutUserPermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { newAccount, outcome, outcomes, policy, policyOfSize, SECOND } from './account.js';

const PolicyArn = 'arn:aws:iam::123456789012:policy/app/Assume';
const awsOwn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/** An account with one policy, and the calls that concern its versions. */
async function accountWithPolicy() {
  const account = newAccount();
  const { iam } = account;
  const Description = 'Allows assuming App';
  const PolicyDocument = policy('Allow', 'a:1');
  await iam.send(
    new CreatePolicyCommand({ PolicyName: 'Assume', Path: '/app/', PolicyDocument, Description }),
  );
  const add = (number: number, SetAsDefault?: boolean) => () =>
    iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: policy('Allow', `a:${number}`),
        ...(SetAsDefault !== undefined && { SetAsDefault }),
      }),
    );
  const remove = (VersionId: string) => () =>
    iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  const choose = (VersionId: string) => () =>
    iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }));
  const versions = async () => {
    const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    return Versions.map(
      ({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? ' default' : ''}`,
    );
  };
  const removePolicy = () => iam.send(new DeletePolicyCommand({ PolicyArn }));
  return { ...account, add, remove, choose, versions, removePolicy };
}

describe('versions of a policy', () => {
  test('are five at most; the default one stays; no number is used again', async () => {
    const { add, remove, versions } = await accountWithPolicy();
    expect(await outcomes([add(2, true), add(3), add(4, false), add(5), add(6)])).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'LimitExceededException',
    ]);
    expect(await versions()).toEqual(['v5', 'v4', 'v3', 'v2 default', 'v1']);
    expect(await outcomes([remove('v2'), remove('v5'), remove('v5'), add(6, true)])).toEqual([
      'DeleteConflictException',
      'ok',
      'NoSuchEntityException',
      'ok',
    ]);
    expect(await versions()).toEqual(['v6 default', 'v4', 'v3', 'v2', 'v1']);
  });

  test('the default one is what the policy says', async () => {
    const { iam, add, choose, later } = await accountWithPolicy();
    await later(60 * SECOND);
    const { PolicyVersion } = await add(2, true)();
    expect(PolicyVersion).toEqual({
      VersionId: 'v2',
      IsDefaultVersion: true,
      CreateDate: new Date('2026-03-01T12:01:00Z'),
    });
    await add(3)();
    await later(60 * SECOND);
    await choose('v1')();
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({
      DefaultVersionId: 'v1',
      Description: 'Allows assuming App',
      CreateDate: new Date('2026-03-01T12:00:00Z'),
      UpdateDate: new Date('2026-03-01T12:02:00Z'),
    });
    const shown = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v3' }));
    expect(shown.PolicyVersion).toMatchObject({
      IsDefaultVersion: false,
      Document: encodeURIComponent(policy('Allow', 'a:3')),
    });
  });

  test('a document is judged as the first one was', async () => {
    const { iam } = await accountWithPolicy();
    const add = (PolicyDocument: string) => () =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    expect(await outcomes([add('{'), add(policyOfSize(6145)), add(`${policyOfSize(6144)}\n`)])).toEqual([
      'MalformedPolicyDocumentException',
      'LimitExceededException',
      'ok',
    ]);
  });

  test("a bad version id is a ValidationError, AWS's own policies are out of reach", async () => {
    const { iam, remove, choose } = await accountWithPolicy();
    const own = { PolicyArn: awsOwn, PolicyDocument: policy('Allow', 'a:1') };
    expect(
      await outcomes([
        remove('1'),
        // The form of a request is looked at before the thing is looked for.
        () => iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: `${PolicyArn}2`, VersionId: 'v' })),
        choose('v2'),
        () => iam.send(new CreatePolicyVersionCommand(own)),
        () => iam.send(new DeletePolicyCommand({ PolicyArn: awsOwn })),
        () => iam.send(new ListPolicyVersionsCommand({ PolicyArn: `${PolicyArn}2` })),
      ]),
    ).toEqual([
      'ValidationError',
      'ValidationError',
      'NoSuchEntityException',
      'AccessDenied',
      'AccessDenied',
      'NoSuchEntityException',
    ]);
  });

  test('a late read sees the version that was the default then', async () => {
    let lag = 0;
    const { iam, later } = newAccount({ lagMs: () => lag });
    await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policy('Allow', 'a:1') }));
    await later(10 * SECOND);
    const input = { PolicyArn: 'arn:aws:iam::123456789012:policy/p', SetAsDefault: true };
    await iam.send(new CreatePolicyVersionCommand({ ...input, PolicyDocument: policy('Allow', 'a:2') }));
    const read = () => iam.send(new GetPolicyCommand({ PolicyArn: input.PolicyArn }));
    lag = 5 * SECOND;
    expect((await read()).Policy?.DefaultVersionId).toBe('v1');
    lag = 0;
    expect((await read()).Policy?.DefaultVersionId).toBe('v2');
  });

  test('all of them are in GetAccountAuthorizationDetails, with their documents', async () => {
    const { iam, add } = await accountWithPolicy();
    await add(2, true)();
    const Filter = ['LocalManagedPolicy'] as const;
    const { Policies } = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: [...Filter] }));
    expect(Policies).toMatchObject([
      {
        Arn: PolicyArn,
        DefaultVersionId: 'v2',
        PolicyVersionList: [
          { VersionId: 'v1', IsDefaultVersion: false, Document: encodeURIComponent(policy('Allow', 'a:1')) },
          { VersionId: 'v2', IsDefaultVersion: true, Document: encodeURIComponent(policy('Allow', 'a:2')) },
        ],
      },
    ]);
  });
});

describe('deleting a policy', () => {
  test('takes neither holders nor further versions', async () => {
    const { iam, add, remove, removePolicy } = await accountWithPolicy();
    const UserName = 'deploy';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await add(2, true)();
    expect(
      await outcomes([
        removePolicy,
        () => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
        removePolicy,
        remove('v1'),
        () => iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: PolicyArn })),
        removePolicy,
        () => iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: awsOwn })),
        removePolicy,
        removePolicy,
      ]),
    ).toEqual([
      'DeleteConflictException',
      'ok',
      'DeleteConflictException',
      'ok',
      'ok',
      'DeleteConflictException',
      'ok',
      'ok',
      'NoSuchEntityException',
    ]);
  });
});

describe('ListPolicies', () => {
  test('by scope, path and attachment; without descriptions', async () => {
    const { iam } = await accountWithPolicy();
    await iam.send(new CreatePolicyCommand({ PolicyName: 'other', PolicyDocument: policy('Allow', 'a:1') }));
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn: awsOwn }));
    const list = async (input: ListPoliciesCommandInput) => {
      const { Policies = [] } = await iam.send(new ListPoliciesCommand(input));
      return Policies.map((one) => one.PolicyName);
    };
    expect(await list({ Scope: 'Local' })).toEqual(['Assume', 'other']);
    expect(await list({ Scope: 'Local', PathPrefix: '/app/' })).toEqual(['Assume']);
    expect(await list({ Scope: 'AWS', OnlyAttached: true })).toEqual(['ReadOnlyAccess']);
    expect((await list({})).toSorted()).toEqual([
      'AWSCompromisedKeyQuarantineV3',
      'AWSDenyAll',
      'AdministratorAccess',
      'AmazonSESFullAccess',
      'Assume',
      'CloudWatchLogsFullAccess',
      'ReadOnlyAccess',
      'other',
    ]);
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    expect(Policies?.map((one) => one.Description)).toEqual([undefined, undefined]);
  });

  test('a description has at most 1,000 characters', async () => {
    const { iam } = newAccount();
    const make = (PolicyName: string, length: number) =>
      outcome(
        iam.send(
          new CreatePolicyCommand({
            PolicyName,
            PolicyDocument: policy('Allow', 'a:1'),
            Description: 'd'.repeat(length),
          }),
        ),
      );
    expect([await make('a', 1000), await make('b', 1001)]).toEqual(['ok', 'ValidationError']);
  });
});
