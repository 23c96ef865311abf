import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { applyPlan } from '../../cli/apply.js';
import type { Connection } from '../../cli/connection.js';
import { silentJournal } from '../../cli/journal.js';
import { UserRuns } from '../../cli/user-runs.js';
import { observeImport } from '../../functions/aws/observe-import.js';
import { observeRoster } from '../../functions/aws/observe-roster.js';
import { importRoster } from '../../functions/core/roster/import.js';
import { planRoster } from '../../functions/core/roster/plan.js';
import { defaultWindows } from '../../functions/core/windows.js';
import { readRoster } from '../../functions/shell/read-roster.js';
import { writeRoster } from '../../cli/write-roster.js';
import { FakeAws, Invocation, VirtualClock } from '../../local/fake-aws/fake-aws.js';
import { judgePolicies } from '../../local/fake-aws/policy-evaluation.js';

const accountId = '123456789012';
const policyArn = (name: string) => `arn:aws:iam::${accountId}:policy/${name}`;
const roleArns = ['AdminRole', 'DataEngineerRole', 'InfrastructureAdminRole'].map(
  (name) => `arn:aws:iam::${accountId}:role/${name}`,
);
const [admin, data, infrastructure] = roleArns as [string, string, string];
const boundaryArn = policyArn('IamLifecycleBoundary');
const awsPolicies = Array.from({ length: 9 }, (_, index) => policyArn(`Team${index}`));

/** The tutorial's users: what each may assume by the bundle of old, and what it is to keep. */
const roster = `
accountId: "${accountId}"
assumableRoles:
  admin: ${admin}
  data_engineer: ${data}
  infrastructure_admin: ${infrastructure}
people:
  alice: { roles: [admin, data_engineer] }
  bob: { roles: [data_engineer] }
  carol: { roles: [admin, infrastructure_admin] }
  dave:
    roles: [admin]
    policyArns: [${awsPolicies.join(', ')}]
`;

const bundleOf = (...Resource: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource }],
  });

type Form = 'managed' | 'inline';

class Migration {
  readonly clock = new VirtualClock(Date.parse('2026-03-01T09:00:00Z'));
  /** What every user may assume, before each call that changes something, and at the end. */
  readonly moments: Record<string, string[]>[] = [];
  private isWatched = false;
  readonly account = new FakeAws({
    clock: this.clock,
    intervene: () => {
      if (this.isWatched) this.look();
      return undefined;
    },
  });
  readonly connection: Connection = {
    isEmbedded: true,
    keepsBoundaries: true,
    accountId,
    clients: this.account.clients(new Invocation('cli')),
    clock: this.clock,
    reviewClients: () => Promise.reject(new Error('a migration reviews nobody')),
    calls: () => this.account.calls.length,
    onThrottle: () => undefined,
    save: () => Promise.resolve(),
  };

  async fill(form: Form): Promise<void> {
    const { iam } = this.connection.clients;
    const bundle = bundleOf(...roleArns);
    await this.clock.run(async () => {
      const everything = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      });
      await iam.send(
        new CreatePolicyCommand({ PolicyName: 'IamLifecycleBoundary', PolicyDocument: everything }),
      );
      for (const arn of awsPolicies)
        await iam.send(
          new CreatePolicyCommand({
            PolicyName: arn.split('/')[1]!,
            PolicyDocument: bundle.replace('sts:AssumeRole', 's3:ListBucket'),
          }),
        );
      if (form === 'managed')
        await iam.send(new CreatePolicyCommand({ PolicyName: 'AssumeRolesPolicy', PolicyDocument: bundle }));
      for (const UserName of ['alice', 'bob', 'carol', 'dave']) {
        await iam.send(
          new CreateUserCommand({
            UserName,
            Path: '/lifecycle/',
            PermissionsBoundary: boundaryArn,
            Tags: [
              { Key: 'iam-lifecycle:managed', Value: 'true' },
              { Key: 'iam-lifecycle:origin', Value: 'adopted' },
              { Key: 'iam-lifecycle:key-store', Value: 'none' },
            ],
          }),
        );
        if (form === 'managed')
          await iam.send(
            new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn('AssumeRolesPolicy') }),
          );
        else
          await iam.send(
            new PutUserPolicyCommand({ UserName, PolicyName: 'AssumeRolesPolicy', PolicyDocument: bundle }),
          );
      }
      for (const PolicyArn of awsPolicies)
        await iam.send(new AttachUserPolicyCommand({ UserName: 'dave', PolicyArn }));
    });
  }

  private look(): void {
    const { truth } = this.account;
    const documents = new Map(
      truth.policies().map(({ arn, versions }) => [arn, versions.at(-1)!.document] as const),
    );
    const mayAssume = (name: string) => {
      const { attached, inline } = truth.user(name)!;
      const held = [...attached.flatMap((arn) => documents.get(arn) ?? []), ...Object.values(inline)];
      return roleArns.filter(
        (resource) => judgePolicies(held, { action: 'sts:AssumeRole', resource, context: {} }) === 'allow',
      );
    };
    this.moments.push(Object.fromEntries(truth.users().map(({ name }) => [name, mayAssume(name)])));
  }

  async apply(text = roster) {
    const wanted = readRoster(text, 'roster.yaml');
    const facts = await this.clock.run(() => observeRoster(this.connection.clients, wanted, accountId));
    const rules = { mayDeploy: true, allowDestroy: null, settleMs: defaultWindows.settleMs };
    const plan = planRoster(wanted, facts, rules, this.clock.now());
    const settings = {
      userPath: '/lifecycle/',
      adoptedArns: [],
      listedRoles: [],
      boundaryArn,
      windows: defaultWindows,
      kmsKeyId: null,
      afterLeak: 'restore' as const,
    };
    this.isWatched = true;
    const summary = await this.clock.run(() =>
      applyPlan(plan, {
        connection: this.connection,
        runs: new UserRuns(this.connection, settings, silentJournal, () => undefined),
        minimumPasswordLength: 8,
        deliverPassword: () => Promise.reject(new Error('nobody gets a login')),
        isStopped: () => false,
        finished: () => undefined,
        tell: () => undefined,
      }),
    );
    this.look();
    this.isWatched = false;
    return { plan, summary };
  }
}

