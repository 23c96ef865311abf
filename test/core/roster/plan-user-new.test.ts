import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../../functions/core/names.js';
import type { RosterFacts, SeenUser } from '../../../functions/core/roster/roster-facts.js';
import type { RosterUser } from '../../../functions/core/roster/roster.js';
import { boundaryArn, secretOf } from '../../support/account.js';
import {
  account,
  bobKey,
  bobSecret,
  dataPolicy,
  findingTexts,
  group,
  key,
  login,
  now,
  ownTags,
  planOf,
  planTexts,
  readOnly,
  reconciler,
  s3Document,
  seenUser,
  wanted,
} from '../../support/roster.js';

describe('a user that is not there', () => {
  const whole = wanted({
    roles: ['data_engineer'],
    policyArns: [dataPolicy, readOnly],
    groupNames: ['developers'],
    inlinePolicies: { s3: s3Document },
    sshPublicKey: bobKey,
    login,
    key: { store: 'ssm', kmsKeyId: 'alias/keys', basePath: '/system_user', sesRegions: ['eu-west-1'] },
    forceDestroy: true,
  });
  const plan = planOf(whole, { groups: [group('developers')] });
  const bob = { name: 'bob', id: '' };

  test('is made with everything, its key last', () => {
    expect(plan.findings).toEqual([]);
    expect(plan.changes).toHaveLength(1);
    expect(plan.changes[0]).toMatchObject({ action: 'create', subject: { kind: 'user', name: 'bob' } });
    expect(plan.changes[0]!.steps).toEqual([
      {
        step: 'CreateUser',
        name: 'bob',
        path: '/lifecycle/',
        boundaryArn,
        tags: {
          Name: 'bob',
          'iam-lifecycle:managed': 'true',
          'iam-lifecycle:origin': 'roster',
          'iam-lifecycle:owner': 'roster',
          'iam-lifecycle:key-store': 'ssm',
          'iam-lifecycle:ssm-path': '/system_user',
          'iam-lifecycle:ses-regions': 'eu-west-1',
          'iam-lifecycle:kms-key': 'alias/keys',
          'iam-lifecycle:force-destroy': 'true',
        },
      },
      { step: 'AttachPolicy', user: bob, policyArn: dataPolicy },
      { step: 'AttachPolicy', user: bob, policyArn: readOnly },
      { step: 'JoinGroup', user: bob, groupName: 'developers' },
      { step: 'PutInlinePolicy', user: bob, policyName: 's3', document: s3Document },
      { step: 'UploadSshKey', user: bob, body: bobKey },
      { step: 'CreateLogin', user: bob, login },
      { step: 'EnsureKey', user: bob },
    ]);
  });

  test('has a reason for each step', () => {
    expect(plan.changes[0]!.reasons).toEqual([
      'the roster names bob and no user has the name',
      'the roster gives bob the role data_engineer',
      'the roster gives bob the policy ReadOnlyAccess',
      'the roster puts bob into the group developers',
      'the roster gives bob the inline policy s3',
      'the roster gives bob this SSH public key',
      'the roster gives bob a console login and the user has none',
      'the roster gives bob an access key and none is stored',
    ]);
  });

  test('gets from a function what a function may give, and the rest is reported', () => {
    const reconciled = planOf(whole, { groups: [group('developers')] }, reconciler);
    expect(planTexts(reconciled)).toEqual([
      '+ user bob: CreateUser, AttachPolicy AssumeDataEngineerRolePolicy, AttachPolicy ReadOnlyAccess, JoinGroup developers, EnsureKey',
    ]);
    expect(reconciled.findings).toHaveLength(1);
    expect(reconciled.findings[0]).toMatchObject({
      kind: 'NotPermitted',
      subject: { kind: 'user', name: 'bob' },
    });
    expect(reconciled.findings[0]!.why).toMatch(/inline policy s3 .*SSH public key .*console login/);
    expect(reconciled.findings[0]!.why).not.toContain('s3:GetObject');
  });

  test('that wants no key is told so in a tag', () => {
    const [change] = planOf(wanted(), {}).changes;
    expect(change!.steps).toEqual([
      { step: 'CreateUser', name: 'bob', path: '/lifecycle/', boundaryArn, tags: ownTags() },
    ]);
  });

  test('is not given a policy and a group that nobody has, and this is said', () => {
    const missing = `arn:aws:iam::${account}:policy/Nowhere`;
    const plan = planOf(wanted({ policyArns: [missing, readOnly], groupNames: ['ghosts'] }), {});
    expect(planTexts(plan)).toEqual(['+ user bob: CreateUser, AttachPolicy ReadOnlyAccess']);
    expect(findingTexts(plan)).toEqual([
      `Conflict user bob: the roster gives bob the policy ${missing}, which does not exist`,
      'Conflict user bob: the roster puts bob into the group ghosts, which does not exist',
    ]);
  });
});

describe('a key that is wanted', () => {
  const tags = { ...ownTags(), 'iam-lifecycle:key-store': 'secretsmanager' };
  const keyed = [seenUser({}, { tags: Object.fromEntries(Object.entries(tags).slice(0, 4)) })];
  const ssm = { store: 'ssm', kmsKeyId: null, basePath: '/system_user', sesRegions: [] } as const;
  const inSsm = [
    seenUser(
      {},
      {
        tags: ownTags('bob', { 'iam-lifecycle:key-store': 'ssm', 'iam-lifecycle:ssm-path': '/system_user' }),
      },
    ),
  ];
  test.each(
    Object.entries<[RosterUser['key'], SeenUser[], Partial<RosterFacts>, boolean]>({
      'is current in its secret': [key, keyed, { secrets: [bobSecret] }, true],
      'has no secret': [key, keyed, {}, false],
      'has the secret of somebody else': [
        key,
        keyed,
        { secrets: [{ ...bobSecret, userName: 'rob' as UserName }] },
        false,
      ],
      'is only pending': [
        key,
        keyed,
        { secrets: [{ ...bobSecret, ...secretOf({ AWSPENDING: 'AKIANEXT000000000001' }) }] },
        false,
      ],
      'is in a version that is not ours': [
        key,
        keyed,
        { secrets: [{ ...bobSecret, stages: { AWSCURRENT: '0b6ae1c2-0000-0000-0000-000000000000' } }] },
        false,
      ],
      'is in a secret that is to be deleted': [
        key,
        keyed,
        { secrets: [{ ...bobSecret, deletedAt: now - 1000 }] },
        false,
      ],
      'is in its parameter': [ssm, inSsm, { parameterNames: ['/system_user/bob/credentials'] }, true],
      'has two parameters, not the one that is never torn': [
        ssm,
        inSsm,
        { parameterNames: ['/system_user/bob/access_key_id', '/system_user/bob/secret_access_key'] },
        false,
      ],
      'is in Secrets Manager and belongs into parameters': [ssm, inSsm, { secrets: [bobSecret] }, false],
    }),
  )('%s', (_, [wish, users, beside, isThere]) => {
    expect(planTexts(planOf(wanted({ key: wish }), { users, ...beside }))).toEqual(
      isThere ? [] : ['~ user bob: EnsureKey'],
    );
  });
});
