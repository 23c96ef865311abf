import type { SecretFacts } from './facts.js';
import { type Instant, dayMs, formatInstant, hourMs } from './instants.js';
import { type LateAct, describeLateAct, trailDelayMs } from './late-acts.js';
import type { Looked } from './review/looked.js';
import type { Snapshot, SnapshotUser } from './snapshot.js';
import { tag } from './tags.js';

export const stepsForm = 'iam-lifecycle steps 1';
export const recordForm = 'iam-lifecycle departure record 1';

/** What one run did, as it is filed. */
export interface StepsNote {
  readonly form: typeof stepsForm;
  readonly by: string;
  readonly steps: readonly TakenStep[];
}

export interface TakenStep {
  readonly at: string;
  /** As in functions/core/steps.ts. */
  readonly step: string;
  /** The step in words. */
  readonly what: string;
}

/** One thing that the user had. */
export interface FoundThing {
  readonly kind: string;
  readonly id: string;
  /** In the first look of all; else somebody gave it to the user while it was leaving. */
  readonly isFromBefore: boolean;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** The first look without it, or the one that showed that the user itself is gone. Null: it is not the user's alone, see `remains`. */
  readonly goneBy: string | null;
}

export interface Remains {
  readonly what: string;
  /** When it ends by itself; null: it does not, or nobody here knows. */
  readonly until: string | null;
}

/** What is signed off once a user is gone. Instants are ISO 8601 texts. */
export interface DepartureRecord {
  readonly form: typeof recordForm;
  readonly user: Omit<SnapshotUser, 'tags' | 'boundaryArn'>;
  readonly departedAt: string;
  readonly found: readonly FoundThing[];
  /** In order; what was found and has no line here went in a run that was cut off before it could say so. */
  readonly removed: readonly TakenStep[];
  /** Two looks, a settle time apart, that found no user of that name. */
  readonly absentSince: string;
  readonly absentAgainAt: string;
  /** What the user itself still did after its departure was decided, as CloudTrail tells. */
  readonly lateActs: readonly LateAct[];
  readonly remains: readonly Remains[];
  /** What this record was made from: each object of the departure's folder. */
  readonly evidence: readonly { readonly key: string; readonly sha256: string }[];
  readonly signedOff: {
    readonly at: string;
    readonly by: string;
    /** Over the record's JSON text without this field `signedOff`. */
    readonly sha256: string;
  };
}

/** Secrets Manager keeps a deleted secret for the window that it was deleted with: here always 30 days. */
const recoveryMs = 30 * dayMs;
/** The longest that a role's session can last. */
const longestSessionMs = 12 * hourMs;

export interface DepartureEnd {
  readonly absentSince: Instant;
  readonly absentAgainAt: Instant;
  /** The secrets of that name as they are now. */
  readonly secrets: readonly SecretFacts[];
  readonly late: Looked<LateAct>;
  readonly evidence: DepartureRecord['evidence'];
}

/** The record but for its signature. `looks`: the snapshot first, then what later runs found, in order. */
export function departureRecord(
  [first, ...later]: readonly [Snapshot, ...Snapshot[]],
  notes: readonly StepsNote[],
  end: DepartureEnd,
): Omit<DepartureRecord, 'signedOff'> {
  const { name, id, arn, path, createdAt } = first.user;
  const absentSince = formatInstant(end.absentSince);
  return {
    form: recordForm,
    user: { name, id, arn, path, createdAt },
    departedAt: first.departedAt,
    found: foundThings([first, ...later], absentSince),
    removed: notes
      .flatMap(({ steps }) => steps)
      .toSorted((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at))),
    absentSince,
    absentAgainAt: formatInstant(end.absentAgainAt),
    lateActs: end.late.items,
    remains: remains(first, end),
    evidence: end.evidence,
  };
}

interface Thing {
  readonly kind: string;
  readonly id: string;
}

const named = (kind: string, ids: readonly string[]): Thing[] => ids.map((id) => ({ kind, id }));

function thingsOf(look: Snapshot): Thing[] {
  return [
    ...named(
      'access-key',
      look.keys.map(({ id }) => id),
    ),
    ...look.credentials.map(({ kind, id }) => ({ kind, id })),
    ...named('login-profile', look.hasLoginProfile ? [look.user.name] : []),
    ...named('mfa-device', look.mfaSerialNumbers),
    ...named('policy', look.policyArns),
    ...named('inline-policy', Object.keys(look.inlinePolicies)),
    ...named('group', look.groupNames),
    ...named('secret', look.secretArns),
  ];
}

function foundThings(looks: readonly [Snapshot, ...Snapshot[]], absentSince: string): FoundThing[] {
  const things = new Map<string, FoundThing>();
  for (const [index, look] of looks.entries()) {
    for (const { kind, id } of thingsOf(look)) {
      const before = things.get(`${kind} ${id}`);
      things.set(`${kind} ${id}`, {
        kind,
        id,
        isFromBefore: before?.isFromBefore ?? index === 0,
        firstSeenAt: before?.firstSeenAt ?? look.takenAt,
        lastSeenAt: look.takenAt,
        goneBy: kind === 'secret' ? null : (looks[index + 1]?.takenAt ?? absentSince),
      });
    }
  }
  return [...things.values()];
}

function remains(first: Snapshot, { absentSince, absentAgainAt, secrets, late }: DepartureEnd): Remains[] {
  const roles = first.user.tags[tag.roles] ?? '';
  const lastSessionAt = Date.parse(first.departedAt) + longestSessionMs;
  return [
    ...secrets.map(({ arn, deletedAt }): Remains =>
      deletedAt === null
        ? { what: `the secret ${arn}, whose deletion nobody asked for`, until: null }
        : {
            what: `the secret ${arn}, which can be restored`,
            until: formatInstant(deletedAt + recoveryMs),
          },
    ),
    ...(absentAgainAt < lastSessionAt
      ? [
          {
            what: `sessions of roles that were assumed before the deny${roles === '' ? '' : ` (roles: ${roles})`}`,
            until: formatInstant(lastSessionAt),
          },
        ]
      : []),
    ...late.items.map((act) => ({
      what: `unless somebody undid it, what the user did while it was leaving: ${describeLateAct(act)}`,
      until: null,
    })),
    ...late.unread.map((what) => ({ what: `not looked at: ${what}`, until: null })),
    ...(absentAgainAt < absentSince + trailDelayMs
      ? [{ what: 'not looked at: what CloudTrail tells up to 15 minutes late', until: null }]
      : []),
    {
      what: `not looked at: what the user made before it was to leave, or in sessions of roles, and whatever names it (iam-lifecycle review ${first.user.name})`,
      until: null,
    },
    { what: 'this evidence', until: null },
  ];
}