const kept: Record<string, string[]> = {
  alice: [admin, data],
  bob: [data],
  carol: [admin, infrastructure],
  dave: [admin],
};

describe.each<[Form]>([['managed'], ['inline']])(
  'from a bundled AssumeRolesPolicy, %s, to a policy for each role',
  (form) => {
    test('nobody lacks for one moment a role that it keeps, and in the end nobody has another', async () => {
      const migration = new Migration();
      await migration.fill(form);
      const { summary } = await migration.apply();
      expect(summary).toMatchObject({ failed: [], notStarted: 0 });
      const { moments } = migration;
      expect(moments.length).toBeGreaterThan(15);
      expect(moments[0]).toEqual({ alice: roleArns, bob: roleArns, carol: roleArns, dave: roleArns });
      for (const moment of moments)
        for (const [name, roles] of Object.entries(kept))
          expect([name, moment[name]]).toEqual([name, expect.arrayContaining(roles)]);
      expect(moments.at(-1)).toEqual(kept);
      const { truth } = migration.account;
      expect(truth.user('alice')!.attached.toSorted()).toEqual(
        ['AssumeAdminRolePolicy', 'AssumeDataEngineerRolePolicy'].map(policyArn),
      );
      expect(truth.user('dave')!.attached).toHaveLength(10);
      expect(truth.users().map(({ inline }) => Object.keys(inline))).toEqual([[], [], [], []]);
    });

    test('the next plan is empty', async () => {
      const migration = new Migration();
      await migration.fill(form);
      await migration.apply();
      const { plan } = await migration.apply();
      expect(plan).toMatchObject({ changes: [], findings: [] });
    });
  },
);

test('a managed bundle that the apply leaves to nobody is reported, with how to delete it', async () => {
  const migration = new Migration();
  await migration.fill('managed');
  const { plan } = await migration.apply();
  expect(plan.findings).toEqual([
    {
      kind: 'Unmanaged',
      subject: { kind: 'policy', name: 'AssumeRolesPolicy' },
      why: expect.stringContaining(
        `iam-lifecycle delete-policy ${policyArn('AssumeRolesPolicy')}`,
      ) as unknown,
    },
  ]);
});

test('an account is imported as it is, and a plan of that changes nobody', async () => {
  const migration = new Migration();
  await migration.fill('inline');
  await migration.apply();
  const { clients } = migration.connection;
  const seen = await migration.clock.run(() => observeImport(clients, migration.clock, accountId));
  const scope = { userPath: '/lifecycle/', pathPrefix: '/', managedOnly: false };
  const { text, draft } = writeRoster(importRoster(seen, scope));
  expect(draft.leftOut).toEqual([]);
  expect(draft.input.people).toMatchObject({
    alice: { roles: ['admin', 'data_engineer'] },
    bob: { roles: ['data_engineer'] },
    carol: { roles: ['admin', 'infrastructure_admin'] },
  });
  const { plan } = await migration.apply(text);
  expect(plan.changes.filter(({ subject }) => subject.kind === 'user')).toEqual([]);
});
