import { readFile, writeFile } from 'node:fs/promises';
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { assumeDocument, policyArn, stateOf, user } from './terraform/states.js';
import { Terminal } from './terminal.js';

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open();
});

/** alice, a person by her role; bob, by his login; ci, a machine that a roster made; old, who has too many policies. */
async function fill(): Promise<void> {
  await terminal.change(async ({ clients: { iam } }) => {
    const create = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    await create('AssumeAdminRolePolicy', assumeDocument('AdminRole'));
    await create('AssumeRolesPolicy', assumeDocument('AdminRole', 'DataEngineerRole'));
    await iam.send(new CreateGroupCommand({ GroupName: 'developers' }));
    for (const UserName of ['alice', 'bob']) await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new CreateUserCommand({
        UserName: 'ci',
        Path: '/lifecycle/machines/',
        Tags: [
          { Key: 'iam-lifecycle:managed', Value: 'true' },
          { Key: 'iam-lifecycle:origin', Value: 'roster' },
          { Key: 'iam-lifecycle:key-store', Value: 'none' },
        ],
      }),
    );
    const attach = (UserName: string, name: string) =>
      iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn(name) }));
    await attach('alice', 'AssumeAdminRolePolicy');
    await attach('ci', 'AssumeRolesPolicy');
    await iam.send(new AddUserToGroupCommand({ UserName: 'bob', GroupName: 'developers' }));
    await iam.send(new CreateLoginProfileCommand({ UserName: 'bob', Password: 'correct-Horse-1' }));
  });
}

describe('import of an account', () => {
  beforeEach(fill);

  test('writes a roster that validate takes, and says so', async () => {
    const { code, stdout } = await terminal.run('import', '--out', 'roster.yaml');
    expect(code).toBe(0);
    expect(stdout).toBe('roster.yaml has 2 people and 1 system user. Look at its comments.\n');
    expect((await terminal.run('validate')).code).toBe(0);
    const text = await readFile(terminal.file('roster.yaml'), 'utf8');
    expect(text).toContain('adopt alice');
    expect(text).toContain('AssumeRolesPolicy lets it assume AdminRole, DataEngineerRole and nothing else');
  });

  test('is as people and machines were', async () => {
    expect(await terminal.json('import')).toMatchObject({
      roster: {
        accountId: '123456789012',
        assumableRoles: { admin: 'arn:aws:iam::123456789012:role/AdminRole' },
        defaults: { userPath: '/lifecycle/' },
        people: {
          alice: { roles: ['admin'] },
          bob: { groups: ['developers'], createLoginProfile: true },
        },
        systemUsers: [
          {
            name: 'ci',
            path: '/lifecycle/machines/',
            policyArns: [policyArn('AssumeRolesPolicy')],
            createAccessKey: false,
          },
        ],
        groups: { enableIamGroups: false, existing: ['developers'] },
      },
      leftOut: [],
    });
  });

  test('of a path, or of managed users, holds those alone, and warns of whom an apply would let go', async () => {
    expect(await terminal.json('import', '--managed-only')).toMatchObject({ people: 0, systemUsers: 1 });
    const { stderr } = await terminal.run('import', '--path', '/people/');
    expect(stderr).toBe(
      'Left out: ci: it lives under /lifecycle/machines/, not under /people/\n' +
        '  A roster made ci: an apply of this one would let it go. Give it an entry first.\n',
    );
  });

  test('leaves out a user that no roster can say, and says why', async () => {
    await terminal.change(async ({ clients: { iam } }) => {
      const UserName = 'old';
      const tags = Array.from({ length: 36 }, (_, index) => ({ Key: `tag${index}`, Value: 'x' }));
      await iam.send(new CreateUserCommand({ UserName, Tags: tags }));
    });
    const { code, stdout, stderr } = await terminal.run('import');
    expect(code).toBe(0);
    expect(stderr).toContain('Left out: old: the user: it may have at most 33 tags');
    expect(stdout).toContain('# Left out: old: the user: it may have at most 33 tags');
    await writeFile(terminal.file('roster.yaml'), stdout);
    expect((await terminal.run('validate')).code).toBe(0);
  });

  test('leaves a file that is there alone', async () => {
    await writeFile(terminal.file('roster.yaml'), 'mine');
    const { code, stderr } = await terminal.run('import', '--out', 'roster.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('there is a file roster.yaml already');
    expect(await readFile(terminal.file('roster.yaml'), 'utf8')).toBe('mine');
  });
});

describe('import from Terraform', () => {
  test('reads variables, asking no account where they name it', async () => {
    const variables = { aws_account_id: '210987654321', users: { 'jane.doe': { groups: ['full-access'] } } };
    await writeFile(terminal.file('users.tfvars.json'), JSON.stringify(variables));
    const { code, stdout } = await terminal.runBare('import', '--from-terraform', 'users.tfvars.json');
    expect(code).toBe(0);
    expect(stdout).toContain('accountId: "210987654321"');
    expect(stdout).toContain('jane.doe:');
  });

  test('reads a state, counts its secrets and shows none', async () => {
    const state = stateOf([
      { type: 'aws_iam_user', instances: { '': user('ci') } },
      { type: 'aws_iam_access_key', instances: { '': { user: 'ci', secret: 'TOP-SECRET' } } },
    ]);
    await writeFile(terminal.file('terraform.tfstate'), JSON.stringify(state));
    const { code, stdout, stderr } = await terminal.runBare(
      'import',
      '--from-terraform',
      'terraform.tfstate',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('- name: ci');
    expect(stderr).toContain(
      'terraform.tfstate holds 1 secret in plain text; none was read into the roster.',
    );
    expect(stdout + stderr).not.toContain('TOP-SECRET');
  });

  test.each([
    ['users = { bob = { password = "TOP-SECRET" } }', 'hcl2json terraform.tfvars'],
    ['{"format_version":"1.0","values":{"secret":"TOP-SECRET"}}', 'terraform state pull'],
    ['{"version":3,"terraform_version":"0.11.0","x":"TOP-SECRET"}', 'version is "3": it must be 4'],
    ['{"serial":1,"encrypted_data":"TOP-SECRET"}', 'encrypted state'],
    ['{"colour":"TOP-SECRET"}', 'variables is "colour": it must be of a known module'],
  ])('refuses %s, and shows nothing of it', async (text, says) => {
    await writeFile(terminal.file('input'), text);
    const { code, stdout, stderr } = await terminal.run('import', '--from-terraform', 'input');
    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(stdout + stderr).not.toContain('TOP-SECRET');
  });
});
