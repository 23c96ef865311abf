import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../../functions/core/names.js';
import type { RosterFacts, SeenUser } from '../../../functions/core/roster/roster-facts.js';
import type { RosterUser } from '../../../functions/core/roster/roster.js';
import {
  account,
  adminPolicy,
  assumeDocument,
  bobKey,
  bobSecret,
  dataPolicy,
  group,
  idOf,
  key,
  login,
  ownTags,
  planOf,
  planTexts,
  readOnly,
  reconciler,
  roles,
  s3Document,
  seenUser,
  strayPolicy,
  wanted,
} from '../../support/roster.js';

const otherKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOLD bob@laptop';

/** What the roster asks for, what the account shows of bob and beside him, and the steps. */
type Case = [want: Partial<RosterUser>, seen: SeenUser, beside: Partial<RosterFacts>, steps: string[]];
const tagged = (tags: Readonly<Record<string, string>>) => seenUser({}, { tags });

describe('a user of the roster that is there', () => {
  test.each(
    Object.entries<Case>({
      'as the roster says: nothing to do': [{}, seenUser(), {}, []],
      'with everything as the roster says: nothing to do': [
        {
          roles: ['admin'],
          policyArns: [adminPolicy],
          groupNames: ['developers'],
          inlinePolicies: { s3: s3Document },
          sshPublicKey: bobKey,
          login,
          key,
          forceDestroy: true,
        },
        seenUser(
          { policyArns: [adminPolicy], groupNames: ['developers'], inlinePolicies: { s3: s3Document } },
          {
            tags: {
              Name: 'bob',
              'iam-lifecycle:managed': 'true',
              'iam-lifecycle:origin': 'roster',
              'iam-lifecycle:owner': 'roster',
              'iam-lifecycle:force-destroy': 'true',
              'iam-lifecycle:mint-intent': '2026-01-01T00:00:00.000Z',
            },
          },
        ),
        {
          groups: [group('developers')],
          secrets: [bobSecret],
          logins: ['bob'],
          sshKeys: { bob: [{ id: 'APKA1', body: bobKey }] },
        },
        [],
      ],
      'with another value of one tag: that one is written': [
        { tags: { Name: 'bob', Roles: 'admin', team: 'a' } },
        tagged(ownTags('bob', { Roles: 'data_engineer', team: 'a' })),
        {},
        ['TagUser {"Roles":"admin"}'],
      ],
      'with a tag too many: it goes': [{}, tagged(ownTags('bob', { team: 'a' })), {}, ['UntagUser team']],
      'with a tag in another case: it goes before it comes': [
        { tags: { Name: 'bob', Team: 'a' } },
        tagged(ownTags('bob', { team: 'a' })),
        {},
        ['UntagUser team', 'TagUser {"Team":"a"}'],
      ],
      'with tags of other planners and of AWS: they stay': [
        {},
        tagged(
          ownTags('bob', {
            'iam-lifecycle:mint-intent': '2026-01-01T00:00:00.000Z',
            'iam-lifecycle:exempt-until': '2027-01-01',
            'iam-lifecycle:restored-at': '2026-02-01T00:00:00.000Z',
            'aws:cloudformation:stack-name': 'users',
          }),
        ),
        {},
        [],
      ],
      'and listed again: the mark goes': [
        {},
        tagged(ownTags('bob', { 'iam-lifecycle:unlisted-since': '2026-03-09T00:00:00.000Z' })),
        {},
        ['UntagUser iam-lifecycle:unlisted-since'],
      ],
      'and is to go at once when it goes': [
        { forceDestroy: true },
        seenUser(),
        {},
        ['TagUser {"iam-lifecycle:force-destroy":"true"}'],
      ],
      'and is to be restorable for another time': [
        { quarantine: 'P7D' },
        seenUser(),
        {},
        ['TagUser {"iam-lifecycle:quarantine":"P7D"}'],
      ],
      'and no longer has a time of its own': [
        {},
        tagged(ownTags('bob', { 'iam-lifecycle:quarantine': 'P7D' })),
        {},
        ['UntagUser iam-lifecycle:quarantine'],
      ],
      'and wants a key after all': [
        { key },
        seenUser(),
        {},
        ['UntagUser iam-lifecycle:key-store', 'EnsureKey'],
      ],
      'without its boundary': [{}, seenUser({}, { boundaryArn: null }), {}, ['SetBoundary']],
      'under another boundary': [{}, seenUser({}, { boundaryArn: readOnly }), {}, ['SetBoundary']],
      'with a policy missing': [
        { roles: ['admin'], policyArns: [adminPolicy] },
        seenUser(),
        {},
        ['AttachPolicy AssumeAdminRolePolicy'],
      ],
      'with a stray policy': [
        {},
        seenUser({ policyArns: [strayPolicy] }),
        {},
        ['DetachPolicy AdministratorAccess'],
      ],
      'with another role: the new one comes first': [
        { roles: ['data_engineer'], policyArns: [dataPolicy] },
        seenUser({ policyArns: [adminPolicy] }),
        {},
        ['AttachPolicy AssumeDataEngineerRolePolicy', 'DetachPolicy AssumeAdminRolePolicy'],
      ],
      'with another group: the new one comes first': [
        { groupNames: ['developers'] },
        seenUser({ groupNames: ['support'] }),
        { groups: [group('developers'), group('support')] },
        ['JoinGroup developers', 'LeaveGroup support'],
      ],
      'with a bundled policy, managed: the roles come first': [
        { roles: ['admin', 'data_engineer'], policyArns: [adminPolicy, dataPolicy] },
        seenUser({ policyArns: [`arn:aws:iam::${account}:policy/AssumeRolesPolicy`] }),
        {},
        [
          'AttachPolicy AssumeAdminRolePolicy',
          'AttachPolicy AssumeDataEngineerRolePolicy',
          'DetachPolicy AssumeRolesPolicy',
        ],
      ],
      'with a bundled policy, inline: the roles come first': [
        { roles: ['admin'], policyArns: [adminPolicy] },
        seenUser({ inlinePolicies: { AssumeRolesPolicy: JSON.stringify(assumeDocument(roles.admin)) } }),
        {},
        ['AttachPolicy AssumeAdminRolePolicy', 'DeleteInlinePolicy AssumeRolesPolicy'],
      ],
      'with another inline policy of the same name': [
        { inlinePolicies: { s3: s3Document } },
        seenUser({ inlinePolicies: { s3: s3Document.replace('GetObject', '*') } }),
        {},
        ['PutInlinePolicy s3'],
      ],
      'with the same inline policy, written otherwise: nothing to do': [
        { inlinePolicies: { s3: s3Document } },
        seenUser({
          inlinePolicies: {
            s3: '{"Statement":{"Resource":["*"],"Action":["s3:GetObject"],"Effect":"Allow"},"Version":"2012-10-17"}',
          },
        }),
        {},
        [],
      ],
      'with the same SSH key under another comment: nothing to do': [
        { sshPublicKey: bobKey },
        seenUser(),
        { sshKeys: { bob: [{ id: 'APKA1', body: bobKey.replace('bob@laptop', 'robert at home') }] } },
        [],
      ],
      'with another SSH key: the new one comes first': [
        { sshPublicKey: bobKey },
        seenUser(),
        { sshKeys: { bob: [{ id: 'APKA1', body: otherKey }] } },
        ['UploadSshKey', 'DeleteCredential APKA1'],
      ],
      'with the SSH key and another beside it': [
        { sshPublicKey: bobKey },
        seenUser(),
        {
          sshKeys: {
            bob: [
              { id: 'APKA1', body: otherKey },
              { id: 'APKA2', body: bobKey },
            ],
          },
        },
        ['DeleteCredential APKA1'],
      ],
      'without its login': [{ login }, seenUser(), {}, ['CreateLogin']],
      'with a login, whatever other key or length its password is to have now: nothing to do': [
        { login: { ...login, pgpKey: 'another', passwordLength: 64 } },
        seenUser(),
        { logins: ['bob'] },
        [],
      ],
    }),
  )('%s', (_, [want, seen, beside, steps]) => {
    const plan = planOf(wanted(want), { users: [seen], ...beside });
    expect(planTexts(plan)).toEqual(steps.length === 0 ? [] : [`~ user bob: ${steps.join(', ')}`]);
    // The roster declares no policy here, so one that nobody has any more is told of.
    expect(plan.findings.filter(({ subject }) => subject.kind !== 'policy')).toEqual([]);
  });

  test('is pinned by its unique id in every step', () => {
    const plan = planOf(wanted({ roles: ['admin'], policyArns: [adminPolicy] }), { users: [seenUser()] });
    expect(plan.changes[0]!.steps).toEqual([
      { step: 'AttachPolicy', user: { name: 'bob', id: idOf('bob') }, policyArn: adminPolicy },
    ]);
  });

  test('says of each step why', () => {
    const plan = planOf(wanted({ roles: ['data_engineer'], policyArns: [dataPolicy] }), {
      users: [seenUser({ policyArns: [adminPolicy, strayPolicy] }, { boundaryArn: readOnly })],
    });
    expect(plan.changes[0]!.reasons).toEqual([
      'its permissions boundary is ReadOnlyAccess',
      'the roster gives bob the role data_engineer',
      'the roster gives bob no role admin',
      'the roster gives bob no policy AdministratorAccess',
    ]);
  });

  test('is repaired by a function, which reports an inline policy that it may not write', () => {
    const seen = seenUser({ policyArns: [strayPolicy] }, { boundaryArn: null });
    const plan = planOf(wanted({ inlinePolicies: { s3: s3Document } }), { users: [seen] }, reconciler);
    expect(planTexts(plan)).toEqual(['~ user bob: SetBoundary, DetachPolicy AdministratorAccess']);
    expect(plan.findings.map(({ kind }) => kind)).toEqual(['NotPermitted']);
  });

  test('named like a property of every object has no keys by that', () => {
    const name = 'constructor' as UserName;
    const plan = planOf(wanted({ name, sshPublicKey: bobKey }), { users: [seenUser({}, { name })] });
    expect(planTexts(plan)).toEqual(['~ user constructor: UploadSshKey']);
  });
});
