import {
  GetLoginProfileCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListServiceSpecificCredentialsCommand,
  type ListServiceSpecificCredentialsCommandOutput,
  paginateListMFADevices,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import {
  type CredentialFacts,
  type OffboardingFacts,
  type SecretFacts,
  type StandingFacts,
  type UserFacts,
  noHoldings,
} from '../core/facts.js';
import { type UserName, loginSecretNameOf, secretNameOf } from '../core/names.js';
import { readIdsTag, tag } from '../core/tags.js';
import {
  type ReadingClients,
  canonicalDocument,
  observeGroupNames,
  observeKeyStore,
  observeKeys,
  observePolicyArns,
  observeSecret,
  observeUser,
} from './observe.js';
import { collect, orNull } from './reading.js';

/** What a deny is decided by. Two calls; one where no user has that name. */
export async function observeStanding(iam: IAMClient, name: UserName): Promise<StandingFacts> {
  const user = await observeUser(iam, name);
  return { user, policyArns: user ? await observePolicyArns(iam, user.name) : [] };
}

/** Everything else that DeleteUser demands gone, and the secrets. Ten calls; none where there is no user. */
export async function observeHoldings(
  clients: ReadingClients,
  user: UserFacts | null,
): Promise<Omit<OffboardingFacts, keyof StandingFacts>> {
  if (!user) return noHoldings;
  const { iam, secretsManager } = clients;
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
    ...grants,
    hasLoginProfile: loginProfile !== null,
    keys,
    secret,
    loginSecret,
    mfaSerialNumbers,
    credentials: credentials.flat(),
  };
}

/** All of it, for who only looks. */
export async function observeOffboarding(clients: ReadingClients, name: UserName): Promise<OffboardingFacts> {
  const standing = await observeStanding(clients.iam, name);
  return { ...standing, ...(await observeHoldings(clients, standing.user)) };
}

/** The secrets that are named after a user, whether or not it still exists. Two calls. */
export async function observeSecretsOf(
  { secretsManager }: Pick<ReadingClients, 'secretsManager'>,
  name: UserName,
): Promise<SecretFacts[]> {
  const secrets = await Promise.all(
    [secretNameOf(name), loginSecretNameOf(name)].map((secret) => observeSecret(secretsManager, secret)),
  );
  return secrets.filter((secret) => secret !== null);
}

/** Name -> document of inline policies, as canonical JSON text. One call each. */
export async function observeInlinePolicies(
  iam: IAMClient,
  name: UserName,
  policyNames: readonly string[],
): Promise<Record<string, string>> {
  const documents = await Promise.all(
    policyNames.map(async (PolicyName) => {
      const answer = await orNull(iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName })));
      return answer === null ? [] : [[PolicyName, canonicalDocument(answer.PolicyDocument!)] as const];
    }),
  );
  return Object.fromEntries(documents.flat());
}

async function observeGrants(
  iam: IAMClient,
  name: UserName,
): Promise<Pick<OffboardingFacts, 'inlinePolicyNames' | 'groupNames'>> {
  const inline = paginateListUserPolicies({ client: iam }, { UserName: name });
  const [inlinePolicyNames, groupNames] = await Promise.all([
    collect(inline, (page) => page.PolicyNames),
    observeGroupNames(iam, name),
  ]);
  return { inlinePolicyNames, groupNames };
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
