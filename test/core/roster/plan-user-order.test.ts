import { describe, expect, test } from '@jest/globals';
import { planRoster } from '../../../functions/core/roster/plan.js';
import {
  adminPolicy,
  assumeDocument,
  bobKey,
  dataPolicy,
  facts,
  findingTexts,
  group,
  now,
  planOf,
  operator,
  planTexts,
  s3Document,
  reconciler,
  roles,
  roster,
  rosterPolicy,
  seenPolicy,
  seenUser,
  strayPolicy,
  wanted,
} from '../../support/roster.js';

const arns = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/${prefix}${index}`);
const long = (letter: string) => JSON.stringify({ Statement: [{ Sid: letter.repeat(1200) }] });

describe('a quota', () => {
  test('of ten policies that has no room for both: as many as needed go first, and say so', () => {
    const plan = planOf(wanted({ policyArns: [...arns('Old', 7), ...arns('New', 2)] }), {
      users: [seenUser({ policyArns: arns('Old', 9) })],
    });
    expect(planTexts(plan)).toEqual([
      '~ user bob: DetachPolicy Old7, AttachPolicy New0, AttachPolicy New1, DetachPolicy Old8',
    ]);
    expect(plan.changes[0]!.reasons[0]).toBe(
      "the roster gives bob no policy Old7; first, since 11 managed policies at once are more than IAM's 10",
    );
    expect(plan.changes[0]!.reasons[3]).toBe('the roster gives bob no policy Old8');
  });

  test('of ten policies with room for both: the new ones come first', () => {
    const plan = planOf(wanted({ policyArns: [...arns('Old', 8), ...arns('New', 1)] }), {
      users: [seenUser({ policyArns: arns('Old', 9) })],
    });
    expect(planTexts(plan)).toEqual(['~ user bob: AttachPolicy New0, DetachPolicy Old8']);
  });

  test('that makes one policy go first spares the one that still gives a role', () => {
    const bundle = seenPolicy('ABundle', { document: JSON.stringify(assumeDocument(roles.admin)) });
    const plan = planOf(wanted({ roles: ['admin'], policyArns: [...arns('Old', 8), adminPolicy] }), {
      users: [seenUser({ policyArns: [...arns('Old', 9), bundle.arn] })],
      policies: [bundle, seenPolicy('AssumeAdminRolePolicy')],
    });
    expect(planTexts(plan)).toEqual([
      '~ user bob: DetachPolicy Old8, AttachPolicy AssumeAdminRolePolicy, DetachPolicy ABundle',
    ]);
  });

  test('of 2,048 characters of inline policies: the old one goes first', () => {
    const plan = planOf(wanted({ inlinePolicies: { new: long('n') } }), {
      users: [seenUser({ inlinePolicies: { old: long('o') } })],
    });
    expect(planTexts(plan)).toEqual(['~ user bob: DeleteInlinePolicy old, PutInlinePolicy new']);
    // 1,200 letters and the 28 characters of {"Statement":[{"Sid":""}]}, twice, less what is not there.
    expect(plan.changes[0]!.reasons[0]).toContain('first, since 2452 characters of inline policies');
  });

  test('of 2,048 characters: a document that takes the place of another counts by what it adds', () => {
    const plan = planOf(wanted({ inlinePolicies: { same: long('n') } }), {
      users: [seenUser({ inlinePolicies: { same: long('o'), stray: s3Document } })],
    });
    expect(planTexts(plan)).toEqual(['~ user bob: PutInlinePolicy same, DeleteInlinePolicy stray']);
  });

  test('of 2,048 characters: the document that shrinks is put before the one that grows', () => {
    const plan = planOf(wanted({ inlinePolicies: { grows: long('n'), shrinks: s3Document } }), {
      users: [seenUser({ inlinePolicies: { grows: s3Document, shrinks: long('o') } })],
    });
    expect(planTexts(plan)).toEqual(['~ user bob: PutInlinePolicy shrinks, PutInlinePolicy grows']);
  });

  test('of ten groups: one is left first', () => {
    const names = Array.from({ length: 10 }, (_, index) => `group${index}`);
    const plan = planOf(wanted({ groupNames: [...names.slice(1), 'new'] }), {
      users: [seenUser({ groupNames: names })],
      groups: [...names, 'new'].map(group),
    });
    expect(planTexts(plan)).toEqual(['~ user bob: LeaveGroup group0, JoinGroup new']);
  });

  test('of five SSH keys: one is deleted first', () => {
    const others = ['A', 'B', 'C', 'D', 'E'].map((id) => ({ id, body: `ssh-rsa ${id}` }));
    const plan = planOf(wanted({ sshPublicKey: bobKey }), { users: [seenUser()], sshKeys: { bob: others } });
    expect(planTexts(plan)).toEqual([
      '~ user bob: DeleteCredential A, UploadSshKey, DeleteCredential B, DeleteCredential C, DeleteCredential D, DeleteCredential E',
    ]);
  });
});

describe('a bundled policy whose successor is not there yet', () => {
  const bundleDocument = JSON.stringify(assumeDocument(roles.admin, roles.data_engineer));
  const want = roster({
    users: [wanted({ roles: ['admin', 'data_engineer'], policyArns: [adminPolicy, dataPolicy] })],
    policies: [rosterPolicy('AssumeDataEngineerRolePolicy', assumeDocument(roles.data_engineer))],
  });
  const bundle = seenPolicy('AssumeRolesPolicy', { document: bundleDocument });
  const policies = [bundle, seenPolicy('AssumeAdminRolePolicy')];
  const managed = seenUser({ policyArns: [bundle.arn, strayPolicy] });
  const inline = seenUser({
    policyArns: [strayPolicy],
    inlinePolicies: { AssumeRolesPolicy: bundleDocument },
  });

  test.each([
    ['managed', managed],
    ['inline', inline],
  ])('stays, %s, while a function may not make the successor; what is stray goes', (_, seen) => {
    const plan = planRoster(want, facts({ users: [seen], policies }), reconciler, now);
    expect(planTexts(plan)).toEqual([
      '~ user bob: AttachPolicy AssumeAdminRolePolicy, DetachPolicy AdministratorAccess',
    ]);
    expect(findingTexts(plan)).toEqual([
      expect.stringMatching(/^NotPermitted policy AssumeDataEngineerRolePolicy: /),
      'Conflict user bob: AssumeRolesPolicy stays: it gives the role data_engineer, and AssumeDataEngineerRolePolicy does not exist',
    ]);
  });

  test('goes where the plan itself takes the role out of it', () => {
    const { data_engineer: dataRole, admin: adminRole } = roles;
    const users = [wanted({ roles: ['data_engineer'], policyArns: [dataPolicy] })];
    const made = planRoster(
      roster({ users, policies: [rosterPolicy('AssumeRolesPolicy', assumeDocument(adminRole))] }),
      facts({
        users: [seenUser({ policyArns: [bundle.arn] })],
        policies: [{ ...bundle, document: JSON.stringify(assumeDocument(dataRole)) }],
      }),
      operator,
      now,
    );
    expect(planTexts(made)).toEqual([
      '~ policy AssumeRolesPolicy: UpdatePolicy',
      '~ user bob: DetachPolicy AssumeRolesPolicy',
    ]);
  });

  test('goes with an operator, who makes the successor first', () => {
    const plan = planRoster(
      want,
      facts({ users: [managed], policies }),
      { ...reconciler, mayDeploy: true },
      now,
    );
    expect(planTexts(plan)).toEqual([
      '+ policy AssumeDataEngineerRolePolicy: CreatePolicy',
      '~ user bob: AttachPolicy AssumeAdminRolePolicy, AttachPolicy AssumeDataEngineerRolePolicy, DetachPolicy AdministratorAccess, DetachPolicy AssumeRolesPolicy',
    ]);
    expect(findingTexts(plan)).toEqual([
      `Unmanaged policy AssumeRolesPolicy: after this no user and no group has it: where no role needs it either, delete it with \`iam-lifecycle delete-policy ${bundle.arn}\``,
    ]);
  });
});
