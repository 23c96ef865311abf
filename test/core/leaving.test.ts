import { describe, expect, test } from '@jest/globals';
import type { CredentialFacts, OffboardingFacts } from '../../functions/core/facts.js';
import {
  at,
  currentKey,
  denyAllArn,
  key,
  managedUser,
  offboardingFacts,
  secretArn,
  secretOf,
} from '../support/account.js';
import { carryOn, offboardAt, restoreAt, travel } from '../support/offboarding.js';

const decided = at('2026-03-01T00:00:00Z');
const now = at('2026-03-01T00:00:10Z');
const purgeAt = at('2026-03-31T00:00:10Z');
const phone = 'arn:aws:iam::123456789012:mfa/phone';
const fido = 'arn:aws:iam::123456789012:u2f/user/alice/yubikey-ABCDEFGH';
const hardware = 'GAHT12345678';
const loginArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:iam-lifecycle-login/alice-AbCdEf';
const loginSecret = { arn: loginArn, stages: {}, deletedAt: null };

const credentials: readonly CredentialFacts[] = [
  { kind: 'service-credential', id: 'ACCA1', status: 'Active' },
  { kind: 'service-credential', id: 'ACCA2', status: 'Expired' },
  { kind: 'ssh-key', id: 'APKA1', status: 'Active' },
  { kind: 'ssh-key', id: 'APKA2', status: 'Inactive' },
  { kind: 'certificate', id: 'CERT1', status: 'Active' },
];

const employed = offboardingFacts({
  keys: [key(currentKey, '2026-02-01T00:00:00Z')],
  secret: secretOf({ AWSCURRENT: currentKey }),
  inlinePolicyNames: ['own'],
  groupNames: ['readers'],
  hasLoginProfile: true,
  loginSecret,
  credentials,
  mfaSerialNumbers: [phone, fido, hardware],
});

const statuses = ({ credentials }: OffboardingFacts) =>
  credentials.map(({ id, status }) => `${id} ${status}`);
const { seen: contained, steps: containment } = travel(employed, offboardAt(decided), now);

describe('somebody with every kind of credential leaves', () => {
  test('whatever is Active becomes Inactive before the password goes, and its secret with it', () => {
    expect(containment).toEqual([
      'TagUser',
      `AttachPolicy ${denyAllArn}`,
      'TagUser',
      `DeactivateKey ${currentKey}`,
      'DeactivateCredential ACCA1',
      'DeactivateCredential APKA1',
      'DeactivateCredential CERT1',
      'DeleteLoginProfile',
      'DeleteSecret',
    ]);
    expect(contained.loginSecret).toBeNull();
    expect(contained.secret?.arn).toBe(secretArn);
  });

  test('MFA stays, for whoever comes back', () => {
    expect(contained.mfaSerialNumbers).toEqual([phone, fido, hardware]);
  });

  test('the tombstone says which were Active, before any of them is touched', () => {
    expect(contained.user?.tags['iam-lifecycle:deactivated-credentials']).toBe('ACCA1 APKA1 CERT1');
    expect(containment.lastIndexOf('TagUser')).toBeLessThan(
      containment.indexOf('DeactivateCredential ACCA1'),
    );
  });

  test('where nothing was Active that is written down too: what is made later is not given back', () => {
    const { seen } = travel(offboardingFacts(), offboardAt(decided), now);
    expect(seen.user!.tags['iam-lifecycle:deactivated-credentials']).toBe('');
  });

  test('a login secret that is deleted already is not deleted again', () => {
    const seen = { ...employed, loginSecret: { ...loginSecret, deletedAt: 7 } };
    expect(travel(seen, offboardAt(decided), now).steps).not.toContain('DeleteSecret');
  });

  test('replicas of a login secret are removed first: Secrets Manager deletes nothing that is replicated', () => {
    const replicated = { ...loginSecret, replicaRegions: ['us-east-1', 'eu-west-3'] };
    const { seen, steps } = travel({ ...employed, loginSecret: replicated }, offboardAt(decided), now);
    expect(steps.slice(-3)).toEqual([
      'DeleteLoginProfile',
      'RemoveReplicas us-east-1 eu-west-3',
      'DeleteSecret',
    ]);
    expect(seen.loginSecret).toBeNull();
  });

  test('those of the secret of the key stay through the quarantine, with the secret', () => {
    const secret = { ...employed.secret!, replicaRegions: ['us-east-1'] };
    const { seen, steps } = travel({ ...employed, secret }, offboardAt(decided), now);
    expect(steps).toEqual(containment);
    expect(seen.secret).toEqual(secret);
  });

  test('what becomes Active again in the quarantine is made Inactive again, and is not put on record', () => {
    const tampered: OffboardingFacts = {
      ...contained,
      credentials: contained.credentials.map((one) => ({ ...one, status: 'Active' })),
    };
    const { seen, steps } = travel(tampered, carryOn, at('2026-03-10T00:00:00Z'));
    expect(steps).toEqual(
      ['ACCA1', 'ACCA2', 'APKA1', 'APKA2', 'CERT1'].map((id) => `DeactivateCredential ${id}`),
    );
    expect(seen.user?.tags['iam-lifecycle:deactivated-credentials']).toBe('ACCA1 APKA1 CERT1');
  });

  test('a later decision keeps the record of the first', () => {
    const { seen } = travel(contained, offboardAt(decided + 1), now);
    expect(seen.user?.tags['iam-lifecycle:deactivated-credentials']).toBe('ACCA1 APKA1 CERT1');
  });
});

