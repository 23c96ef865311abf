import {
  type OffboardingFacts,
  type Territory,
  type UserFacts,
  isSameUser,
  targetOf,
  whyNotManaged,
} from './facts.js';
import { type Instant, formatInstant, formatSpan } from './instants.js';
import { planContainment, planPurge, planReturn } from './leaving.js';
import type { Plan, Step } from './steps.js';
import { idsTag, instantTag, readIdsTag, tag, toTagValue } from './tags.js';

/** A decision about a user's life, or the wish to carry on with the last one. */
export type OffboardingRequest = {
  readonly userName: string;
  /** Where the sender knows it: a late request then never hits a namesake. */
  readonly userId: string | null;
  /** When an earlier look at this request found no such user; absence needs two looks. */
  readonly absentSince: Instant | null;
} & (Departure | { readonly kind: 'restore'; readonly at: Instant } | { readonly kind: 'continue' });

interface Departure {
  readonly kind: 'offboard';
  /** When it was decided, which is not when it arrived. */
  readonly at: Instant;
  readonly reason: string;
  readonly quarantineMs: number;
}

export type OffboardingPhase =
  /** Seen to be absent once; to be looked at again. */
  | { readonly phase: 'Absent'; readonly until: Instant }
  /** Absent twice, a settle time apart: done. */
  | { readonly phase: 'Gone' }
  | { readonly phase: 'Namesake' }
  | { readonly phase: 'Superseded'; readonly by: Instant }
  | { readonly phase: 'Employed' }
  | { readonly phase: 'Containing' }
  | { readonly phase: 'Quarantined'; readonly until: Instant }
  | { readonly phase: 'Purging' }
  | { readonly phase: 'Restoring' }
  | { readonly phase: 'Blocked'; readonly reason: string };

export type OffboardingPlan = Plan<OffboardingPhase>;

const tombstoneTags = [tag.offboarded, tag.purgeAfter, tag.reason, tag.deactivatedCredentials] as const;

export interface OffboardingRules extends Territory {
  /** The boundary that every managed user carries; a restored user gets it back. */
  readonly boundaryArn: string;
  readonly settleMs: number;
}

/** Offboarding and restoring as a total function of what was seen: safety first, evidence last. */
export function planOffboarding(
  seen: OffboardingFacts,
  request: OffboardingRequest,
  rules: OffboardingRules,
  now: Instant,
): OffboardingPlan {
  const { user } = seen;
  if (!user) return planAbsence(request, rules, now);
  if (isNamesake(user, request)) return plan({ phase: 'Namesake' }, 'the name belongs to another user now');
  const reason = whyNotManaged(user, rules);
  if (reason !== null) return blocked(reason);
  const unreadable = [tag.offboarded, tag.purgeAfter, tag.restored].find(
    (key) => user.tags[key] !== undefined && instantTag(user.tags, key) === null,
  );
  if (unreadable !== undefined) return blocked(`the tag ${unreadable} is no ISO 8601 instant`);
  const offboardedAt = instantTag(user.tags, tag.offboarded);
  const restoredAt = instantTag(user.tags, tag.restored);
  const supersededBy = laterDecision(request, offboardedAt, restoredAt);
  if (supersededBy !== null)
    return plan({ phase: 'Superseded', by: supersededBy }, 'a later decision stands');

  if (request.kind === 'offboard') return planDeparture(seen, user, request, rules, now);
  if (offboardedAt === null) return planNoTombstone(user, request);
  const isReturning = request.kind === 'restore' || (restoredAt !== null && restoredAt >= offboardedAt);
  if (!isReturning) return planDeparture(seen, user, null, rules, now);
  // The tombstone goes last: while it is there, the next run finishes what this one could not.
  return plan({ phase: 'Restoring' }, 'the user is to come back', [
    ...(request.kind === 'restore' ? recordReturn(user, request.at, restoredAt) : []),
    ...planReturn(seen, user, rules.boundaryArn),
    { step: 'UntagUser', user: targetOf(user), tagKeys: tombstoneTags },
  ]);
}

/** The decision is written down first: from then on the tombstone is void, and an older one that comes late is known as such. */
function recordReturn(user: UserFacts, at: Instant, restoredAt: Instant | null): Step[] {
  if (restoredAt !== null && restoredAt >= at) return [];
  return [{ step: 'TagUser', user: targetOf(user), tags: { [tag.restored]: formatInstant(at) } }];
}

