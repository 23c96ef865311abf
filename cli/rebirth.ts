import { listEvidence, readEvidence } from '../functions/aws/evidence-store.js';
import { observeIdentities, observeRosterUser } from '../functions/aws/observe-roster.js';
import { type FiledDeparture, filedDepartures } from '../functions/core/evidence-keys.js';
import type { UserName } from '../functions/core/names.js';
import {
  lostWithTheUser,
  nonexistentGrants,
  planMissing,
  planRestored,
  rebornTags,
  rosterUserOf,
  unfinishedRestore,
} from '../functions/core/rebirth.js';
import { describeRosterStep } from '../functions/core/roster/describe-step.js';
import { lookAt, stockAfter } from '../functions/core/roster/look.js';
import { planUser } from '../functions/core/roster/plan-user.js';
import type { RosterFacts } from '../functions/core/roster/roster-facts.js';
import type { Change, RosterStep } from '../functions/core/roster/roster-steps.js';
import type { Roster } from '../functions/core/roster/roster.js';
import type { Snapshot } from '../functions/core/snapshot.js';
import { tag } from '../functions/core/tags.js';
import { parseEvidence, snapshotSchema } from '../functions/shell/evidence-schema.js';
import { applyChange } from './apply-change.js';
import type { Connection } from './connection.js';
import { CommandFailure } from './failure.js';
import type { LifecycleSettings } from './settings.js';
import type { UserRuns } from './user-runs.js';

/** What an operator gives back from a snapshot, beyond what a return in the quarantine does by itself. */
export interface GivingBack {
  readonly change: Change;
  /** What cannot be given back, in words. */
  readonly lost: readonly string[];
}

/**
 * The snapshot of one departure, or of the last one of that name; null where none is kept. Of a user that left before its
 * own restore was finished, it is the snapshot from which that one was being restored, as long as that is kept.
 */
export async function readSnapshot(
  connection: Connection,
  bucket: string | null,
  name: UserName,
  departure: Pick<FiledDeparture, 'userId' | 'departedAt'> | 'the last',
): Promise<Snapshot | null> {
  if (bucket === null) return null;
  const store = { s3: connection.clients.s3, bucket };
  const filed = filedDepartures(await listEvidence(store, name)).find(
    ({ snapshotKey, userId, departedAt }) =>
      snapshotKey !== null &&
      (departure === 'the last' || (userId === departure.userId && departedAt === departure.departedAt)),
  );
  if (!filed) return null;
  const key = filed.snapshotKey!;
  const snapshot = parseEvidence(snapshotSchema, await readEvidence(store, key), key);
  const whole = unfinishedRestore(snapshot.user.tags);
  return (whole && (await readSnapshot(connection, bucket, name, whole))) ?? snapshot;
}

/** Makes a purged user anew with its old grants: the roster's planner does, as of a roster that names this one user. */
export async function planRebirth(
  snapshot: Snapshot,
  { clients, clock, accountId }: Connection,
  { userPath, boundaryArn, windows }: LifecycleSettings,
): Promise<GivingBack> {
  const wanted = rosterUserOf(snapshot, boundaryArn);
  const nothing = { secrets: [], parameterNames: [], logins: [], sshKeys: {}, passwordPolicy: null };
  const facts: RosterFacts = { accountId, ...nothing, ...(await observeIdentities(clients.iam)) };
  const roster: Roster = {
    accountId,
    userPath,
    assumableRoles: {},
    users: [wanted],
    groups: [],
    policies: [],
    passwordPolicy: null,
  };
  const rules = { mayDeploy: true, allowDestroy: null, settleMs: windows.settleMs };
  const look = lookAt(roster, facts, rules, clock.now());
  const namesake = look.user(wanted.name);
  if (namesake)
    throw new CommandFailure(
      `the name ${namesake.user.name} belongs to another user now: nothing was changed`,
    );
  const stock = stockAfter(facts, []);
  const [change] = planUser(wanted, look, stock).changes;
  const tags = rebornTags(snapshot);
  const { steps, reasons } = change!;
  return {
    change: {
      ...change!,
      steps: [
        ...steps.map((step) => (step.step === 'CreateUser' ? { ...step, tags } : step)),
        planRestored({ name: wanted.name as UserName, id: '' }),
      ],
      reasons: [...reasons, 'everything is given back'],
    },
    lost: [...lostWithTheUser(snapshot), ...nonexistentGrants(snapshot, stock)],
  };
}

/** What a user lacks that came back, be it from its quarantine or in a restore that was cut off. */
export async function planReplenishment(
  snapshot: Snapshot,
  { clients, accountId }: Connection,
): Promise<GivingBack> {
  const name = snapshot.user.name as UserName;
  const [seen, identities] = await Promise.all([
    observeRosterUser(clients, name),
    observeIdentities(clients.iam),
  ]);
  const nothing = { secrets: [], parameterNames: [], logins: [], sshKeys: {}, passwordPolicy: null };
  const stock = stockAfter({ accountId, ...nothing, ...identities }, []);
  const steps: RosterStep[] = seen ? planMissing(snapshot, seen, stock) : [];
  return {
    change: {
      action: 'update',
      subject: { kind: 'user', name },
      steps,
      reasons: steps.map(() => 'the snapshot has it and the user does not'),
    },
    lost: nonexistentGrants(snapshot, stock),
  };
}

export async function giveBack(
  { change }: GivingBack,
  connection: Connection,
  runs: UserRuns,
): Promise<void> {
  await applyChange(change, {
    connection,
    runs,
    minimumPasswordLength: null,
    deliverPassword: () => Promise.reject(new Error('a restore makes no password')),
  });
}

export function stepsOf({ change }: GivingBack): string[] {
  return change.steps.map(describeRosterStep);
}

/** Whoever takes it out of the roster again, or never put it back, makes it leave again. */
export function rosterReminder({ user }: Snapshot): string | null {
  return user.tags[tag.origin] === 'roster'
    ? 'It is of origin roster: put it back there, or it leaves again.'
    : null;
}
