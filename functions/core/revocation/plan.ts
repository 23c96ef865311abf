import { type Instant, formatInstant, hourMs } from '../instants.js';
import { type RoleArn, sameName } from '../names.js';
import { maxPolicyCharacters } from '../roster/split-policy.js';
import { policyCharacters } from '../roster/user-documents.js';
import { type Revocation, formatRevocations, wholeMinute } from './document.js';
import type { PinVerdict } from './session-pin.js';

/** IAM's longest session of a role, whatever the role's own limit is now or was when a session began. */
export const longestSessionMs = 12 * hourMs;

/** Whose sessions are to end. */
export interface Leaver {
  readonly userName: string;
  /** Sessions that began before this end: when the user had lost every power, and IAM had told everybody. */
  readonly before: Instant;
  /** An earlier revocation will do that ends what began before this; the same instant where none was made yet. */
  readonly since: Instant;
}

/** What to do with a role whose sessions are not known by the name of their user: end everybody's, or tell. */
export type Unpinned = 'role' | 'report';

/** A role, as far as its sessions are concerned. */
export interface RoleSessions {
  readonly roleArn: RoleArn;
  readonly roleId: string;
  readonly maxSessionMs: number;
  readonly verdict: PinVerdict;
  /** What its revocation policy denies. */
  readonly inForce: readonly Revocation[];
  /** What earlier versions of that policy denied: a version that was made of a late read may lack some of it. */
  readonly earlier: readonly Revocation[];
}

/** What became of a user's sessions of one role. */
export interface SessionOutlook {
  readonly roleArn: RoleArn;
  /** user: its own alone; role: everybody's, and so its own too. */
  readonly revoked: 'user' | 'role' | 'no';
  readonly why: string;
  /** When the last of them ends by itself, where they were not revoked; null where they were. */
  readonly sessionsEndBy: Instant | null;
}

export interface RevocationPlan {
  /** All that the policy is to say from now on; null: it says enough. */
  readonly revocations: readonly Revocation[] | null;
  /** Once that is so. */
  readonly outlook: SessionOutlook;
}

/**
 * What a role's revocation policy must say so that a leaver's sessions are dead: the user's alone where its name is sure
 * to be on them, else as `unpinned` says. Nothing is forgotten that may still matter: a revocation is left out once the
 * longest session that began before it has ended.
 */
export function planRevocation(
  role: RoleSessions,
  leaver: Leaver,
  unpinned: Unpinned,
  now: Instant,
): RevocationPlan {
  const isAlive = ({ before }: Revocation) => now < before + longestSessionMs;
  const inForce = role.inForce.filter(isAlive);
  const known = latestOfEach([...inForce, ...role.earlier.filter(isAlive)]);
  const wanted = covering(known, role, leaver) === null ? wantedFor(role, leaver, unpinned) : [];
  const target = [
    ...shorterAndShorter(latestOfEach([...known, ...wanted]), unpinned),
    // There is no room: who was revoked stays so, and the newcomer is told of.
    known,
    inForce,
  ].find((candidate) => fits(candidate, role))!;
  const isMissing = (one: Revocation) => !inForce.some((other) => isSame(one, other));
  return {
    revocations: target.some(isMissing) ? target : null,
    outlook: outlookOf(role, leaver, target, unpinned),
  };
}

function wantedFor(
  { verdict }: RoleSessions,
  { userName, before }: Leaver,
  unpinned: Unpinned,
): Revocation[] {
  if (verdict.pin !== null) return [{ who: { pin: verdict.pin, userName }, before: wholeMinute(before) }];
  return unpinned === 'role' ? [{ who: null, before: wholeMinute(before) }] : [];
}

/**
 * The same in fewer and fewer characters: each revocation by itself; all those by name up to the latest instant of them;
 * and everybody's, where the configuration allows it.
 */
function shorterAndShorter(
  revocations: readonly Revocation[],
  unpinned: Unpinned,
): (readonly Revocation[])[] {
  const before = latest(revocations.filter(({ who }) => who !== null));
  const merged = latestOfEach(revocations.map((one) => (one.who === null ? one : { ...one, before })));
  const everybody = [{ who: null, before: latest(revocations) }];
  return [revocations, merged, ...(unpinned === 'role' ? [everybody] : [])];
}

function fits(revocations: readonly Revocation[], { roleId }: RoleSessions): boolean {
  return policyCharacters(formatRevocations(roleId, revocations)) <= maxPolicyCharacters;
}

function latest(revocations: readonly Revocation[]): Instant {
  return Math.max(0, ...revocations.map(({ before }) => before));
}

/** Of several revocations of the same sessions the latest; none that everybody's includes. The oldest first. */
function latestOfEach(revocations: readonly Revocation[]): Revocation[] {
  const everybody = Math.max(0, ...revocations.map(({ who, before }) => (who === null ? before : 0)));
  const kept = new Map<string, Revocation>();
  for (const revocation of revocations) {
    const { who, before } = revocation;
    const key = who === null ? '' : `${who.pin} ${who.userName.toLowerCase()}`;
    if (before > (kept.get(key)?.before ?? 0) && (who === null || before > everybody))
      kept.set(key, revocation);
  }
  return [...kept.values()].toSorted((one, other) => one.before - other.before);
}

function isSame(one: Revocation, other: Revocation): boolean {
  if (one.before !== other.before || one.who === null || other.who === null)
    return one.before === other.before && one.who === other.who;
  return one.who.pin === other.who.pin && sameName(one.who.userName, other.who.userName);
}

/** The revocation that ends the leaver's sessions. One by name will do only where the name is sure to be there. */
function covering(
  revocations: readonly Revocation[],
  { verdict }: RoleSessions,
  { userName, since }: Leaver,
): Revocation | null {
  const covers = ({ who, before }: Revocation) =>
    before >= since && (who === null || (who.pin === verdict.pin && sameName(who.userName, userName)));
  return revocations.find(covers) ?? null;
}

function outlookOf(
  role: RoleSessions,
  leaver: Leaver,
  target: readonly Revocation[],
  unpinned: Unpinned,
): SessionOutlook {
  const { roleArn, verdict, maxSessionMs } = role;
  const done = covering(target, role, leaver);
  if (done !== null) {
    const sessions = done.who === null ? 'the sessions of everybody' : 'the sessions of this user';
    const why = `${sessions} that began before ${formatInstant(done.before)} are denied everything`;
    return { roleArn, revoked: done.who === null ? 'role' : 'user', why, sessionsEndBy: null };
  }
  const isReported = verdict.pin === null && unpinned === 'report';
  const why = isReported ? `its trust policy ${verdict.why}` : 'its revocation policy has no room for more';
  return notRevoked(roleArn, why, leaver, maxSessionMs);
}

/** Sessions that nobody ended: the last one began when the user lost its powers, and lasts as long as the role lets it. */
export function notRevoked(
  roleArn: RoleArn,
  why: string,
  { before }: Leaver,
  maxSessionMs = longestSessionMs,
): SessionOutlook {
  return { roleArn, revoked: 'no', why, sessionsEndBy: before + maxSessionMs };
}
