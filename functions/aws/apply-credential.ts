import {
  DeactivateMFADeviceCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteVirtualMFADeviceCommand,
  type IAMClient,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { mfaRemovalTags } from '../core/facts.js';
import type { CredentialKind, Step, Target } from '../core/steps.js';
import { gone, tagUser } from './apply-user.js';

type CredentialStep = Step & { step: 'DeactivateCredential' | 'ReactivateCredential' | 'DeleteCredential' };
type Status = 'Active' | 'Inactive';

/** The calls of each kind, which differ in their words alone. */
const callsOf: Readonly<
  Record<
    CredentialKind,
    {
      readonly setStatus: (iam: IAMClient, UserName: string, id: string, Status: Status) => Promise<unknown>;
      readonly remove: (iam: IAMClient, UserName: string, id: string) => Promise<unknown>;
    }
  >
> = {
  'service-credential': {
    setStatus: (iam, UserName, ServiceSpecificCredentialId, Status) =>
      iam.send(new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status })),
    remove: (iam, UserName, ServiceSpecificCredentialId) =>
      iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId })),
  },
  'ssh-key': {
    setStatus: (iam, UserName, SSHPublicKeyId, Status) =>
      iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status })),
    remove: (iam, UserName, SSHPublicKeyId) =>
      iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
  },
  certificate: {
    setStatus: (iam, UserName, CertificateId, Status) =>
      iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status })),
    remove: (iam, UserName, CertificateId) =>
      iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId })),
  },
};

export async function applyToCredential(step: CredentialStep, iam: IAMClient): Promise<void> {
  const { user, kind, credentialId } = step;
  const { setStatus, remove } = callsOf[kind];
  switch (step.step) {
    case 'DeactivateCredential':
      await setStatus(iam, user.name, credentialId, 'Inactive');
      return;
    case 'ReactivateCredential':
      await setStatus(iam, user.name, credentialId, 'Active');
      return;
    case 'DeleteCredential':
      return gone(remove(iam, user.name, credentialId));
  }
}

export async function deactivateMfaDevice(
  iam: IAMClient,
  { name }: Target,
  SerialNumber: string,
): Promise<void> {
  await gone(iam.send(new DeactivateMFADeviceCommand({ UserName: name, SerialNumber })));
}

/** Between the two calls the device is nobody's: whoever finds the record finishes what was cut off there. */
export async function deleteVirtualMfaDevice(
  iam: IAMClient,
  user: Target,
  SerialNumber: string,
): Promise<void> {
  const record = mfaRemovalTags(SerialNumber);
  if (Object.keys(record).length > 0) await tagUser(iam, user, record);
  await deactivateMfaDevice(iam, user, SerialNumber);
  await gone(iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })));
}
