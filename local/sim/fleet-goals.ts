import { hourMs, parseDuration, secondMs } from '../../functions/core/instants.js';
import { tag } from '../../functions/core/tags.js';
import type { TrueUser } from '../fake-aws/truth.js';
import type { Simulation } from '../simulation.js';
import { type Decision, type Ledger, managedUser } from './fleet-ledger.js';
import type { Member } from './fleet-plan.js';
import { announcedLeaks } from './leaked.js';
import { isTombstoned, livingKeys, tagOf } from './true-user.js';

export interface Outcome {
  /** When the faults ended. */
  readonly healedAt: number;
  /** What people were told, and of whom. */
  readonly attentions: readonly string[];
}

/** What is wrong with a member by what was last decided about it, or null. */
export function judgeMember(
  simulation: Simulation,
  member: Member,
  ledger: Ledger,
  outcome: Outcome,
): string | null {
  const { name } = member;
  const user = managedUser(simulation.account, name);
  if (user && tagOf(user, tag.managed) !== 'true') return whyUntold(member, ledger, outcome);
  const last = ledger.lastDecisions(member);
  const kinds = new Set(last.map(({ kind }) => kind));
  if (!user) {
    const mayBeGone =
      last.length === 0 || kinds.has('leave') || isPurgeDue(simulation, member, ledger, outcome);
    return mayBeGone ? null : `${name} is to stay, and is gone`;
  }
  if (last.length === 0) return `${name} exists, and nobody asked for it`;
  if (isTombstoned(user))
    return kinds.has('leave') ? judgeLeaver(simulation, user) : `${name} is to stay, and leaves`;
  if (!kinds.has('stay')) return `${name} is to leave, and stays`;
  return judgeEmployed(simulation, user, ledger);
}

/** Somebody did by hand what only a person may undo: then a person has to be told. */
function whyUntold({ name }: Member, ledger: Ledger, { attentions }: Outcome): string | null {
  const isTold = attentions.some((why) => why.includes(name));
  const isStripped = ledger.byHand.some((deed) => deed.what === 'strip-tag' && deed.name === name);
  return isStripped && !isTold ? `nobody was told that ${name} is not managed any more` : null;
}

/** Whoever decides on a return too late finds nobody. */
function isPurgeDue(
  { env }: Simulation,
  { name }: Member,
  { decisions }: Ledger,
  { healedAt }: Outcome,
): boolean {
  const latest = healedAt + 16 * hourMs;
  const dueAt = ({ to, quarantineMs }: Decision) =>
    to + (quarantineMs ?? parseDuration(env.OFFBOARD_QUARANTINE));
  return decisions.some((one) => one.member.name === name && one.kind === 'leave' && dueAt(one) < latest);
}

/** Whoever is in quarantine has a date that lies ahead; that nothing lets it in is judged of every leaver. */
function judgeLeaver({ clock }: Simulation, user: TrueUser): string | null {
  const purgeAfter = Date.parse(tagOf(user, tag.purgeAfter) ?? '');
  return purgeAfter > clock.now() - 48 * hourMs ? null : `${user.name} should have been purged long ago`;
}

/** That its one key is current, Active and works is judged of every employee. */
function judgeEmployed({ account }: Simulation, user: TrueUser, ledger: Ledger): string | null {
  const { name } = user;
  if (ledger.didByHand('add-key', name)) return null;
  const [key] = livingKeys(user);
  if (!key) return `${name} has no key`;
  if (announcedLeaks(account).has(key.id)) return `${name} goes on with ${key.id}, which leaked`;
  const askedAt = ledger.rotations.get(name);
  const wasDecided = ledger.decisions.filter(({ member }) => member.name === name).length > 1;
  if (askedAt !== undefined && !wasDecided && key.createdAt < askedAt - secondMs)
    return `${name} was to have a new key, and has ${key.id} still`;
  const { team = null, userId = null } = ledger.teams.get(name) ?? {};
  const isMeant = userId === null || userId === user.id;
  if (team !== null && isMeant && tagOf(user, 'Team') !== team)
    return `${name} has the tag Team ${tagOf(user, 'Team')}, not ${team}`;
  return null;
}
