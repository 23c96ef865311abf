import { describe, expect, test } from '@jest/globals';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
} from '@aws-sdk/client-secrets-manager';
import { newAccount, outcome } from './account.js';

const Name = 'iam/deploy';
const status = (Region: string) => ({ Region, KmsKeyId: 'alias/aws/secretsmanager', Status: 'InSync' });

/** A secret with a replica in each of two regions. */
async function replicated() {
  const account = newAccount();
  const { secretsManager } = account;
  const value = { SecretString: 'a', ClientRequestToken: 'iam-access-key-AKIA0000000000000001' };
  await secretsManager.send(new CreateSecretCommand({ Name, ...value }));
  const add = (...regions: string[]) => {
    const AddReplicaRegions = regions.map((Region) => ({ Region }));
    return secretsManager.send(new ReplicateSecretToRegionsCommand({ SecretId: Name, AddReplicaRegions }));
  };
  const drop = (...RemoveReplicaRegions: string[]) =>
    secretsManager.send(new RemoveRegionsFromReplicationCommand({ SecretId: Name, RemoveReplicaRegions }));
  const seen = () => secretsManager.send(new DescribeSecretCommand({ SecretId: Name }));
  await add('us-east-1', 'eu-west-3');
  const remove = (options: object = {}) =>
    secretsManager.send(new DeleteSecretCommand({ SecretId: Name, ...options }));
  return { ...account, add, drop, seen, remove };
}

describe('replicas', () => {
  test('are described; a listing tells the region of the original alone', async () => {
    const { secretsManager, seen } = await replicated();
    expect(await seen()).toMatchObject({
      PrimaryRegion: 'eu-west-1',
      ReplicationStatus: [status('us-east-1'), status('eu-west-3')],
    });
    const [listed] = (await secretsManager.send(new ListSecretsCommand({}))).SecretList!;
    expect(listed).toMatchObject({ PrimaryRegion: 'eu-west-1' });
    expect(listed).not.toHaveProperty('ReplicationStatus');
  });

  test('keep their secret from being deleted, by force too, until the last is gone', async () => {
    const { drop, remove, seen } = await replicated();
    expect(await outcome(remove())).toBe('InvalidParameterException');
    await expect(remove({ ForceDeleteWithoutRecovery: true })).rejects.toThrow(
      'that still has replica regions [us-east-1, eu-west-3]',
    );
    expect((await drop('us-east-1')).ReplicationStatus).toMatchObject([{ Region: 'eu-west-3' }]);
    expect(await outcome(remove())).toBe('InvalidParameterException');
    await drop('eu-west-3');
    expect(await seen()).not.toHaveProperty('ReplicationStatus');
    expect(await outcome(remove())).toBe('ok');
    expect(await outcome(drop('eu-west-3'))).toBe('InvalidRequestException');
  });

  test('are removed where they are, and made elsewhere', async () => {
    const { add, drop } = await replicated();
    expect(await outcome(drop('us-west-2'))).toBe('InvalidParameterException');
    expect(await outcome(add('eu-west-1'))).toBe('InvalidParameterException');
    expect((await add('us-east-1')).ReplicationStatus).toHaveLength(2);
  });
});
