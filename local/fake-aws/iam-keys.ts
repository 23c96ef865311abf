import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { iamPage, requireUserName } from './iam-rules.js';
import {
  invalid,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakeAccessKey,
  type FakeUser,
  type IamState,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const KEYS_PER_USER = 2;
const MINUTE_MS = 60_000;

export function keyOperations(state: IamState): Operations {
  return {
    CreateAccessKey: createAccessKey(state),
    UpdateAccessKey: updateAccessKey(state),
    DeleteAccessKey: deleteAccessKey(state),
    ListAccessKeys: listAccessKeys(state),
    GetAccessKeyLastUsed: getAccessKeyLastUsed(state),
  };
}

function createAccessKey(state: IamState) {
  const countKeys = (input: iam.CreateAccessKeyCommandInput) =>
    state.users.get((input.UserName ?? '').toLowerCase())?.keys.length ?? 0;
  return writes<iam.CreateAccessKeyCommandInput, iam.CreateAccessKeyCommandOutput>(
    ['UserName'],
    (input, { now, prepared }) => {
      const user = state.user(requireUserName('CreateAccessKey', input.UserName));
      // Where the limit is not atomic it is judged on what was there when the request arrived.
      const seen = state.world.atomicKeyLimit
        ? user.keys.length
        : Math.min(user.keys.length, prepared as number);
      if (seen >= KEYS_PER_USER) limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`);
      const { id, secret } = state.keyRing.issue(user);
      const key: FakeAccessKey = {
        id,
        status: 'Active',
        createdAt: now,
        changedAt: now,
        slot: freeSlot(user),
      };
      state.changeUser(user, { keys: [...user.keys, key] });
      return { AccessKey: { ...keyMetadata(user, key), SecretAccessKey: secret } };
    },
    countKeys,
  );
}

function freeSlot(user: FakeUser): number {
  let slot = 1;
  while (user.keys.some((key) => key.slot === slot)) slot += 1;
  return slot;
}

function updateAccessKey(state: IamState) {
  return writes<iam.UpdateAccessKeyCommandInput, iam.UpdateAccessKeyCommandOutput>(
    ['UserName', 'AccessKeyId', 'Status'],
    (input, { now }) => {
      const user = state.user(requireUserName('UpdateAccessKey', input.UserName));
      const key = keyOf(user, input.AccessKeyId);
      const status = input.Status;
      if (status !== 'Active' && status !== 'Inactive')
        invalid(`Status ${status} must be Active or Inactive`);
      if (status === key.status) return {};
      const changed = { ...key, status, changedAt: now };
      state.changeUser(user, { keys: user.keys.map((other) => (other.id === key.id ? changed : other)) });
      if (status === 'Active') state.keyRing.activate(key.id);
      else state.keyRing.deactivate(key.id);
      return {};
    },
  );
}

function deleteAccessKey(state: IamState) {
  return writes<iam.DeleteAccessKeyCommandInput, iam.DeleteAccessKeyCommandOutput>(
    ['UserName', 'AccessKeyId'],
    (input) => {
      const user = state.user(requireUserName('DeleteAccessKey', input.UserName));
      const key = keyOf(user, input.AccessKeyId);
      state.changeUser(user, { keys: user.keys.filter((other) => other.id !== key.id) });
      state.keyRing.delete(key.id);
      return {};
    },
  );
}

function listAccessKeys(state: IamState) {
  return reads<iam.ListAccessKeysCommandInput, iam.ListAccessKeysCommandOutput>(
    ['UserName', 'Marker', 'MaxItems'],
    (input, { asOf }) => {
      const user = state.user(requireUserName('ListAccessKeys', input.UserName), asOf);
      // By id, which is as good as any order: neither age nor the report's slots may be read from it.
      const { page, more } = iamPage(state.world, 'ListAccessKeys', input, user.keys, (key) => key.id);
      return { AccessKeyMetadata: page.map((key) => keyMetadata(user, key)), ...more };
    },
  );
}

function getAccessKeyLastUsed(state: IamState) {
  return reads<iam.GetAccessKeyLastUsedCommandInput, iam.GetAccessKeyLastUsedCommandOutput>(
    ['AccessKeyId'],
    (input, { asOf }) => {
      const id = input.AccessKeyId ?? '';
      const owner = state.users.get((state.ownerOf(id)?.name ?? '').toLowerCase(), asOf);
      if (owner === undefined || !owner.keys.some((key) => key.id === id)) {
        const message = `not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id}`;
        throw awsError('iam', 'AccessDenied', 403, message);
      }
      return { UserName: owner.name, AccessKeyLastUsed: lastUse(state, id, asOf) };
    },
  );
}

function lastUse(state: IamState, id: string, asOf: number | undefined): iam.AccessKeyLastUsed {
  const use = state.lastUses.get(id, asOf);
  // A key without a record has no date at all, though the SDK's type says otherwise.
  if (use === undefined) return { ServiceName: 'N/A', Region: 'N/A' };
  return { LastUsedDate: wholeMinutes(use.at), ServiceName: use.service, Region: use.region };
}

/** Uses are told to the minute, so a use may seem to lie before the key that was used. */
export function wholeMinutes(at: number): Date {
  return new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS);
}

function keyOf(user: FakeUser, id: string | undefined): FakeAccessKey {
  const key = user.keys.find((candidate) => candidate.id === id);
  return key ?? missing(`The Access Key with id ${id} cannot be found.`);
}

function keyMetadata(user: FakeUser, key: FakeAccessKey) {
  return {
    UserName: user.name,
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: wholeSeconds(key.createdAt),
  };
}
