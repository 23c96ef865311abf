import { type OnboardingFacts, type UserFacts, targetOf } from './facts.js';
import { type Exchange, type Move, giveBeforeTake, inOrder, nameInArn, quotas } from './roster/moves.js';
import type { Plan, Step } from './steps.js';
import { type Tags, ownTagsOf, tag } from './tags.js';

/** What a user of the API is to have from now on. What is not here goes, as far as it is a request's to decide. */
export interface ChangeWish {
  /** The user's own tags, Description and Roles. */
  readonly tags: Tags;
  /** The assume policies of its roles, where they are attached to users. */
  readonly policyArns: readonly string[];
  /** The groups of its roles, where roles are given through groups. */
  readonly groupNames: readonly string[];
}

/** How this deployment gives roles: nothing else is given or taken. */
export interface ChangeRules {
  readonly boundaryArn: string;
  /** The assume policies, or the groups, of all roles. */
  readonly policyArns: readonly string[];
  readonly groupNames: readonly string[];
}

export type ChangePhase =
  | { readonly phase: 'Changing' }
  | { readonly phase: 'Changed' }
  | { readonly phase: 'Conflict' };

export type ChangePlan = Plan<ChangePhase>;

/**
 * What to do so that a user is as a request says, from what is seen of it: a change that was cut off anywhere is
 * finished by asking for it again. Rights come first and tags last, since the ETag is made of the tags: until they are
 * written, the same request with the same If-Match goes on. `seen` is a user under management.
 */
export function planChange(seen: OnboardingFacts, wish: ChangeWish, rules: ChangeRules): ChangePlan {
  const exchanges = [exchangePolicies(seen, wish, rules), exchangeGroups(seen, wish, rules)];
  const obstacle = whyNot(seen.user, rules) ?? exchanges.map(whyTooMany).find((why) => why !== null) ?? null;
  if (obstacle !== null) return { at: { phase: 'Conflict' }, steps: [], why: obstacle };
  const moves = [...giveBeforeTake(exchanges), ...planTags(seen.user, wish)];
  if (moves.length === 0) return { at: { phase: 'Changed' }, steps: [], why: 'the user is as asked for' };
  const why = [...new Set(moves.map(({ reason }) => reason))].join('; ');
  return { at: { phase: 'Changing' }, steps: moves.map(({ step }) => step), why };
}

/** Why nothing at all may be changed; the first that applies. */
function whyNot({ tags, boundaryArn }: UserFacts, rules: ChangeRules): string | null {
  const origin = tags[tag.origin] ?? 'unknown';
  if (origin === 'roster') return 'the roster says what this user is: change the roster';
  if (origin !== 'api')
    return `the user is of origin ${origin}, and only those made through the API are changed here`;
  if (tags[tag.offboarded] !== undefined)
    return 'the user is being offboarded: restore it, or wait until it is purged';
  if (boundaryArn === rules.boundaryArn) return null;
  const other = boundaryArn === null ? 'none' : nameInArn(boundaryArn);
  return `the permissions boundary of the user is ${other} and not ${nameInArn(rules.boundaryArn)}: a person must look at it`;
}

function whyTooMany({ gives, takes, used, quota }: Exchange<Step>): string | null {
  const total = used + gives.length - takes.length;
  if (gives.length === 0 || total <= quota.limit) return null;
  return `the user would have ${total} ${quota.unit}, and IAM allows ${quota.limit}`;
}

const giving = 'the request gives the user more roles';
const taking = 'the request gives the user no such roles';

function exchangePolicies(seen: OnboardingFacts, wish: ChangeWish, rules: ChangeRules): Exchange<Step> {
  const user = targetOf(seen.user);
  const { gives, takes } = difference(seen.policyArns, wish.policyArns, rules.policyArns);
  return {
    gives: gives.map((policyArn) => ({
      step: { step: 'AttachPolicy', user, policyArn },
      reason: giving,
      size: 1,
    })),
    takes: takes.map((policyArn) => ({
      step: { step: 'DetachPolicy', user, policyArn },
      reason: taking,
      size: 1,
    })),
    used: seen.policyArns.length,
    quota: quotas.userPolicies,
  };
}

function exchangeGroups(seen: OnboardingFacts, wish: ChangeWish, rules: ChangeRules): Exchange<Step> {
  const user = targetOf(seen.user);
  const { gives, takes } = difference(seen.groupNames, wish.groupNames, rules.groupNames);
  return {
    gives: gives.map((groupName) => ({
      step: { step: 'JoinGroup', user, groupName },
      reason: giving,
      size: 1,
    })),
    takes: takes.map((groupName) => ({
      step: { step: 'LeaveGroup', user, groupName },
      reason: taking,
      size: 1,
    })),
    used: seen.groupNames.length,
    quota: quotas.groups,
  };
}

/** What is wanted and not there; and what is there, not wanted, and this deployment's to take. */
function difference(
  seen: readonly string[],
  wanted: readonly string[],
  ours: readonly string[],
): Record<'gives' | 'takes', string[]> {
  return {
    gives: inOrder(wanted.filter((one) => !seen.includes(one))),
    takes: inOrder(seen.filter((one) => ours.includes(one) && !wanted.includes(one))),
  };
}

/** Tags go before others come: IAM does not tell the case of their keys apart, so "team" and "Team" are one. */
function planTags(seen: UserFacts, { tags }: ChangeWish): Move<Step>[] {
  const user = targetOf(seen);
  const gone = inOrder(Object.keys(ownTagsOf(seen.tags)).filter((key) => !Object.hasOwn(tags, key)));
  const others = Object.entries(tags).filter(([key, value]) => seen.tags[key] !== value);
  const moves: Move<Step>[] = [];
  if (gone.length > 0)
    moves.push({ step: { step: 'UntagUser', user, tagKeys: gone }, reason: 'the request has no such tags' });
  if (others.length > 0)
    moves.push({
      step: { step: 'TagUser', user, tags: Object.fromEntries(others) },
      reason: 'the request has other tags',
    });
  return moves;
}
