import { GetAccountAuthorizationDetailsCommand, IAMClient } from '@aws-sdk/client-iam';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { observePolicies } from '../../functions/aws/observe-policies.js';

const client = new IAMClient({ region: 'eu-west-1' });
const iam = mockClient(client);
beforeEach(() => {
  iam.reset();
});

const arn = (name: string) => `arn:aws:iam::123456789012:${name}`;
const inline = (name: string) => [{ PolicyName: name, PolicyDocument: `%7B%22${name}%22%3A1%7D` }];

test('every policy of every page is there, with the version that is in use', async () => {
  iam
    .on(GetAccountAuthorizationDetailsCommand)
    .resolvesOnce({
      RoleDetailList: [
        {
          RoleName: 'R',
          Arn: arn('role/R'),
          AssumeRolePolicyDocument: '%7B%7D',
          RolePolicyList: inline('a'),
        },
      ],
      GroupDetailList: [{ GroupName: 'G', Arn: arn('group/G'), GroupPolicyList: inline('b') }],
      IsTruncated: true,
      Marker: 'more',
    })
    .resolvesOnce({
      UserDetailList: [
        {
          UserName: 'u',
          UserId: 'AIDAU',
          Arn: arn('user/u'),
          Path: '/',
          CreateDate: new Date(0),
          Tags: [{ Key: 'iam-lifecycle:owner', Value: 'bob' }],
          UserPolicyList: inline('c'),
        },
      ],
      Policies: [
        {
          Arn: arn('policy/deep/P'),
          PolicyVersionList: [
            { VersionId: 'v1', IsDefaultVersion: false, Document: '%7B%22old%22%3A1%7D' },
            { VersionId: 'v2', IsDefaultVersion: true, Document: '%7B%22new%22%3A1%7D' },
          ],
        },
      ],
      IsTruncated: false,
    });
  const { users, policies } = await observePolicies(client);
  expect(users).toMatchObject([{ name: 'u', id: 'AIDAU', tags: { 'iam-lifecycle:owner': 'bob' } }]);
  expect(policies).toEqual([
    { what: 'trust policy of role R', arn: arn('role/R'), document: '%7B%7D' },
    { what: 'policy a of role R', arn: arn('role/R'), document: '%7B%22a%22%3A1%7D' },
    { what: 'policy b of group G', arn: arn('group/G'), document: '%7B%22b%22%3A1%7D' },
    { what: 'policy c of user u', arn: arn('user/u'), document: '%7B%22c%22%3A1%7D' },
    { what: 'managed policy P', arn: arn('policy/deep/P'), document: '%7B%22new%22%3A1%7D' },
  ]);
  expect(iam.commandCalls(GetAccountAuthorizationDetailsCommand)[0]!.args[0].input).toMatchObject({
    Filter: ['User', 'Group', 'Role', 'LocalManagedPolicy'],
    MaxItems: 1000,
  });
});

test('a page that fails fails it all', async () => {
  iam
    .on(GetAccountAuthorizationDetailsCommand)
    .resolvesOnce({ RoleDetailList: [], IsTruncated: true, Marker: 'more' })
    .rejectsOnce(new Error('no'));
  await expect(observePolicies(client)).rejects.toThrow('no');
});
