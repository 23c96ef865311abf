import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { byKey, describeOperator, ownTags } from './operator.js';

const accountId = '123456789012';

interface Person {
  readonly description: string;
  readonly roles: readonly string[];
}

const team: Readonly<Record<string, Person>> = {
  'alice@example.com': { description: 'Alice - Platform Engineer', roles: ['admin'] },
  'bob@example.com': { description: 'Bob - Data Engineer', roles: ['data_engineer'] },
  'carol@example.com': {
    description: 'Carol - Infrastructure',
    roles: ['data_engineer', 'infrastructure_admin'],
  },
};

function rosterOf(people: Readonly<Record<string, object>>): string {
  return JSON.stringify({
    accountId,
    assumableRoles: {
      admin: `arn:aws:iam::${accountId}:role/AdminRole`,
      data_engineer: `arn:aws:iam::${accountId}:role/DataEngineerRole`,
      infrastructure_admin: `arn:aws:iam::${accountId}:role/InfrastructureAdminRole`,
    },
    people,
  });
}

/** ARNs of the policies of these roles. */
function assume(...roleNames: string[]): string[] {
  return roleNames.map((name) => `arn:aws:iam::${accountId}:policy/Assume${name}Policy`);
}

await describeOperator('users of single-role assume policies', (operator) => {
  const { iam } = operator.clients;

  test('three users have the attachments of their roles, and nothing else', async () => {
    await operator.apply(rosterOf(team));
    expect(await operator.attachedTo('alice@example.com')).toEqual(assume('AdminRole'));
    expect(await operator.attachedTo('bob@example.com')).toEqual(assume('DataEngineerRole'));
    expect(await operator.attachedTo('carol@example.com')).toEqual(
      assume('DataEngineerRole', 'InfrastructureAdminRole'),
    );
    const { Arn, Tags } = await operator.user('carol@example.com');
    expect(Arn).toBe(`arn:aws:iam::${accountId}:user/lifecycle/carol@example.com`);
    expect(ownTags(Tags)).toEqual({
      Name: 'carol@example.com',
      Description: 'Carol - Infrastructure',
      // With a comma between, as in the tutorial, IAM refuses the tag.
      Roles: 'data_engineer infrastructure_admin',
    });
    const keys = await iam.send(new ListAccessKeysCommand({ UserName: 'alice@example.com' }));
    expect(keys.AccessKeyMetadata).toEqual([]);
  });

  test('the policy of a role allows that role, and its holder assumes it', async () => {
    await operator.apply(rosterOf(team));
    const [PolicyArn] = assume('AdminRole');
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({
      PolicyName: 'AssumeAdminRolePolicy',
      Description: 'Allows assuming AdminRole',
    });
    const VersionId = Policy!.DefaultVersionId;
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${accountId}:role/AdminRole` },
      ],
    });
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice@example.com' }));
    const sts = operator.clients.sts({
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    });
    const RoleArn = `arn:aws:iam::${accountId}:role/AdminRole`;
    const session = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'alice' }));
    expect(session.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${accountId}:assumed-role/AdminRole/alice`);
  });

  test('a role is added, and taken away, without touching anything else', async () => {
    await operator.apply(rosterOf(team));
    const alice = { description: 'Alice - Platform Engineer (promoted)', roles: ['admin', 'data_engineer'] };
    const added = await operator.apply(rosterOf({ ...team, 'alice@example.com': alice }));
    expect(added.stdout).toContain('attach policy/AssumeDataEngineerRolePolicy');
    expect(added.stdout).toContain('Plan: 0 to create, 1 to change, 0 to remove.');
    expect(await operator.attachedTo('alice@example.com')).toEqual(assume('AdminRole', 'DataEngineerRole'));
    expect(byKey((await operator.user('alice@example.com')).Tags)).toMatchObject({
      Description: 'Alice - Platform Engineer promoted',
      Roles: 'admin data_engineer',
    });

    const removed = await operator.apply(
      rosterOf({ ...team, 'alice@example.com': { ...alice, roles: ['data_engineer'] } }),
    );
    expect(removed.stdout).toContain('detach policy/AssumeAdminRolePolicy');
    expect(removed.stdout).not.toContain('attach policy/AssumeDataEngineerRolePolicy ');
    expect(await operator.attachedTo('alice@example.com')).toEqual(assume('DataEngineerRole'));
    expect(await operator.attachedTo('bob@example.com')).toEqual(assume('DataEngineerRole'));
  });

  test('who leaves loses every power at once, and can be restored until the quarantine is over', async () => {
    await operator.apply(rosterOf(team));
    const { 'bob@example.com': bob, ...others } = team;
    const { stdout } = await operator.apply(rosterOf(others));
    expect(stdout).toContain('- user bob@example.com');
    expect(await operator.json('status', 'bob@example.com')).toMatchObject({
      phase: 'Offboarded',
      purgeAfter: expect.any(String),
    });
    expect(await operator.attachedTo('bob@example.com')).toContain('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(await operator.attachedTo('carol@example.com')).toHaveLength(2);

    await operator.write(rosterOf({ ...others, 'bob@example.com': bob! }));
    const refused = await operator.run('plan');
    expect(refused.stdout).toContain('restore it first');
    expect(await operator.run('restore', 'bob@example.com')).toMatchObject({ code: 0 });
    await operator.apply(rosterOf(team));
    expect(await operator.attachedTo('bob@example.com')).toEqual(assume('DataEngineerRole'));
  });

  test('who leaves with forceDestroy, or by an immediate offboarding, is gone with everything it has', async () => {
    const forced = { ...team['bob@example.com'], forceDestroy: true };
    await operator.apply(rosterOf({ ...team, 'bob@example.com': forced }));
    // What nobody planned for is in the way of a deletion.
    await iam.send(new CreateAccessKeyCommand({ UserName: 'bob@example.com' }));
    const { 'bob@example.com': _, ...others } = team;
    await operator.apply(rosterOf(others));
    await expect(operator.user('bob@example.com')).rejects.toThrow('cannot be found');

    const { code } = await operator.run('offboard', 'carol@example.com', '--immediate', '--yes');
    expect(code).toBe(0);
    await expect(operator.user('carol@example.com')).rejects.toThrow('cannot be found');
  });

  test('a user that exists already is a conflict that says what to do, and is left as it is', async () => {
    const UserName = 'bob@example.com';
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'Team', Value: 'data' }] }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    const before = await operator.user(UserName);
    await operator.write(rosterOf(team));
    const { code, stdout } = await operator.run('apply', '--yes', '--output', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      failed: [],
      findings: [
        {
          kind: 'Conflict',
          subject: { kind: 'user', name: UserName },
          why: expect.stringContaining(`run \`iam-lifecycle adopt ${UserName}\``),
        },
      ],
    });
    expect(await operator.user(UserName)).toEqual(before);
    expect(await operator.attachedTo(UserName)).toEqual([PolicyArn]);
    expect(await operator.attachedTo('alice@example.com')).toEqual(assume('AdminRole'));
  });
});
