import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { AttachUserPolicyCommand, CreateUserCommand, DetachUserPolicyCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decrypt, generateKey, readMessage, readPrivateKey } from 'openpgp';
import { Terminal } from './terminal.js';

const assumeArn = 'arn:aws:iam::123456789012:policy/AssumeDataEngineerRolePolicy';
const logsArn = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';

const small = `
accountId: "123456789012"
assumableRoles: { data_engineer: arn:aws:iam::123456789012:role/DataEngineerRole }
people:
  bob@example.com: { description: Bob - Data Engineer, roles: [data_engineer] }
systemUsers:
  - label: { namespace: eg, stage: dev, name: fluentd }
    policy_arns_map: { logs: ${logsArn} }
`;

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
  await write(small);
});

function write(roster: string): Promise<void> {
  return writeFile(terminal.file('roster.yaml'), roster);
}

async function applied(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await terminal.run('apply', '--yes', ...argv);
  if (code !== 0) throw new Error(`apply ended with ${code}: ${stdout}${stderr}`);
  return stdout;
}

describe('validate', () => {
  test('a roster is valid without any account', async () => {
    const { code, stdout } = await terminal.runBare('validate');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^eg-dev-fluentd +system user/m);
    expect(stdout).toContain('roster.yaml is valid: 2 users, 0 groups');
    expect(await readdir(terminal.folder)).toEqual(['roster.yaml']);
  });

  test('as JSON it is the resolved roster', async () => {
    const { stdout } = await terminal.runBare('validate', 'roster.yaml', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      accountId: '123456789012',
      users: [{ name: 'bob@example.com', policyArns: [assumeArn] }, { name: 'eg-dev-fluentd' }],
    });
  });

  test('every fault is told with file and line', async () => {
    await write('accountId: "12"\npeople:\n  "a b": {}\n');
    const { code, stdout, stderr } = await terminal.runBare('validate');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('roster.yaml:1');
    expect(stderr).toContain('roster.yaml:3');
  });

  test('a roster that is not there', async () => {
    const { code, stderr } = await terminal.runBare('validate', 'staff.yaml');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'iam-lifecycle: there is no roster staff.yaml\nName the roster on the command line.\n',
    );
  });
});

describe('plan', () => {
  test('shows what is to be done, with 2, and changes nothing', async () => {
    const first = await terminal.run('plan');
    expect(first.code).toBe(2);
    expect(first.stdout).toContain('+ user bob@example.com');
    expect(first.stdout).toContain('Plan: 4 to create, 0 to change, 0 to remove.');
    expect((await terminal.run('plan')).stdout).toBe(first.stdout);
    expect(await terminal.json('status')).toEqual([]);
  });

  test('ends with 0 where nothing is to be done', async () => {
    await applied();
    expect(await terminal.run('plan')).toMatchObject({
      code: 0,
      stdout: 'No changes. The account is as the roster says.\n',
    });
  });

  test('is colourful at a terminal, unless somebody objects', async () => {
    const hasColours = async (...argv: string[]) =>
      (await terminal.run('plan', ...argv)).stdout.includes('\u001B[');
    expect(await hasColours()).toBe(false);
    terminal.answers = [];
    expect(await hasColours()).toBe(true);
    expect(await hasColours('--no-color')).toBe(false);
    expect(await hasColours('--output', 'json')).toBe(false);
    terminal.env = { NO_COLOR: '1' };
    expect(await hasColours()).toBe(false);
  });

  test('another account is refused', async () => {
    await write(small.replace('accountId: "123456789012"', 'accountId: "999999999999"'));
    const { code, stderr } = await terminal.run('plan');
    expect(code).toBe(1);
    expect(stderr).toContain('999999999999');
  });
});

