import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { hourMs, parseDuration } from '../../functions/core/instants.js';
import { Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../simulation.js';
import { type ApiRequest, type Asked, ask } from './fleet-client.js';
import { byHand } from './fleet-hands.js';
import { type Ledger, managedUser } from './fleet-ledger.js';
import type { Deed, Happening, Member, Way } from './fleet-plan.js';
import type { FleetRoster } from './fleet-roster.js';
import { livingKeys } from './true-user.js';

/** What a happening works on. */
export interface Stage {
  readonly simulation: Simulation;
  readonly ledger: Ledger;
  readonly roster: FleetRoster | null;
  /** How often each event is sent. */
  readonly copies: number;
  /** Whoever waits for a purge waits no longer than to here. */
  readonly patientUntil: number;
}

type Doer<What extends Deed['what']> = (
  stage: Stage,
  happening: Extract<Happening, { what: What }>,
) => Promise<void>;

const doers: { readonly [What in Deed['what']]: Doer<What> } = {
  change,
  rotate,
  offboard,
  restore,
  leak,
  use: goOnUsing,
  rehire,
  unlist: async ({ simulation, ledger, roster }, { member }) => {
    const from = simulation.clock.now();
    await roster!.forget(simulation, member);
    ledger.decisions.push({ member, kind: 'leave', from, to: simulation.clock.now(), isDoubtful: false });
  },
  retag: async ({ simulation, ledger, roster }, { member, team }) => {
    ledger.teams.set(member.name, { team, userId: null });
    await roster!.retag(simulation, member, team);
  },
  'lose-leases': loseLeases,
  deploy: async ({ simulation }, { windows, kills }) => {
    simulation.system.redeploy(windows);
    if (kills) simulation.kill();
  },
  'add-key': byHand,
  'strip-tag': byHand,
  'strip-boundary': byHand,
  'delete-secret': byHand,
  namesake: async (stage, happening) => {
    if (await isPurged(stage, happening.member)) await byHand(stage, happening);
  },
};

export function doIt(stage: Stage, happening: Happening): Promise<void> {
  return (doers[happening.what] as Doer<Deed['what']>)(stage, happening);
}

/** POST /users: answers once it is accepted or refused for good. */
export async function onboard({ simulation, ledger }: Stage, member: Member): Promise<void> {
  const body = { name: member.name, roles: ['data_engineer'], owner: 'team@example.com' };
  decide(ledger, member, 'stay', await ask(simulation, { method: 'POST', path: '/users', body }));
}

function decide(
  ledger: Ledger,
  member: Member,
  kind: 'stay' | 'leave',
  { outcome, from, to }: Asked,
  quarantineMs?: number,
): void {
  if (outcome === 'refused') return;
  const isDoubtful = outcome === 'doubtful';
  ledger.decisions.push({
    member,
    kind,
    from,
    to,
    isDoubtful,
    ...(quarantineMs === undefined ? {} : { quarantineMs }),
  });
}

async function change(
  { simulation, ledger }: Stage,
  { member, roles, team }: Happening & { what: 'change' },
): Promise<void> {
  const userId = simulation.account.truth.user(member.name)?.id ?? null;
  const isAlone = !ledger.changing.has(member.name);
  ledger.changing.add(member.name);
  const { outcome } = await ask(simulation, {
    ...request('PUT', member),
    body: { roles, tags: { Team: team } },
    headers: { 'if-match': '*' },
  });
  if (outcome === 'accepted') ledger.teams.set(member.name, { team: isAlone ? team : null, userId });
  if (outcome === 'doubtful')
    ledger.byHand.push({ what: 'cut-off-change', name: member.name, at: simulation.clock.now() });
}

async function rotate(
  { simulation, ledger }: Stage,
  { member, kind }: Happening & { what: 'rotate' },
): Promise<void> {
  if (kind === 'emergency') ledger.emergencies.add(member.name);
  // While a predecessor holds the second slot, a request asks for nothing.
  const user = managedUser(simulation.account, member.name);
  const isAlone = user !== undefined && livingKeys(user).length === 1;
  const { outcome, from } = await ask(simulation, { ...request('POST', member, '/rotate'), body: { kind } });
  if (outcome === 'accepted' && isAlone) ledger.rotations.set(member.name, from);
}

async function offboard(
  stage: Stage,
  { member, quarantine, way }: Happening & { what: 'offboard' },
): Promise<void> {
  const asked = await decideBy(stage, way, {
    request: request('DELETE', member, `?quarantine=${quarantine}`),
    event: ['User Offboarded', { userName: member.name, reason: 'left', quarantine }],
  });
  decide(stage.ledger, member, 'leave', asked, parseDuration(quarantine));
}

async function restore(stage: Stage, { member, way }: Happening & { what: 'restore' }): Promise<void> {
  const asked = await decideBy(stage, way, {
    request: request('POST', member, '/restore'),
    event: ['User Restore Requested', { userName: member.name }],
  });
  decide(stage.ledger, member, 'stay', asked);
}

/** An event bears the instant of its decision, whenever it comes. */
async function decideBy(
  { simulation, copies }: Stage,
  way: Way,
  forms: { readonly request: ApiRequest; readonly event: readonly [string, object] },
): Promise<Asked> {
  if (way === 'api') return ask(simulation, forms.request);
  const { clock, system } = simulation;
  const at = clock.now();
  await clock.sleep(way.lateMs);
  for (let copy = 0; copy < copies; copy += 1) await system.putEvent(...forms.event, at);
  return { outcome: 'accepted', from: at, to: at };
}

/** What AWS Health says of every key that the user has. */
function leak({ simulation: { account } }: Stage, { member }: Happening): Promise<void> {
  const user = managedUser(account, member.name);
  const ids = user ? livingKeys(user).map(({ id }) => id) : [];
  if (ids.length > 0)
    account.announce('aws.health', 'AWS Health Event', {
      service: 'RISK',
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      eventTypeCategory: 'issue',
      affectedEntities: ids.map((entityValue) => ({ entityValue })),
    });
  return Promise.resolve();
}

async function goOnUsing(
  { simulation: { account, clock } }: Stage,
  { member, times }: Happening & { what: 'use' },
): Promise<void> {
  const key = account.truth.user(member.name)?.keys.findLast(({ status }) => status === 'Active');
  if (!key) return;
  for (let turn = 0; turn < times && account.isUsable(key.id); turn += 1) {
    account.useKey(key.id);
    await clock.sleep(8 * hourMs);
  }
}

async function rehire(stage: Stage, { member }: Happening): Promise<void> {
  if (await isPurged(stage, member)) await onboard(stage, member);
}

/** Waits for the purge of a leaver; false where none comes in time. */
async function isPurged({ simulation, patientUntil }: Stage, { name }: Member): Promise<boolean> {
  const { account, clock } = simulation;
  while (account.truth.user(name) && clock.now() < patientUntil) await clock.sleep(hourMs / 4);
  return !account.truth.user(name);
}

async function loseLeases({ simulation: { account, env } }: Stage): Promise<void> {
  const { dynamodb } = account.clients(new Invocation(surroundingsCaller));
  for (const name of account.truth.table(env.LEASE_TABLE)!.items.keys())
    await dynamodb.send(new DeleteItemCommand({ TableName: env.LEASE_TABLE, Key: { name: { S: name } } }));
}

function request(method: string, { name }: Member, rest = ''): ApiRequest {
  return { method, path: `/users/${name}${rest}` };
}
