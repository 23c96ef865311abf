import { DeactivateMFADeviceCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { applyLeavingStep } from '../../functions/aws/apply-leaving.js';
import { applyUserStep } from '../../functions/aws/apply-user.js';
import type { Step } from '../../functions/core/steps.js';
import { alice, secretArn } from '../support/account.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const UserName = 'alice';
const phone = 'arn:aws:iam::123456789012:mfa/phone';

/** Clients that take every step of IAM and answer nothing of interest. */
function prepared() {
  const mocked = mockClients();
  mocked.iam.reset().onAnyCommand().resolves({});
  mocked.secretsManager.reset().onAnyCommand().resolves({});
  return { ...mocked, apply: (step: Step) => applyLeavingStep(step, mocked.clients) };
}

const ofKinds = (step: 'DeactivateCredential' | 'ReactivateCredential' | 'DeleteCredential') => ({
  service: { step, user: alice, kind: 'service-credential', credentialId: 'ACCA1' } as const,
  sshKey: { step, user: alice, kind: 'ssh-key', credentialId: 'APKA1' } as const,
  certificate: { step, user: alice, kind: 'certificate', credentialId: 'CERT1' } as const,
});
const off = ofKinds('DeactivateCredential');
const on = ofKinds('ReactivateCredential');
const gone = ofKinds('DeleteCredential');
const hardware: Step = { step: 'DeactivateMfaDevice', user: alice, serialNumber: 'GAHT12345678' };
const virtual: Step = { step: 'DeleteVirtualMfaDevice', user: alice, serialNumber: phone };

describe('each step is these calls, and no others', () => {
  test.each<[string, Step, ...calls: [string, object][]]>([
    [
      'a service-specific credential, off',
      off.service,
      [
        'UpdateServiceSpecificCredential',
        { UserName, ServiceSpecificCredentialId: 'ACCA1', Status: 'Inactive' },
      ],
    ],
    [
      'a service-specific credential, on',
      on.service,
      [
        'UpdateServiceSpecificCredential',
        { UserName, ServiceSpecificCredentialId: 'ACCA1', Status: 'Active' },
      ],
    ],
    [
      'a service-specific credential, gone',
      gone.service,
      ['DeleteServiceSpecificCredential', { UserName, ServiceSpecificCredentialId: 'ACCA1' }],
    ],
    [
      'an SSH key, off',
      off.sshKey,
      ['UpdateSSHPublicKey', { UserName, SSHPublicKeyId: 'APKA1', Status: 'Inactive' }],
    ],
    [
      'an SSH key, on',
      on.sshKey,
      ['UpdateSSHPublicKey', { UserName, SSHPublicKeyId: 'APKA1', Status: 'Active' }],
    ],
    ['an SSH key, gone', gone.sshKey, ['DeleteSSHPublicKey', { UserName, SSHPublicKeyId: 'APKA1' }]],
    [
      'a certificate, off',
      off.certificate,
      ['UpdateSigningCertificate', { UserName, CertificateId: 'CERT1', Status: 'Inactive' }],
    ],
    [
      'a certificate, on',
      on.certificate,
      ['UpdateSigningCertificate', { UserName, CertificateId: 'CERT1', Status: 'Active' }],
    ],
    [
      'a certificate, gone',
      gone.certificate,
      ['DeleteSigningCertificate', { UserName, CertificateId: 'CERT1' }],
    ],
    [
      'a hardware or FIDO device',
      hardware,
      ['DeactivateMFADevice', { UserName, SerialNumber: 'GAHT12345678' }],
    ],
    [
      'a virtual MFA device, which is written down first',
      virtual,
      ['TagUser', { UserName, Tags: [{ Key: 'iam-lifecycle:mfa-removal', Value: phone }] }],
      ['DeactivateMFADevice', { UserName, SerialNumber: phone }],
      ['DeleteVirtualMFADevice', { SerialNumber: phone }],
    ],
    [
      'a virtual MFA device whose name no tag can hold',
      { ...virtual, serialNumber: `${phone},2` },
      ['DeactivateMFADevice', { UserName, SerialNumber: `${phone},2` }],
      ['DeleteVirtualMFADevice', { SerialNumber: `${phone},2` }],
    ],
    [
      "a secret's replicas",
      { step: 'RemoveReplicas', user: alice, secretArn, regions: ['us-east-1', 'eu-west-3'] },
      [
        'RemoveRegionsFromReplication',
        { SecretId: secretArn, RemoveReplicaRegions: ['us-east-1', 'eu-west-3'] },
      ],
    ],
  ])('%s', async (_, step, ...expected) => {
    const { apply, calls } = prepared();
    expect(await apply(step)).toEqual({ step: step.step });
    expect(calls()).toEqual(expected);
  });
});

describe('what is to be gone and is gone already is well', () => {
  const steps = Object.entries<Step>({ ...gone, hardware, virtual });
  test.each(steps)('%s', async (_, step) => {
    const { apply, iam } = prepared();
    iam.reset().rejects(awsError('NoSuchEntityException'));
    iam.on(TagUserCommand).resolves({});
    expect(await apply(step)).toEqual({ step: step.step });
  });

  test.each(steps)('%s: any other failure escapes', async (_, step) => {
    const { apply, iam } = prepared();
    iam.reset().rejects(awsError('DeleteConflictException'));
    await expect(apply(step)).rejects.toThrow('DeleteConflictException');
  });

  test.each(Object.entries<Step>({ ...off, ...on }))('%s must be there to be switched', async (_, step) => {
    const { apply, iam } = prepared();
    iam.reset().rejects(awsError('NoSuchEntityException'));
    await expect(apply(step)).rejects.toThrow('NoSuchEntityException');
  });
});

describe('a virtual MFA device', () => {
  test('is not deactivated when its removal could not be written down', async () => {
    const { apply, calls, iam } = prepared();
    iam.on(TagUserCommand).rejects(awsError('ServiceFailureException'));
    await expect(apply(virtual)).rejects.toThrow('ServiceFailureException');
    expect(calls().map(([name]) => name)).toEqual(['TagUser']);
  });

  test('is deleted even where an earlier run deactivated it', async () => {
    const { apply, calls, iam } = prepared();
    iam.on(DeactivateMFADeviceCommand).rejects(awsError('NoSuchEntityException'));
    await apply(virtual);
    expect(calls().map(([name]) => name)).toEqual([
      'TagUser',
      'DeactivateMFADevice',
      'DeleteVirtualMFADevice',
    ]);
  });
});

test.each(Object.entries<Step>({ sshKey: off.sshKey, virtual }))(
  'functions that do not offboard cannot take it: %s',
  async (_, step) => {
    const { calls, clients } = prepared();
    await expect(applyUserStep(step, clients)).rejects.toThrow(`${step.step} is no step on a user itself`);
    expect(calls()).toEqual([]);
  },
);
