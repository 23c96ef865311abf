import {
  type AccessKeyLastUsed,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  type User,
  paginateListAccessKeys,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
} from '@aws-sdk/client-iam';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  type KeyFacts,
  type LastUse,
  type OnboardingFacts,
  type RotationFacts,
  type SecretFacts,
  type UserFacts,
  keyAtStage,
  stage,
} from '../core/facts.js';
import { readKeyWish } from '../core/key-wish.js';
import { type UserName, keyIdOf, parseAccessKeyId, parseUserName, secretNameOf } from '../core/names.js';
import { type Tags, tag, tagPrefix } from '../core/tags.js';
import type { Clients } from './clients.js';
import { observeParameters } from './parameter-store.js';
import { collect, orNull } from './reading.js';

/** Reads that judge nothing. A read that fails throws: it never counts as "none". */

export type ReadingClients = Pick<Clients, 'iam' | 'secretsManager' | 'ssm'>;

/** One user with its tags and boundary, or null where none is to be seen. One call. */
export async function observeUser(iam: IAMClient, name: UserName): Promise<UserFacts | null> {
  const answer = await orNull(iam.send(new GetUserCommand({ UserName: name })));
  return answer ? toUserFacts(answer.User!) : null;
}

/**
 * What a rotation looks at, or null where no user is to be seen. Three calls, and one more for each key whose last
 * use matters. The mint intent is the write-ahead record: a user that carries none never had a key from us, so for
 * it one call is enough.
 */
export async function observeRotation(
  clients: ReadingClients,
  name: UserName,
): Promise<RotationFacts | null> {
  const user = await observeUser(clients.iam, name);
  if (!user) return null;
  if (user.tags[tag.mintIntent] === undefined) return { user, keys: [], secret: null, verified: null };
  return { user, ...(await observeCredentials(clients, user)), verified: null };
}

/** Keys and secret of a user that exists. */
export async function observeCredentials(
  clients: ReadingClients,
  user: UserFacts,
): Promise<{ keys: readonly KeyFacts[]; secret: SecretFacts | null }> {
  const [listed, secret] = await Promise.all([
    observeKeys(clients.iam, user.name),
    observeKeyStore(clients, user),
  ]);
  const keys = await Promise.all(
    listed.map(async (key) => (isLastUseNeeded(key, secret) ? withLastUse(clients.iam, key) : key)),
  );
  return { keys, secret };
}

/** Where the user's key is kept, by its tags. One call. */
export function observeKeyStore(
  { secretsManager, ssm }: Pick<Clients, 'secretsManager' | 'ssm'>,
  { name, tags }: UserFacts,
): Promise<SecretFacts | null> {
  const wish = readKeyWish(tags);
  return wish?.store === 'ssm'
    ? observeParameters({ ssm }, name, wish)
    : observeSecret(secretsManager, secretNameOf(name));
}

/** A user with its policies and groups, or null where no user is to be seen. Three calls. */
export async function observeOnboarding(
  { iam }: Pick<Clients, 'iam'>,
  name: UserName,
): Promise<OnboardingFacts | null> {
  const user = await observeUser(iam, name);
  if (!user) return null;
  const [policyArns, groupNames] = await Promise.all([
    observePolicyArns(iam, user.name),
    observeGroupNames(iam, user.name),
  ]);
  return { user, policyArns, groupNames };
}

/** A secret without its values, or null where none has that name. One call. */
export async function observeSecret(
  client: SecretsManagerClient,
  secretName: string,
): Promise<SecretFacts | null> {
  const answer = await orNull(client.send(new DescribeSecretCommand({ SecretId: secretName })));
  if (!answer) return null;
  return {
    arn: answer.ARN!,
    stages: toStages(answer.VersionIdsToStages),
    deletedAt: answer.DeletedDate?.getTime() ?? null,
    ...replicasOf(answer),
  };
}

