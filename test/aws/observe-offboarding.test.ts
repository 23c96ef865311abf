import {
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { observeOffboarding } from '../../functions/aws/observe-offboarding.js';
import { aliceName, currentKey, secretArn } from '../support/account.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const UserName = 'alice';
const CreateDate = new Date('2026-03-01T00:00:00Z');
const loginArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:iam-lifecycle-login/alice-AbCdEf';
const phone = 'arn:aws:iam::123456789012:mfa/phone';
const last = { IsTruncated: false };

/** Alice with two of everything of which there can be two, where the second is on the listing's second page. */
function departing(tags: readonly { Key: string; Value: string }[] = []) {
  const mocked = mockClients();
  const { iam, secretsManager } = mocked;
  const more = { IsTruncated: true, Marker: 'more' };
  const next = { UserName, Marker: 'more' };
  iam
    .on(GetUserCommand)
    .resolves({
      User: {
        UserName,
        UserId: 'AIDAALICE00000000001',
        Arn: 'arn:aws:iam::123456789012:user/lifecycle/alice',
        Path: '/lifecycle/',
        CreateDate,
        Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }, ...tags],
      },
    })
    .on(ListAccessKeysCommand)
    .resolves({
      AccessKeyMetadata: [{ UserName, AccessKeyId: currentKey, Status: 'Active', CreateDate }],
      ...last,
    })
    .on(GetLoginProfileCommand)
    .resolves({ LoginProfile: { UserName, CreateDate } })
    .on(ListAttachedUserPoliciesCommand, { UserName })
    .resolves({ AttachedPolicies: [{ PolicyName: 'A', PolicyArn: 'arn:A' }], ...more })
    .on(ListAttachedUserPoliciesCommand, next)
    .resolves({ AttachedPolicies: [{ PolicyName: 'B', PolicyArn: 'arn:B' }], ...last })
    .on(ListUserPoliciesCommand, { UserName })
    .resolves({ PolicyNames: ['own'], ...more })
    .on(ListUserPoliciesCommand, next)
    .resolves({ PolicyNames: ['other'], ...last });
  const group = { Path: '/', GroupId: 'AGPA1', Arn: 'arn', CreateDate, GroupName: 'readers' };
  iam.on(ListGroupsForUserCommand).resolves({ Groups: [group], ...last });
  const sshKey = (id: string, Status: 'Active' | 'Inactive') => ({
    SSHPublicKeys: [{ UserName, SSHPublicKeyId: id, Status, UploadDate: CreateDate }],
  });
  const certificate = (CertificateId: string, Status: 'Active' | 'Inactive') => ({
    Certificates: [{ UserName, CertificateId, CertificateBody: 'body', Status }],
  });
  const service = (id: string, ServiceName: string, Status: 'Active' | 'Expired') => ({
    ServiceSpecificCredentials: [
      { UserName, Status, CreateDate, ServiceSpecificCredentialId: id, ServiceName },
    ],
  });
  const device = (SerialNumber: string) => ({
    MFADevices: [{ UserName, SerialNumber, EnableDate: CreateDate }],
  });
  iam
    .on(ListSSHPublicKeysCommand, { UserName })
    .resolves({ ...sshKey('APKA1', 'Active'), ...more })
    .on(ListSSHPublicKeysCommand, next)
    .resolves({ ...sshKey('APKA2', 'Inactive'), ...last })
    .on(ListSigningCertificatesCommand, { UserName })
    .resolves({ ...certificate('CERT1', 'Active'), ...more })
    .on(ListSigningCertificatesCommand, next)
    .resolves({ ...certificate('CERT2', 'Inactive'), ...last })
    .on(ListServiceSpecificCredentialsCommand, { UserName })
    .resolves({ ...service('ACCA1', 'codecommit.amazonaws.com', 'Active'), ...more })
    .on(ListServiceSpecificCredentialsCommand, next)
    .resolves({ ...service('ACCA2', 'bedrock.amazonaws.com', 'Expired'), ...last })
    .on(ListMFADevicesCommand, { UserName })
    .resolves({ ...device(phone), ...more })
    .on(ListMFADevicesCommand, next)
    .resolves({ ...device('GAHT12345678'), ...last });
  secretsManager
    .on(DescribeSecretCommand, { SecretId: 'iam-lifecycle/alice' })
    .resolves({ ARN: secretArn })
    .on(DescribeSecretCommand, { SecretId: 'iam-lifecycle-login/alice' })
    .resolves({ ARN: loginArn });
  return mocked;
}

