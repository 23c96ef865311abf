import { dayMs, hourMs, minuteMs } from '../../functions/core/instants.js';
import { type DeploymentSettings, standardSettings } from '../deployment.js';
import type { Dice } from './seed.js';

/** `api`: made with POST /users; `roster`: by the roster; `ssm`: with its key in SSM, by the roster where there is one. */
export interface Member {
  readonly name: string;
  readonly kind: 'api' | 'roster' | 'ssm';
  /** How old its key is when the faults begin. */
  readonly ageMs: number;
}

/** How a decision comes: as a request to the API, or as an event that arrives so long after the decision. */
export type Way = 'api' | { readonly lateMs: number };

export type Deed =
  | { readonly what: 'change'; readonly roles: readonly string[]; readonly team: string }
  | { readonly what: 'rotate'; readonly kind: 'rotate' | 'emergency' }
  | { readonly what: 'offboard'; readonly quarantine: string; readonly way: Way }
  | { readonly what: 'restore'; readonly way: Way }
  | { readonly what: 'leak' }
  /** The roster forgets the user, or says another tag of it. */
  | { readonly what: 'unlist' }
  | { readonly what: 'retag'; readonly team: string }
  /** A client that goes on with the key that it has now, every eight hours. */
  | { readonly what: 'use'; readonly times: number }
  /** Once the user is purged, somebody takes its name: through the API, or by hand and elsewhere. */
  | { readonly what: 'rehire' }
  | { readonly what: 'namesake' }
  /** What somebody does by hand. */
  | { readonly what: 'add-key' }
  | { readonly what: 'strip-tag' }
  | { readonly what: 'strip-boundary' }
  | { readonly what: 'delete-secret' }
  /** Of the whole deployment; whose happening it is does not matter. */
  | { readonly what: 'lose-leases' }
  | {
      readonly what: 'deploy';
      readonly windows: Partial<DeploymentSettings['windows']>;
      readonly kills: boolean;
    };

/** `atMs`: so long after the faults begin. */
export type Happening = Deed & { readonly atMs: number; readonly member: Member };

/** A service that refuses for a time, from so long after the faults begin. */
export interface Outage {
  readonly of: 'iam' | 'kms';
  readonly fromMs: number;
  readonly forMs: number;
}

/** A fleet's life as data: the same seed, the same plan. */
export interface FleetPlan {
  readonly settings: DeploymentSettings;
  readonly hasRoster: boolean;
  readonly members: readonly Member[];
  readonly newcomer: { readonly name: string; readonly atMs: number };
  readonly happenings: readonly Happening[];
  readonly spanMs: number;
  readonly outages: readonly Outage[];
  /** Lag reaches to five minutes, and the deployment waits as long for its writes to be seen. */
  readonly hasLongLag: boolean;
  /** Share of the messages that come up to 15 hours late. */
  readonly lateShare: number;
}

const names = ['ci-deploy', 'ci-build', 'ci-test', 'ci-mail'];
const newcomerName = 'ci-newcomer';

/** Shorter than a deployment's own, so that whole retirements and quarantines fit into a life. */
const briskWindows = {
  ...standardSettings.windows,
  OVERLAP: 'P1D',
  QUIET: 'PT12H',
  MAX_OVERLAP: 'P3D',
  KEY_QUARANTINE: 'P1D',
  OFFBOARD_QUARANTINE: 'P2D',
};
/** A lease is longer than a run and the settle time together. */
const patientWindows = { ...briskWindows, SETTLE: 'PT6M', LEASE: 'PT9M', PENDING_LIMIT: 'PT15M' };

export function drawFleet(dice: Dice): FleetPlan {
  const { random, pick } = dice;
  const hasRoster = random() < 0.6;
  const hasLongLag = random() < 0.2;
  const spanMs = pick([6 * hourMs, dayMs, 3 * dayMs]);
  const kinds: readonly Member['kind'][] = hasRoster ? ['api', 'roster', 'ssm'] : ['api', 'ssm'];
  const members = names.slice(0, pick([2, 3, 4])).map((name, index): Member => ({
    name,
    // The first is the one that leaves.
    kind: index === 0 ? 'api' : pick(kinds),
    ageMs: pick([hourMs, 10 * dayMs, 59 * dayMs, 60 * dayMs]),
  }));
  const windows = hasLongLag ? patientWindows : briskWindows;
  return {
    settings: { ...standardSettings, windows, visibilitySeconds: hasLongLag ? 540 : 300 },
    hasRoster,
    members,
    newcomer: { name: newcomerName, atMs: Math.floor(random() * spanMs) },
    happenings: drawHappenings(dice, members, hasRoster, spanMs),
    spanMs,
    outages: drawOutages(dice, spanMs),
    hasLongLag,
    lateShare: pick([0, 0, 0.05, 0.2]),
  };
}

