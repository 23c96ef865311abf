import {
  CreatePolicyVersionCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { standardSettings } from '../../local/deployment.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, live, simulate, surroundingsCaller } from '../../local/simulation.js';
import { recordingJournal } from '../support/journal.js';

const startAt = Date.parse('2026-01-01T00:00:00Z');
const hourMs = 3_600_000;
const leaver = 'Ada@example.com';
const colleague = 'bob@example.com';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const policy = 'arn:aws:iam::123456789012:policy/IamLifecycleRevoked-admin';

/** Two users with open sessions of the role admin, of which one leaves after an hour. Two more hours pass. */
async function depart(
  isPinned: boolean,
  unpinned: 'role' | 'report',
  meddle: (simulation: Simulation) => Promise<unknown> = () => Promise.resolve(),
) {
  const journal = recordingJournal();
  const settings = {
    ...standardSettings,
    revokeSessions: { admin: unpinned },
    pinnedRoles: isPinned ? ['admin'] : [],
  };
  const simulation = await simulate({ startAt, journal, settings });
  const { account, clock, system } = simulation;
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const begin = async (name: string) => {
    const { id } = account.truth.user(name)!.keys[0]!;
    const key = { accessKeyId: id, secretAccessKey: account.secretOf(id)! };
    const input = { RoleArn: role('AdminRole'), RoleSessionName: name, DurationSeconds: 43_200 };
    const { Credentials } = await system.options.surroundings.sts(key).send(new AssumeRoleCommand(input));
    return Credentials!.SessionToken!;
  };
  return clock.run(async () => {
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    await iam.send(new PutRolePolicyCommand({ RoleName: 'AdminRole', PolicyName: 'work', PolicyDocument }));
    for (const name of [leaver, colleague])
      await system.request('POST', '/users', { name, roles: ['admin'], owner: 'team@example.com' });
    await live(simulation, { until: startAt + hourMs, scanEveryMs: hourMs });
    const [left, stays] = [await begin(leaver), await begin(colleague)];
    await meddle(simulation);
    journal.lines.length = 0;
    await system.putEvent('User Offboarded', { userName: leaver.toLowerCase() });
    await live(simulation, { until: startAt + 3 * hourMs, scanEveryMs: hourMs });
    const isAlive = (token: string) => account.sessionMay(token, 's3:GetObject');
    const versions = account.truth.policies().find(({ arn }) => arn === policy)!.versions.length;
    const attentions = journal.lines.filter((line) => line.startsWith('attention'));
    return {
      left: isAlive(left),
      stays: isAlive(stays),
      again: isAlive(await begin(colleague)),
      versions,
      attentions,
    };
  });
}

describe("a leaver's session of a listed role", () => {
  test('is dead where the trust policy demands the name, and nobody else notices', async () => {
    expect(await depart(true, 'report')).toEqual({
      left: false,
      stays: true,
      again: true,
      versions: 2,
      attentions: [],
    });
  });

  test("dies with everybody's where it does not and the configuration says so; who stays begins another", async () => {
    expect(await depart(false, 'role')).toEqual({
      left: false,
      stays: false,
      again: true,
      versions: 2,
      attentions: [],
    });
  });

  test('lives on where it does not, and a person is told until when', async () => {
    const { left, stays, versions, attentions } = await depart(false, 'report');
    expect([left, stays, versions]).toEqual([true, true, 1]);
    expect(attentions).toEqual([
      expect.stringMatching(
        // The lease of 5 minutes and the 12 hours of the role after 01:00.
        /^attention SessionsLeft Ada@example\.com: sessions of .*AdminRole that Ada@example\.com may have begun were not revoked: its trust policy demands neither .* ends by 2026-01-01T13:05:0/,
      ),
    ]);
  });

  test('lives on where the policy was detached, and a person is told', async () => {
    const { left, versions, attentions } = await depart(true, 'report', ({ account }) =>
      account
        .clients(new Invocation(surroundingsCaller))
        .iam.send(new DetachRolePolicyCommand({ RoleName: 'AdminRole', PolicyArn: policy })),
    );
    expect([left, versions]).toEqual([true, 1]);
    expect(attentions).toEqual([expect.stringMatching(/SessionsLeft .* is not attached to it/)]);
  });

  test('is not revoked over what somebody else wrote: the message fails, and a person is told of the version', async () => {
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    const { versions, attentions } = await depart(true, 'report', ({ account }) =>
      account
        .clients(new Invocation(surroundingsCaller))
        .iam.send(new CreatePolicyVersionCommand({ PolicyArn: policy, PolicyDocument, SetAsDefault: true })),
    );
    expect(versions).toBe(2);
    expect(attentions.length).toBeGreaterThan(1);
    expect(attentions[0]).toMatch(/Failure -: .*RolesFailed: .*ForeignRevocations: version v2 of/);
  });
});
