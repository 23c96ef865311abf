import type * as sm from '@aws-sdk/client-secrets-manager';
import { reads, writes } from './operation.js';
import {
  badParameter,
  badValue,
  dropOldVersions,
  exists,
  moveStages,
  notFound,
  refuse,
  type FakeSecret,
  type FakeSecretVersion,
  type SecretsState,
} from './secrets-state.js';
import type { Operations } from './types.js';

const MAX_SECRET_BYTES = 65_536;
const STAGES_PER_VERSION = 20;

/** What concerns the versions of a secret and their staging labels. */
export function versionOperations(state: SecretsState): Operations {
  return {
    PutSecretValue: putSecretValue(state),
    GetSecretValue: getSecretValue(state),
    UpdateSecretVersionStage: updateSecretVersionStage(state),
  };
}

function putSecretValue(state: SecretsState) {
  return writes<sm.PutSecretValueCommandInput, sm.PutSecretValueCommandOutput>(
    ['SecretId', 'ClientRequestToken', 'SecretString', 'VersionStages'],
    (input, { now }) => {
      const token = requireToken(state, input.ClientRequestToken);
      const value = requireValue(input.SecretString);
      const asked = requireStages(input.VersionStages);
      const secret = state.findLive(input.SecretId);
      const known = secret.versions.find((version) => version.id === token);
      if (known !== undefined) {
        if (known.value !== value) exists(`Version ${token} already exists with another value.`);
        return putAnswer(secret, known);
      }
      const changed = addVersion(secret, { id: token, value, createdAt: now, stages: [] }, asked);
      state.put(changed);
      return putAnswer(
        changed,
        changed.versions.find((version) => version.id === token)!,
      );
    },
  );
}

function putAnswer(secret: FakeSecret, version: FakeSecretVersion) {
  const stages = version.stages.length > 0 && { VersionStages: [...version.stages] };
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, ...stages };
}

/** The first version is current by itself, whatever labels were asked for. */
export function addVersion(
  secret: FakeSecret,
  version: FakeSecretVersion,
  asked: readonly string[],
): FakeSecret {
  const hasCurrent = secret.versions.some((one) => one.stages.includes('AWSCURRENT'));
  const stages = hasCurrent || asked.includes('AWSCURRENT') ? asked : ['AWSCURRENT', ...asked];
  const versions = moveStages([...secret.versions, version], version.id, stages);
  return { ...secret, versions: dropOldVersions(versions, version.createdAt), changedAt: version.createdAt };
}

function getSecretValue(state: SecretsState) {
  return reads<sm.GetSecretValueCommandInput, sm.GetSecretValueCommandOutput>(
    ['SecretId', 'VersionId', 'VersionStage'],
    (input, { asOf }) => {
      const secret = state.findLive(input.SecretId, asOf);
      const { VersionId: id } = input;
      const stage = input.VersionStage ?? (id === undefined ? 'AWSCURRENT' : undefined);
      const version = secret.versions.find(
        (one) => (id === undefined || one.id === id) && (stage === undefined || one.stages.includes(stage)),
      );
      if (version === undefined) {
        const idExists = id !== undefined && secret.versions.some((one) => one.id === id);
        if (idExists) refuse(`Version ${id} does not carry the staging label ${stage}.`);
        notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        SecretString: version.value,
        VersionStages: [...version.stages],
        CreatedDate: new Date(version.createdAt),
      };
    },
  );
}

function updateSecretVersionStage(state: SecretsState) {
  return writes<sm.UpdateSecretVersionStageCommandInput, sm.UpdateSecretVersionStageCommandOutput>(
    ['SecretId', 'VersionStage', 'RemoveFromVersionId', 'MoveToVersionId'],
    (input, { now }) => {
      const secret = state.findLive(input.SecretId);
      const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input;
      if (stage === undefined) badParameter('VersionStage is missing');
      if (from === undefined && to === undefined)
        badParameter('RemoveFromVersionId or MoveToVersionId must be given');
      for (const id of [from, to]) {
        if (id !== undefined && !secret.versions.some((version) => version.id === id))
          notFound(`no version ${id}`);
      }
      const holder = secret.versions.find((version) => version.stages.includes(stage));
      if (from !== undefined && holder?.id !== from)
        badParameter(`Staging label ${stage} is not attached to version ${from}.`);
      const versions =
        to === undefined ? removeStage(secret, stage) : moveStage(secret, stage, holder, { from, to });
      state.put({ ...secret, versions, changedAt: now });
      return { ARN: secret.arn, Name: secret.name };
    },
  );
}

function removeStage(secret: FakeSecret, stage: string): FakeSecretVersion[] {
  if (stage === 'AWSCURRENT') badParameter('You cannot remove the staging label AWSCURRENT, only move it.');
  return secret.versions.map((version) => ({
    ...version,
    stages: version.stages.filter((one) => one !== stage),
  }));
}

function moveStage(
  secret: FakeSecret,
  stage: string,
  holder: FakeSecretVersion | undefined,
  { from, to }: { from: string | undefined; to: string },
): FakeSecretVersion[] {
  if (holder !== undefined && holder.id !== to && from === undefined) {
    badParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
        `${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  const labels = new Set(secret.versions.find((version) => version.id === to)?.stages).add(stage);
  if (labels.size > STAGES_PER_VERSION)
    badParameter(`more than ${STAGES_PER_VERSION} labels on version ${to}`);
  return moveStages(secret.versions, to, [stage]);
}

/** The token becomes the version's id; without one the SDK would make a UUID. */
export function requireToken(state: SecretsState, token: string | undefined): string {
  const given = token ?? state.world.random.uuid();
  if (given.length < 32 || given.length > 64)
    badParameter(`ClientRequestToken must be 32-64 characters long, not ${given.length}`);
  return given;
}

export function requireValue(value: string | undefined): string {
  if (value === undefined || value === '') badParameter('You must provide SecretString.');
  if (Buffer.byteLength(value) > MAX_SECRET_BYTES)
    badValue(`SecretString is longer than ${MAX_SECRET_BYTES} bytes`);
  return value;
}

function requireStages(stages: readonly string[] | undefined): readonly string[] {
  const asked = stages ?? ['AWSCURRENT'];
  if (
    asked.length < 1 ||
    asked.length > STAGES_PER_VERSION ||
    asked.some((stage) => stage.length < 1 || stage.length > 256)
  )
    badParameter('VersionStages is invalid');
  return [...new Set(asked)];
}
