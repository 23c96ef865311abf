import type { LeakReport } from './leak-report.js';
import { leakAnswered } from './names.js';
import type { UsedForData } from './review/key-use.js';

/** What the functions say on the event bus of what they did. None of it is a secret: keys are named by their ids. */

export const detailType = {
  keyRotated: 'Access Key Rotated',
  onboarded: 'User Onboarded',
  quarantined: 'User Quarantined',
  restored: 'User Restored',
  purged: 'User Purged',
  attention: 'Attention Needed',
  leakAnswered,
} as const;
export type DetailType = (typeof detailType)[keyof typeof detailType];

/** Which function says what; its rights say the same. */
export const saidBy = {
  onboard: [detailType.onboarded, detailType.attention],
  rotate: [detailType.keyRotated, detailType.attention],
  offboard: [detailType.quarantined, detailType.restored, detailType.purged, detailType.attention],
  respond: [detailType.leakAnswered, detailType.attention],
  scan: [detailType.attention],
  users: [],
  reconcile: [detailType.onboarded, detailType.attention],
  revoke: [detailType.attention],
} as const satisfies Readonly<Record<string, readonly DetailType[]>>;

/** What every event says. Instants are ISO 8601 texts. */
export interface Envelope {
  readonly schemaVersion: 1;
  /** Made of the fact and not of the telling: whoever hears it twice knows it by this. */
  readonly id: string;
  readonly accountId: string;
  /** When it happened, as the account itself tells: a repeat says the same. */
  readonly occurredAt: string;
  readonly userName: string | null;
  /** The unique id (AIDA…), which no other user ever had or will have. */
  readonly userId: string | null;
  /** Who answers for the user, as its tag says. */
  readonly owner: string | null;
  readonly why: string;
}

/** What is said of a user that is known. */
export interface OfUser extends Envelope {
  readonly userName: string;
  readonly userId: string;
}

/** A key became the current one: whoever keeps a copy of the secret reads it anew. */
export interface KeyRotated extends OfUser {
  readonly keyId: string;
  /** The key that was current before, which works on until it is retired; null where there was none. */
  readonly previousKeyId: string | null;
  /** Where the key is. `versionId`: null in SSM, whose parameters have no such names. */
  readonly secret: {
    readonly store: 'secretsmanager' | 'ssm';
    readonly name: string;
    readonly arn: string;
    readonly versionId: string | null;
  };
}

export interface UserOnboarded extends OfUser {
  readonly arn: string;
  readonly origin: string | null;
  readonly roles: readonly string[];
  /** Where its key will be found; `Access Key Rotated` says when. */
  readonly secretName: string;
  /** Who asked for it, where the API knows. */
  readonly askedBy: string | null;
}

/** The user has no power any more, and can be restored until `purgeAfter`. `occurredAt` is when that was decided. */
export interface UserQuarantined extends OfUser {
  /** The first decision of this departure, under which its evidence is filed. */
  readonly departedAt: string;
  readonly purgeAfter: string;
}

/** `occurredAt` is when the return was decided. */
export type UserRestored = OfUser;

/** The user was seen to be absent twice, and its departure is signed off. */
export interface UserPurged extends OfUser {
  readonly departedAt: string;
  /** The key of its record in the evidence bucket. */
  readonly record: string;
}

/** Something that a person must look at. */
export interface AttentionNeeded extends Envelope {
  /** As in the metric of that name: Blocked, Failure, StillUsed, … */
  readonly kind: string;
  readonly functionName: string;
}

/** `use`: what the key was used for, as CloudTrail tells; null where nobody knows whose it is. */
export type LeakedKeyAnswered = Envelope & LeakReport & { readonly use: UsedForData | null };

export interface Details {
  readonly 'Access Key Rotated': KeyRotated;
  readonly 'User Onboarded': UserOnboarded;
  readonly 'User Quarantined': UserQuarantined;
  readonly 'User Restored': UserRestored;
  readonly 'User Purged': UserPurged;
  readonly 'Attention Needed': AttentionNeeded;
  readonly 'Leaked Key Answered': LeakedKeyAnswered;
}

type Unsent<Detail> = Omit<Detail, 'schemaVersion' | 'accountId'>;

/** An event before its envelope is complete. */
export type Announcement = {
  readonly [Type in DetailType]: { readonly type: Type; readonly detail: Unsent<Details[Type]> };
}[DetailType];
