import { type UserFacts, below, isManaged, targetOf } from '../facts.js';
import type { UserName } from '../names.js';
import { type Target, denyAllPolicyArn } from '../steps.js';
import { tag } from '../tags.js';
import { type Look, type Stock, isAdopted } from './look.js';
import { type Move, type Part, giveBeforeTake, nameInArn, partOf } from './moves.js';
import { exchangeSshKeys, isContainment, planGrants } from './plan-user-grants.js';
import { planTags, wantedTags } from './plan-user-tags.js';
import type { SeenUser } from './roster-facts.js';
import type { RosterFinding, Subject } from './roster-steps.js';
import type { Roster, RosterUser } from './roster.js';

const nothing = { policyArns: [], groupNames: [], inlinePolicies: {} };

/** What to do so that a user of the roster exists as the roster says. One that is not ours is left alone. */
export function planUser(wanted: RosterUser, look: Look, stock: Stock): Part {
  const subject: Subject = { kind: 'user', name: wanted.name };
  const seen = look.user(wanted.name);
  if (!seen) {
    // The unique id does not exist yet; whoever takes the steps fills it in.
    const user: Target = { name: wanted.name as UserName, id: '' };
    const { moves, findings } = planPossessions(wanted, user, nothing, look, stock);
    return partOf('create', subject, [creation(wanted), ...moves], findings);
  }
  const obstacle = whyNot(wanted, seen, look.roster);
  if (obstacle !== null) return partOf('update', subject, [], [{ ...obstacle, subject }]);
  const { moves, findings } = planPossessions(wanted, targetOf(seen.user), seen, look, stock);
  const own = [...planTags(wanted, seen.user), ...planBoundary(wanted, seen.user)];
  return partOf('update', subject, [...own, ...moves], findings);
}

function creation(wanted: RosterUser): Move {
  const { path, boundaryArn } = wanted;
  const name = wanted.name as UserName;
  return {
    step: { step: 'CreateUser', name, path, tags: wantedTags(wanted, null), boundaryArn },
    reason: `the roster names ${name} and no user has the name`,
  };
}

type Obstacle = Pick<RosterFinding, 'kind' | 'why'>;

/** Why nothing at all can be done about a user; the first that applies. */
function whyNot(wanted: RosterUser, { user, policyArns }: SeenUser, roster: Roster): Obstacle | null {
  if (user.name !== wanted.name)
    return conflict(`the name is taken by ${user.name}: IAM does not tell case apart`);
  if (!isManaged(user, below(roster.userPath)) && !isAdopted(user)) {
    const how = `to take it over, run \`iam-lifecycle adopt ${user.name}\``;
    return conflict(
      `a user with this name exists under ${user.path} and is not managed here: it is left alone; ${how}`,
    );
  }
  const origin = user.tags[tag.origin] ?? 'unknown';
  if (origin !== 'roster' && origin !== 'adopted') {
    const who = origin === 'api' ? 'was made through the API' : `is of origin ${origin}`;
    return conflict(
      `the user ${who} and is not the roster's: take it out of the roster, or run \`iam-lifecycle adopt ${user.name}\``,
    );
  }
  // An adopted user keeps its path.
  if (user.path !== wanted.path && !isAdopted(user)) {
    return conflict(
      `the user lives under ${user.path} and the roster says ${wanted.path}: nobody here may move a user`,
    );
  }
  const offboardedAt = user.tags[tag.offboarded];
  if (offboardedAt !== undefined) {
    const why = `the user is offboarded as of ${offboardedAt}: restore it first (\`iam-lifecycle restore ${user.name}\`), or wait until it is purged`;
    return { kind: 'Offboarding', why };
  }
  const containments = [
    ...policyArns.filter((arn) => !wanted.policyArns.includes(arn)),
    ...(user.boundaryArn === denyAllPolicyArn && wanted.boundaryArn !== denyAllPolicyArn
      ? [user.boundaryArn]
      : []),
  ].filter(isContainment);
  if (containments.length === 0) return null;
  const names = [...new Set(containments.map(nameInArn))].toSorted().join(', ');
  return conflict(`somebody contained the user with ${names}: it is left alone until that is lifted by hand`);
}

function conflict(why: string): Obstacle {
  return { kind: 'Conflict', why };
}

function planBoundary({ boundaryArn }: RosterUser, user: UserFacts): Move[] {
  if (user.boundaryArn === boundaryArn) return [];
  const reason =
    user.boundaryArn === null
      ? 'the user has no permissions boundary'
      : `its permissions boundary is ${nameInArn(user.boundaryArn)}`;
  return [{ step: { step: 'SetBoundary', user: targetOf(user), boundaryArn }, reason }];
}

/** What is given to a user once it exists, in the order in which nobody lacks what it had. */
function planPossessions(
  wanted: RosterUser,
  user: Target,
  seen: Omit<SeenUser, 'user'>,
  look: Look,
  stock: Stock,
): { moves: Move[]; findings: RosterFinding[] } {
  const isNew = user.id === '';
  const { mayDeploy } = look.rules;
  const { exchanges, bridge, conflicts } = planGrants(wanted, user, seen, look.roster, stock, mayDeploy);
  const sshKeys = isNew ? [] : look.sshKeys(user.name);
  const exchanged = giveBeforeTake([...exchanges, exchangeSshKeys(wanted, user, sshKeys)]);
  const moves = [...bridge.first, ...exchanged, ...bridge.last];
  if (wanted.login !== null && (isNew || !look.hasLogin(user.name))) {
    const reason = `the roster gives ${user.name} a console login and the user has none`;
    moves.push({ step: { step: 'CreateLogin', user, login: wanted.login }, reason });
  }
  if (wanted.key !== null && (isNew || !look.hasKey(wanted))) {
    const reason = `the roster gives ${user.name} an access key and none is stored`;
    moves.push({ step: { step: 'EnsureKey', user }, reason });
  }
  const subject: Subject = { kind: 'user', name: user.name };
  return { moves, findings: conflicts.map((why) => ({ kind: 'Conflict', subject, why })) };
}
