import {
  type OffboardingFacts,
  type Territory,
  type UserFacts,
  isManaged,
  isWithin,
  targetOf,
} from './facts.js';
import { type AccessKeyId, keyIdOf } from './names.js';
import { type Plan, type Step, denyAllPolicyArn, shortArn } from './steps.js';
import { type Tags, maxTags, tag } from './tags.js';

/** Where an existing user is on its way under management. */
export type AdoptionPhase =
  | { readonly phase: 'NotThere' }
  /** Something that a person has to decide first. */
  | { readonly phase: 'Conflict'; readonly reason: string }
  | { readonly phase: 'Adoptable' }
  | { readonly phase: 'Adopted' };

export interface AdoptionPlan extends Plan<AdoptionPhase> {
  /** What whoever adopts has to know, in sentences. */
  readonly notes: readonly string[];
}

export interface AdoptionWish {
  /** null: the owner that the user's tags name, or nobody. */
  readonly owner: string | null;
  /** Put in the place of whatever boundary the user has; null: the usual one, where it has none. */
  readonly boundaryArn: string | null;
  /** true: a key of its own is wanted from now on, in whatever store its tags name. */
  readonly wantsKey: boolean;
}

export interface AdoptionRules extends Territory {
  /** The usual boundary. */
  readonly boundaryArn: string;
}

/** What is seen of a user that is to be adopted: everything that an offboarding would look at. */
export type AdoptionFacts = Pick<OffboardingFacts, 'user' | 'keys' | 'secret' | 'policyArns'>;

/**
 * Takes one existing user under management, without touching what it has. Its keys stay as they are: it is tagged as
 * wanting no key, so that nobody makes a second one for it, until `wantsKey` says otherwise.
 */
export function planAdoption(seen: AdoptionFacts, wish: AdoptionWish, rules: AdoptionRules): AdoptionPlan {
  const { user } = seen;
  if (user === null) return { at: { phase: 'NotThere' }, steps: [], why: 'no user has this name', notes: [] };
  const reason = whyNot(user, seen, wish, rules);
  if (reason !== null) return { at: { phase: 'Conflict', reason }, steps: [], why: reason, notes: [] };
  const steps = [...boundarySteps(user, wish, rules), ...tagSteps(user, seen, wish, rules)];
  const notes = notesOf(user, seen, wish, rules);
  return steps.length === 0
    ? { at: { phase: 'Adopted' }, steps, why: 'the user is adopted already', notes }
    : { at: { phase: 'Adoptable' }, steps, why: `nothing stands in the way of adopting ${user.name}`, notes };
}

/** The first that applies. */
function whyNot(
  user: UserFacts,
  seen: AdoptionFacts,
  wish: AdoptionWish,
  rules: AdoptionRules,
): string | null {
  const { tags, boundaryArn } = user;
  const offboardedAt = tags[tag.offboarded];
  if (offboardedAt !== undefined)
    return `the user is offboarded as of ${offboardedAt}: restore it first (\`iam-lifecycle restore ${user.name}\`)`;
  if (isManaged(user, rules) && tags[tag.origin] === 'roster')
    return 'a roster made the user, so it is under management already';
  if (boundaryArn === denyAllPolicyArn || seen.policyArns.includes(denyAllPolicyArn))
    return 'somebody contained the user with AWSDenyAll: it is left alone until that is lifted by hand';
  const usual = wish.boundaryArn ?? rules.boundaryArn;
  if (boundaryArn !== null && boundaryArn !== usual && wish.boundaryArn === null && !isAdopted(tags))
    return `the user has the permissions boundary ${boundaryArn}: keep it with \`--boundary ${boundaryArn}\`, or replace it with \`--boundary ${rules.boundaryArn}\``;
  if (wish.wantsKey) return whyNoKey(user, seen, rules);
  const count = Object.keys({ ...tags, ...wantedTags(user, seen, wish, rules) }).length;
  return count > maxTags ? `the user would have ${count} tags, and IAM allows ${maxTags}` : null;
}

