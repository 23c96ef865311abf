import { expect, test } from '@jest/globals';
import { judgeAssumePolicy } from '../../functions/core/assume-policy.js';
import { parseRoleArn } from '../../functions/core/names.js';
import { parseConfig } from '../../infra/config.js';
import { boundaryDocument, pinnedPolicyDocument } from '../../infra/user-policies.js';
import { fullConfig, variants } from './configs.js';
import { synthesise } from './synth.js';

const roleArn = parseRoleArn('arn:aws:iam::123456789012:role/DataEngineerRole');

test('there is one policy for each role, named after it, and it is what the seed systems have', () => {
  const policies = synthesise()
    .properties('AWS::IAM::ManagedPolicy')
    .filter(({ ManagedPolicyName }) => ManagedPolicyName.startsWith('Assume'));
  expect(policies).toHaveLength(3);
  expect(policies[0]).toMatchObject({
    ManagedPolicyName: 'AssumeDataEngineerRolePolicy',
    Description: 'Allows assuming DataEngineerRole',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: 'arn:aws:iam::123456789012:role/DataEngineerRole',
        },
      ],
    },
  });
});

test.each(['none', 'session-name'] as const)(
  'pinned to %s, it still allows one role and nothing else',
  (pin) => {
    expect(judgeAssumePolicy(pinnedPolicyDocument(roleArn, pin), [roleArn])).toEqual([]);
  },
);

test("pinned, a session bears the user's own name", () => {
  expect(pinnedPolicyDocument(roleArn, 'session-name').Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: 'arn:aws:iam::123456789012:role/DataEngineerRole',
      Condition: { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } },
    },
  ]);
  expect(pinnedPolicyDocument(roleArn, 'source-identity').Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: 'arn:aws:iam::123456789012:role/DataEngineerRole',
      Condition: { StringEquals: { 'sts:SourceIdentity': '${aws:username}' } },
    },
  ]);
});

test('the boundary lets through the listed roles and what the allow-list needs, and never IAM', () => {
  expect(boundaryDocument(parseConfig(fullConfig)).Statement).toEqual([
    {
      Sid: 'AssumeListedRoles',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: [
        'arn:aws:iam::123456789012:role/DataEngineerRole',
        'arn:aws:iam::123456789012:role/InfrastructureAdminRole',
        'arn:aws:iam::123456789012:role/AdminRole',
      ],
    },
    { Sid: 'ManagedPolicy1', Effect: 'Allow', Action: ['ses:SendRawEmail'], Resource: ['*'] },
    {
      Sid: 'NeverIdentities',
      Effect: 'Deny',
      Action: ['iam:*', 'organizations:*', 'account:*'],
      Resource: '*',
    },
  ]);
});

test('a boundary that is given is used, and none is made', () => {
  const stack = synthesise(variants.ownBoundary);
  const names = stack.properties('AWS::IAM::ManagedPolicy').map(({ ManagedPolicyName }) => ManagedPolicyName);
  expect(names).not.toContain('IamLifecycleBoundary');
  expect(stack.json.Outputs.BoundaryArn!.Value).toBe('arn:aws:iam::123456789012:policy/OurBoundary');
});

test('a boundary that IAM would refuse for its length is refused before', () => {
  expect(() => synthesise(variants.tooManyPolicies)).toThrow(
    /the boundary takes \d+ characters and IAM allows 6144/,
  );
});

test("with groups there is one for each role, and it holds that role's policy", () => {
  const groups = synthesise(fullConfig).properties('AWS::IAM::Group');
  expect(groups.map(({ GroupName, Path }) => [GroupName, Path])).toEqual([
    ['AssumeDataEngineerRole', '/lifecycle/'],
    ['AssumeInfrastructureAdminRole', '/lifecycle/'],
    ['AssumeAdminRole', '/lifecycle/'],
  ]);
  expect(groups.map(({ ManagedPolicyArns }) => ManagedPolicyArns.length)).toEqual([1, 1, 1]);
});
