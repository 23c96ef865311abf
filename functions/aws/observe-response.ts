import { GetAccessKeyLastUsedCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { KeyFacts, LastUse, ResponseFacts } from '../core/facts.js';
import { type AccessKeyId, type UserName, parseUserName } from '../core/names.js';
import { isAccessDenied, isNotFound } from './errors.js';
import {
  type ReadingClients,
  observeKeyStore,
  observeKeys,
  observePolicyArns,
  observeUser,
  toLastUse,
} from './observe.js';

/** Whose key it is, and what it was last used for. */
export interface KeyOwner {
  readonly userName: UserName;
  readonly lastUse: LastUse | 'never';
}

/**
 * The owner of a key, in one call. Null where IAM tells of none: the key is deleted, another account's or root's. IAM
 * answers to an unknown key as to a missing right, so that the two cannot be told apart.
 */
export async function observeKeyOwner(iam: IAMClient, keyId: AccessKeyId): Promise<KeyOwner | null> {
  try {
    const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
    if (answer.UserName === undefined || answer.UserName === '<root_account>') return null;
    return { userName: parseUserName(answer.UserName), lastUse: toLastUse(answer.AccessKeyLastUsed) };
  } catch (error) {
    if (isAccessDenied(error) || isNotFound(error)) return null;
    throw error;
  }
}

/**
 * What the answer to a leak looks at: four calls, one where no user has that name. IAM has just said that `keyId` is
 * the user's, so a listing without it trails: it counts as Active, which is the side to err on.
 */
export async function observeResponse(
  clients: ReadingClients,
  name: UserName,
  keyId: AccessKeyId | null,
): Promise<ResponseFacts> {
  const user = await observeUser(clients.iam, name);
  if (!user) return { user, keys: [], secret: null, policyArns: [] };
  const [policyArns, listed, secret] = await Promise.all([
    observePolicyArns(clients.iam, user.name),
    observeKeys(clients.iam, user.name),
    observeKeyStore(clients, user),
  ]);
  const isMissing = keyId !== null && listed.every(({ id }) => id !== keyId);
  const missing: KeyFacts[] = isMissing
    ? [{ id: keyId, status: 'Active', createdAt: user.createdAt, lastUse: 'unread' }]
    : [];
  return { user, keys: [...listed, ...missing], secret, policyArns };
}
