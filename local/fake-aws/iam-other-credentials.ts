import type * as iam from '@aws-sdk/client-iam';
import { Drawer } from './iam-credential-drawer.js';
import { sshKeyOperations } from './iam-ssh-keys.js';
import { wholeSeconds, type FakeUser, type IamState, type OtherCredential } from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

/** What else lets a user in, and keeps DeleteUser out: SSH keys, certificates and service passwords. */
export function otherCredentialOperations(state: IamState): Operations {
  return { ...sshKeyOperations(state), ...certificateOperations(state), ...serviceSpecificOperations(state) };
}

function certificateOperations(state: IamState): Operations {
  const drawer = new Drawer(state, 'signing-certificate', 2);
  return {
    UploadSigningCertificate: writes<
      iam.UploadSigningCertificateCommandInput,
      iam.UploadSigningCertificateCommandOutput
    >(['UserName', 'CertificateBody'], (input) => {
      const { user, credential } = drawer.add(input, state.world.random.base32(32));
      return { Certificate: certificateMetadata(user, credential) };
    }),
    ListSigningCertificates: reads<
      iam.ListSigningCertificatesCommandInput,
      iam.ListSigningCertificatesCommandOutput
    >(['UserName', 'Marker', 'MaxItems'], (input, { asOf }) => {
      const { user, page, more } = drawer.page('ListSigningCertificates', input, asOf);
      return { Certificates: page.map((one) => certificateMetadata(user, one)), ...more };
    }),
    UpdateSigningCertificate: writes<
      iam.UpdateSigningCertificateCommandInput,
      iam.UpdateSigningCertificateCommandOutput
    >(['UserName', 'CertificateId', 'Status'], (input) =>
      drawer.setStatus(input, input.CertificateId, input.Status),
    ),
    DeleteSigningCertificate: writes<
      iam.DeleteSigningCertificateCommandInput,
      iam.DeleteSigningCertificateCommandOutput
    >(['UserName', 'CertificateId'], (input) => drawer.remove(input, input.CertificateId)),
  };
}

function certificateMetadata(user: FakeUser, one: OtherCredential) {
  return {
    UserName: user.name,
    CertificateId: one.id,
    CertificateBody: 'fake',
    Status: one.status,
    UploadDate: wholeSeconds(one.createdAt),
  };
}

function serviceSpecificOperations(state: IamState): Operations {
  const drawer = new Drawer(state, 'service-specific', 2);
  const metadata = (user: FakeUser, one: OtherCredential) => ({
    UserName: user.name,
    Status: one.status,
    ServiceUserName: `${user.name}-at-${state.world.accountId}`,
    CreateDate: wholeSeconds(one.createdAt),
    ServiceSpecificCredentialId: one.id,
    ServiceName: one.serviceName ?? '',
  });
  return {
    CreateServiceSpecificCredential: writes<
      iam.CreateServiceSpecificCredentialCommandInput,
      iam.CreateServiceSpecificCredentialCommandOutput
    >(['UserName', 'ServiceName'], (input) => {
      const { user, credential } = drawer.add(
        input,
        `ACCA${state.world.random.base32(16)}`,
        input.ServiceName === undefined ? {} : { serviceName: input.ServiceName },
      );
      const ServicePassword = state.world.random.base64(44);
      return { ServiceSpecificCredential: { ...metadata(user, credential), ServicePassword } };
    }),
    ListServiceSpecificCredentials: reads<
      iam.ListServiceSpecificCredentialsCommandInput,
      iam.ListServiceSpecificCredentialsCommandOutput
    >(['UserName', 'Marker', 'MaxItems'], (input, { asOf }) => {
      const { user, page, more } = drawer.page('ListServiceSpecificCredentials', input, asOf);
      return { ServiceSpecificCredentials: page.map((one) => metadata(user, one)), ...more };
    }),
    UpdateServiceSpecificCredential: writes<
      iam.UpdateServiceSpecificCredentialCommandInput,
      iam.UpdateServiceSpecificCredentialCommandOutput
    >(['UserName', 'ServiceSpecificCredentialId', 'Status'], (input) =>
      drawer.setStatus(input, input.ServiceSpecificCredentialId, input.Status),
    ),
    DeleteServiceSpecificCredential: writes<
      iam.DeleteServiceSpecificCredentialCommandInput,
      iam.DeleteServiceSpecificCredentialCommandOutput
    >(['UserName', 'ServiceSpecificCredentialId'], (input) =>
      drawer.remove(input, input.ServiceSpecificCredentialId),
    ),
  };
}
