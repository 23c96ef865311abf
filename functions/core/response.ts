import {
  type ResponseFacts,
  type UserFacts,
  type Territory,
  keyAtStage,
  stage,
  targetOf,
  whyNotManaged,
} from './facts.js';
import { type Instant, formatInstant } from './instants.js';
import { readKeyWish } from './key-wish.js';
import { lastLeakAt, leakTags, leaksOf, longestSessionMs, servedRecords } from './leaks.js';
import { isDenied, maxPolicies } from './leaving.js';
import type { AccessKeyId } from './names.js';
import { type Plan, type Step, denyAllPolicyArn, shortArn } from './steps.js';
import { type Tags, maxTags, tag } from './tags.js';

/** Why somebody looks at a user. */
export type ResponseRequest =
  /** This key leaked. */
  | { readonly kind: 'leak'; readonly keyId: AccessKeyId }
  /** AWS put its quarantine policy on the user, which does not say which key leaked. */
  | { readonly kind: 'suspect' }
  /** To carry on with what was begun. */
  | { readonly kind: 'look' }
  /** The same by the very run that began it, which knows what it did and need not wait until reads show it. */
  | { readonly kind: 'finish' }
  /** A person has seen to it: the deny goes. */
  | { readonly kind: 'lift' };

/** Where the answer to a leak is. Exactly one holds for any observation. */
export type ResponsePhase =
  | { readonly phase: 'Absent' }
  /** Not ours: told of, never touched. */
  | { readonly phase: 'Stranger' }
  | { readonly phase: 'Offboarded' }
  | { readonly phase: 'Containing' }
  /** So young that reads may not show the containment. */
  | { readonly phase: 'Settling'; readonly until: Instant }
  /** Contained, without a current key that works. */
  | { readonly phase: 'Replacing' }
  /** Contained, and only a person may end that. */
  | { readonly phase: 'Held' }
  | { readonly phase: 'Lifting' }
  /** The user works again, with its new key alone: sessions stay denied. */
  | { readonly phase: 'Watching'; readonly until: Instant }
  | { readonly phase: 'Closing' }
  | { readonly phase: 'Closed' }
  | { readonly phase: 'Blocked'; readonly reason: string };

export type ResponsePlan = Plan<ResponsePhase>;

export interface ResponseRules extends Territory {
  /** The boundary that every managed user carries. */
  readonly boundaryArn: string;
  /** The deployed policy that denies sessions; null where it is not deployed. */
  readonly denySessionsArn: string | null;
  /** Whether the user works again once its successor key is there, or waits for a person. */
  readonly afterLeak: 'restore' | 'hold';
  readonly settleMs: number;
}

/** The answer to a leaked key as a total function of what was seen. The first line that applies wins. */
export function planResponse(
  seen: ResponseFacts,
  request: ResponseRequest,
  rules: ResponseRules,
  now: Instant,
): ResponsePlan {
  const { user } = seen;
  if (!user) return plan({ phase: 'Absent' }, 'no user has this name');
  const foreign = whyNotManaged(user, rules);
  if (foreign !== null) return plan({ phase: 'Stranger' }, `nothing of ${user.name} is touched: ${foreign}`);
  const containment = planContainment(seen, user, request, rules, now);
  if (containment) return containment;
  if (user.tags[tag.offboarded] !== undefined)
    return plan({ phase: 'Offboarded' }, 'the user is offboarded, and its leaked key is Inactive');
  const lastAt = lastLeakAt(user.tags);
  if (lastAt === null) return blocked('a tag that says since when a key is leaked is no ISO 8601 instant');
  const endAt = lastAt + longestSessionMs + rules.settleMs;
  return (
    whenUnsettled(request, lastAt + 2 * rules.settleMs, now) ??
    whenDenied(seen, user, request, rules, endAt > now) ??
    whenSessionsLive(seen, user, rules, endAt, now) ??
    whenOver(seen, user, rules, now)
  );
}

/**
 * The record, the deny, the keys. The record comes first because it is what a later run knows the leak by, and whose
 * the deny is; a user without room for another tag is contained without it.
 */