describe('apply', () => {
  test('makes it so, and a second one has nothing to do', async () => {
    const stdout = await applied();
    expect(stdout).toMatch(/Applied: 4 done, 0 failed; \d+ calls in \d+\.\d s\./);
    expect(await applied()).toBe('No changes. The account is as the roster says.\n');
    expect(await terminal.json('status')).toMatchObject([
      { userName: 'bob@example.com', origin: 'roster', phase: 'NoKey' },
      { userName: 'eg-dev-fluentd', origin: 'roster', phase: 'Settled' },
    ]);
  });

  test('repairs drift', async () => {
    await applied();
    await terminal.change(async ({ clients }) => {
      const UserName = 'bob@example.com';
      await clients.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: assumeArn }));
      await clients.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: logsArn }));
    });
    const stdout = await applied();
    expect(stdout).toContain('attach policy/AssumeDataEngineerRolePolicy');
    expect(stdout).toContain('detach policy/CloudWatchLogsFullAccess');
  });

  test('asks at a terminal, and does nothing without a yes', async () => {
    terminal.answers = ['no'];
    const { code, stderr } = await terminal.run('apply');
    expect(code).toBe(1);
    expect(stderr).toContain('Make 4 changes in account 123456789012?');
    expect(await terminal.json('status')).toEqual([]);
    terminal.answers = ['yes'];
    expect((await terminal.run('apply')).code).toBe(0);
  });

  test('a failure is told with its reason and stops nobody else', async () => {
    await terminal.change(async ({ clients }) => {
      await clients.iam.send(new CreateUserCommand({ UserName: 'EG-dev-fluentd', Path: '/elsewhere/' }));
    });
    const { code, stdout } = await terminal.run('apply', '--yes', '--output', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      done: 3,
      failed: [],
      findings: [{ kind: 'Conflict', subject: { name: 'eg-dev-fluentd' } }],
    });
  });

  test('who is no longer in the roster leaves, and its quarantine is as configured', async () => {
    await applied();
    await write(small.replace(/ {2}bob@example.com.*\n/, '  {}\n'));
    expect(await applied()).toContain('- user bob@example.com');
    expect(await terminal.json('status', 'bob@example.com')).toMatchObject({ phase: 'Offboarded' });
    expect((await terminal.run('plan')).code).toBe(0);
  });

  test('many leave only where somebody says how many', async () => {
    const people = Array.from({ length: 8 }, (_, index) => `  user${index}: {}\n`).join('');
    await write(`accountId: "123456789012"\npeople:\n${people}`);
    await applied();
    await write('accountId: "123456789012"\n');
    const refused = await terminal.run('apply', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('--allow-destroy 8');
    expect(await applied('--allow-destroy', '8')).toContain('8 done, 0 failed');
  });
});