/** Whatever state a replica is in: one that failed stands in the way of a deletion too. */
function replicasOf({
  ReplicationStatus = [],
}: DescribeSecretCommandOutput): Pick<SecretFacts, 'replicaRegions'> {
  const replicaRegions = ReplicationStatus.map(({ Region }) => Region!);
  return replicaRegions.length === 0 ? {} : { replicaRegions };
}

/** Secrets Manager lists the labels of each version; a label is on one version only. */
export function toStages(
  labelsOfVersion: Readonly<Record<string, readonly string[]>> | undefined,
): SecretFacts['stages'] {
  return Object.fromEntries(
    Object.entries(labelsOfVersion ?? {}).flatMap(([versionId, labels]) =>
      labels.map((label) => [label, versionId]),
    ),
  );
}

/** What GetUser, CreateUser and GetAccountAuthorizationDetails have in common. */
type SeenUser = Partial<
  Pick<User, 'UserName' | 'UserId' | 'Arn' | 'Path' | 'CreateDate' | 'Tags' | 'PermissionsBoundary'>
>;

export function toUserFacts(user: SeenUser): UserFacts {
  return {
    name: parseUserName(user.UserName!),
    id: user.UserId!,
    arn: user.Arn!,
    path: user.Path!,
    createdAt: user.CreateDate!.getTime(),
    tags: toTags(user.Tags),
    boundaryArn: user.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  };
}

/** IAM takes a user's tag keys in any case for one and the same: ours are known in theirs. */
function ownCase(key: string): string {
  return key.toLowerCase().startsWith(tagPrefix) ? key.toLowerCase() : key;
}

function toTags(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [ownCase(Key!), Value!]));
}

export async function observePolicyArns(iam: IAMClient, name: UserName): Promise<string[]> {
  const pages = paginateListAttachedUserPolicies({ client: iam }, { UserName: name });
  return collect(pages, (page) => page.AttachedPolicies?.map((policy) => policy.PolicyArn!));
}

export async function observeGroupNames(iam: IAMClient, name: UserName): Promise<string[]> {
  const pages = paginateListGroupsForUser({ client: iam }, { UserName: name });
  return collect(pages, (page) => page.Groups?.map((group) => group.GroupName!));
}

export async function observeKeys(iam: IAMClient, name: UserName): Promise<KeyFacts[]> {
  const pages = paginateListAccessKeys({ client: iam }, { UserName: name });
  return collect(pages, (page) =>
    page.AccessKeyMetadata?.map((key) => ({
      id: parseAccessKeyId(key.AccessKeyId!),
      status: key.Status!,
      createdAt: key.CreateDate!.getTime(),
      lastUse: 'unread',
    })),
  );
}

/** It decides only when an Active predecessor may go, and whether a key in no version was ever used. */
function isLastUseNeeded(key: KeyFacts, secret: SecretFacts | null): boolean {
  if (key.id === keyAtStage(secret, stage.current) || key.id === keyAtStage(secret, stage.pending))
    return false;
  const isStored = Object.values(secret?.stages ?? {}).some((versionId) => keyIdOf(versionId) === key.id);
  return key.status === 'Active' || !isStored;
}

export async function withLastUse(iam: IAMClient, key: KeyFacts): Promise<KeyFacts> {
  const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.id }));
  return { ...key, lastUse: toLastUse(answer.AccessKeyLastUsed) };
}

export function toLastUse(seen: AccessKeyLastUsed | undefined): LastUse | 'never' {
  const { LastUsedDate: at, ServiceName: service, Region: region } = seen!;
  return at ? { at: at.getTime(), service: service!, region: region! } : 'never';
}

/** A policy document as canonical JSON text: IAM answers it URL-encoded, with the white space of whoever wrote it. */
export function canonicalDocument(encodedDocument: string): string {
  return JSON.stringify(JSON.parse(decodeURIComponent(encodedDocument)));
}
