import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DetachUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { dayMs, hourMs } from '../../functions/core/instants.js';
import { sendMessage } from '../../functions/aws/queue.js';
import { formatRotateMessage } from '../../functions/shell/messages.js';
import { secretNameOf, type UserName } from '../../functions/core/names.js';
import { type FunctionName, type PermissionContext, functionsOf } from '../../infra/permissions.js';
import { queueNames, standardSettings } from '../../local/deployment.js';
import { type Call, type Fault, Invocation } from '../../local/fake-aws/fake-aws.js';
import { furnish } from '../../local/sim/furnish.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { type Scenario, type ScenarioName, scenarios } from '../../local/sim/scenarios.js';
import { planOfSeed } from '../../local/sim/seed.js';
import { type Simulation, live, simulate, surroundingsCaller } from '../../local/simulation.js';
import type { AccessRequest } from '../support/iam-simulation.js';
import { adoptedArn } from './context.js';
import { requestsOf } from './requests.js';

/** One thing that a function's role was used for. */
export interface Use {
  readonly by: FunctionName;
  readonly request: AccessRequest;
  readonly call: Call;
}

const startAt = Date.parse('2026-01-01T00:00:00Z');
const polled = new Set(['ReceiveMessage', 'DeleteMessage']);

/** Lives a life and answers every use of a function's role in it, each as it was at the instant of the call. */
export async function watch(
  deployed: PermissionContext,
  live: (simulation: Simulation, faults: { isOn: boolean }) => Promise<void>,
  options: { readonly seed?: number; readonly scenario?: ScenarioName } = {},
  settings = standardSettings,
): Promise<Use[]> {
  const uses: Use[] = [];
  const faults = { isOn: false };
  const plan = options.seed === undefined ? undefined : planOfSeed(options.seed, options.scenario);
  const intervene = (call: Call): Fault | undefined => {
    const by = roleOf(call);
    if (by === null) return undefined;
    for (const request of requestsOf(call, simulation.account, deployed)) uses.push({ by, request, call });
    return faults.isOn && call.caller !== surroundingsCaller ? plan?.drawFault?.(call) : undefined;
  };
  const { latencyMs, lagMs, pageSize, keyUsableAfterMs } = plan?.temper ?? {};
  const simulation: Simulation = await simulate({
    startAt,
    settings: { ...settings, adoptedArns: [adoptedArn] },
    journal: createRecorder(() => simulation.clock),
    account: {
      intervene,
      ...(latencyMs ? { latencyMs } : {}),
      ...(pageSize ? { pageSize } : {}),
      ...(lagMs ? { lagMs: (call: Call) => (faults.isOn ? lagMs(call) : 0) } : {}),
      ...(keyUsableAfterMs ? { keyUsableAfterMs: () => (faults.isOn ? keyUsableAfterMs() : 0) } : {}),
    },
  });
  await simulation.clock.run(() => live(simulation, faults));
  return uses;
}

/** Whose role a call is made with: that of the function, or, for a poller's calls, of the function it polls for. */
function roleOf({ caller, service, operation, input }: Call): FunctionName | null {
  if (caller !== surroundingsCaller) return caller as FunctionName;
  if (service !== 'sqs' || !polled.has(operation)) return null;
  const queue = String(input.QueueUrl).split('/').at(-1);
  if (queue === queueNames.rotate) return 'rotate';
  if (queue === queueNames.revoke) return 'revoke';
  if (queue === queueNames.respond) return 'respond';
  return queue === queueNames.offboard ? 'offboard' : null;
}

/** A scenario of the simulator; with a seed, under the faults and the temper that the seed draws. */
export function liveScenario(
  deployed: PermissionContext,
  scenario: ScenarioName,
  seed?: number,
): Promise<Use[]> {
  const { prepare, act, scanEveryMs, recoveryMs, settings }: Scenario = scenarios[scenario];
  const { pollers, copies } = seed === undefined ? { pollers: 1, copies: 1 } : planOfSeed(seed, scenario);
  const life = async (simulation: Simulation, faults: { isOn: boolean }) => {
    await prepare(simulation);
    faults.isOn = true;
    await act(simulation, { pollers, copies });
    faults.isOn = false;
    await live(simulation, { until: simulation.clock.now() + recoveryMs, scanEveryMs });
  };
  return watch(deployed, life, seed === undefined ? {} : { seed, scenario }, settings);
}

