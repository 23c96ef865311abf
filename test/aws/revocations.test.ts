import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import {
  ForeignRevocations,
  type SeenRole,
  observeRevocations,
  writeRevocations,
} from '../../functions/aws/revocations.js';
import { parseRoleArn } from '../../functions/core/names.js';
import {
  type Revocation,
  formatRevocations,
  nobodyRevoked,
} from '../../functions/core/revocation/document.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const roleId = 'AROAEXAMPLEEXAMPLE123';
const listed = {
  roleArn: parseRoleArn('arn:aws:iam::123456789012:role/team/AppRole'),
  policyArn: 'arn:aws:iam::123456789012:policy/IamLifecycleRevoked-app',
};
const nine = Date.UTC(2026, 0, 1, 9, 0);
const ada: Revocation = { who: { pin: 'session-name', userName: 'ada' }, before: nine };
const bob: Revocation = { who: { pin: 'session-name', userName: 'bob' }, before: nine };
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Condition: { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } },
    },
  ],
};
const encoded = (document: object) => encodeURIComponent(JSON.stringify(document));
const CreateDate = new Date(nine);

/** A role whose policy has these documents as its versions, the last of them in force. */
function account(documents: Readonly<Record<string, object>>, attached = listed.policyArn) {
  const { clients, iam, calls } = mockClients();
  const Role = {
    RoleName: 'AppRole',
    RoleId: roleId,
    Arn: listed.roleArn,
    Path: '/team/',
    CreateDate,
    MaxSessionDuration: 7200,
    AssumeRolePolicyDocument: encoded(trust),
  };
  iam.on(GetRoleCommand, { RoleName: 'AppRole' }).resolves({ Role });
  iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies: [{ PolicyArn: attached }] });
  const ids = Object.keys(documents);
  iam.on(ListPolicyVersionsCommand).resolves({
    Versions: ids.map((VersionId) => ({ VersionId, IsDefaultVersion: VersionId === ids.at(-1), CreateDate })),
  });
  for (const [VersionId, document] of Object.entries(documents))
    iam
      .on(GetPolicyVersionCommand, { PolicyArn: listed.policyArn, VersionId })
      .resolves({ PolicyVersion: { VersionId, Document: encoded(document) } });
  return { iam, client: clients.iam, calls };
}

describe('a listed role', () => {
  test('is seen with its trust, its limit, and what every version of its policy denies', async () => {
    const { client } = account({
      v1: nobodyRevoked,
      v2: formatRevocations(roleId, [ada]),
      v3: formatRevocations(roleId, [bob]),
    });
    expect(await observeRevocations(client, listed)).toEqual({
      ...listed,
      roleId,
      maxSessionMs: 7_200_000,
      verdict: { pin: 'session-name' },
      inForce: [bob],
      earlier: [ada],
      versions: [
        { number: 1, isDefault: false, createdAt: nine, isRead: true },
        { number: 2, isDefault: false, createdAt: nine, isRead: true },
        { number: 3, isDefault: true, createdAt: nine, isRead: true },
      ],
    });
  });

  test('is seen in part where a listed version cannot be read', async () => {
    const { iam, client } = account({ v1: nobodyRevoked, v2: nobodyRevoked });
    iam.on(GetPolicyVersionCommand, { VersionId: 'v1' }).rejects(awsError('NoSuchEntityException'));
    const seen = (await observeRevocations(client, listed)) as SeenRole;
    expect(seen.versions.map(({ isRead }) => isRead)).toEqual([false, true]);
  });

  test.each<[string, Parameters<typeof account>, RegExp]>([
    [
      'the policy hangs elsewhere',
      [{ v1: nobodyRevoked }, 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      /is not attached to it$/,
    ],
  ])('cannot be revoked where %s', async (_case, given, why) => {
    expect(await observeRevocations(account(...given).client, listed)).toMatch(why);
  });

  test('cannot be revoked where it, or its policy, is not to be seen', async () => {
    const gone = awsError('NoSuchEntityException');
    const withoutRole = account({ v1: nobodyRevoked });
    withoutRole.iam.on(GetRoleCommand).rejects(gone);
    expect(await observeRevocations(withoutRole.client, listed)).toBe('there is no role AppRole to be seen');
    const withoutPolicy = account({ v1: nobodyRevoked });
    withoutPolicy.iam.on(ListPolicyVersionsCommand).rejects(gone);
    expect(await observeRevocations(withoutPolicy.client, listed)).toBe(
      `there is no policy ${listed.policyArn} to be seen`,
    );
  });

  test('is left alone where its policy says what this system never wrote', async () => {
    const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const { client } = account({ v1: nobodyRevoked, v2: allow });
    await expect(observeRevocations(client, listed)).rejects.toThrow(ForeignRevocations);
    await expect(observeRevocations(client, listed)).rejects.toThrow(
      /version v2 of .*IamLifecycleRevoked-app/,
    );
  });

  test('is judged by its default version alone: a foreign one that is not in force says nothing', async () => {
    const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const { client } = account({ v1: allow, v2: formatRevocations(roleId, [ada]) });
    expect(await observeRevocations(client, listed)).toMatchObject({ inForce: [ada], earlier: [] });
  });

  test('a refusal escapes', async () => {
    const { iam, client } = account({ v1: nobodyRevoked });
    iam.on(GetRoleCommand).rejects(awsError('AccessDenied'));
    await expect(observeRevocations(client, listed)).rejects.toThrow('AccessDenied');
  });
});

describe('a new version', () => {
  async function write(documents: Readonly<Record<string, object>>, revocations: readonly Revocation[]) {
    const { iam, client, calls } = account(documents);
    iam.on(DeletePolicyVersionCommand).resolves({});
    iam.on(CreatePolicyVersionCommand).resolves({ PolicyVersion: { VersionId: 'v9' } });
    const seen = (await observeRevocations(client, listed)) as SeenRole;
    const number = await writeRevocations(client, seen, revocations);
    return { number, writes: calls().filter(([name]) => !/^(Get|List)/.test(name)) };
  }
  const creation = [
    'CreatePolicyVersion',
    {
      PolicyArn: listed.policyArn,
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":' +
        '{"StringEqualsIgnoreCase":{"aws:userid":["AROAEXAMPLEEXAMPLE123:ada"]},"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T09:00:00Z"}}}]}',
      SetAsDefault: true,
    },
  ];

  test('becomes the default in the call that makes it, and has a number', async () => {
    expect(await write({ v1: nobodyRevoked }, [ada])).toEqual({ number: 9, writes: [creation] });
  });

  test('takes the place of the oldest of five that is not in force', async () => {
    const five = {
      v4: nobodyRevoked,
      v10: nobodyRevoked,
      v5: nobodyRevoked,
      v6: nobodyRevoked,
      v3: nobodyRevoked,
    };
    expect((await write(five, [ada])).writes).toEqual([
      ['DeletePolicyVersion', { PolicyArn: listed.policyArn, VersionId: 'v4' }],
      creation,
    ]);
  });

  test('is not sent where it would not read as the revocations that it is of', async () => {
    const trap: Revocation = { who: { pin: 'session-name', userName: '*' }, before: nine };
    await expect(write({ v1: nobodyRevoked }, [trap])).rejects.toThrow(/does not read as 1 revocations/);
  });
});