const record = (Value: string) => [{ Key: 'iam-lifecycle:mfa-removal', Value }];

describe('an offboarding looks twelve times', () => {
  test('at all that DeleteUser demands gone, to the last page of each listing, and at both secrets', async () => {
    const { calls, clients } = departing();
    expect(await observeOffboarding(clients, aliceName)).toMatchObject({
      user: { id: 'AIDAALICE00000000001' },
      keys: [{ id: currentKey }],
      secret: { arn: secretArn },
      policyArns: ['arn:A', 'arn:B'],
      inlinePolicyNames: ['own', 'other'],
      groupNames: ['readers'],
      hasLoginProfile: true,
      loginSecret: { arn: loginArn, deletedAt: null },
      credentials: [
        { kind: 'service-credential', id: 'ACCA1', status: 'Active' },
        { kind: 'service-credential', id: 'ACCA2', status: 'Expired' },
        { kind: 'ssh-key', id: 'APKA1', status: 'Active' },
        { kind: 'ssh-key', id: 'APKA2', status: 'Inactive' },
        { kind: 'certificate', id: 'CERT1', status: 'Active' },
        { kind: 'certificate', id: 'CERT2', status: 'Inactive' },
      ],
      mfaSerialNumbers: [phone, 'GAHT12345678'],
    });
    const secondPages = 6;
    expect(calls()).toHaveLength(12 + secondPages);
  });

  test('and service-specific credentials of every service are asked for in one listing', async () => {
    const { calls, clients } = departing();
    await observeOffboarding(clients, aliceName);
    const inputs = calls().flatMap(([name, input]) =>
      name === 'ListServiceSpecificCredentials' ? [input] : [],
    );
    expect(inputs).toEqual([{ UserName }, { UserName, Marker: 'more' }]);
  });

  test('and a user without a password and without secrets has none', async () => {
    const { clients, iam, secretsManager } = departing();
    iam.on(GetLoginProfileCommand).rejects(awsError('NoSuchEntityException'));
    secretsManager.on(DescribeSecretCommand).rejects(awsError('ResourceNotFoundException'));
    expect(await observeOffboarding(clients, aliceName)).toMatchObject({
      hasLoginProfile: false,
      secret: null,
      loginSecret: null,
    });
  });

  test('and a device whose removal was begun is there until its user is gone, whether it is listed or not', async () => {
    const tablet = 'arn:aws:iam::123456789012:mfa/tablet';
    const begun = await observeOffboarding(departing(record(tablet)).clients, aliceName);
    expect(begun.mfaSerialNumbers).toEqual([tablet, phone, 'GAHT12345678']);
    const listed = await observeOffboarding(departing(record(phone)).clients, aliceName);
    expect(listed.mfaSerialNumbers).toEqual([phone, 'GAHT12345678']);
  });

  test('and once where no user has that name', async () => {
    const { calls, clients, iam } = departing();
    iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
    expect(await observeOffboarding(clients, aliceName)).toMatchObject({
      user: null,
      keys: [],
      credentials: [],
      mfaSerialNumbers: [],
    });
    expect(calls()).toHaveLength(1);
  });

  test.each([
    ListAccessKeysCommand,
    ListAttachedUserPoliciesCommand,
    ListUserPoliciesCommand,
    ListGroupsForUserCommand,
    GetLoginProfileCommand,
    ListMFADevicesCommand,
    ListSSHPublicKeysCommand,
    ListSigningCertificatesCommand,
    ListServiceSpecificCredentialsCommand,
  ])('and a look that fails is no look at all: %p', async (command) => {
    const { clients, iam } = departing();
    iam.on(command as typeof ListGroupsForUserCommand).rejects(awsError('AccessDenied'));
    await expect(observeOffboarding(clients, aliceName)).rejects.toThrow('AccessDenied');
  });

  test('and a second page that fails is no look either', async () => {
    const { clients, iam } = departing();
    iam
      .on(ListServiceSpecificCredentialsCommand, { UserName, Marker: 'more' })
      .rejects(awsError('ServiceFailureException'));
    await expect(observeOffboarding(clients, aliceName)).rejects.toThrow('ServiceFailureException');
  });
});
