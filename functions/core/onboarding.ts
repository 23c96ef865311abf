import { type OnboardingFacts, type Territory, isManaged, targetOf } from './facts.js';
import type { UserName } from './names.js';
import type { Plan, Step, Target } from './steps.js';
import { type Tags, tag } from './tags.js';

/** The user that somebody asked for, with everything resolved. */
export interface DesiredUser {
  readonly name: UserName;
  readonly path: string;
  readonly boundaryArn: string;
  readonly tags: Tags;
  /** The assume policies of its roles, where they are attached to users. */
  readonly policyArns: readonly string[];
  /** The groups of its roles, where roles are given through groups. */
  readonly groupNames: readonly string[];
}

export type OnboardingPhase =
  | { readonly phase: 'Absent' }
  | { readonly phase: 'Incomplete' }
  | { readonly phase: 'Onboarded' }
  | { readonly phase: 'Conflict'; readonly reason: string };

export type OnboardingPlan = Plan<OnboardingPhase>;

/**
 * What to do so that the desired user exists. `seen` is null where no user has the name. A user that exists is only
 * ever completed, and only if it is the very user that was asked for: asking twice is asking once.
 */
export function planOnboarding(
  seen: OnboardingFacts | null,
  desired: DesiredUser,
  territory: Territory,
): OnboardingPlan {
  if (!seen) return planNewUser(desired);
  const { user } = seen;
  if (user.name !== desired.name)
    return conflict(`the name is taken by ${user.name}: IAM does not tell case apart`);
  if (!isManaged(user, territory)) return conflict('a user with this name exists and is not managed here');
  if (user.tags[tag.offboarded] !== undefined)
    return conflict('the user is being offboarded: restore it, or wait until it is purged');
  const other = Object.keys(desired.tags).find((key) => user.tags[key] !== desired.tags[key]);
  if (other !== undefined)
    return conflict(`the user exists with another ${other}: ${JSON.stringify(user.tags[other] ?? null)}`);
  const steps = planGrants(targetOf(user), {
    policyArns: desired.policyArns.filter((arn) => !seen.policyArns.includes(arn)),
    groupNames: desired.groupNames.filter((name) => !seen.groupNames.includes(name)),
  });
  return steps.length === 0
    ? { at: { phase: 'Onboarded' }, steps, why: 'the user exists as asked for' }
    : { at: { phase: 'Incomplete' }, steps, why: 'a grant of its roles is missing' };
}

function planGrants(user: Target, grants: Pick<DesiredUser, 'policyArns' | 'groupNames'>): Step[] {
  return [
    ...grants.policyArns.map((policyArn): Step => ({ step: 'AttachPolicy', user, policyArn })),
    ...grants.groupNames.map((groupName): Step => ({ step: 'JoinGroup', user, groupName })),
  ];
}

function planNewUser(desired: DesiredUser): OnboardingPlan {
  const { name, path, tags, boundaryArn } = desired;
  // The unique id does not exist yet; the steps after CreateUser are planned again with it.
  const steps: Step[] = [
    { step: 'CreateUser', name, path, tags, boundaryArn },
    ...planGrants({ name, id: '' }, desired),
  ];
  return { at: { phase: 'Absent' }, steps, why: 'the user was asked for and no user has the name' };
}

function conflict(reason: string): OnboardingPlan {
  return { at: { phase: 'Conflict', reason }, steps: [], why: reason };
}
