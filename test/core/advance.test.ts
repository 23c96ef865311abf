import { describe, expect, test } from '@jest/globals';
import {
  advanceOffboarding,
  advanceOnboarding,
  advanceRotation,
  advanceUser,
} from '../../functions/core/advance.js';
import type { Step } from '../../functions/core/steps.js';
import {
  alice,
  at,
  boundaryArn,
  currentKey,
  denyAllArn,
  key,
  managedUser,
  nextKey,
  offboardingFacts,
  oldKey,
  rotationFacts,
  secretArn,
  secretOf,
} from '../support/account.js';

const version = (keyId: string) => `iam-access-key-${keyId}`;
const current = key(currentKey, '2026-03-01T00:00:00Z');
const seen = rotationFacts({ keys: [current], secret: secretOf({ AWSCURRENT: currentKey }) });
const mint = (storeIsPromote: boolean): Step & { step: 'MintKey' } => ({
  step: 'MintKey',
  user: alice,
  secretArn: storeIsPromote ? null : secretArn,
  intentAt: at('2026-03-02T00:00:00.007Z'),
  storeIsPromote,
  kmsKeyId: null,
  parameters: null,
});
const minted = (isCurrent: boolean) =>
  ({ step: 'MintKey', keyId: nextKey, createdAt: at('2026-03-02T00:00:01Z'), secretArn, isCurrent }) as const;

describe('a rotation, one step on', () => {
  test('a first key is current, tested, and its intent is on record', () => {
    expect(advanceRotation(rotationFacts({}), mint(true), minted(true))).toEqual({
      user: managedUser({ 'iam-lifecycle:mint-intent': '2026-03-02T00:00:00.007Z' }),
      keys: [key(nextKey, '2026-03-02T00:00:01Z')],
      secret: { arn: secretArn, deletedAt: null, stages: { AWSCURRENT: version(nextKey) } },
      verified: nextKey,
    });
  });

  test('a later key is pending beside the current one, and tested', () => {
    const next = advanceRotation(seen, mint(false), minted(false));
    expect(next.secret?.stages).toEqual({ AWSCURRENT: version(currentKey), AWSPENDING: version(nextKey) });
    expect(next.keys.map(({ id }) => id)).toEqual([currentKey, nextKey]);
    expect(next.verified).toBe(nextKey);
  });

  test('a promotion moves AWSCURRENT, and AWSPREVIOUS follows', () => {
    const pending = {
      ...seen,
      secret: secretOf({ AWSCURRENT: currentKey, AWSPENDING: nextKey, AWSPREVIOUS: oldKey }),
    };
    const step: Step = {
      step: 'PromoteKey',
      user: alice,
      secretArn,
      keyId: nextKey,
      fromVersionId: version(currentKey),
    };
    expect(advanceRotation(pending, step, { step: 'PromoteKey' }).secret?.stages).toEqual({
      AWSCURRENT: version(nextKey),
      AWSPREVIOUS: version(currentKey),
      AWSPENDING: version(nextKey),
    });
  });

  test('a cleared label is gone from its version alone', () => {
    const pending = { ...seen, secret: secretOf({ AWSCURRENT: currentKey, AWSPENDING: nextKey }) };
    const step: Step = { step: 'ClearPending', user: alice, secretArn, versionId: version(nextKey) };
    expect(advanceRotation(pending, step, { step: 'ClearPending' })).toEqual(seen);
  });

  test('a restored secret is no longer to be deleted', () => {
    const withdrawn = { ...seen, secret: secretOf({ AWSCURRENT: currentKey }, 7) };
    const step: Step = { step: 'RestoreSecret', user: alice, secretArn };
    expect(advanceRotation(withdrawn, step, { step: 'RestoreSecret' })).toEqual(seen);
  });

  test.each(['DeactivateKey', 'ReactivateKey'] as const)(
    '%s sets the status and writes down when',
    (name) => {
      const step: Step = { step: name, user: alice, keyId: currentKey, recordAt: at('2026-03-09T01:00:00Z') };
      const next = advanceRotation(seen, step, { step: name });
      expect(next.keys).toEqual([{ ...current, status: name === 'DeactivateKey' ? 'Inactive' : 'Active' }]);
      const record =
        name === 'DeactivateKey' ? 'iam-lifecycle:deactivated-at' : 'iam-lifecycle:reactivated-at';
      expect(next.user.tags[record]).toBe(`${currentKey} 2026-03-09T01:00:00.000Z`);
    },
  );

  test('a status that is not to be written down leaves the tags alone', () => {
    const step: Step = { step: 'DeactivateKey', user: alice, keyId: currentKey, recordAt: null };
    expect(advanceRotation(seen, step, { step: 'DeactivateKey' }).user).toEqual(seen.user);
  });

  test('a deleted key is gone, its label is not', () => {
    const step: Step = { step: 'DeleteKey', user: alice, keyId: currentKey };
    expect(advanceRotation(seen, step, { step: 'DeleteKey' })).toEqual({ ...seen, keys: [] });
  });

  test('what was seen is not changed', () => {
    const before = JSON.stringify(seen);
    advanceRotation(seen, mint(false), minted(false));
    expect(JSON.stringify(seen)).toBe(before);
  });
});

