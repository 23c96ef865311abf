import { CreatePolicyVersionCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { hourMs, minuteMs, secondMs } from '../../functions/core/instants.js';
import { nobodyRevoked } from '../../functions/core/revocation/document.js';
import { longestSessionMs } from '../../functions/core/revocation/plan.js';
import { revocationPolicyName } from '../../functions/core/revocation/policy-name.js';
import { standardSettings } from '../deployment.js';
import { Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, live, surroundingsCaller } from '../simulation.js';
import type { Scenario } from './scenarios.js';

/** The three kinds of listed roles: pinned; unpinned and everybody's sessions end; unpinned and told of. */
const settings = {
  ...standardSettings,
  pinnedRoles: ['data_engineer'],
  revokeSessions: { data_engineer: 'report', infrastructure_admin: 'role', admin: 'report' },
} as const;
type RoleKey = keyof typeof settings.revokeSessions;
const roleKeys = Object.keys(settings.revokeSessions) as RoleKey[];

const leavers = ['ci-deploy', 'ci-build'];
const colleague = 'ci-test';

interface OpenSession {
  readonly user: string;
  readonly role: RoleKey;
  readonly token: string;
}

/** What is known of a simulation: the sessions that were begun in it, and what was wrong with them in the end. */
interface Witness {
  readonly begun: OpenSession[];
  complaint: string | null;
}
const witnesses = new WeakMap<Simulation['account'], Witness>();

/** Begins a session of the role, under the user's own name, with the key that the user holds. */
async function begin({ account, system }: Simulation, user: string, role: RoleKey): Promise<void> {
  const [key] = account.truth.user(user)!.keys;
  const sts = system.options.surroundings.sts({
    accessKeyId: key!.id,
    secretAccessKey: account.secretOf(key!.id)!,
  });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${settings.accountId}:role/${settings.roles[role]!}`,
      RoleSessionName: user,
      DurationSeconds: longestSessionMs / secondMs,
    }),
  );
  witnesses.get(account)!.begun.push({ user, role, token: Credentials!.SessionToken! });
}

/**
 * Two leave at once, with open sessions of three roles; a colleague stays. Each of them begins another session when the
 * tombstone is there and the deny is not yet.
 */
export const sessions: Scenario = {
  settings,
  scanEveryMs: hourMs,
  recoveryMs: 2 * hourMs,
  async prepare(simulation) {
    const { account, clock, system } = simulation;
    const { iam } = account.clients(new Invocation(surroundingsCaller));
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
    for (const role of roleKeys)
      await iam.send(
        new PutRolePolicyCommand({ RoleName: settings.roles[role], PolicyName: 'work', PolicyDocument }),
      );
    await fillVersions(simulation);
    witnesses.set(account, { begun: [], complaint: 'nobody looked at the sessions' });
    for (const name of [...leavers, colleague])
      await system.request('POST', '/users', { name, roles: roleKeys, owner: 'team@example.com' });
    await system.drain();
    await clock.sleep(hourMs);
    for (const user of [...leavers, colleague])
      for (const role of roleKeys) await begin(simulation, user, role);
    account.onEffect(({ operation, input, caller }) => {
      const user = String(input.UserName);
      if (caller === 'offboard' && operation === 'TagUser')
        void begin(simulation, user, 'data_engineer').catch(() => null);
    });
    await clock.sleep(minuteMs);
  },
  async act(simulation, { pollers, copies }) {
    const { clock, system } = simulation;
    const at = clock.now();
    for (let copy = 0; copy < copies; copy += 1)
      for (const userName of leavers) await system.putEvent('User Offboarded', { userName }, at);
    // Whatever a run waits for after that, the sessions are looked at while they would still be alive.
    void clock.sleep(2.5 * hourMs).then(() => witness(simulation));
    const until = at + hourMs;
    await live(simulation, { until, scanEveryMs: hourMs, pollers, onScanFailure: () => undefined });
  },
  judge({ account }, attentions) {
    const untold = leavers.find(
      (name) =>
        !attentions.some((why) => why.includes(`${settings.roles.admin!} that ${name} may have begun`)),
    );
    const { complaint } = witnesses.get(account)!;
    return complaint ?? (untold === undefined ? null : `nobody was told of the sessions of ${untold} (F4)`);
  },
};

/** The policies have three versions, so that two runs that meet, and one that mends, need more than the five that IAM keeps. */
async function fillVersions({ account }: Simulation): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const PolicyDocument = JSON.stringify(nobodyRevoked);
  for (const role of roleKeys) {
    const PolicyArn = `arn:aws:iam::${settings.accountId}:policy/${revocationPolicyName(role)}`;
    for (let version = 2; version <= 3; version += 1)
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  }
}

function witness({ account }: Simulation): void {
  const seen = witnesses.get(account)!;
  const isAlive = ({ token }: OpenSession) => account.sessionMay(token, 's3:GetObject');
  const wrong = seen.begun.find((session) => isAlive(session) !== mayLive(session));
  seen.complaint = wrong
    ? `a session of ${wrong.user} as ${wrong.role} is ${isAlive(wrong) ? 'alive' : 'dead'} (F4)`
    : null;
}

/** A role that is reported keeps its sessions, one that is cut off keeps none, a pinned one those of who stays. */
function mayLive({ user, role }: OpenSession): boolean {
  return role === 'admin' || (role === 'data_engineer' && user === colleague);
}