function whyNoKey(user: UserFacts, { keys, secret }: AdoptionFacts, rules: AdoptionRules): string | null {
  if (!isWithin(user, rules))
    return `the user lives under ${user.path}, and keys are rotated under ${rules.userPath} alone: ${howToReach(user)} first`;
  const strangers = keys.filter(({ id }) => !knownKeys(secret).has(id)).map(({ id }) => id);
  return strangers.length < 2
    ? null
    : `${strangers.join(' and ')}, which were not made here, take both slots for keys: delete one of them first`;
}

function boundarySteps(user: UserFacts, wish: AdoptionWish, rules: AdoptionRules): Step[] {
  const boundaryArn = wish.boundaryArn ?? (user.boundaryArn === null ? rules.boundaryArn : user.boundaryArn);
  return user.boundaryArn === boundaryArn ? [] : [{ step: 'SetBoundary', user: targetOf(user), boundaryArn }];
}

function tagSteps(user: UserFacts, seen: AdoptionFacts, wish: AdoptionWish, rules: AdoptionRules): Step[] {
  const differing = Object.entries(wantedTags(user, seen, wish, rules)).filter(
    ([key, value]) => user.tags[key] !== value,
  );
  const steps: Step[] = [];
  if (differing.length > 0)
    steps.push({ step: 'TagUser', user: targetOf(user), tags: Object.fromEntries(differing) });
  if (wish.wantsKey && user.tags[tag.keyStore] === noKey)
    steps.push({ step: 'UntagUser', user: targetOf(user), tagKeys: [tag.keyStore] });
  return steps;
}

const noKey = 'none';

function wantedTags(user: UserFacts, seen: AdoptionFacts, wish: AdoptionWish, rules: AdoptionRules): Tags {
  const { keys, secret } = seen;
  const { owner, wantsKey } = wish;
  const hasKnownKey = keys.some(({ id }) => knownKeys(secret).has(id));
  const isOurs = isManaged(user, rules) || isAdopted(user.tags);
  return {
    [tag.managed]: 'true',
    [tag.origin]: 'adopted',
    ...(owner === null ? {} : { [tag.owner]: owner }),
    // A key that is stored already goes on as it does; a user that wants none would lose it.
    ...(wantsKey || hasKnownKey || isOurs ? {} : { [tag.keyStore]: noKey }),
  };
}

function isAdopted(tags: Tags): boolean {
  return tags[tag.managed] === 'true' && tags[tag.origin] === 'adopted';
}

/** The keys that the store knows; all others are foreign. */
function knownKeys(secret: AdoptionFacts['secret']): ReadonlySet<AccessKeyId | null> {
  return new Set(Object.values(secret?.stages ?? {}).map(keyIdOf));
}

function notesOf(user: UserFacts, seen: AdoptionFacts, wish: AdoptionWish, rules: AdoptionRules): string[] {
  const foreign = seen.keys.filter(({ id }) => !knownKeys(seen.secret).has(id)).map(({ id }) => id);
  const [boundary] = boundarySteps(user, wish, rules);
  return [
    ...(boundary?.step === 'SetBoundary'
      ? [
          `From then on it can do no more than ${shortArn(boundary.boundaryArn)} allows: look at that policy first.`,
        ]
      : []),
    ...(isWithin(user, rules)
      ? []
      : [
          `It lives under ${user.path}, where the functions reach nobody: ${howToReach(user)}. Until then nothing rotates its keys or sees it leave; an operator's apply keeps it as the roster says.`,
        ]),
    ...(foreign.length === 0
      ? []
      : [
          `${foreign.join(' and ')} was not made here: it is reported and never touched. ${afterKeys(user, wish)}`,
        ]),
  ];
}

function howToReach({ arn }: UserFacts): string {
  return `put ${arn} into \`adopted\` in the configuration and deploy`;
}

function afterKeys({ name }: UserFacts, { wantsKey }: AdoptionWish): string {
  return wantsKey
    ? 'Once whoever uses it reads the new one, deactivate it and delete it.'
    : `No other key is made before \`iam-lifecycle adopt ${name} --rotate\`, or a roster with createAccessKey: true.`;
}
