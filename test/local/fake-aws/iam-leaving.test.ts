import { describe, expect, test } from '@jest/globals';
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand,
  EnableMFADeviceCommand,
  GetLoginProfileCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSSHPublicKeyCommand,
  UpdateUserCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { newAccount, outcome, outcomes, policy, SECOND, sshKey } from './account.js';

const UserName = 'deploy';

describe('deleting users', () => {
  test('every hanger-on must be gone first; boundary and tags need not', async () => {
    const { aws, iam, later } = newAccount();
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }));
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(
      new CreateUserCommand({ UserName, PermissionsBoundary: PolicyArn, Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct horse 9' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const certificate = await iam.send(
      new UploadSigningCertificateCommand({ UserName, CertificateBody: 'body' }),
    );
    const uploaded = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey(1) }));
    const service = await iam.send(
      new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'codecommit.amazonaws.com' }),
    );
    const device = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
    const SerialNumber = device.VirtualMFADevice!.SerialNumber;
    await iam.send(
      new EnableMFADeviceCommand({
        UserName,
        SerialNumber,
        AuthenticationCode1: '123456',
        AuthenticationCode2: '654321',
      }),
    );
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policy('Allow', 's3:*') }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'devs' }));
    await later(60 * SECOND);

    const removals = [
      () => iam.send(new DeleteLoginProfileCommand({ UserName })),
      () => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey!.AccessKeyId })),
      () =>
        iam.send(
          new DeleteSigningCertificateCommand({
            UserName,
            CertificateId: certificate.Certificate!.CertificateId,
          }),
        ),
      () =>
        iam.send(
          new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId: uploaded.SSHPublicKey!.SSHPublicKeyId }),
        ),
      () => {
        const ServiceSpecificCredentialId = service.ServiceSpecificCredential!.ServiceSpecificCredentialId;
        return iam.send(
          new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
        );
      },
      () => iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber })),
      () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'p' })),
      () => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
      () => iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: 'devs' })),
    ];
    for (const remove of removals) {
      expect(await outcome(iam.send(new DeleteUserCommand({ UserName })))).toBe('DeleteConflictException');
      await remove();
    }
    expect(await outcome(iam.send(new DeleteUserCommand({ UserName })))).toBe('ok');
    expect(aws.truth.users()).toEqual([]);
    expect(await outcome(iam.send(new DeleteUserCommand({ UserName })))).toBe('NoSuchEntityException');
  });

  test('a namesake gets another unique id', async () => {
    const { iam } = newAccount();
    const first = await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new DeleteUserCommand({ UserName }));
    const second = await iam.send(new CreateUserCommand({ UserName }));
    expect(second.User?.UserId).not.toBe(first.User?.UserId);
  });

  test('a renamed and moved user keeps its unique id and its keys', async () => {
    const { aws, iam } = newAccount();
    const { User } = await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    await iam.send(new UpdateUserCommand({ UserName, NewUserName: 'other', NewPath: '/far/' }));
    expect(aws.truth.user(UserName)).toBeUndefined();
    const moved = aws.truth.user('other');
    expect(moved).toMatchObject({ id: User?.UserId, arn: 'arn:aws:iam::123456789012:user/far/other' });
    expect(moved?.keys.map((key) => key.status)).toEqual(['Active']);
  });
});

describe('console passwords and other credentials', () => {
  test('a login profile younger than five seconds cannot be deleted', async () => {
    const { iam, later } = newAccount();
    await iam.send(new CreateUserCommand({ UserName }));
    expect(await outcome(iam.send(new GetLoginProfileCommand({ UserName })))).toBe('NoSuchEntityException');
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct horse 9' }));
    await later(4 * SECOND);
    expect(await outcome(iam.send(new DeleteLoginProfileCommand({ UserName })))).toBe(
      'EntityTemporarilyUnmodifiableException',
    );
    await later(1 * SECOND);
    expect(await outcome(iam.send(new DeleteLoginProfileCommand({ UserName })))).toBe('ok');
    expect(await outcome(iam.send(new DeleteLoginProfileCommand({ UserName })))).toBe(
      'NoSuchEntityException',
    );
  });

  test('SSH keys and service passwords can be made Inactive, and have their quotas', async () => {
    const { iam } = newAccount();
    await iam.send(new CreateUserCommand({ UserName }));
    const upload = (number: number) => () =>
      iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey(number) }));
    expect(await outcomes([1, 2, 3, 4, 5, 6].map(upload))).toEqual([
      ...Array<string>(5).fill('ok'),
      'LimitExceededException',
    ]);
    const listed = await iam.send(new ListSSHPublicKeysCommand({ UserName }));
    const SSHPublicKeyId = listed.SSHPublicKeys![0]!.SSHPublicKeyId;
    await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Inactive' }));
    const after = await iam.send(new ListSSHPublicKeysCommand({ UserName }));
    expect(after.SSHPublicKeys?.filter((key) => key.Status === 'Inactive')).toHaveLength(1);

    const ServiceName = 'bedrock.amazonaws.com';
    const made = await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
    const ServiceSpecificCredentialId = made.ServiceSpecificCredential!.ServiceSpecificCredentialId;
    await iam.send(
      new UpdateServiceSpecificCredentialCommand({
        UserName,
        ServiceSpecificCredentialId,
        Status: 'Inactive',
      }),
    );
    const passwords = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName }));
    expect(passwords.ServiceSpecificCredentials).toMatchObject([{ ServiceName, Status: 'Inactive' }]);
  });

  test('a virtual device is enabled for one user and cannot be deleted meanwhile', async () => {
    const { iam } = newAccount();
    await iam.send(new CreateUserCommand({ UserName }));
    const device = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
    const SerialNumber = device.VirtualMFADevice!.SerialNumber;
    expect(SerialNumber).toBe('arn:aws:iam::123456789012:mfa/phone');
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
    const listed = await iam.send(new ListMFADevicesCommand({ UserName }));
    expect(listed.MFADevices).toMatchObject([{ SerialNumber, UserName }]);
    const remove = () => iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
    const deactivate = () => iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    expect(await outcomes([remove, deactivate, remove, remove])).toEqual([
      'DeleteConflictException',
      'ok',
      'ok',
      'NoSuchEntityException',
    ]);
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber: 'GAHT12345678', ...codes }));
    const hardware = new DeleteVirtualMFADeviceCommand({ SerialNumber: 'GAHT12345678' });
    expect(await outcome(iam.send(hardware))).toBe('NoSuchEntityException');
    const certificates = await iam.send(new ListSigningCertificatesCommand({ UserName }));
    expect(certificates.Certificates).toEqual([]);
  });
});