describe('an offboarding, one step on', () => {
  const phone = 'arn:aws:iam::123456789012:mfa/phone';
  const sshKey = { kind: 'ssh-key', id: 'APKA1', status: 'Active' } as const;
  const facts = offboardingFacts({
    keys: [current],
    secret: secretOf({ AWSCURRENT: currentKey }),
    policyArns: ['p', 'q'],
    inlinePolicyNames: ['i', 'j'],
    groupNames: ['g', 'h'],
    hasLoginProfile: true,
    loginSecret: { arn: 'login', stages: {}, deletedAt: null, replicaRegions: ['us-east-1'] },
    credentials: [sshKey, { kind: 'certificate', id: 'CERT1', status: 'Inactive' }],
    mfaSerialNumbers: [phone, 'GAHT1'],
  });
  test.each(
    Object.entries<[Step & { step: Exclude<Step['step'], 'CreateUser' | 'MintKey'> }, object]>({
      'a policy is attached': [
        { step: 'AttachPolicy', user: alice, policyArn: denyAllArn },
        { policyArns: ['p', 'q', denyAllArn] },
      ],
      'a policy is detached': [{ step: 'DetachPolicy', user: alice, policyArn: 'p' }, { policyArns: ['q'] }],
      'an inline policy is deleted': [
        { step: 'DeleteInlinePolicy', user: alice, policyName: 'i' },
        { inlinePolicyNames: ['j'] },
      ],
      'a group is left': [{ step: 'LeaveGroup', user: alice, groupName: 'g' }, { groupNames: ['h'] }],
      'the password is deleted': [{ step: 'DeleteLoginProfile', user: alice }, { hasLoginProfile: false }],
      'a key is deleted': [{ step: 'DeleteKey', user: alice, keyId: currentKey }, { keys: [] }],
      'the replicas of the secret are removed': [
        { step: 'RemoveReplicas', user: alice, secretArn: 'login', regions: ['us-east-1'] },
        { loginSecret: { arn: 'login', stages: {}, deletedAt: null } },
      ],
      'the secret is deleted': [{ step: 'DeleteSecret', user: alice, secretArn }, { secret: null }],
      'the login secret is deleted': [
        { step: 'DeleteSecret', user: alice, secretArn: 'login' },
        { loginSecret: null },
      ],
      'the parameters are deleted': [
        { step: 'DeleteParameters', user: alice, names: ['a'] },
        { secret: null },
      ],
      'an SSH key is deactivated': [
        { step: 'DeactivateCredential', user: alice, kind: 'ssh-key', credentialId: 'APKA1' },
        { credentials: [{ ...sshKey, status: 'Inactive' }, facts.credentials[1]] },
      ],
      'a certificate is reactivated': [
        { step: 'ReactivateCredential', user: alice, kind: 'certificate', credentialId: 'CERT1' },
        { credentials: [sshKey, { kind: 'certificate', id: 'CERT1', status: 'Active' }] },
      ],
      'a certificate is deleted': [
        { step: 'DeleteCredential', user: alice, kind: 'certificate', credentialId: 'CERT1' },
        { credentials: [sshKey] },
      ],
      'a hardware device is deactivated': [
        { step: 'DeactivateMfaDevice', user: alice, serialNumber: 'GAHT1' },
        { mfaSerialNumbers: [phone] },
      ],
      'a virtual device is deleted, and its record stays': [
        { step: 'DeleteVirtualMfaDevice', user: alice, serialNumber: phone },
        { mfaSerialNumbers: ['GAHT1'], user: managedUser({ 'iam-lifecycle:mfa-removal': phone }) },
      ],
      'the user is deleted': [{ step: 'DeleteUser', user: alice }, { user: null }],
      'the boundary is set': [
        { step: 'SetBoundary', user: alice, boundaryArn: denyAllArn },
        { user: managedUser({}, { boundaryArn: denyAllArn }) },
      ],
      'tags are set': [{ step: 'TagUser', user: alice, tags: { a: '1' } }, { user: managedUser({ a: '1' }) }],
    }),
  )('%s', (_, [step, change]) => {
    expect(advanceOffboarding(facts, step, { step: step.step })).toEqual({ ...facts, ...change });
  });
});

describe('an onboarding, one step on', () => {
  const create: Step = { step: 'CreateUser', name: alice.name, path: '/lifecycle/', tags: {}, boundaryArn };
  const user = managedUser();
  const attach: Step = { step: 'AttachPolicy', user: alice, policyArn: 'p' };

  test('the user is there, without policies', () => {
    expect(advanceOnboarding(null, create, { step: 'CreateUser', user })).toEqual({
      user,
      policyArns: [],
      groupNames: [],
    });
  });

  test('then a policy is attached', () => {
    const seen = { user, policyArns: ['o'], groupNames: ['g'] };
    expect(advanceOnboarding(seen, attach, { step: 'AttachPolicy' })).toEqual({
      user,
      policyArns: ['o', 'p'],
      groupNames: ['g'],
    });
  });

  test('or a group is joined', () => {
    const seen = { user, policyArns: ['o'], groupNames: [] };
    const join: Step = { step: 'JoinGroup', user: alice, groupName: 'g' };
    expect(advanceOnboarding(seen, join, { step: 'JoinGroup' })).toEqual({ ...seen, groupNames: ['g'] });
  });

  test('a policy makes no user', () => {
    expect(advanceOnboarding(null, attach, { step: 'AttachPolicy' })).toBeNull();
  });
});

test('tags that are removed are gone, and no others', () => {
  const user = managedUser({ a: '1', b: '2', c: '3' });
  const next = advanceUser(user, { step: 'UntagUser', user: alice, tagKeys: ['a', 'c', 'z'] });
  expect(next.tags).toEqual({ 'iam-lifecycle:managed': 'true', b: '2' });
});