const name = 'bob@example.com' as UserName;

/** What the scenarios leave out: the API, requests of people, a full policy quota, things that others did. */
export function liveLongLife(deployed: PermissionContext): Promise<Use[]> {
  return watch(deployed, async (simulation) => {
    await onboardSeveral(simulation);
    await change(simulation);
    await meddle(simulation);
    await hintTooSoon(simulation);
    await askForKeys(simulation);
    await leaveWithFullQuota(simulation);
    await askTwice(simulation);
    // Nothing runs for half a year: the next scan finds a key that is overdue, and says so.
    await simulation.system.request('POST', '/users', { name: 'left-alone', owner: 'team@example.com' });
    await rest(simulation, dayMs);
    await simulation.clock.sleep(180 * dayMs);
    await simulation.system.scan();
  });
}

async function onboardSeveral(simulation: Simulation): Promise<void> {
  const { account, clock, system } = simulation;
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  await iam.send(new CreateUserCommand({ UserName: 'breakglass' }));
  const user = {
    name,
    description: 'Bob - Data Engineer',
    roles: ['data_engineer', 'infrastructure_admin'],
    owner: name,
    tags: { team: 'platform', 'cost center': '42' },
  };
  const prefer = { prefer: 'wait=20' };
  await Promise.all([
    system.request('POST', '/users', user, prefer),
    clock.sleep(3000).then(() => system.drain()),
  ]);
  await system.request('POST', '/users', { name: 'vendor,sync', owner: 'vendors@example.com' });
  await system.request('POST', '/users', { ...user, name: 'breakglass' });
  await system.drain();
  await losePolicy(simulation);
  await system.request('POST', '/users', user);
  for (const path of ['/users', `/users/${name}`, '/users/breakglass', '/users/nobody'])
    await system.request('GET', path);
  await system.putEvent('User Offboarded', { userName: 'breakglass' });
  await system.putEvent('User Offboarded', { userName: 'nobody' });
  await rest(simulation, dayMs);
  // A user that lacks something is mended by the same request, under its lease.
  const [PolicyArn] = account.truth.user(name)!.attached;
  await iam.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn }));
  await system.request('POST', '/users', user);
}

/** Other roles and tags, then the first ones again, each once the lease of the one before is over. */
async function change({ clock, system }: Simulation): Promise<void> {
  const put = async (body: object, path = `/users/${name}`) => {
    await clock.sleep(hourMs);
    return system.request('PUT', path, body, { 'if-match': '*' });
  };
  await put({ roles: ['admin'], tags: { team: 'data' } });
  await put({ roles: ['data_engineer', 'infrastructure_admin'], tags: { team: 'platform' } });
  await put({ roles: [] }, '/users/breakglass');
  await put({ roles: [] }, '/users/nobody');
}

/** With an Idempotency-Key: what is done is remembered, what is refused is forgotten. */
async function askTwice({ system }: Simulation): Promise<void> {
  const key = { 'idempotency-key': '"8e03978e-40d5-43e8-bc93-6894a57f9324"' };
  const user = { name: 'twice', owner: name };
  for (const body of [user, user, { ...user, roles: ['admin'] }])
    await system.request('POST', '/users', body, key);
  await system.request('POST', '/users', { ...user, roles: ['none'] }, { 'idempotency-key': 'refused' });
  for (const path of [`/users/${name}/restore`, '/users/nobody/rotate', '/users/twice/rotate'])
    await system.request('POST', path, undefined, key);
  await system.drain();
}

/** Somebody detaches a policy of a role: the next request for the same user gives it back, under its lease. */
async function losePolicy({ account, clock }: Simulation): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const [PolicyArn] = account.truth.user(name)!.attached;
  await iam.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn: PolicyArn! }));
  // Until the lease of its first key is over.
  await clock.sleep(hourMs);
}

