import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  GetAccountPasswordPolicyCommand,
  GetGroupCommand,
  GetLoginProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetSSHPublicKeyCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupsCommand,
  ListSSHPublicKeysCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeAll, expect, test } from '@jest/globals';
import { decrypt, generateKey, readMessage, readPrivateKey } from 'openpgp';
import { byKey, describeOperator } from './operator.js';

const accountId = '123456789012';
const prodArn = 'arn:aws:iam::111111111111:role/allow-full-access-from-other-accounts';
const stageArn = 'arn:aws:iam::222222222222:role/allow-read-only-access-from-other-accounts';

/** An RSA public key as OpenSSH writes it: each part with its length before it. */
function sshPublicKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const parts = [
    Buffer.from('ssh-rsa'),
    Buffer.from(e!, 'base64url'),
    // A leading zero keeps the number positive.
    Buffer.concat([Buffer.of(0), Buffer.from(n!, 'base64url')]),
  ];
  const framed = parts.map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return Buffer.concat([length, part]);
  });
  return `ssh-rsa ${Buffer.concat(framed).toString('base64')} jane@laptop`;
}

/** What a cross-account group may do. */
function assume(...Resource: string[]) {
  return [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource }];
}

const janeIn = (group: string) => `
accountId: "${accountId}"
users: { jane.doe: { groups: [${group}] } }
groups: { should_create_iam_group_logs: true, should_create_iam_group_billing: true }
`;

