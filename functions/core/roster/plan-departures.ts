import { type UserFacts, below, isManaged, targetOf } from '../facts.js';
import { type Instant, formatInstant } from '../instants.js';
import { instantTag, tag } from '../tags.js';
import type { PlanRules } from './look.js';
import { type Part, joinParts, partOf } from './moves.js';
import type { RosterFacts } from './roster-facts.js';
import type { Roster, RosterUser } from './roster.js';

/** At most this share of the roster's users leaves at once without being asked for by number; one always may. */
const maxDestroyShare = 0.1;

/** Users that the roster made and does not name any more, or has disabled. Nobody else's user ever leaves. */
export function planDepartures(roster: Roster, seen: RosterFacts, rules: PlanRules, now: Instant): Part {
  const listed = namesOf(roster.users);
  const wanted = namesOf(roster.users.filter(({ enabled }) => enabled));
  const own = seen.users
    .map(({ user }) => user)
    .filter((user) => isManaged(user, below(roster.userPath)) && user.tags[tag.origin] === 'roster');
  const unwanted = own
    .filter((user) => !wanted.has(user.name.toLowerCase()))
    .filter((user) => user.tags[tag.offboarded] === undefined)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const parts = unwanted.map((user) => {
    const reason = listed.has(user.name.toLowerCase())
      ? 'the roster has the user disabled'
      : 'the roster no longer names the user';
    return planDeparture(user, reason, rules, now);
  });
  return brake(joinParts(parts), own.length, rules);
}

function namesOf(users: readonly RosterUser[]): ReadonlySet<string> {
  return new Set(users.map(({ name }) => name.toLowerCase()));
}

/** A function looks twice: one look may be at a roster that is half written. */
function planDeparture(user: UserFacts, reason: string, rules: PlanRules, now: Instant): Part {
  const subject = { kind: 'user', name: user.name } as const;
  const since = instantTag(user.tags, tag.unlistedSince);
  if (!rules.mayDeploy && since === null) {
    const tags = { [tag.unlistedSince]: formatInstant(now) };
    const why = `${reason}: written down, and looked at again before it leaves`;
    return partOf('update', subject, [
      { step: { step: 'TagUser', user: targetOf(user), tags }, reason: why },
    ]);
  }
  const isSettled = rules.mayDeploy || (since !== null && now - since >= rules.settleMs);
  if (!isSettled) return partOf('update', subject, []);
  const quarantineMs = user.tags[tag.forceDestroy] === 'true' ? 0 : null;
  return partOf('delete', subject, [
    { step: { step: 'Offboard', user: targetOf(user), quarantineMs, reason }, reason },
  ]);
}

/** A plan that would let more than its share go lets nobody go and says so: it is more often a mistake. */
function brake(part: Part, ownUsers: number, { allowDestroy }: PlanRules): Part {
  const count = part.changes.filter(({ action }) => action === 'delete').length;
  const limit = Math.max(1, Math.floor(ownUsers * maxDestroyShare));
  if (count <= limit || (allowDestroy !== null && allowDestroy >= count)) return part;
  const why = `${count} users would leave at once and at most ${limit} of ${ownUsers} may: none does; where it is meant, pass \`--allow-destroy ${count}\``;
  return {
    changes: part.changes.filter(({ action }) => action !== 'delete'),
    findings: [...part.findings, { kind: 'BlastBrake', subject: { kind: 'user', name: '*' }, why }],
  };
}
