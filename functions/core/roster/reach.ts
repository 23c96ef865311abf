import { type Territory, type UserFacts, isWithin } from '../facts.js';
import { shortArn } from '../steps.js';
import { tag } from '../tags.js';
import type { Change, RosterStep } from './roster-steps.js';
import type { Roster } from './roster.js';

/** What a function may do to the users of a roster, beyond which steps it may take at all: see permit. */
export interface Reach extends Territory {
  /** The one boundary that it may set. */
  readonly boundaryArn: string;
  readonly groupNames: ReadonlySet<string>;
}

/** The groups of a roster are those that it makes, and those that its users are members of. */
export function reachOf(roster: Roster, rules: Omit<Reach, 'groupNames'>): Reach {
  const members = roster.users.flatMap(({ groupNames }) => groupNames);
  return {
    ...rules,
    groupNames: new Set([...roster.groups.map(({ name }) => name), ...members]),
  };
}

/** What makes a user ours is said at its creation. */
const fixedTags: readonly string[] = [tag.managed, tag.origin, tag.owner];

/** The part of a change that is within reach, and why the rest is not. `seen` is null where the user is yet to be made. */
export function withinReach(
  change: Change,
  seen: UserFacts | null,
  reach: Reach,
): { readonly change: Change; readonly refusals: readonly string[] } {
  const whole = whyNotAtAll(change, seen, reach);
  const refusals = change.steps.map((step) => whole ?? whyNot(step, reach));
  const isAllowed = (_: unknown, index: number) => refusals[index] === null;
  return {
    change: {
      ...change,
      steps: change.steps.filter(isAllowed),
      reasons: change.reasons.filter(isAllowed),
    },
    refusals: [...new Set(refusals.filter((why) => why !== null))],
  };
}

function whyNotAtAll({ steps }: Change, seen: UserFacts | null, reach: Reach): string | null {
  if (seen !== null && !isWithin(seen, reach))
    return `the user lives under ${seen.path}, and no function writes outside ${reach.userPath} to a user that \`adopted\` does not name`;
  // Without it there is nobody to do the rest to.
  const [creation] = steps;
  return creation?.step === 'CreateUser' ? whyNot(creation, reach) : null;
}

function whyNot(step: RosterStep, { boundaryArn, groupNames }: Reach): string | null {
  switch (step.step) {
    case 'CreateUser':
    case 'SetBoundary':
      return step.boundaryArn === boundaryArn
        ? null
        : `its boundary is to be ${shortArn(step.boundaryArn)}, and no function sets another one than ${shortArn(boundaryArn)}`;
    case 'JoinGroup':
    case 'LeaveGroup':
      return groupNames.has(step.groupName) ? null : `the group ${step.groupName} is not the roster's`;
    case 'TagUser':
    case 'UntagUser': {
      const keys = step.step === 'TagUser' ? Object.keys(step.tags) : step.tagKeys;
      const fixed = keys.filter((key) => fixedTags.includes(key));
      return fixed.length === 0 ? null : `no function changes the tags ${fixed.join(', ')}`;
    }
    default:
      return null;
  }
}
