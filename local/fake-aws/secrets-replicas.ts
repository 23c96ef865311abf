import type * as sm from '@aws-sdk/client-secrets-manager';
import { writes } from './operation.js';
import { badParameter, type FakeSecret, type SecretsState } from './secrets-state.js';
import type { Operations } from './types.js';

/** Where a secret's replicas are, and no more: no other region can be looked into. */
export function replicaOperations(state: SecretsState): Operations {
  return {
    ReplicateSecretToRegions: writes<
      sm.ReplicateSecretToRegionsCommandInput,
      sm.ReplicateSecretToRegionsCommandOutput
    >(['SecretId', 'AddReplicaRegions'], (input) => {
      const secret = state.findLive(input.SecretId);
      const added = (input.AddReplicaRegions ?? []).map(({ Region = '' }) => Region);
      if (added.includes(state.world.region)) badParameter('Invalid replica region.');
      return change(state, secret, [...new Set([...secret.replicaRegions, ...added])]);
    }),
    RemoveRegionsFromReplication: writes<
      sm.RemoveRegionsFromReplicationCommandInput,
      sm.RemoveRegionsFromReplicationCommandOutput
    >(['SecretId', 'RemoveReplicaRegions'], (input) => {
      const secret = state.findLive(input.SecretId);
      const removed = input.RemoveReplicaRegions ?? [];
      // What AWS says of a region without a replica is not documented. A refusal is the worse of the two.
      const strange = removed.find((region) => !secret.replicaRegions.includes(region));
      if (strange !== undefined) badParameter(`There is no replica in ${strange}.`);
      return change(
        state,
        secret,
        secret.replicaRegions.filter((region) => !removed.includes(region)),
      );
    }),
  };
}

function change(state: SecretsState, secret: FakeSecret, replicaRegions: readonly string[]) {
  const changed = { ...secret, replicaRegions };
  state.put(changed);
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(changed) };
}

export function replicationStatus({ replicaRegions }: FakeSecret): sm.ReplicationStatusType[] {
  return replicaRegions.map((Region) => ({ Region, KmsKeyId: 'alias/aws/secretsmanager', Status: 'InSync' }));
}
