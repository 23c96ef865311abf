import {
  GetLoginProfileCommand,
  type IAMClient,
  ListServiceSpecificCredentialsCommand,
  type ListServiceSpecificCredentialsCommandOutput,
  paginateListMFADevices,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import type { CredentialFacts, OffboardingFacts, UserFacts } from '../core/facts.js';
import { type UserName, loginSecretNameOf } from '../core/names.js';
import { readIdsTag, tag } from '../core/tags.js';
import {
  type ReadingClients,
  observeGroupNames,
  observeKeyStore,
  observeKeys,
  observePolicyArns,
  observeSecret,
  observeUser,
} from './observe.js';
import { collect, orNull } from './reading.js';

const nothing: Omit<OffboardingFacts, 'user'> = {
  keys: [],
  secret: null,
  policyArns: [],
  inlinePolicyNames: [],
  groupNames: [],
  hasLoginProfile: false,
  loginSecret: null,
  credentials: [],
  mfaSerialNumbers: [],
};

/** Everything that DeleteUser demands gone, and the secrets. Twelve calls; one where no user has that name. */
export async function observeOffboarding(clients: ReadingClients, name: UserName): Promise<OffboardingFacts> {
  const { iam, secretsManager } = clients;
  const user = await observeUser(iam, name);
  if (!user) return { user, ...nothing };
  const input = { UserName: user.name };
  const [grants, loginProfile, keys, secret, loginSecret, mfaSerialNumbers, ...credentials] =
    await Promise.all([
      observeGrants(iam, user.name),
      orNull(iam.send(new GetLoginProfileCommand(input))),
      observeKeys(iam, user.name),
      observeKeyStore(clients, user),
      observeSecret(secretsManager, loginSecretNameOf(user.name)),
      observeMfaDevices(iam, user),
      observeServiceCredentials(iam, user.name),
      observeSshKeys(iam, user.name),
      observeCertificates(iam, user.name),
    ]);
  return {
    user,
    ...grants,
    hasLoginProfile: loginProfile !== null,
    keys,
    secret,
    loginSecret,
    mfaSerialNumbers,
    credentials: credentials.flat(),
  };
}

async function observeGrants(
  iam: IAMClient,
  name: UserName,
): Promise<Pick<OffboardingFacts, 'policyArns' | 'inlinePolicyNames' | 'groupNames'>> {
  const inline = paginateListUserPolicies({ client: iam }, { UserName: name });
  const [policyArns, inlinePolicyNames, groupNames] = await Promise.all([
    observePolicyArns(iam, name),
    collect(inline, (page) => page.PolicyNames),
    observeGroupNames(iam, name),
  ]);
  return { policyArns, inlinePolicyNames, groupNames };
}

/** Those that are enabled, and before them the one that a purge was removing when it was cut off. */
async function observeMfaDevices(iam: IAMClient, { name, tags }: UserFacts): Promise<string[]> {
  const pages = paginateListMFADevices({ client: iam }, { UserName: name });
  const enabled = await collect(pages, (page) => page.MFADevices?.map((device) => device.SerialNumber!));
  return [...new Set([...readIdsTag(tags, tag.mfaRemoval), ...enabled])];
}

async function observeSshKeys(iam: IAMClient, name: UserName): Promise<CredentialFacts[]> {
  const pages = paginateListSSHPublicKeys({ client: iam }, { UserName: name });
  return collect(pages, (page) =>
    page.SSHPublicKeys?.map((key) => ({ kind: 'ssh-key', id: key.SSHPublicKeyId!, status: key.Status! })),
  );
}

async function observeCertificates(iam: IAMClient, name: UserName): Promise<CredentialFacts[]> {
  const pages = paginateListSigningCertificates({ client: iam }, { UserName: name });
  return collect(pages, (page) =>
    page.Certificates?.map((one) => ({
      kind: 'certificate',
      id: one.CertificateId!,
      status: one.Status!,
    })),
  );
}

/** Of every service: CodeCommit, Keyspaces, and those with API keys of their own. */
async function observeServiceCredentials(iam: IAMClient, name: UserName): Promise<CredentialFacts[]> {
  return collect(serviceCredentialPages(iam, name), (page) =>
    page.ServiceSpecificCredentials?.map((one) => ({
      kind: 'service-credential',
      id: one.ServiceSpecificCredentialId!,
      status: one.Status!,
    })),
  );
}

/** The SDK has no paginator for this listing, though it has pages. */
async function* serviceCredentialPages(
  iam: IAMClient,
  UserName: UserName,
): AsyncGenerator<ListServiceSpecificCredentialsCommandOutput> {
  let Marker: string | undefined;
  do {
    const page: ListServiceSpecificCredentialsCommandOutput = await iam.send(
      new ListServiceSpecificCredentialsCommand({ UserName, ...(Marker === undefined ? {} : { Marker }) }),
    );
    yield page;
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
}
