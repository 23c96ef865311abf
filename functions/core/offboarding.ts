import {
  type OffboardingFacts,
  type SecretFacts,
  type UserFacts,
  isManaged,
  isSameUser,
  keyAtStage,
  stage,
  targetOf,
} from './facts.js';
import { type Instant, formatInstant, formatSpan } from './instants.js';
import { parameterNamesOf, readKeyWish } from './key-wish.js';
import { type Plan, type Step, denyAllPolicyArn } from './steps.js';
import { instantTag, tag, toTagValue } from './tags.js';

/** IAM's default quota of managed policies on one user. */
const maxPolicies = 10;

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

export interface OffboardingRules {
  readonly userPath: string;
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
  if (!isManaged(user, rules.userPath)) {
    return blocked(`the user is not under ${rules.userPath} with the tag ${tag.managed}=true`);
  }
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
    ...planReturn(seen, user, rules),
    { step: 'UntagUser', user: targetOf(user), tagKeys: [tag.offboarded, tag.purgeAfter, tag.reason] },
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
  const tombstone = request === null ? [] : entomb(user, request, rules, now);
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
 * settle time: the purge then looks again at a user whose containment is there for all to see.
 */
function entomb(user: UserFacts, request: Departure, { settleMs }: OffboardingRules, now: Instant): Step[] {
  const offboardedAt = instantTag(user.tags, tag.offboarded);
  if (offboardedAt !== null && offboardedAt >= request.at) return [];
  const tags = {
    [tag.offboarded]: formatInstant(request.at),
    [tag.purgeAfter]: formatInstant(now + Math.max(request.quarantineMs, settleMs)),
    [tag.reason]: toTagValue(request.reason),
  };
  return [{ step: 'TagUser', user: targetOf(user), tags }];
}

function isDenied({ policyArns }: OffboardingFacts, { boundaryArn }: UserFacts): boolean {
  return policyArns.includes(denyAllPolicyArn) || boundaryArn === denyAllPolicyArn;
}

/** Takes every power away and destroys nothing that cannot be given back, but the password. */
function planContainment(seen: OffboardingFacts, facts: UserFacts, isPurgeDue: boolean): Step[] {
  const user = targetOf(facts);
  const steps: Step[] = [];
  const hasCredentials = seen.keys.length > 0 || seen.hasLoginProfile;
  // A purge that was cut short between the deny and the user has nothing left to deny.
  if (!isDenied(seen, facts) && (hasCredentials || !isPurgeDue)) {
    steps.push(
      seen.policyArns.length < maxPolicies
        ? { step: 'AttachPolicy', user, policyArn: denyAllPolicyArn }
        : { step: 'SetBoundary', user, boundaryArn: denyAllPolicyArn },
    );
  }
  for (const key of seen.keys.filter(({ status }) => status === 'Active')) {
    steps.push({ step: 'DeactivateKey', user, keyId: key.id, recordAt: null });
  }
  if (seen.hasLoginProfile) steps.push({ step: 'DeleteLoginProfile', user });
  return steps;
}

/** Removes what DeleteUser demands gone. The deny outlives the keys. */
function planPurge(seen: OffboardingFacts, facts: UserFacts): Step[] {
  const user = targetOf(facts);
  const detach = (policyArn: string): Step => ({ step: 'DetachPolicy', user, policyArn });
  return [
    ...seen.groupNames.map((groupName): Step => ({ step: 'LeaveGroup', user, groupName })),
    ...seen.inlinePolicyNames.map((policyName): Step => ({ step: 'DeleteInlinePolicy', user, policyName })),
    ...seen.policyArns.filter((policyArn) => policyArn !== denyAllPolicyArn).map(detach),
    ...seen.keys.map((key): Step => ({ step: 'DeleteKey', user, keyId: key.id })),
    ...seen.policyArns.filter((policyArn) => policyArn === denyAllPolicyArn).map(detach),
    ...forgetKeys(seen.secret, facts),
    { step: 'DeleteUser', user },
  ];
}

/** The secret with its recovery window, or the parameters, which SSM deletes for good. */
function forgetKeys(secret: SecretFacts | null, facts: UserFacts): Step[] {
  if (secret === null || secret.deletedAt !== null) return [];
  const user = targetOf(facts);
  const wish = readKeyWish(facts.tags);
  if (wish?.store !== 'ssm') return [{ step: 'DeleteSecret', user, secretArn: secret.arn }];
  return [{ step: 'DeleteParameters', user, names: parameterNamesOf(facts.name, wish) }];
}

/** Gives back the current key, the boundary, and last the permissions. A password cannot be given back. */
function planReturn(seen: OffboardingFacts, facts: UserFacts, rules: OffboardingRules): Step[] {
  const user = targetOf(facts);
  const current = seen.keys.find((key) => key.id === keyAtStage(seen.secret, stage.current));
  const steps: Step[] = [];
  if (current?.status === 'Inactive')
    steps.push({ step: 'ReactivateKey', user, keyId: current.id, recordAt: null });
  if (facts.boundaryArn === denyAllPolicyArn)
    steps.push({ step: 'SetBoundary', user, boundaryArn: rules.boundaryArn });
  if (seen.policyArns.includes(denyAllPolicyArn))
    steps.push({ step: 'DetachPolicy', user, policyArn: denyAllPolicyArn });
  return steps;
}

function plan(at: OffboardingPhase, why: string, steps: readonly Step[] = []): OffboardingPlan {
  return { at, steps, why };
}

function blocked(reason: string): OffboardingPlan {
  return plan({ phase: 'Blocked', reason }, reason);
}