await describeOperator('users and groups of Gruntwork', (operator) => {
  const { iam, sts, secretsManager } = operator.clients;
  let pgp: { readonly publicKey: string; readonly privateKey: string };
  beforeAll(async () => {
    const pair = await generateKey({ type: 'ecc', userIDs: [{ name: 'Jane' }], format: 'binary' });
    pgp = {
      publicKey: Buffer.from(pair.publicKey).toString('base64'),
      privateKey: Buffer.from(pair.privateKey).toString('base64'),
    };
  });

  async function membersOf(GroupName: string): Promise<(string | undefined)[]> {
    const { Users } = await iam.send(new GetGroupCommand({ GroupName }));
    return Users!.map(({ UserName }) => UserName).toSorted();
  }

  /** The statements of every policy of a group that is the account's own. */
  async function grantsOf(GroupName: string): Promise<unknown[]> {
    const { AttachedPolicies } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }));
    const documents = await Promise.all(
      AttachedPolicies!.map(async ({ PolicyArn }) => {
        const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
        const VersionId = Policy!.DefaultVersionId;
        const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
        return JSON.parse(decodeURIComponent(PolicyVersion!.Document!)) as { Statement: unknown[] };
      }),
    );
    return documents.flatMap(({ Statement }) => Statement);
  }

  test("a security account: people and machines in the module's groups, and its password policy", async () => {
    await operator.apply(`
aws_account_id: "${accountId}"
users:
  jane.doe: { groups: [full-access, ssh-grunt-sudo-users], tags: { Team: platform } }
  contractor.john: { groups: [_account.stage, iam-user-self-mgmt] }
  _machine.jenkins: { groups: [_machine.ecs-auto-deploy], create_access_keys: true }
groups:
  should_create_iam_group_auto_deploy: true
  auto_deploy_permissions: [ecs:UpdateService]
  iam_groups_for_cross_account_access:
    - { group_name: _account.prod, iam_role_arns: ["${prodArn}"] }
    - { group_name: _account.stage, iam_role_arns: ["${stageArn}"] }
passwordPolicy: { minimumPasswordLength: 16, maxPasswordAge: 30, hardExpiry: false }
`);
    const { Groups } = await iam.send(new ListGroupsCommand({}));
    expect(Groups!.map(({ GroupName }) => GroupName).toSorted()).toEqual([
      '_account.prod',
      '_account.stage',
      '_all-accounts',
      '_machine.ecs-auto-deploy',
      'full-access',
      'iam-user-self-mgmt',
      'ssh-grunt-sudo-users',
      'ssh-grunt-users',
    ]);
    expect(await membersOf('full-access')).toEqual(['jane.doe']);
    expect(await membersOf('ssh-grunt-sudo-users')).toEqual(['jane.doe']);
    expect(await membersOf('iam-user-self-mgmt')).toEqual(['contractor.john']);
    expect(await membersOf('_machine.ecs-auto-deploy')).toEqual(['_machine.jenkins']);
    expect(byKey((await operator.user('jane.doe')).Tags)).toMatchObject({ Team: 'platform' });

    const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    expect(await grantsOf('full-access')).toContainEqual(
      expect.objectContaining({ Effect: 'Allow', Action: '*', Resource: '*', Condition: mfa }),
    );
    expect(await grantsOf('_account.prod')).toEqual(assume(prodArn));
    expect(await grantsOf('_all-accounts')).toEqual(assume(prodArn, stageArn));
    expect(await grantsOf('_machine.ecs-auto-deploy')).toEqual([
      { Effect: 'Allow', Action: ['ecs:UpdateService'], Resource: '*' },
    ]);
    expect(await grantsOf('ssh-grunt-users')).toEqual([]);

    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
    expect(PasswordPolicy).toMatchObject({
      MinimumPasswordLength: 16,
      MaxPasswordAge: 30,
      HardExpiry: false,
      PasswordReusePrevention: 5,
      RequireSymbols: true,
    });
  });

  test("a machine's key is a secret that works, under names of one account", async () => {
    await operator.apply(`
accountId: "${accountId}"
users:
  _machine.jenkins: { create_access_keys: true, store_access_keys_in_secrets_mgr: true }
`);
    const SecretId = 'iam-lifecycle/_machine.jenkins';
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
    const { accessKeyId, secretAccessKey } = JSON.parse(SecretString!) as Record<string, string>;
    const pair = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! };
    const { Arn } = await sts(pair).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:iam::${accountId}:user/lifecycle/_machine.jenkins`);
  });

  test('a console password comes encrypted to the PGP key of its user, who decrypts it', async () => {
    await operator.apply(
      `
accountId: "${accountId}"
users:
  jane.doe: { create_login_profile: true, pgp_key: "${pgp.publicKey}", ssh_public_key: "${sshPublicKey()}" }
defaults: { minimum_password_length: 24 }
`,
      '--credentials-out',
      operator.file('out'),
    );
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName: 'jane.doe' }));
    expect(LoginProfile?.UserName).toBe('jane.doe');
    const text = await readFile(operator.file('out/jane.doe.password.gpg.b64'), 'utf8');
    const message = await readMessage({ binaryMessage: Buffer.from(text, 'base64') });
    const decryptionKeys = await readPrivateKey({ binaryKey: Buffer.from(pgp.privateKey, 'base64') });
    const { data: password } = await decrypt({ message, decryptionKeys });
    expect(password).toHaveLength(24);

    const keys = await iam.send(new ListSSHPublicKeysCommand({ UserName: 'jane.doe' }));
    expect(keys.SSHPublicKeys).toMatchObject([{ Status: 'Active' }]);
    const SSHPublicKeyId = keys.SSHPublicKeys![0]!.SSHPublicKeyId!;
    const key = await iam.send(
      new GetSSHPublicKeyCommand({ UserName: 'jane.doe', SSHPublicKeyId, Encoding: 'SSH' }),
    );
    expect(key.SSHPublicKey?.SSHPublicKeyBody).toMatch(/^ssh-rsa AAAA/);
  });

  test('who changes groups is in the new one and not in the old', async () => {
    await operator.apply(janeIn('logs'));
    expect(await membersOf('logs')).toEqual(['jane.doe']);
    await operator.apply(janeIn('billing'));
    expect(await membersOf('billing')).toEqual(['jane.doe']);
    expect(await membersOf('logs')).toEqual([]);
  });
});
