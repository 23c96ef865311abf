import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  PutUserPolicyCommand,
  UpdateSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { ReplicateSecretToRegionsCommand } from '@aws-sdk/client-secrets-manager';
import { storeLoginSecret } from '../../functions/aws/login-secret.js';
import { Redacted } from '../../functions/aws/redacted.js';
import { type UserName, loginSecretNameOf, secretNameOf } from '../../functions/core/names.js';
import { Invocation } from '../fake-aws/fake-aws.js';
import type { TrueUser } from '../fake-aws/truth.js';
import { type Simulation, surroundingsCaller } from '../simulation.js';

/** What an offboarding finds beside the key: rights, a password, and every kind of credential and MFA device. */
export async function furnish(simulation: Simulation, UserName: UserName): Promise<void> {
  const { account, clock } = simulation;
  const { iam, secretsManager } = account.clients(new Invocation(surroundingsCaller));
  const password = 'Correct-Horse-9-Battery';
  const { arn } = account.truth.user(UserName)!;
  await storeLoginSecret({ secretsManager }, clock, { name: UserName, arn }, new Redacted(password));
  for (const SecretId of [secretNameOf(UserName), loginSecretNameOf(UserName)])
    await secretsManager.send(
      new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region: 'us-east-1' }] }),
    );
  await iam.send(new CreateLoginProfileCommand({ UserName, Password: password }));
  await iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'readers' }));
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  await giveCredentials(simulation, UserName);
  await giveMfa(simulation, UserName);
}

/** One Active credential of each kind, and an SSH key that was Inactive before. */
async function giveCredentials({ account }: Simulation, UserName: UserName): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey(1) }));
  const { SSHPublicKey } = await iam.send(
    new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey(2) }),
  );
  const { SSHPublicKeyId } = SSHPublicKey!;
  await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Inactive' }));
  await iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: 'a certificate' }));
  const ServiceName = 'codecommit.amazonaws.com';
  await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
}

/** A virtual device and a hardware one. */
async function giveMfa({ account }: Simulation, UserName: UserName): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const device = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  for (const SerialNumber of [device.VirtualMFADevice!.SerialNumber!, 'GAHT12345678'])
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
}

/** What is wrong with a furnished user that has come back, or null: nothing is lost but the password. */
export function judgeReturned(user: TrueUser): string | null {
  const found = user.otherCredentials.map(({ kind, status }) => `${kind} ${status}`).toSorted();
  const furnished = [
    'mfa Active',
    'mfa Active',
    'service-specific Active',
    'signing-certificate Active',
    'ssh-public-key Active',
    'ssh-public-key Inactive',
  ];
  return found.join() === furnished.join() ? null : `${user.name} came back with ${found.join(', ')}`;
}

/** What is left of a furnished user that is gone, or null. */
export function judgeGone({ account: { truth } }: Simulation, userName: UserName): string | null {
  if (truth.user(userName)) return `${userName} still exists`;
  const [device] = truth.virtualMfaDevices();
  if (device !== undefined) return `the virtual MFA device ${device} still exists`;
  const login = truth.secret(loginSecretNameOf(userName));
  return login && login.deletedAt === undefined ? `the secret ${login.name} still holds a password` : null;
}

/** An ssh-rsa key as RFC 4253 writes it, of 2,048 bits that make no key pair. */
export function sshKey(number: number): string {
  const parts = [
    Buffer.from('ssh-rsa'),
    Buffer.from([1, 0, 1]),
    Buffer.alloc(257, 128 + number).fill(0, 0, 1),
  ];
  const lines = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-rsa ${Buffer.concat(lines).toString('base64')}`;
}
