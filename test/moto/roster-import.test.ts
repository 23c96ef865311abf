import { readFile, writeFile } from 'node:fs/promises';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetPolicyCommand,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { describeOperator } from './operator.js';

const accountId = '123456789012';
const bundleArn = `arn:aws:iam::${accountId}:policy/AssumeRolesPolicy`;

/** ARNs of the roles, or of their policies. */
const roles = (...names: string[]) => names.map((name) => `arn:aws:iam::${accountId}:role/${name}`);
const assume = (...names: string[]) =>
  names.map((name) => `arn:aws:iam::${accountId}:policy/Assume${name}Policy`);

await describeOperator('users that are there already', (operator) => {
  const { iam } = operator.clients;

  /** As they were before single-role policies: one policy for all roles, managed or inline. */
  async function bundledUsers(): Promise<void> {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roles('AdminRole', 'DataEngineerRole') },
      ],
    });
    for (const UserName of ['alice', 'bob'])
      await iam.send(new CreateUserCommand({ UserName, Path: '/lifecycle/' }));
    await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
    await iam.send(new CreatePolicyCommand({ PolicyName: 'AssumeRolesPolicy', PolicyDocument }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: bundleArn }));
    const inline = { UserName: 'bob', PolicyName: 'AssumeRolesPolicy', PolicyDocument };
    await iam.send(new PutUserPolicyCommand(inline));
  }

  async function keysOf(UserName: string) {
    return (await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata;
  }

  test('are imported as they are, adopted one by one, and keep their keys', async () => {
    await bundledUsers();
    const before = await keysOf('alice');
    expect((await operator.run('import', '--out', 'roster.yaml')).code).toBe(0);
    const roster = await readFile(operator.file('roster.yaml'), 'utf8');
    expect(roster).toContain(bundleArn);
    expect((await operator.run('plan')).stdout).toContain('run `iam-lifecycle adopt alice`');
    for (const name of ['alice', 'bob'])
      expect(await operator.run('adopt', name, '--yes')).toMatchObject({ code: 0 });

    // The boundary is made; nobody is touched.
    const { stdout } = await operator.apply(roster);
    expect(stdout).not.toContain('user alice');
    expect(stdout).not.toContain('user bob');
    expect(await operator.attachedTo('alice')).toEqual([bundleArn]);
    expect(await keysOf('alice')).toEqual(before);
  });

  test('change from a bundled policy, managed or inline, to those of their roles, which come first', async () => {
    await bundledUsers();
    for (const name of ['alice', 'bob']) await operator.run('adopt', name, '--yes');
    const { stdout } = await operator.apply(`
accountId: "${accountId}"
assumableRoles: { admin: "${roles('AdminRole')[0]}", data_engineer: "${roles('DataEngineerRole')[0]}" }
people:
  alice: { roles: [admin, data_engineer] }
  bob: { roles: [data_engineer] }
`);
    const alice = stdout.slice(stdout.indexOf('~ user alice'), stdout.indexOf('~ user bob'));
    expect(alice.indexOf('attach policy/AssumeDataEngineerRolePolicy')).toBeGreaterThan(0);
    expect(alice.indexOf('detach policy/AssumeRolesPolicy')).toBeGreaterThan(
      alice.indexOf('attach policy/AssumeDataEngineerRolePolicy'),
    );
    expect(await operator.attachedTo('alice')).toEqual(assume('AdminRole', 'DataEngineerRole'));
    expect(await operator.attachedTo('bob')).toEqual(assume('DataEngineerRole'));
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName: 'bob' }));
    expect(PolicyNames).toEqual([]);

    expect(await operator.run('delete-policy', bundleArn, '--yes')).toMatchObject({ code: 0 });
    await expect(iam.send(new GetPolicyCommand({ PolicyArn: bundleArn }))).rejects.toThrow('not found');
  });

  test("come from the tutorial's variables", async () => {
    const variables = {
      iam_users: {
        'alice@example.com': { description: 'Alice - Platform Engineer', roles: ['admin'] },
        'bob@example.com': { description: 'Bob - Data Engineer', roles: ['data_engineer'] },
      },
    };
    await writeFile(operator.file('terraform.tfvars.json'), JSON.stringify(variables));
    const from = ['import', '--from-terraform', 'terraform.tfvars.json', '--out', 'roster.yaml'];
    expect(await operator.run(...from)).toMatchObject({ code: 0 });
    await operator.apply(await readFile(operator.file('roster.yaml'), 'utf8'));
    expect(await operator.attachedTo('alice@example.com')).toEqual(assume('AdminRole'));
    expect(await operator.attachedTo('bob@example.com')).toEqual(assume('DataEngineerRole'));
  });
});
