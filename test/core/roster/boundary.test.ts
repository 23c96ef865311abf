import { describe, expect, test } from '@jest/globals';
import { fullAccessDocument } from '../../../functions/core/roster/group-documents.js';
import { assumePolicies, rosterBoundary } from '../../../functions/core/roster/boundary.js';
import type { PolicyDocument } from '../../../functions/core/assume-policy.js';
import { userMay } from '../../support/user-simulation.js';

const account = { accountId: '123456789012', partition: 'aws' };
const admin = 'arn:aws:iam::123456789012:role/AdminRole';
const data = 'arn:aws:iam::210987654321:role/teams/DataEngineerRole';
const boundaryArn = 'arn:aws:iam::123456789012:policy/IamLifecycleBoundary';
const iam = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
const everything = fullAccessDocument(false);
const under = (isNarrow: boolean, policies: readonly PolicyDocument[] = [everything]) => ({
  user: 'lifecycle/alice',
  policies,
  boundary: rosterBoundary({ ...account, roleArns: [admin, data], isNarrow }).document,
});

test.each([true, false])('the boundary has the name by which every user has it (narrow: %s)', (isNarrow) => {
  expect(rosterBoundary({ ...account, roleArns: [admin], isNarrow })).toMatchObject({
    name: 'IamLifecycleBoundary',
    path: '/',
    arn: boundaryArn,
  });
});

describe('of users that have roles alone, the boundary', () => {
  test('is their list, and no identities', () => {
    expect(rosterBoundary({ ...account, roleArns: [admin, data], isNarrow: true }).document).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'AssumeListedRoles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [admin, data] },
        {
          Sid: 'NeverIdentities',
          Effect: 'Deny',
          Action: ['iam:*', 'organizations:*', 'account:*'],
          Resource: '*',
        },
      ],
    });
  });

  test('without a role allows nothing', () => {
    const { document } = rosterBoundary({ ...account, roleArns: [], isNarrow: true });
    expect(document.Statement.map((statement) => (statement as { Sid: string }).Sid)).toEqual([
      'NeverIdentities',
    ]);
  });

  test('lets a user with every right assume the listed roles, and do nothing else', async () => {
    expect(await userMay(under(true), { action: 'sts:AssumeRole', resource: data })).toBe(true);
    for (const [action, resource] of [
      ['sts:AssumeRole', iam('role/OtherRole')],
      ['iam:CreateUser', iam('user/bob')],
      ['s3:GetObject', 'arn:aws:s3:::bucket/key'],
    ] as const)
      expect(await userMay(under(true), { action, resource })).toBe(false);
  });

  // A role ARN of 60 characters takes 63 in a list: 110 of them take 6,930.
  test('is refused where its roles do not fit', () => {
    const roleArns = Array.from({ length: 110 }, (_, index) => iam(`role/${`${index}`.padStart(29, 'r')}`));
    expect(() => rosterBoundary({ ...account, roleArns, isNarrow: true })).toThrow(
      /^assumableRoles is "110 roles, which make a boundary of 7\d{3} characters": it must be few enough for the 6144/,
    );
    expect(() => rosterBoundary({ ...account, roleArns, isNarrow: false })).not.toThrow();
  });
});

describe('of users that have anything else, the boundary', () => {
  test('lets through what their policies give, and gives nothing itself', async () => {
    const create = { action: 'iam:CreateAccessKey', resource: iam('user/bob') };
    expect(await userMay(under(false), { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key' })).toBe(
      true,
    );
    expect(await userMay(under(false), create)).toBe(true);
    expect(await userMay(under(false, []), create)).toBe(false);
  });

  test.each(['iam:DeleteUserPermissionsBoundary', 'iam:PutUserPermissionsBoundary'])(
    'lets nobody %s, of itself or of another',
    async (action) => {
      for (const user of ['lifecycle/alice', 'bob', 'people/carol']) {
        const request = { action, resource: iam(`user/${user}`) };
        expect(await userMay({ ...under(false), boundary: everything }, request)).toBe(true);
        expect(await userMay(under(false), request)).toBe(false);
      }
    },
  );

  test.each([
    'iam:CreatePolicyVersion',
    'iam:DeletePolicy',
    'iam:DeletePolicyVersion',
    'iam:SetDefaultPolicyVersion',
  ])('lets nobody %s on itself, and leaves other policies alone', async (action) => {
    expect(await userMay(under(false), { action, resource: boundaryArn })).toBe(false);
    expect(await userMay(under(false), { action, resource: iam('policy/Other') })).toBe(true);
  });

  test('lets a user be created under itself alone', async () => {
    const create = { action: 'iam:CreateUser', resource: iam('user/bob') };
    const bound = (arn: string) => ({ ...create, context: { 'iam:PermissionsBoundary': arn } });
    expect(await userMay(under(false), create)).toBe(false);
    expect(await userMay(under(false), bound(iam('policy/Other')))).toBe(false);
    expect(await userMay(under(false), bound(boundaryArn))).toBe(true);
  });

  test('is of its own partition', () => {
    const { arn, document } = rosterBoundary({
      accountId: '123456789012',
      partition: 'aws-us-gov',
      roleArns: [],
      isNarrow: false,
    });
    expect(arn).toBe('arn:aws-us-gov:iam::123456789012:policy/IamLifecycleBoundary');
    expect(JSON.stringify(document)).not.toContain('arn:aws:');
  });
});

describe('the policies of roles', () => {
  test('are the single-role ones, by name, description and document', () => {
    expect(assumePolicies({ admin, data_engineer: data }, account)).toEqual([
      {
        name: 'AssumeAdminRolePolicy',
        path: '/',
        arn: iam('policy/AssumeAdminRolePolicy'),
        description: 'Allows assuming AdminRole',
        document: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: admin }],
        },
      },
      {
        name: 'AssumeDataEngineerRolePolicy',
        path: '/',
        arn: iam('policy/AssumeDataEngineerRolePolicy'),
        description: 'Allows assuming DataEngineerRole',
        document: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: data }],
        },
      },
    ]);
  });

  test('a role under two keys has one policy', () => {
    expect(assumePolicies({ admin, root: admin }, account)).toHaveLength(1);
  });

  test('two roles of one name are refused, since their policies would have one name too', () => {
    const twin = 'arn:aws:iam::210987654321:role/adminrole';
    expect(() => assumePolicies({ admin, other: twin }, account)).toThrow(
      `assumableRoles.other is "${twin}": it must be a role of another name than ${admin}`,
    );
  });

  test('what is no role is refused', () => {
    expect(() => assumePolicies({ any: iam('role/*') }, account)).toThrow(/^assumableRoles.any is /);
  });
});
