import { describe, expect, test } from '@jest/globals';
import {
  lostWithTheUser,
  nonexistentGrants,
  planMissing,
  rebornTags,
  rosterUserOf,
  unfinishedRestore,
} from '../../functions/core/rebirth.js';
import { type Snapshot, snapshotForm } from '../../functions/core/snapshot.js';
import { managedUser } from '../support/account.js';

const snapshot: Snapshot = {
  form: snapshotForm,
  departedAt: '2026-03-01T00:00:00.000Z',
  takenAt: '2026-03-01T00:00:01.000Z',
  user: {
    name: 'alice',
    id: 'AIDAOLD',
    arn: 'arn:aws:iam::123456789012:user/lifecycle/alice',
    path: '/lifecycle/',
    createdAt: '2026-01-01T00:00:00.000Z',
    tags: {
      'iam-lifecycle:managed': 'true',
      'iam-lifecycle:origin': 'adopted',
      'iam-lifecycle:owner': 'team',
      'iam-lifecycle:key-store': 'ssm',
      'iam-lifecycle:ssm-path': '/system_user',
      'iam-lifecycle:quarantine': 'P3D',
      'iam-lifecycle:mint-intent': '2026-01-01T00:00:00Z',
      'iam-lifecycle:restored-from': 'AIDAOLDER',
      'aws:cloudformation:stack-name': 'x',
      Team: 'platform',
    },
    boundaryArn: 'arn:b',
  },
  policyArns: ['arn:p', 'arn:q'],
  groupNames: ['readers', 'gone'],
  inlinePolicies: { own: '{}' },
  hasLoginProfile: true,
  keys: [{ id: 'AKIA1', status: 'Active', createdAt: '2026-01-01T00:00:00.000Z' }],
  currentKeyId: 'AKIA1',
  credentials: [{ kind: 'ssh-key', id: 'APKA1', status: 'Active' }],
  mfaSerialNumbers: ['GAHT1'],
  secretArns: [],
};
const kept = {
  'iam-lifecycle:managed': 'true',
  'iam-lifecycle:origin': 'adopted',
  'iam-lifecycle:owner': 'team',
  'iam-lifecycle:key-store': 'ssm',
  'iam-lifecycle:ssm-path': '/system_user',
  'iam-lifecycle:quarantine': 'P3D',
  Team: 'platform',
};
const restoring = {
  'iam-lifecycle:restored-from': 'AIDAOLD',
  'iam-lifecycle:restoring': '2026-03-01T00:00:00.000Z',
};
const stock = {
  hasPolicy: (arn: string) => arn !== 'arn:q',
  hasGroup: (name: string) => name !== 'gone',
  documentOf: () => '',
};

describe('a user that is made anew', () => {
  test('has its tags, but for those of the life that ended, and says what it is being restored from', () => {
    expect(rebornTags(snapshot)).toEqual({ ...kept, ...restoring });
  });

  test('is unfinished as long as it says so', () => {
    const departure = { userId: 'AIDAOLD', departedAt: '2026-03-01T00:00:00.000Z' };
    expect(unfinishedRestore({ ...kept, ...restoring })).toEqual(departure);
    expect(unfinishedRestore({ 'iam-lifecycle:restored-from': 'AIDAOLD' })).toBeNull();
    expect(unfinishedRestore({})).toBeNull();
  });

  test('is as its snapshot says, with its key where that was kept', () => {
    expect(rosterUserOf(snapshot, 'arn:usual')).toMatchObject({
      name: 'alice',
      path: '/lifecycle/',
      boundaryArn: 'arn:b',
      policyArns: ['arn:p', 'arn:q'],
      groupNames: ['readers', 'gone'],
      inlinePolicies: { own: '{}' },
      key: { store: 'ssm', basePath: '/system_user' },
      login: null,
      sshPublicKey: null,
    });
  });

  test.each([
    ['the usual boundary where it had none', { boundaryArn: null }, { boundaryArn: 'arn:usual' }],
    ['no key where none was wanted', { tags: { 'iam-lifecycle:key-store': 'none' } }, { key: null }],
  ])('has %s', (_, user, wanted) => {
    expect(rosterUserOf({ ...snapshot, user: { ...snapshot.user, ...user } }, 'arn:usual')).toMatchObject(
      wanted,
    );
  });

  test('loses what nobody can give back', () => {
    expect(lostWithTheUser(snapshot)).toEqual([
      'the unique id: AIDAOLD',
      'the console password: set a new one',
      'MFA devices: GAHT1',
      'access keys: AKIA1',
      'SSH public keys: APKA1',
    ]);
  });

  test('does without what does not exist any more', () => {
    expect(nonexistentGrants(snapshot, stock)).toEqual([
      'the policy arn:q, which does not exist any more',
      'the group gone, which does not exist any more',
    ]);
  });
});

describe('what a user lacks that came back', () => {
  const seen = {
    user: managedUser(kept, { boundaryArn: 'arn:b' }),
    policyArns: ['arn:p', 'arn:q'],
    groupNames: ['readers', 'gone'],
    inlinePolicies: { own: '{}' },
  };
  const missing = (more: object) =>
    planMissing(snapshot, { ...seen, ...more }, stock).map((step) =>
      Object.fromEntries(Object.entries(step).filter(([key]) => key !== 'user')),
    );

  test('is nothing where nobody took anything', () => {
    expect(missing({})).toEqual([]);
  });

  test('is its key as well where it was being made anew, and in the end the tag that says so', () => {
    const user = managedUser({ ...kept, ...restoring }, { boundaryArn: 'arn:b' });
    const untag = { step: 'UntagUser', tagKeys: ['iam-lifecycle:restoring'] };
    expect(missing({ user })).toEqual([{ step: 'EnsureKey' }, untag]);
    const keyless = { ...snapshot, user: { ...snapshot.user, tags: { 'iam-lifecycle:key-store': 'none' } } };
    expect(planMissing(keyless, { ...seen, user }, stock)).toMatchObject([untag]);
  });

  test('is what is missing and exists, and no more', () => {
    const bare = { policyArns: [], groupNames: [], inlinePolicies: { other: '{}' } };
    const user = managedUser({ TEAM: 'sales' }, { boundaryArn: null });
    const { Team: _team, 'iam-lifecycle:managed': _managed, ...tags } = kept;
    expect(missing({ ...bare, user })).toEqual([
      { step: 'TagUser', tags },
      { step: 'SetBoundary', boundaryArn: 'arn:b' },
      { step: 'AttachPolicy', policyArn: 'arn:p' },
      { step: 'JoinGroup', groupName: 'readers' },
      { step: 'PutInlinePolicy', policyName: 'own', document: '{}' },
    ]);
  });
});
