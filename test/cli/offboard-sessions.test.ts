import { writeFile } from 'node:fs/promises';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { nobodyRevoked } from '../../functions/core/revocation/document.js';
import { Terminal } from './terminal.js';

const roleArn = 'arn:aws:iam::123456789012:role/AdminRole';
const PolicyArn = 'arn:aws:iam::123456789012:policy/IamLifecycleRevoked-admin';

/** Bob, and a role whose sessions are listed; pinned: they bear their user's name. */
async function world(isPinned: boolean): Promise<Terminal> {
  const terminal = await Terminal.open();
  await terminal.change(async ({ clients: { iam } }) => {
    const Condition = isPinned ? { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } } : {};
    const Principal = { AWS: 'arn:aws:iam::123456789012:root' };
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }],
    };
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    await iam.send(new CreateRoleCommand({ RoleName: 'AdminRole', AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify(nobodyRevoked);
    await iam.send(new CreatePolicyCommand({ PolicyName: 'IamLifecycleRevoked-admin', PolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'AdminRole', PolicyArn }));
    const Tags = [{ Key: 'iam-lifecycle:managed', Value: 'true' }];
    await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/', Tags }));
  });
  const config = {
    account: '123456789012',
    region: 'eu-west-1',
    roles: { admin: roleArn },
    revokeSessions: { admin: 'report' },
  };
  await writeFile(terminal.file('lifecycle.config.json'), JSON.stringify(config));
  return terminal;
}

test("an operator's offboarding ends the leaver's sessions of the listed roles, and says so", async () => {
  const terminal = await world(true);
  const { code, stdout } = await terminal.run('offboard', 'bob', '--yes', '--output', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { phase: 'Quarantined', sessions: [{ roleArn, revoked: 'user', sessionsEndBy: null }] },
  ]);
  const document = await terminal.change(async ({ clients: { iam } }) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy!.DefaultVersionId!;
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return decodeURIComponent(PolicyVersion!.Document!);
  });
  expect(document).toMatch(/"Effect":"Deny".*:bob"/);
});

test('sessions that cannot be told apart are told of, with their end, and the exit code says so', async () => {
  const terminal = await world(false);
  const { code, stderr } = await terminal.run('offboard', 'bob', '--yes');
  expect(code).toBe(1);
  // An hour is the role's longest session; the five minutes before them are those that the deny may take.
  expect(stderr).toMatch(
    /bob: sessions of arn:aws:iam::123456789012:role\/AdminRole were not ended: .*; the last of them ends by 2026-03-01T10:0\d:/,
  );
});

test('whoever leaves with a roster is told of in the same way', async () => {
  const terminal = await world(false);
  const Tags = [{ Key: 'iam-lifecycle:origin', Value: 'roster' }];
  await terminal.change(({ clients: { iam } }) => iam.send(new TagUserCommand({ UserName: 'bob', Tags })));
  await writeFile(terminal.file('roster.yaml'), 'accountId: "123456789012"\npeople: {}\n');
  const { code, stdout, stderr } = await terminal.run('apply', '--yes');
  expect(code).toBe(1);
  expect(stdout).toContain('! bob has left, and some of its sessions were not ended');
  expect(stderr).toMatch(/bob: sessions of arn:aws:iam::123456789012:role\/AdminRole were not ended: /);
});
