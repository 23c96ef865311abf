import {
  type OffboardingFacts,
  type StandingFacts,
  type Territory,
  type UserFacts,
  isSameUser,
  noHoldings,
  targetOf,
  whyNotManaged,
} from './facts.js';
import { type Instant, formatInstant, formatSpan, readDuration, secondMs } from './instants.js';
import { planContainment, planDeny, planPurge, planReturn } from './leaving.js';
import type { Plan, Step } from './steps.js';
import { instantTag, tag, toTagValue } from './tags.js';

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
  /** Null: the user's own where its tag says one, else the deployment's. */
  readonly quarantineMs: number | null;
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

const tombstoneTags = [
  tag.offboarded,
  tag.departed,
  tag.purgeAfter,
  tag.reason,
  tag.deactivatedCredentials,
] as const;

export interface OffboardingRules extends Territory {
  /** The boundary that every managed user carries; a restored user gets it back. */
  readonly boundaryArn: string;
  readonly settleMs: number;
  /** Of a departure where neither the request nor the user says another. */
  readonly quarantineMs: number;
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

/**
 * What needs no look at anything but the user and its policies: the tombstone and the deny. They are taken before the
 * rest is looked at, so that no read that fails can delay them.
 */
export function planDenial(
  { user, policyArns }: StandingFacts,
  request: OffboardingRequest,
  rules: OffboardingRules,
  now: Instant,
): OffboardingPlan {
  const whole = planOffboarding({ ...noHoldings, user, policyArns }, request, rules, now);
  return { ...whole, steps: whole.at.phase === 'Containing' ? whole.steps.filter(isDenial) : [] };
}

function isDenial(step: Step): boolean {
  if (step.step === 'TagUser') return Object.hasOwn(step.tags, tag.offboarded);
  return step.step === 'AttachPolicy' || step.step === 'SetBoundary';
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

/**
 * A request that knows no unique id means the user that had the name when it was decided. Where an earlier look found
 * none, whoever was made since is another. Creation dates come in whole seconds.
 */
function isNamesake(user: UserFacts, request: OffboardingRequest): boolean {
  if (!isSameUser(user, request.userName, request.userId)) return true;
  if (request.absentSince !== null && user.createdAt >= wholeSecond(request.absentSince)) return true;
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
  const tombstone = request === null ? [] : entomb(user, request, rules, now);
  const purgeAfter = instantTag(user.tags, tag.purgeAfter);
  const isPurgeDue = purgeAfter !== null && now >= purgeAfter;
  const steps = [
    ...tombstone,
    ...planDeny(seen, user, isPurgeDue),
    ...planContainment(seen, user, isPurgeDue),
  ];
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
 * settle time: the purge then looks again at a user whose containment is there for all to see.
 */
function entomb(user: UserFacts, request: Departure, rules: OffboardingRules, now: Instant): Step[] {
  const offboardedAt = instantTag(user.tags, tag.offboarded);
  if (offboardedAt !== null && offboardedAt >= request.at) return [];
  const quarantineMs = request.quarantineMs ?? ownQuarantineMs(user) ?? rules.quarantineMs;
  const tags = {
    [tag.offboarded]: formatInstant(request.at),
    [tag.departed]: formatInstant(standingDeparture(user) ?? request.at),
    [tag.purgeAfter]: formatInstant(now + Math.max(quarantineMs, rules.settleMs)),
    [tag.reason]: toTagValue(request.reason),
  };
  return [{ step: 'TagUser', user: targetOf(user), tags }];
}

/** Null where the tag is missing, or says nothing that could be waited for: no departure waits for a tag to be mended. */
function ownQuarantineMs({ tags }: UserFacts): number | null {
  const text = tags[tag.quarantine];
  return text === undefined ? null : readDuration(text);
}

/**
 * When the departure that a user is in was first decided, under which its evidence is filed; null for a user that is in
 * none. One that was taken back is over.
 */
export function standingDeparture({ tags }: UserFacts): Instant | null {
  const offboardedAt = instantTag(tags, tag.offboarded);
  const restoredAt = instantTag(tags, tag.restored);
  if (offboardedAt === null || (restoredAt !== null && restoredAt >= offboardedAt)) return null;
  return instantTag(tags, tag.departed) ?? offboardedAt;
}

function wholeSecond(at: Instant): Instant {
  return Math.floor(at / secondMs) * secondMs;
}

function plan(at: OffboardingPhase, why: string, steps: readonly Step[] = []): OffboardingPlan {
  return { at, steps, why };
}

function blocked(reason: string): OffboardingPlan {
  return plan({ phase: 'Blocked', reason }, reason);
}
