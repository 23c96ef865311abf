import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type ApplyContext, type ApplySummary, applyPlan } from '../../cli/apply.js';
import type { Connection } from '../../cli/connection.js';
import { silentJournal } from '../../cli/journal.js';
import type { LifecycleSettings } from '../../cli/settings.js';
import { UserRuns } from '../../cli/user-runs.js';
import type { UserName } from '../../functions/core/names.js';
import type { Change, RosterPlan } from '../../functions/core/roster/roster-steps.js';
import { defaultWindows } from '../../functions/core/windows.js';
import { FakeAws, type FakeAwsOptions, Invocation, VirtualClock } from '../../local/fake-aws/fake-aws.js';

const accountId = '123456789012';
const settings: LifecycleSettings = {
  userPath: '/lifecycle/',
  adoptedArns: [],
  listedRoles: [],
  boundaryArn: `arn:aws:iam::${accountId}:policy/IamLifecycleBoundary`,
  windows: defaultWindows,
  kmsKeyId: null,
  afterLeak: 'restore',
};
const document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }],
} as const;

let clock: VirtualClock;
let account: FakeAws;
let connection: Connection;
let stopped: boolean;
let told: string[];
let passwords: string[];

async function open(options: Partial<FakeAwsOptions> = {}): Promise<void> {
  clock = new VirtualClock(Date.parse('2026-03-01T09:00:00Z'));
  account = new FakeAws({ clock, ...options });
  connection = {
    isEmbedded: true,
    keepsBoundaries: true,
    accountId,
    clients: account.clients(new Invocation('cli')),
    clock,
    reviewClients: () => Promise.reject(new Error('an apply reviews nobody')),
    calls: () => account.calls.length,
    onThrottle: () => undefined,
    save: () => Promise.resolve(),
  };
  stopped = false;
  told = [];
  passwords = [];
  const command = new CreatePolicyCommand({
    PolicyName: 'IamLifecycleBoundary',
    PolicyDocument: JSON.stringify(document),
  });
  await clock.run(() => connection.clients.iam.send(command));
}

beforeEach(() => open());

function apply(changes: readonly Change[], more: Partial<ApplyContext> = {}): Promise<ApplySummary> {
  const plan: RosterPlan = { accountId, changes, findings: [] };
  return clock.run(() =>
    applyPlan(plan, {
      connection,
      runs: new UserRuns(connection, settings, silentJournal, (line) => told.push(line)),
      minimumPasswordLength: 8,
      deliverPassword: (owner) => Promise.resolve(void passwords.push(owner.arn)),
      isStopped: () => stopped,
      finished: () => undefined,
      tell: (line) => told.push(line),
      ...more,
    }),
  );
}

function creation(name: string, steps: Change['steps'] = []): Change {
  const all: Change['steps'] = [
    {
      step: 'CreateUser',
      name: name as UserName,
      path: '/lifecycle/',
      tags: { 'iam-lifecycle:managed': 'true', 'iam-lifecycle:origin': 'roster' },
      boundaryArn: settings.boundaryArn,
    },
    ...steps,
  ];
  return {
    action: 'create',
    subject: { kind: 'user', name },
    steps: all,
    reasons: all.map(() => 'the roster says so'),
  };
}

/** As a plan writes it: the user has no unique id yet. */
const nobody = (name: string) => ({ name: name as UserName, id: '' });
const logsArn = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';

describe('a user that is new', () => {
  test('gets everything, the key included, under the unique id that it got itself', async () => {
    const user = nobody('bob');
    const summary = await apply([
      creation('bob', [
        { step: 'AttachPolicy', user, policyArn: logsArn },
        { step: 'PutInlinePolicy', user, policyName: 'own', document: JSON.stringify(document) },
        { step: 'EnsureKey', user },
      ]),
    ]);
    expect(summary).toMatchObject({ done: 1, failed: [], notStarted: 0 });
    const bob = account.truth.user('bob')!;
    expect(bob.attached).toEqual([logsArn]);
    expect(Object.keys(bob.inline)).toEqual(['own']);
    expect(bob.keys).toHaveLength(1);
    expect(account.truth.secret('iam-lifecycle/bob')?.versions).toHaveLength(1);
  });

  test('gets its password delivered under its own ARN', async () => {
    const login = { passwordLength: 20, passwordResetRequired: true, pgpKey: null };
    await apply([creation('bob', [{ step: 'CreateLogin', user: nobody('bob'), login }])]);
    expect(passwords).toEqual([`arn:aws:iam::${accountId}:user/lifecycle/bob`]);
    expect(account.truth.user('bob')?.loginProfile).toMatchObject({ passwordResetRequired: true });
  });

  test('is waited for while IAM does not know it yet', async () => {
    let refusals = 3;
    await open({
      intervene: ({ operation }) => {
        if (operation !== 'AttachUserPolicy' || refusals === 0) return undefined;
        refusals -= 1;
        const error = new Error('The user with name bob cannot be found.');
        error.name = 'NoSuchEntityException';
        throw error;
      },
    });
    const change = creation('bob', [{ step: 'AttachPolicy', user: nobody('bob'), policyArn: logsArn }]);
    expect(await apply([change])).toMatchObject({ done: 1, failed: [] });
    expect(refusals).toBe(0);
  });
});