describe('the purge', () => {
  test('takes MFA, the other credentials and the rights while the deny holds, then the keys, the deny and the user', () => {
    expect(travel(contained, carryOn, purgeAt).steps).toEqual([
      `DeleteVirtualMfaDevice ${phone}`,
      `DeactivateMfaDevice ${fido}`,
      `DeactivateMfaDevice ${hardware}`,
      'DeleteCredential ACCA1',
      'DeleteCredential ACCA2',
      'DeleteCredential APKA1',
      'DeleteCredential APKA2',
      'DeleteCredential CERT1',
      'LeaveGroup readers',
      'DeleteInlinePolicy own',
      `DeleteKey ${currentKey}`,
      `DetachPolicy ${denyAllArn}`,
      'DeleteSecret',
      'DeleteUser',
    ]);
  });

  test('removes the replicas of the secret after the deny and before the secret', () => {
    const secret = { ...contained.secret!, replicaRegions: ['us-east-1'] };
    expect(travel({ ...contained, secret }, carryOn, purgeAt).steps.slice(-4)).toEqual([
      `DetachPolicy ${denyAllArn}`,
      'RemoveReplicas us-east-1',
      'DeleteSecret',
      'DeleteUser',
    ]);
  });

  test('leaves a secret alone that is deleted already, whatever is said of its replicas', () => {
    const secret = { ...contained.secret!, deletedAt: 7, replicaRegions: ['us-east-1'] };
    expect(travel({ ...contained, secret }, carryOn, purgeAt).steps.slice(-2)).toEqual([
      `DetachPolicy ${denyAllArn}`,
      'DeleteUser',
    ]);
  });

  test.each<[string, Partial<OffboardingFacts>]>([
    ['an SSH key', { credentials: [credentials[3]!] }],
    ['an MFA device', { mfaSerialNumbers: [hardware] }],
    ['a password', { hasLoginProfile: true }],
  ])('that finds %s after the deny was taken away denies again first', (_, left) => {
    const late = offboardingFacts({ user: contained.user, ...left });
    const { at: rest, steps } = travel(late, carryOn, purgeAt);
    expect(steps[0]).toBe(`AttachPolicy ${denyAllArn}`);
    expect(steps.at(-1)).toBe('DeleteUser');
    expect(rest.phase).toBe('Absent');
  });
});

describe('somebody comes back', () => {
  const { seen: back, steps } = travel(contained, restoreAt(decided + 1000), at('2026-03-10T00:00:00Z'));

  test('to what was Active, while the deny still holds', () => {
    expect(steps).toEqual([
      'TagUser',
      `ReactivateKey ${currentKey}`,
      'ReactivateCredential ACCA1',
      'ReactivateCredential APKA1',
      'ReactivateCredential CERT1',
      `DetachPolicy ${denyAllArn}`,
      'UntagUser',
    ]);
    expect(statuses(back)).toEqual(statuses(employed));
  });

  test('and the record is gone with the tombstone', () => {
    expect(Object.keys(back.user!.tags).toSorted()).toEqual([
      'iam-lifecycle:managed',
      'iam-lifecycle:restored-at',
    ]);
  });

  test('without what was deleted meanwhile, and without what the record does not name', () => {
    const seen: OffboardingFacts = {
      ...contained,
      credentials: [
        { kind: 'ssh-key', id: 'APKA1', status: 'Inactive' },
        { kind: 'ssh-key', id: 'APKA3', status: 'Inactive' },
      ],
    };
    const journey = travel(seen, restoreAt(decided + 1000), now);
    expect(statuses(journey.seen)).toEqual(['APKA1 Active', 'APKA3 Inactive']);
  });

  test('without a record everything but the key stays Inactive', () => {
    const { 'iam-lifecycle:deactivated-credentials': _, ...tags } = contained.user!.tags;
    const journey = travel({ ...contained, user: managedUser(tags) }, restoreAt(decided + 1000), now);
    expect(journey.steps.filter((step) => step.startsWith('Reactivate'))).toEqual([
      `ReactivateKey ${currentKey}`,
    ]);
  });

  test('and a return that was cut short is finished by whoever looks next', () => {
    const half: OffboardingFacts = {
      ...contained,
      user: managedUser({
        ...contained.user!.tags,
        'iam-lifecycle:restored-at': new Date(decided + 1000).toISOString(),
      }),
      credentials: contained.credentials.map((one) =>
        one.id === 'ACCA1' ? { ...one, status: 'Active' as const } : one,
      ),
    };
    expect(statuses(travel(half, carryOn, now).seen)).toEqual(statuses(employed));
  });

  test('and leaves again: what was given back is on record anew', () => {
    const { seen } = travel(back, offboardAt(decided + 2000), now);
    expect(seen.user?.tags['iam-lifecycle:deactivated-credentials']).toBe('ACCA1 APKA1 CERT1');
  });
});