function drawHappenings(
  dice: Dice,
  members: readonly Member[],
  hasRoster: boolean,
  spanMs: number,
): Happening[] {
  const { random, pick } = dice;
  const atMs = () => Math.floor(random() * spanMs);
  const [leaver] = members;
  const count = pick([2, 4, 6]);
  const drawn = Array.from({ length: count }, (): Happening => {
    const member = pick(members);
    return { ...drawDeed(dice, member.kind), atMs: atMs(), member };
  });
  // More than one that the roster forgets at once is taken for a mistake, and so held back.
  const forgotten =
    hasRoster && random() < 0.3 ? members.filter(({ kind }) => kind !== 'api').slice(0, 1) : [];
  return [
    { ...drawDeparture(dice), atMs: atMs(), member: leaver! },
    ...drawn,
    ...forgotten.map((member): Happening => ({ what: 'unlist', atMs: atMs(), member })),
  ];
}

function drawDeparture({ pick, random }: Dice): Deed {
  const lateMs = pick([0, 0, minuteMs, Math.floor(random() * 15 * hourMs)]);
  const way: Way = random() < 0.4 ? 'api' : { lateMs };
  return { what: 'offboard', quarantine: pick(['PT0S', 'PT3H', 'P1D', 'P20D']), way };
}

/** What may happen to any user, and what to those of the API alone: of the roster's it is the roster that says who stays. */
function drawDeed(dice: Dice, kind: Member['kind']): Deed {
  const { random, pick } = dice;
  const team = pick(['red', 'blue']);
  const forAll: readonly (() => Deed)[] = [
    () => ({ what: 'rotate', kind: 'rotate' }),
    () => ({ what: 'rotate', kind: 'emergency' }),
    () => ({ what: 'leak' }),
    () => ({ what: 'use', times: pick([3, 9]) }),
    () => ({ what: 'add-key' }),
    () => ({ what: 'strip-tag' }),
    () => ({ what: 'strip-boundary' }),
    () => ({ what: 'delete-secret' }),
    () => ({ what: 'lose-leases' }),
    () => drawDeployment(dice),
  ];
  const forApi: readonly (() => Deed)[] = [
    () => drawDeparture(dice),
    () => ({ what: 'restore', way: random() < 0.5 ? 'api' : { lateMs: pick([0, 0, 2 * hourMs]) } }),
    () => ({ what: 'restore', way: 'api' }),
    () => ({ what: 'rehire' }),
    () => ({ what: 'namesake' }),
    () => ({ what: 'change', roles: pick([[], ['admin'], ['admin', 'data_engineer']]), team }),
  ];
  const forRoster: readonly (() => Deed)[] = [() => ({ what: 'retag', team })];
  return pick([...forAll, ...(kind === 'api' ? forApi : []), ...(kind === 'roster' ? forRoster : [])])();
}

function drawDeployment({ pick, random }: Dice): Deed {
  const windows = {
    ROTATE_AFTER: pick(['P30D', 'P60D']),
    OVERLAP: pick(['PT12H', 'P2D']),
    KEY_QUARANTINE: pick(['PT12H', 'P2D']),
    OFFBOARD_QUARANTINE: pick(['PT1H', 'P3D']),
  };
  return { what: 'deploy', windows, kills: random() < 0.5 };
}

function drawOutages({ random, pick }: Dice, spanMs: number): Outage[] {
  const outage = (of: Outage['of'], forMs: number): Outage => ({
    of,
    fromMs: Math.floor(random() * spanMs),
    forMs: Math.floor(random() * forMs),
  });
  return [
    ...(random() < 0.15 ? [outage('iam', pick([hourMs, 6 * hourMs, dayMs]))] : []),
    ...(random() < 0.15 ? [outage('kms', pick([hourMs, 6 * hourMs]))] : []),
  ];
}
