import {
  CreateGroupCommand,
  AddUserToGroupCommand,
  CreateLoginProfileCommand,
  GetUserCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { observeOffboarding } from '../../functions/aws/observe-offboarding.js';
import { observeRotation } from '../../functions/aws/observe.js';
import type { Clients } from '../../functions/aws/clients.js';
import { stage } from '../../functions/core/facts.js';
import { parseAccessKeyId, parseUserName, versionIdOf } from '../../functions/core/names.js';
import { describeWithMoto } from './moto-server.js';
import { systemAt, until } from './system.js';

const name = parseUserName('bob@example.com');

async function readSecret(clients: Clients): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  const { secret } = (await observeRotation(clients, name))!;
  const { SecretString } = await clients.secretsManager.send(
    new GetSecretValueCommand({ SecretId: secret!.arn, VersionStage: stage.current }),
  );
  return JSON.parse(SecretString!) as { accessKeyId: string; secretAccessKey: string };
}

await describeWithMoto('one user on a real wire', (url) => {
  test('lives from onboarding through a rotation to its purge', async () => {
    const { system, clients, words } = await systemAt(url);

    const created = await system.request('POST', '/users', {
      name,
      owner: 'bob',
      roles: ['data_engineer'],
      description: 'Bob',
    });
    expect(created?.statusCode).toBe(202);
    const user = (await clients.iam.send(new GetUserCommand({ UserName: name }))).User!;
    expect(user.Path).toBe('/lifecycle/');
    expect(user.Tags).toContainEqual({ Key: 'Roles', Value: 'data_engineer' });
    await until(system, async () => (await observeRotation(clients, name))?.secret !== null);

    const first = await readSecret(clients);
    const sts = clients.sts(first);
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe('arn:aws:iam::123456789012:user/lifecycle/bob@example.com');
    const role = (roleName: string) =>
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::123456789012:role/${roleName}`, RoleSessionName: name });
    const session = await sts.send(role('DataEngineerRole'));
    expect(session.AssumedRoleUser?.Arn).toBe(
      'arn:aws:sts::123456789012:assumed-role/DataEngineerRole/bob@example.com',
    );
    const { policyArns } = await observeOffboarding(clients, name);
    expect(policyArns).toEqual(['arn:aws:iam::123456789012:policy/AssumeDataEngineerRolePolicy']);

    const isRetired = async () =>
      (await observeRotation(clients, name))!.keys.every(({ id }) => id !== first.accessKeyId);
    await until(system, isRetired);
    const second = await readSecret(clients);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    const { secret } = (await observeRotation(clients, name))!;
    expect(Object.values(secret!.stages)).toContain(versionIdOf(parseAccessKeyId(second.accessKeyId)));
    expect(secret!.stages[stage.current]).toBe(versionIdOf(parseAccessKeyId(second.accessKeyId)));

    await clients.iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
    await clients.iam.send(new AddUserToGroupCommand({ UserName: name, GroupName: 'readers' }));
    await clients.iam.send(new CreateLoginProfileCommand({ UserName: name, Password: 'Correct-Horse-9' }));
    await system.putEvent('User Offboarded', { userName: name, reason: 'left' });
    await until(system, async () => (await observeOffboarding(clients, name)).user === null);

    for (const { secretAccessKey } of [first, second])
      expect(words.join('\n')).not.toContain(secretAccessKey);
    expect(words.join('\n')).toContain('"phase":"Containing"');
  }, 90_000);
});