function planContainment(
  seen: ResponseFacts,
  user: UserFacts,
  request: ResponseRequest,
  { settleMs }: ResponseRules,
  now: Instant,
): ResponsePlan | null {
  const recorded = leaksOf(user.tags);
  const named = newLeaks(seen, user, request);
  const active = seen.keys.filter(
    ({ id, status }) => status === 'Active' && (recorded.has(id) || named.includes(id)),
  );
  const denies = active.length > 0 && !isDenied(seen, user);
  const stale = active.flatMap(({ id }) => (now - (recorded.get(id) ?? 0) >= settleMs ? [id] : []));
  const unrecorded = [...new Set([...named.filter((id) => !recorded.has(id)), ...stale])];
  const record: Tags = {
    ...leakTags(unrecorded, now),
    ...(denies || (user.tags[tag.offboarded] !== undefined && unrecorded.length > 0)
      ? missing(user.tags, { [tag.leakDenied]: 'true' })
      : {}),
    ...(request.kind === 'suspect' ? missing(user.tags, { [tag.suspected]: formatInstant(now) }) : {}),
  };
  const hasRoom = Object.keys({ ...user.tags, ...record }).length <= maxTags;
  const who = targetOf(user);
  const steps: Step[] = [
    ...(hasRoom && Object.keys(record).length > 0
      ? [{ step: 'TagUser', user: who, tags: record } as const]
      : []),
    ...(denies ? [deny(seen, user)] : []),
    ...active.map(({ id }) => ({ step: 'DeactivateKey', user: who, keyId: id, recordAt: null }) as const),
  ];
  if (steps.length > 0) return plan({ phase: 'Containing' }, `${list(named, active)} leaked`, steps);
  return hasRoom
    ? null
    : blocked(`the user has ${maxTags} tags: there is no room to say that its key leaked`);
}

/** The keys that the request takes for leaked and nobody did before. */
function newLeaks(
  { keys }: ResponseFacts,
  { tags }: UserFacts,
  request: ResponseRequest,
): readonly AccessKeyId[] {
  if (request.kind === 'leak') return [request.keyId];
  // Once only: AWS's policy stays until a person detaches it, and the keys that came after it are not suspect.
  if (request.kind !== 'suspect' || tags[tag.suspected] !== undefined) return [];
  return keys.filter(({ status }) => status === 'Active').map(({ id }) => id);
}

/** As the boundary where the quota has no room for it and, later, beside it for the policy that denies sessions. */
function deny({ policyArns }: ResponseFacts, user: UserFacts): Step {
  return policyArns.length <= maxPolicies - 2
    ? { step: 'AttachPolicy', user: targetOf(user), policyArn: denyAllPolicyArn }
    : { step: 'SetBoundary', user: targetOf(user), boundaryArn: denyAllPolicyArn };
}

/** A record is up to a settle time old when the rest follows it, and reads may trail that by another. */
function whenUnsettled(request: ResponseRequest, until: Instant, now: Instant): ResponsePlan | null {
  if (request.kind === 'finish' || now >= until) return null;
  return plan({ phase: 'Settling', until }, 'the containment may not be visible everywhere yet');
}

/** The user can do nothing at all. Does that end now? */
function whenDenied(
  seen: ResponseFacts,
  user: UserFacts,
  request: ResponseRequest,
  rules: ResponseRules,
  sessionsLive: boolean,
): ResponsePlan | null {
  const isOurs = user.tags[tag.leakDenied] !== undefined;
  const denied = isDenied(seen, user);
  const isAsked = request.kind === 'lift';
  if (!isOurs && !(denied && (isAsked || leaksOf(user.tags).size > 0))) return null;
  if (denied) {
    const unmet = whyNoSuccessor(seen, user);
    if (unmet !== null) return plan({ phase: 'Replacing' }, unmet);
    if (!isAsked && !isOurs)
      return held('somebody attached AWSDenyAll before the key was known to have leaked');
    if (!isAsked && rules.afterLeak === 'hold') return held('the configuration leaves this to a person');
  }
  const obstacle = sessionsLive ? whyNotDenySessions(seen, rules) : null;
  if (denied && obstacle !== null && !isAsked) return held(obstacle);
  const who = targetOf(user);
  return plan({ phase: 'Lifting' }, 'the leaked key is Inactive and its successor is current', [
    ...(sessionsLive && obstacle === null ? denySessions(seen, user, rules) : []),
    ...(user.boundaryArn === denyAllPolicyArn
      ? [{ step: 'SetBoundary', user: who, boundaryArn: rules.boundaryArn } as const]
      : []),
    ...(seen.policyArns.includes(denyAllPolicyArn)
      ? [{ step: 'DetachPolicy', user: who, policyArn: denyAllPolicyArn } as const]
      : []),
    ...(isOurs ? [{ step: 'UntagUser', user: who, tagKeys: [tag.leakDenied] } as const] : []),
  ]);
}