describe('a plan in a file', () => {
  test('is made to the letter', async () => {
    expect((await terminal.run('plan', '--out', 'plan.json')).code).toBe(2);
    expect(await applied('plan.json')).toContain('Applied: 4 done, 0 failed');
    expect((await terminal.run('plan')).code).toBe(0);
  });

  test('is refused as a whole where anything has moved, and says what', async () => {
    await terminal.run('plan', '--out', 'plan.json');
    await write(small.replace('roles: [data_engineer]', 'roles: []'));
    const { code, stderr } = await terminal.run('apply', 'plan.json', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('the plan does not hold any more, so none of it was done:');
    expect(stderr).toContain(
      'user bob@example.com: no longer planned: attach policy/AssumeDataEngineerRolePolicy',
    );
    expect(stderr).toContain('Plan again: iam-lifecycle plan roster.yaml --out plan.json');
    expect(await terminal.json('status')).toEqual([]);
  });

  test.each([
    ['is not there', null, 'there is no plan plan.json'],
    ['is none', '{"changes": []}', 'plan.json'],
  ])('one that %s', async (_what, content, message) => {
    if (content !== null) await writeFile(terminal.file('plan.json'), content);
    const { code, stderr } = await terminal.run('apply', 'plan.json', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('Ctrl-C while a roster is applied', () => {
  const names = Array.from({ length: 30 }, (_, index) => `user${String(index).padStart(2, '0')}`);
  const many = `accountId: "123456789012"\npeople:\n  zoe: { createLoginProfile: true }\nsystemUsers:\n${names.map((name) => `  - { name: ${name} }\n`).join('')}`;

  test('lets those at work finish, and the next run does the rest', async () => {
    await write(many);
    // Zoe is among the first, and her password is told of: some are at work by then, and most wait.
    terminal.watch((text) => {
      if (text.includes('zoe: the password is in the secret')) terminal.pressCtrlC();
    });
    const { code, stdout, stderr } = await terminal.run('apply', '--yes');
    expect(code).toBe(130);
    expect(stderr).toContain('The next plan finishes the rest.');
    expect(stdout).toMatch(/ \d+ not begun/);
    expect(stdout).toContain('0 failed');
    await applied();
    expect((await terminal.run('plan')).code).toBe(0);
    expect(await terminal.json('status')).toHaveLength(31);
  });
});

async function decryptFile(file: string, privateKey: string): Promise<string> {
  const decryptionKeys = await readPrivateKey({ binaryKey: Buffer.from(privateKey, 'base64') });
  const binaryMessage = Buffer.from(await readFile(file, 'utf8'), 'base64');
  const { data } = await decrypt({ message: await readMessage({ binaryMessage }), decryptionKeys });
  return String(data);
}

function withLogin(pgpKey: string | null): string {
  return `
accountId: "123456789012"
people:
  bob: { createLoginProfile: true${pgpKey === null ? '' : `, pgpKey: "${pgpKey}"`} }
`;
}

describe('console logins', () => {
  let privateKey: string;
  let publicKey: string;
  beforeAll(async () => {
    const pair = await generateKey({ type: 'ecc', userIDs: [{ name: 'Bob' }], format: 'binary' });
    publicKey = Buffer.from(pair.publicKey).toString('base64');
    privateKey = Buffer.from(pair.privateKey).toString('base64');
  });

  test('a password is handed out encrypted, for the holder of the key alone', async () => {
    await write(withLogin(publicKey));
    const { code, stdout, stderr } = await terminal.run('apply', '--yes', '--credentials-out', 'out');
    expect(code).toBe(0);
    const file = terminal.file('out/bob.password.gpg.b64');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(terminal.file('out'))).mode & 0o777).toBe(0o700);
    const password = await decryptFile(file, privateKey);
    expect(password).toHaveLength(20);
    expect(stdout + stderr).not.toContain(password);
    expect((await terminal.run('plan')).code).toBe(0);
  });

  test('without a folder for it nothing is begun', async () => {
    await write(withLogin(publicKey));
    const { code, stderr } = await terminal.run('apply', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('Name a folder with --credentials-out DIR.');
    expect(await terminal.json('status')).toEqual([]);
  });

  test('a key that can only sign is refused before the first write', async () => {
    const pair = await generateKey({
      type: 'ecc',
      userIDs: [{ name: 'Bob' }],
      subkeys: [],
      format: 'binary',
    });
    await write(withLogin(Buffer.from(pair.publicKey).toString('base64')));
    for (const command of [['plan'], ['apply', '--yes', '--credentials-out', 'out']]) {
      const { code, stdout, stderr } = await terminal.run(...command);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('the PGP key of bob');
      expect(stderr).toContain('must be a key that can encrypt');
    }
    expect(await terminal.json('status')).toEqual([]);
  });

  test('without a key the password is a secret, which no output shows', async () => {
    await write(withLogin(null));
    const { code, stdout, stderr } = await terminal.run('apply', '--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('which this user alone can read');
    const { SecretString } = await terminal.change(({ clients }) =>
      clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'iam-lifecycle-login/bob' })),
    );
    const { password } = JSON.parse(SecretString!) as { password: string };
    expect(password).toHaveLength(20);
    expect(stdout + stderr).not.toContain(password);
  });
});
