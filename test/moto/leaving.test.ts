import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand, ReplicateSecretToRegionsCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from '@jest/globals';
import type { Clients } from '../../functions/aws/clients.js';
import { systemClock } from '../../functions/aws/clock.js';
import { storeLoginSecret } from '../../functions/aws/login-secret.js';
import { observeOffboarding } from '../../functions/aws/observe-offboarding.js';
import { Redacted } from '../../functions/aws/redacted.js';
import { loginSecretNameOf, parseUserName, secretNameOf } from '../../functions/core/names.js';
import { sshKey } from '../../local/sim/furnish.js';
import { describeWithMoto } from './moto-server.js';
import { systemAt, until } from './system.js';

const UserName = parseUserName('alice');
const phone = 'arn:aws:iam::123456789012:mfa/phone';

/** Self-signed, of a key that nobody kept. */
const CertificateBody = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUeDKjlSElvwhNkZfUF/T55+ufxMcwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDYm9iMCAXDTI2MTEyMjA5MTY0NloYDzIxMjYxMDI5MDkxNjQ2
WjAOMQwwCgYDVQQDDANib2IwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARvHvsZ
A2nFwixR+nCZ5+lDDVmFjZGyy3gFdsH65LYFd1Rq8zQ+GidEjzsBs4UP1fN9oVIa
dN/dPHz0sb1Mvrryo1MwUTAdBgNVHQ4EFgQURlJYseAmrkdxyXq0KBcT5WB1z8ow
HwYDVR0jBBgwFoAURlJYseAmrkdxyXq0KBcT5WB1z8owDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiBjgJJFYg8BJchvwV8b+wwU6Na25TBX89h2fyhS
55R9EgIhAMZSMQwBPAPaY2dmRpmTUQy70WEqae7kz+ufUteD3poF
-----END CERTIFICATE-----`;

/** All that moto lets a user have; it knows no service-specific credentials. */
async function furnish({ iam, secretsManager }: Clients, arn: string): Promise<void> {
  const password = 'Correct-Horse-9';
  await storeLoginSecret({ secretsManager }, systemClock, { name: UserName, arn }, new Redacted(password));
  for (const SecretId of [secretNameOf(UserName), loginSecretNameOf(UserName)])
    await secretsManager.send(
      new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region: 'us-west-2' }] }),
    );
  await iam.send(new CreateLoginProfileCommand({ UserName, Password: password }));
  await iam.send(new CreateGroupCommand({ GroupName: 'leavers' }));
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'leavers' }));
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey(1) }));
  await iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody }));
  await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  for (const SerialNumber of [phone, 'GAHT12345678'])
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
}

await describeWithMoto('one leaver with everything on a real wire', (url) => {
  test('is contained, comes back, leaves again and is gone, and so is its MFA device', async () => {
    const { system, clients } = await systemAt(url);
    const observe = () => observeOffboarding(clients, UserName);
    const statuses = async () => (await observe()).credentials.map(({ kind, status }) => `${kind} ${status}`);
    await system.request('POST', '/users', { name: UserName, owner: 'alice', roles: [], description: '' });
    await until(system, async () => (await observe()).secret !== null);
    await furnish(clients, (await observe()).user!.arn);
    expect(await statuses()).toEqual(['ssh-key Active', 'certificate Active']);
    const replicaRegions = ['us-west-2'];
    expect(await observe()).toMatchObject({ secret: { replicaRegions }, loginSecret: { replicaRegions } });

    await system.putEvent('User Offboarded', { userName: UserName, reason: 'left', quarantine: 'P1D' });
    await until(system, async () => (await observe()).loginSecret?.deletedAt !== null);
    expect(await statuses()).toEqual(['ssh-key Inactive', 'certificate Inactive']);
    expect(await observe()).toMatchObject({
      hasLoginProfile: false,
      mfaSerialNumbers: [phone, 'GAHT12345678'],
      groupNames: ['leavers'],
    });

    await system.putEvent('User Restore Requested', { userName: UserName });
    await until(system, async () => (await observe()).policyArns.length === 0);
    expect(await statuses()).toEqual(['ssh-key Active', 'certificate Active']);

    await systemClock.sleep(1100);
    await system.putEvent('User Offboarded', { userName: UserName, reason: 'left', quarantine: 'PT0S' });
    await until(system, async () => (await observe()).user === null);
    const { VirtualMFADevices } = await clients.iam.send(new ListVirtualMFADevicesCommand({}));
    expect(VirtualMFADevices).toEqual([]);
    for (const SecretId of [loginSecretNameOf(UserName), secretNameOf(UserName)]) {
      const { DeletedDate, ReplicationStatus = [] } = await clients.secretsManager.send(
        new DescribeSecretCommand({ SecretId }),
      );
      expect([DeletedDate, ReplicationStatus]).toEqual([expect.any(Date), []]);
    }
  }, 90_000);
});