/** Null: the user has a current key that works and did not leak, or wants none. */
export function whyNoSuccessor(
  { keys, secret }: Pick<ResponseFacts, 'keys' | 'secret'>,
  { tags }: Pick<UserFacts, 'tags'>,
): string | null {
  if (readKeyWish(tags) === null) return null;
  const currentId = keyAtStage(secret, stage.current);
  const current = keys.find(({ id }) => id === currentId);
  if (!current) return 'the user has no current key yet';
  if (leaksOf(tags).has(current.id)) return `its current key ${current.id} leaked and has no successor yet`;
  return current.status === 'Active' ? null : `its current key ${current.id} is ${current.status}`;
}

/** Sessions that were opened with the leaked key may still live: they are denied until they have run out. */
function whenSessionsLive(
  seen: ResponseFacts,
  user: UserFacts,
  rules: ResponseRules,
  endAt: Instant,
  now: Instant,
): ResponsePlan | null {
  if (now >= endAt) return null;
  const until = { phase: 'Watching', until: endAt } as const;
  const obstacle = whyNotDenySessions(seen, rules);
  if (obstacle !== null)
    return plan(until, `sessions of the leaked key may live on, and nothing denies them: ${obstacle}`);
  return plan(
    until,
    'sessions that were opened with the leaked key are denied until they have run out',
    denySessions(seen, user, rules),
  );
}

function whyNotDenySessions(
  { policyArns }: ResponseFacts,
  { denySessionsArn }: ResponseRules,
): string | null {
  if (denySessionsArn === null) return 'the policy that denies sessions is not deployed';
  if (policyArns.includes(denySessionsArn) || policyArns.length < maxPolicies) return null;
  return `the user has ${policyArns.length} policies, so that there is no room for ${shortArn(denySessionsArn)}`;
}

function denySessions(
  { policyArns }: ResponseFacts,
  user: UserFacts,
  { denySessionsArn }: ResponseRules,
): Step[] {
  if (denySessionsArn === null || policyArns.includes(denySessionsArn)) return [];
  return [{ step: 'AttachPolicy', user: targetOf(user), policyArn: denySessionsArn }];
}

/** No session of the leaked key is left. */
function whenOver(
  { keys, policyArns }: ResponseFacts,
  user: UserFacts,
  { denySessionsArn, settleMs }: ResponseRules,
  now: Instant,
): ResponsePlan {
  const who = targetOf(user);
  const isQuarantined = policyArns.some((arn) => arn.includes('/AWSCompromisedKeyQuarantine'));
  const tagKeys = [
    ...servedRecords(user.tags, keys, settleMs, now),
    ...(user.tags[tag.suspected] !== undefined && !isQuarantined ? [tag.suspected] : []),
  ];
  const steps: Step[] = [
    ...(denySessionsArn !== null && policyArns.includes(denySessionsArn)
      ? [{ step: 'DetachPolicy', user: who, policyArn: denySessionsArn } as const]
      : []),
    ...(tagKeys.length > 0 ? [{ step: 'UntagUser', user: who, tagKeys } as const] : []),
  ];
  return steps.length > 0
    ? plan({ phase: 'Closing' }, 'no session of the leaked key is left', steps)
    : plan({ phase: 'Closed' }, 'nothing of a leak is left to be done');
}

/** Those of the tags that are not there. */
function missing(tags: Tags, wanted: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => tags[key] === undefined));
}

function list(named: readonly AccessKeyId[], active: readonly { readonly id: AccessKeyId }[]): string {
  return [...new Set([...named, ...active.map(({ id }) => id)])].join(' and ') || 'a key of the user';
}

function plan(at: ResponsePhase, why: string, steps: readonly Step[] = []): ResponsePlan {
  return { at, steps, why };
}

function held(why: string): ResponsePlan {
  return plan({ phase: 'Held' }, `${why}: the deny stays until \`iam-lifecycle respond KEY_ID --lift\``);
}

function blocked(reason: string): ResponsePlan {
  return plan({ phase: 'Blocked', reason }, reason);
}
