import { attack, on } from './attack.js';
import { arn, managed, user } from './escalations.js';
import { extended } from './context.js';

const sessions = (
  title: string,
  requests: Parameters<typeof attack>[2],
  residual?: Parameters<typeof attack>[3],
) => attack('Role sessions', title, requests, residual);

const [listedRole] = extended.revocation!.roleArns;
const [revocations] = extended.revocation!.policyArns;
const { queueArn } = extended.revocation!;
const assumePolicy = extended.assumePolicyArns[0]!;

export const sessionAttacks = [
  sessions(
    'Write an Allow into the revocation policy of a listed role',
    [on('iam:CreatePolicyVersion', revocations!)],
    ['revoke'],
  ),
  sessions(
    'Forget who is revoked: delete earlier versions of a revocation policy',
    [on('iam:DeletePolicyVersion', revocations!)],
    ['revoke'],
  ),
  sessions(
    "End everybody's sessions of a listed role",
    [on('iam:CreatePolicyVersion', revocations!)],
    ['revoke'],
  ),
  sessions('Make an earlier version of a revocation policy the default', [
    on('iam:SetDefaultPolicyVersion', revocations!),
  ]),
  sessions('Write a version of an assume policy', [on('iam:CreatePolicyVersion', assumePolicy)]),
  sessions("Write a version of the users' boundary", [on('iam:CreatePolicyVersion', extended.boundaryArn)]),
  sessions("Write a version of a function's boundary", [
    on('iam:CreatePolicyVersion', arn('policy/IamLifecycleFunctionBoundary-revoke')),
  ]),
  sessions('Write a version of a policy of others', [on('iam:CreatePolicyVersion', arn('policy/Payroll'))]),
  sessions('Write the revocation policy of a role that is not listed', [
    on('iam:CreatePolicyVersion', arn('policy/IamLifecycleRevoked-payroll')),
  ]),
  sessions('Make another revocation policy', [
    on('iam:CreatePolicy', arn('policy/IamLifecycleRevoked-payroll')),
  ]),
  sessions('Delete a revocation policy', [on('iam:DeletePolicy', revocations!)]),
  sessions('Detach the revocation policy from its role', [
    on('iam:DetachRolePolicy', listedRole!, { 'iam:PolicyARN': revocations! }),
  ]),
  sessions('Attach the revocation policy to another role', [
    on('iam:AttachRolePolicy', arn('role/Payroll'), { 'iam:PolicyARN': revocations! }),
  ]),
  sessions('Attach the revocation policy to a managed user', [
    on('iam:AttachUserPolicy', user, { ...managed, 'iam:PolicyARN': revocations! }),
  ]),
  sessions('Attach another policy to a listed role', [
    on('iam:AttachRolePolicy', listedRole!, {
      'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
  ]),
  sessions('Write an inline policy of a listed role', [on('iam:PutRolePolicy', listedRole!)]),
  sessions('Widen the trust of a listed role', [on('iam:UpdateAssumeRolePolicy', listedRole!)]),
  sessions('Free a listed role of its boundary', [on('iam:DeleteRolePermissionsBoundary', listedRole!)]),
  sessions('Give a listed role another boundary', [
    on('iam:PutRolePermissionsBoundary', listedRole!, {
      'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
  ]),
  sessions('Tag a listed role', [on('iam:TagRole', listedRole!)]),
  sessions('Assume a listed role', [on('sts:AssumeRole', listedRole!)]),
  sessions('Read the trust policy of a role that is not listed', [on('iam:GetRole', arn('role/Payroll'))]),
  {
    ...sessions("Ask that somebody's sessions end", [on('sqs:SendMessage', queueArn)], ['offboard']),
    onlyWith: 'revocation' as const,
  },
];
