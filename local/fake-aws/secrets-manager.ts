import type * as sm from '@aws-sdk/client-secrets-manager';
import type { FakeTag } from './iam-state.js';
import { secretPolicyOperations } from './secrets-policies.js';
import { replicaOperations, replicationStatus } from './secrets-replicas.js';
import { notModelled, reads, takePage, writes } from './operation.js';
import {
  badParameter,
  badValue,
  exists,
  refuse,
  type FakeSecret,
  type SecretsState,
} from './secrets-state.js';
import { addVersion, requireToken, requireValue, versionOperations } from './secrets-versions.js';
import type { Operations } from './types.js';

const DAY_MS = 86_400_000;
/** Even a forced deletion takes a moment, in which the name is still taken. */
const FORCED_DELETION_MS = 2000;
const TAGS_PER_SECRET = 50;
const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

export function secretsManagerOperations(state: SecretsState): Operations {
  return {
    CreateSecret: createSecret(state),
    DescribeSecret: describeSecret(state),
    ListSecrets: listSecrets(state),
    DeleteSecret: deleteSecret(state),
    RestoreSecret: restoreSecret(state),
    ...tagOperations(state),
    ...replicaOperations(state),
    ...secretPolicyOperations(state),
    ...versionOperations(state),
  };
}

function createSecret(state: SecretsState) {
  return writes<sm.CreateSecretCommandInput, sm.CreateSecretCommandOutput>(
    ['Name', 'ClientRequestToken', 'SecretString', 'Tags', 'KmsKeyId', 'Description'],
    (input, { now }) => {
      const name = input.Name ?? '';
      if (!NAME.test(name))
        badValue(`Invalid name ${JSON.stringify(name)}: use 1 to 512 of A-Z a-z 0-9 / _ + = . @ -`);
      const token = requireToken(state, input.ClientRequestToken);
      const value = input.SecretString === undefined ? undefined : requireValue(input.SecretString);
      const tags = mergeTags([], input.Tags ?? []);
      const namesake = state.named(name);
      if (namesake !== undefined) return answerForExisting(namesake, token, value);
      const empty: FakeSecret = {
        name,
        arn: `arn:aws:secretsmanager:${state.world.region}:${state.world.accountId}:secret:${name}-${state.world.random.lettersAndDigits(6)}`,
        createdAt: now,
        changedAt: now,
        description: input.Description,
        kmsKeyId: input.KmsKeyId,
        tags,
        policy: undefined,
        versions: [],
        replicaRegions: [],
        deletedAt: undefined,
        purgeAt: undefined,
      };
      if (value === undefined) {
        state.put(empty);
        return { ARN: empty.arn, Name: name };
      }
      state.put(addVersion(empty, { id: token, value, createdAt: now, stages: [] }, ['AWSCURRENT']));
      return { ARN: empty.arn, Name: name, VersionId: token };
    },
  );
}

/** Creating again is harmless only as an exact repetition. */
function answerForExisting(secret: FakeSecret, token: string, value: string | undefined) {
  if (secret.deletedAt !== undefined) {
    refuse("You can't create this secret because a secret with this name is already scheduled for deletion.");
  }
  const version = secret.versions.find((one) => one.id === token);
  if (version === undefined || version.value !== value) exists(`the secret ${secret.name} already exists.`);
  return { ARN: secret.arn, Name: secret.name, VersionId: token };
}

function describeSecret(state: SecretsState) {
  return reads<sm.DescribeSecretCommandInput, sm.DescribeSecretCommandOutput>(
    ['SecretId'],
    (input, { asOf }) => {
      const secret = state.find(input.SecretId, asOf);
      const stages = stagesByVersion(secret);
      return {
        ...summary(secret),
        ...(secret.replicaRegions.length > 0 && { ReplicationStatus: replicationStatus(secret) }),
        ...(Object.keys(stages).length > 0 && { VersionIdsToStages: stages }),
      };
    },
  );
}

function listSecrets(state: SecretsState) {
  return reads<sm.ListSecretsCommandInput, sm.ListSecretsCommandOutput>(
    ['MaxResults', 'NextToken', 'Filters', 'IncludePlannedDeletion', 'SortOrder'],
    (input, { asOf }) => {
      const max = input.MaxResults ?? 100;
      if (!Number.isInteger(max) || max < 1 || max > 100)
        badParameter(`MaxResults ${max} must be between 1 and 100`);
      if (input.SortOrder !== undefined && input.SortOrder !== 'asc')
        notModelled('SortOrder desc of ListSecrets');
      const items = state
        .all(asOf)
        .filter((secret) => input.IncludePlannedDeletion === true || secret.deletedAt === undefined)
        .filter((secret) => (input.Filters ?? []).every((filter) => passes(secret, filter)));
      const { page, next } = takePage(state.world, {
        service: 'secretsmanager',
        operation: 'ListSecrets',
        items,
        keyOf: (secret) => secret.name,
        max,
        marker: input.NextToken,
        badMarker: 'InvalidNextTokenException',
      });
      const entries = page.map((secret) => {
        const stages = stagesByVersion(secret);
        return {
          ...summary(secret),
          ...(Object.keys(stages).length > 0 && { SecretVersionsToStages: stages }),
        };
      });
      return { SecretList: entries, ...(next !== undefined && { NextToken: next }) };
    },
  );
}

