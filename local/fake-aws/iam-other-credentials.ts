import type * as iam from '@aws-sdk/client-iam';
import { iamPage, requireName, type IamPageInput } from './iam-rules.js';
import {
  invalid,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakeUser,
  type IamState,
  type OtherCredential,
  type OtherCredentialKind,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

interface OfUser {
  readonly UserName?: string | undefined;
}

/** What else lets a user in, and keeps DeleteUser out: SSH keys, certificates and service passwords. */
export function otherCredentialOperations(state: IamState): Operations {
  return { ...sshKeyOperations(state), ...certificateOperations(state), ...serviceSpecificOperations(state) };
}

function sshKeyOperations(state: IamState): Operations {
  const drawer = new Drawer(state, 'ssh-public-key', 5);
  return {
    UploadSSHPublicKey: writes<iam.UploadSSHPublicKeyCommandInput, iam.UploadSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyBody'],
      (input) => {
        const { user, credential } = drawer.add(input, `APKA${state.world.random.base32(16)}`);
        const SSHPublicKeyBody = input.SSHPublicKeyBody ?? '';
        return {
          SSHPublicKey: { ...sshKeyMetadata(user, credential), SSHPublicKeyBody, Fingerprint: 'fake' },
        };
      },
    ),
    ListSSHPublicKeys: reads<iam.ListSSHPublicKeysCommandInput, iam.ListSSHPublicKeysCommandOutput>(
      ['UserName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const { user, page, more } = drawer.page('ListSSHPublicKeys', input, asOf);
        return { SSHPublicKeys: page.map((one) => sshKeyMetadata(user, one)), ...more };
      },
    ),
    UpdateSSHPublicKey: writes<iam.UpdateSSHPublicKeyCommandInput, iam.UpdateSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyId', 'Status'],
      (input) => drawer.setStatus(input, input.SSHPublicKeyId, input.Status),
    ),
    DeleteSSHPublicKey: writes<iam.DeleteSSHPublicKeyCommandInput, iam.DeleteSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyId'],
      (input) => drawer.remove(input, input.SSHPublicKeyId),
    ),
  };
}

function sshKeyMetadata(user: FakeUser, one: OtherCredential) {
  return {
    UserName: user.name,
    SSHPublicKeyId: one.id,
    Status: one.status,
    UploadDate: wholeSeconds(one.createdAt),
  };
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
        input.ServiceName,
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

/** One kind of credential of all users: the four operations differ only in their words. */
class Drawer {
  constructor(
    private readonly state: IamState,
    private readonly kind: OtherCredentialKind,
    private readonly quota: number,
  ) {}

  add(input: OfUser, id: string, serviceName?: string): { user: FakeUser; credential: OtherCredential } {
    const user = this.userOf(input);
    const alike = user.otherCredentials.filter(
      (one) => one.kind === this.kind && one.serviceName === serviceName,
    );
    if (alike.length >= this.quota) limitExceeded(`Cannot exceed quota of ${this.quota} for ${this.kind}`);
    const createdAt = this.state.world.clock.now();
    const service = serviceName !== undefined && { serviceName };
    const credential: OtherCredential = { kind: this.kind, id, status: 'Active', createdAt, ...service };
    this.state.changeUser(user, { otherCredentials: [...user.otherCredentials, credential] });
    return { user, credential };
  }

  page(operation: string, input: OfUser & IamPageInput, asOf: number | undefined) {
    const user = this.userOf(input, asOf);
    const credentials = user.otherCredentials.filter((one) => one.kind === this.kind);
    return { user, ...iamPage(this.state.world, operation, input, credentials, (one) => one.id) };
  }

  setStatus(input: OfUser, id: string | undefined, status: string | undefined): object {
    if (status !== 'Active' && status !== 'Inactive') invalid(`Status ${status} must be Active or Inactive`);
    const { user, credential } = this.find(input, id);
    const changed = { ...credential, status } as const;
    const otherCredentials = user.otherCredentials.map((one) => (one === credential ? changed : one));
    this.state.changeUser(user, { otherCredentials });
    return {};
  }

  remove(input: OfUser, id: string | undefined): object {
    const { user, credential } = this.find(input, id);
    this.state.changeUser(user, {
      otherCredentials: user.otherCredentials.filter((one) => one !== credential),
    });
    return {};
  }

  private find(input: OfUser, id: string | undefined): { user: FakeUser; credential: OtherCredential } {
    const user = this.userOf(input);
    const credential = user.otherCredentials.find((one) => one.kind === this.kind && one.id === id);
    return { user, credential: credential ?? missing(`The ${this.kind} with id ${id} cannot be found.`) };
  }

  private userOf(input: OfUser, asOf?: number): FakeUser {
    return this.state.user(requireName('userName', input.UserName, 64), asOf);
  }
}