function planAbsence(
  request: OffboardingRequest,
  { settleMs }: OffboardingRules,
  now: Instant,
): OffboardingPlan {
  const until = (request.absentSince ?? now) + settleMs;
  return request.absentSince !== null && now >= until
    ? plan({ phase: 'Gone' }, `no user had this name twice, ${formatSpan(settleMs)} apart`)
    : plan({ phase: 'Absent', until }, 'no user has this name; one look proves nothing');
}

/** Nobody is offboarded. A return is written down all the same: the offboarding that it voids may only come after it. */
function planNoTombstone(user: UserFacts, request: OffboardingRequest): OffboardingPlan {
  const restoredAt = instantTag(user.tags, tag.restored);
  const steps = request.kind === 'restore' ? recordReturn(user, request.at, restoredAt) : [];
  if (steps.length > 0) return plan({ phase: 'Restoring' }, 'the return is written down', steps);
  return plan({ phase: 'Employed' }, 'the user carries no tombstone');
}

/** A request that knows no unique id means the user that had the name when it was decided. */
function isNamesake(user: UserFacts, request: OffboardingRequest): boolean {
  if (!isSameUser(user, request.userName, request.userId)) return true;
  return request.kind !== 'continue' && request.userId === null && user.createdAt > request.at;
}

/** The instant of a decision that came after this one, whatever the order of arrival. */
function laterDecision(
  request: OffboardingRequest,
  offboardedAt: Instant | null,
  restoredAt: Instant | null,
): Instant | null {
  if (request.kind === 'continue') return null;
  const other = request.kind === 'offboard' ? restoredAt : offboardedAt;
  return other !== null && other >= request.at ? other : null;
}

function planDeparture(
  seen: OffboardingFacts,
  user: UserFacts,
  request: Departure | null,
  rules: OffboardingRules,
  now: Instant,
): OffboardingPlan {
  const tombstone = request === null ? [] : entomb(seen, user, request, rules, now);
  const purgeAfter = instantTag(user.tags, tag.purgeAfter);
  const isPurgeDue = purgeAfter !== null && now >= purgeAfter;
  const steps = [...tombstone, ...planContainment(seen, user, isPurgeDue)];
  if (steps.length > 0) {
    const why = request
      ? `offboarding was decided: ${request.reason}`
      : 'the user is offboarded and can still act';
    return plan({ phase: 'Containing' }, why, steps);
  }
  if (purgeAfter === null) return blocked(`the tag ${tag.purgeAfter} is missing beside ${tag.offboarded}`);
  if (!isPurgeDue) {
    return plan(
      { phase: 'Quarantined', until: purgeAfter },
      `the user can be restored for another ${formatSpan(purgeAfter - now)}`,
    );
  }
  return plan({ phase: 'Purging' }, 'the quarantine is over', planPurge(seen, user));
}

/**
 * The tombstone: the latest decision wins, so that any order of arrival ends alike. No quarantine is shorter than the
 * settle time: the purge then looks again at a user whose containment is there for all to see. It also keeps which
 * credentials will be made Inactive for it, which nothing else could tell from those that were so before.
 */
function entomb(
  seen: OffboardingFacts,
  user: UserFacts,
  request: Departure,
  { settleMs }: OffboardingRules,
  now: Instant,
): Step[] {
  const offboardedAt = instantTag(user.tags, tag.offboarded);
  if (offboardedAt !== null && offboardedAt >= request.at) return [];
  const tags = {
    [tag.offboarded]: formatInstant(request.at),
    [tag.purgeAfter]: formatInstant(now + Math.max(request.quarantineMs, settleMs)),
    [tag.reason]: toTagValue(request.reason),
  };
  const active = seen.credentials.filter(({ status }) => status === 'Active').map(({ id }) => id);
  const ids = idsTag([...new Set([...readIdsTag(user.tags, tag.deactivatedCredentials), ...active])]);
  const record = ids === '' ? {} : { [tag.deactivatedCredentials]: ids };
  return [{ step: 'TagUser', user: targetOf(user), tags: { ...tags, ...record } }];
}

function plan(at: OffboardingPhase, why: string, steps: readonly Step[] = []): OffboardingPlan {
  return { at, steps, why };
}

function blocked(reason: string): OffboardingPlan {
  return plan({ phase: 'Blocked', reason }, reason);
}