describe('failures', () => {
  test('what users stand on comes first; one failure stops no other change, and each is told', async () => {
    const arn = `arn:aws:iam::${accountId}:policy/Own`;
    const summary = await apply([
      creation('ann', [{ step: 'AttachPolicy', user: nobody('ann'), policyArn: `${arn}Missing` }]),
      creation('bob', [{ step: 'AttachPolicy', user: nobody('bob'), policyArn: arn }]),
      {
        action: 'create',
        subject: { kind: 'policy', name: 'Own' },
        steps: [{ step: 'CreatePolicy', policy: { name: 'Own', path: '/', arn, description: '', document } }],
        reasons: ['no policy has that name'],
      },
    ]);
    expect(summary).toMatchObject({ done: 2, failed: [{ subject: { kind: 'user', name: 'ann' } }] });
    expect(summary.failed[0]?.why).toContain('OwnMissing');
    expect(account.truth.user('bob')?.attached).toEqual([arn]);
  });

  test('a name that is taken meanwhile fails that user alone', async () => {
    await apply([creation('bob')]);
    const summary = await apply([creation('bob'), creation('carl')]);
    expect(summary).toMatchObject({ done: 1, failed: [{ subject: { name: 'bob' } }] });
  });

  test('a step of a user that is another one by now is not carried on to its key', async () => {
    await apply([creation('bob')]);
    const user = { name: 'bob' as UserName, id: 'AIDAANOTHER0000000001' };
    const summary = await apply([
      {
        action: 'delete',
        subject: { kind: 'user', name: 'bob' },
        steps: [{ step: 'Offboard', user, quarantineMs: 0, reason: 'gone' }],
        reasons: ['gone'],
      },
    ]);
    expect(summary.failed[0]?.why).toContain('the name belongs to another user now');
    expect(account.truth.user('bob')).toBeDefined();
  });
});

function departure(name: string, quarantineMs: number | null): Change {
  const user = { name: name as UserName, id: account.truth.user(name)!.id };
  const step = {
    step: 'Offboard',
    user,
    quarantineMs,
    reason: 'the roster no longer names the user',
  } as const;
  return { action: 'delete', subject: { kind: 'user', name }, steps: [step], reasons: [step.reason] };
}

describe('departures', () => {
  test('a departure without quarantine ends with the user, after one wait for all', async () => {
    await apply([creation('ann'), creation('bob')]);
    const startedAt = clock.now();
    const summary = await apply([departure('ann', 0), departure('bob', 0)]);
    expect(summary).toMatchObject({ done: 2, failed: [] });
    expect(account.truth.users()).toEqual([]);
    expect(told.filter((line) => line.startsWith('Waiting'))).toHaveLength(1);
    expect(clock.now() - startedAt).toBeLessThan(2 * defaultWindows.settleMs);
  });

  test('any other departure ends in quarantine', async () => {
    await apply([creation('bob')]);
    const now = clock.now();
    expect(await apply([departure('bob', null)])).toMatchObject({ done: 1, failed: [] });
    const { tags } = account.truth.user('bob')!;
    const purgeAfter = tags.find(({ Key }) => Key === 'iam-lifecycle:purge-after')!.Value;
    expect(Date.parse(purgeAfter) - now).toBeGreaterThanOrEqual(30 * 24 * 3_600_000);
  });
});

test('once stopped, nothing new is begun: what runs ends, and the rest is counted', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  const summary = await apply(
    names.map((name) => creation(name, [{ step: 'AttachPolicy', user: nobody(name), policyArn: logsArn }])),
    { finished: () => (stopped = true) },
  );
  expect(summary.failed).toEqual([]);
  expect(summary.notStarted).toBeGreaterThan(0);
  expect(summary.done + summary.notStarted).toBe(20);
  const users = account.truth.users();
  expect(users).toHaveLength(summary.done);
  for (const { attached } of users) expect(attached).toEqual([logsArn]);
});