/** Values are prefixes, and any of them will do. */
function passes(secret: FakeSecret, filter: sm.Filter): boolean {
  const values = filter.Values ?? [];
  if (values.some((value) => value.startsWith('!'))) notModelled('a negated filter value of ListSecrets');
  const begins = (text: string) => values.some((value) => text.startsWith(value));
  switch (filter.Key) {
    case 'name':
      return begins(secret.name);
    case 'tag-key':
      return secret.tags.some((tag) => begins(tag.Key));
    case 'tag-value':
      return secret.tags.some((tag) => begins(tag.Value));
    default:
      return notModelled(`the filter ${filter.Key} of ListSecrets`);
  }
}

function deleteSecret(state: SecretsState) {
  return writes<sm.DeleteSecretCommandInput, sm.DeleteSecretCommandOutput>(
    ['SecretId', 'RecoveryWindowInDays', 'ForceDeleteWithoutRecovery'],
    (input, { now }) => {
      const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced = false } = input;
      if (isForced && days !== undefined)
        badParameter('RecoveryWindowInDays excludes ForceDeleteWithoutRecovery');
      if (days !== undefined && (!Number.isInteger(days) || days < 7 || days > 30)) {
        badParameter(`RecoveryWindowInDays ${days} must be between 7 and 30`);
      }
      const secret = isForced ? state.find(input.SecretId) : state.findLive(input.SecretId);
      const purgeAt = now + (isForced ? FORCED_DELETION_MS : (days ?? 30) * DAY_MS);
      if (secret.replicaRegions.length > 0) {
        const regions = secret.replicaRegions.join(', ');
        badParameter(`You can't delete secret ${secret.arn} that still has replica regions [${regions}].`);
      }
      state.put({ ...secret, deletedAt: now, purgeAt });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(isForced ? now : purgeAt) };
    },
  );
}

function restoreSecret(state: SecretsState) {
  return writes<sm.RestoreSecretCommandInput, sm.RestoreSecretCommandOutput>(['SecretId'], (input) => {
    const secret = state.find(input.SecretId);
    state.put({ ...secret, deletedAt: undefined, purgeAt: undefined });
    return { ARN: secret.arn, Name: secret.name };
  });
}

function tagOperations(state: SecretsState): Operations {
  return {
    TagResource: writes<sm.TagResourceCommandInput, sm.TagResourceCommandOutput>(
      ['SecretId', 'Tags'],
      (input) => {
        const secret = state.findLive(input.SecretId);
        state.put({ ...secret, tags: mergeTags(secret.tags, input.Tags ?? []) });
        return {};
      },
    ),
    UntagResource: writes<sm.UntagResourceCommandInput, sm.UntagResourceCommandOutput>(
      ['SecretId', 'TagKeys'],
      (input) => {
        const secret = state.findLive(input.SecretId);
        state.put({ ...secret, tags: secret.tags.filter((tag) => !(input.TagKeys ?? []).includes(tag.Key)) });
        return {};
      },
    ),
  };
}

/** Here, unlike in IAM, keys are case-sensitive. */
function mergeTags(existing: readonly FakeTag[], added: readonly sm.Tag[]): FakeTag[] {
  const tags = added.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  for (const { Key, Value } of tags) {
    if (Key.length < 1 || Key.length > 128 || Value.length > 256 || Key.startsWith('aws:'))
      badParameter(`bad tag ${Key}`);
  }
  const keys = tags.map((tag) => tag.Key);
  if (new Set(keys).size < keys.length) badParameter('duplicate tag keys');
  const merged = [...existing.filter((tag) => !keys.includes(tag.Key)), ...tags];
  if (merged.length > TAGS_PER_SECRET) badParameter(`more than ${TAGS_PER_SECRET} tags`);
  return merged;
}

/** Versions without a label do not show. */
function stagesByVersion(secret: FakeSecret): Record<string, string[]> {
  const labelled = secret.versions.filter((version) => version.stages.length > 0);
  return Object.fromEntries(labelled.map((version) => [version.id, [...version.stages]]));
}

/** What listings tell too: of replicas, the region of the original alone. */
function summary(secret: FakeSecret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description !== undefined && { Description: secret.description }),
    ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
    LastChangedDate: new Date(secret.changedAt),
    CreatedDate: new Date(secret.createdAt),
    ...(secret.deletedAt !== undefined && { DeletedDate: new Date(secret.deletedAt) }),
    ...(secret.tags.length > 0 && { Tags: [...secret.tags] }),
    ...(secret.replicaRegions.length > 0 && { PrimaryRegion: secret.arn.split(':')[3] }),
  };
}