/** Somebody deletes a secret in use, and a pending key. */
async function meddle(simulation: Simulation): Promise<void> {
  const { account, clock, system } = simulation;
  const { iam, secretsManager } = account.clients(new Invocation(surroundingsCaller));
  await secretsManager.send(
    new DeleteSecretCommand({ SecretId: secretNameOf(name), RecoveryWindowInDays: 7 }),
  );
  await rest(simulation, dayMs);
  await clock.sleep(60 * dayMs);
  const first = account.truth.user(name)!.keys.length;
  // The pending key goes while it is being tested.
  account.onEffect(({ operation, caller, input }) => {
    if (operation !== 'PutSecretValue' || caller !== 'rotate') return;
    const keys = account.truth.user(name)?.keys ?? [];
    if (!String(input['SecretId']).includes(secretNameOf(name)) || keys.length !== first + 1) return;
    void iam.send(new DeleteAccessKeyCommand({ UserName: name, AccessKeyId: keys.at(-1)!.id }));
  });
  await system.scan();
  await rest(simulation, dayMs);
}

/** IAM does not show the user yet, or never will: whoever takes the hint asks again until it is sure. */
async function hintTooSoon({ account, clock, env, system }: Simulation): Promise<void> {
  const { sqs } = account.clients(new Invocation(surroundingsCaller));
  const hint = {
    userName: 'not-yet' as UserName,
    userId: null,
    sentAt: clock.now(),
    why: 'it was made',
    request: null,
  };
  await sendMessage(sqs, env.ROTATE_QUEUE_URL, formatRotateMessage(hint));
  await system.drain();
}

async function askForKeys(simulation: Simulation): Promise<void> {
  const ask = (kind: 'rotate' | 'emergency' | 'reactivate') =>
    simulation.system.request('POST', `/users/${name}/rotate`, { kind });
  await ask('rotate');
  await rest(simulation, dayMs);
  await simulation.system.request('GET', `/users/${name}`);
  await rest(simulation, 8 * dayMs);
  await ask('reactivate');
  await rest(simulation, 30 * dayMs);
  await ask('emergency');
  await rest(simulation, dayMs);
}

/** Everything that a user can have besides: it leaves, comes back, and leaves for good. */
async function leaveWithFullQuota(simulation: Simulation): Promise<void> {
  await furnish(simulation, name);
  const { account, system } = simulation;
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const free = 10 - account.truth.user(name)!.attached.length;
  for (let index = 0; index < free; index += 1) {
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `Own${index}`, PolicyDocument }));
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: Policy!.Arn! }));
  }
  await system.putEvent('User Offboarded', { userName: name, quarantine: 'P5D' });
  await rest(simulation, dayMs);
  await system.request('GET', '/plans');
  await system.request('POST', `/users/${name}/restore`);
  await rest(simulation, dayMs);
  await system.request('DELETE', `/users/${name}?quarantine=PT1H`);
  await rest(simulation, 3 * dayMs);
}

export function rest(simulation: Simulation, ms: number): Promise<void> {
  return live(simulation, { until: simulation.clock.now() + ms, scanEveryMs: 6 * hourMs });
}

/** Uses that a call itself never shows: Lambda makes them with the function's role. */
export function platformUses(context: PermissionContext) {
  const { rotateQueueArn, offboardQueueArn, respondQueueArn, revocation, partition, region, accountId } =
    context;
  const stream = (by: FunctionName) =>
    `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/iam-lifecycle-${by}:log-stream:2026/01/01/[$LATEST]0123456789abcdef`;
  const log = (by: FunctionName) =>
    ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
      by,
      request: { action, resource: stream(by) },
    }));
  const polls: (readonly [FunctionName, string])[] = [
    ['rotate', rotateQueueArn],
    ['offboard', offboardQueueArn],
    ['respond', respondQueueArn],
    ...(revocation === null ? [] : [['revoke', revocation.queueArn] as const]),
  ];
  return [
    ...functionsOf(context).flatMap(log),
    ...polls.map(([by, resource]) => ({ by, request: { action: 'sqs:GetQueueAttributes', resource } })),
  ];
}
