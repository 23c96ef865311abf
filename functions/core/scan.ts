import {
  type SecretFacts,
  type Territory,
  type UserFacts,
  isManaged,
  isWithin,
  keyAtStage,
  stage,
} from './facts.js';
import { type Instant, formatSpan, readInstant } from './instants.js';
import { readKeyWish } from './key-wish.js';
import { isLeaked, leaksOf, sessionsEndAt } from './leaks.js';
import type { AccessKeyId, UserName } from './names.js';
import { denyAllPolicyArn, denySessionsPolicyName } from './steps.js';
import { instantTag, readKeyInstantTag, tag, tagPrefix } from './tags.js';
import type { Windows } from './windows.js';

/** A user as GetAccountAuthorizationDetails shows it. */
export interface ScannedUser {
  readonly user: UserFacts;
  readonly policyArns: readonly string[];
}

/** A user's line in the credential report, which is up to four hours old and knows no key ids. */
export interface CredentialRow {
  readonly userArn: string;
  /** How many of the two key slots hold an Active key. An Inactive key cannot be told from none. */
  readonly activeKeys: number;
  /** When the oldest Active key was made. */
  readonly oldestKeyAt: Instant | null;
}

/** A user's secret as ListSecrets shows it. */
export interface ScannedSecret extends SecretFacts {
  readonly userName: UserName;
  readonly changedAt: Instant;
}

/** The whole account, read in O(users / 1000) calls. */
export interface AccountFacts {
  readonly users: readonly ScannedUser[];
  readonly report: { readonly generatedAt: Instant; readonly rows: readonly CredentialRow[] };
  readonly secrets: readonly ScannedSecret[];
}

/** A user that may want attention. A hint only: whoever takes it up looks for itself. */
export interface Hint {
  readonly queue: 'rotate' | 'offboard' | 'respond';
  readonly userName: UserName;
  readonly userId: string;
  readonly why: string;
  /** Of `respond`: AWS says that a key of the user leaked, and nobody has answered yet. */
  readonly isSuspect?: true;
}

export interface Finding {
  readonly kind: 'Overdue' | 'BlastBrake' | 'Disowned';
  readonly userName: UserName | null;
  readonly why: string;
}

export interface ScanPlan {
  readonly hints: readonly Hint[];
  readonly findings: readonly Finding[];
  readonly managedUsers: number;
  readonly oldestKeyAgeMs: number;
}

export interface ScanRules extends Territory {
  readonly windows: Windows;
  /** The share of the managed users that one scan may send to be purged; at least one may always go. */
  readonly maxPurgeShare: number;
}

/** Everything that is known of one managed user. */
interface Seen extends ScannedUser {
  /** Null where the report has no such user, or is older than what we last did to its keys. */
  readonly row: CredentialRow | null;
  /** What the report says of the user, however old it is. */
  readonly lastRow: CredentialRow | null;
  readonly secret: ScannedSecret | null;
}

/** Which users want attention. A steady user gives no hint, and so costs nothing beyond the scan itself. */
export function planScan(account: AccountFacts, rules: ScanRules, now: Instant): ScanPlan {
  const rows = new Map(account.report.rows.map((row) => [row.userArn, row]));
  const secrets = new Map(account.secrets.map((secret) => [secret.userName, secret]));
  const managed = account.users
    .filter(({ user }) => isManaged(user, rules))
    .map((scanned): Seen => ({
      ...scanned,
      lastRow: rows.get(scanned.user.arn) ?? null,
      row: isReportSettled(scanned.user, account.report.generatedAt, rules.windows)
        ? (rows.get(scanned.user.arn) ?? null)
        : null,
      secret: secrets.get(scanned.user.name) ?? null,
    }));
  const employed = managed.filter(({ user }) => user.tags[tag.offboarded] === undefined);
  const hints = managed.flatMap((seen) => [
    ...(hintFor(seen, rules, now) ?? []),
    ...leakHint(seen, rules.windows, now),
  ]);
  const ages = employed.map((seen) => keyAgeMs(seen, now));
  const overdueAfterMs = rules.windows.rotateAfterMs + rules.windows.maxOverlapMs;
  const findings = employed.flatMap((seen): Finding[] => {
    const ageMs = keyAgeMs(seen, now);
    if (ageMs < overdueAfterMs) return [];
    return [
      { kind: 'Overdue', userName: seen.user.name, why: `the current key is ${formatSpan(ageMs)} old` },
    ];
  });
  const braked = brake(hints, managed, rules, now);
  return {
    hints: braked.hints,
    findings: [...findings, ...account.users.flatMap(disowned(rules)), ...braked.findings],
    managedUsers: managed.length,
    oldestKeyAgeMs: Math.max(0, ...ages),
  };
}

/**
 * Within our territory, with tags of ours, and without the one that makes a user ours: whoever took that stopped its life,
 * for nothing here writes to such a user any more.
 */
function disowned(territory: Territory): (scanned: ScannedUser) => Finding[] {
  return ({ user }) => {
    const { name, tags } = user;
    const isMarked = Object.keys(tags).some((key) => key !== tag.managed && key.startsWith(tagPrefix));
    if (!isMarked || !isWithin(user, territory) || isManaged(user, territory)) return [];
    const why = `it has tags of ours and not ${tag.managed}=true: its key is rotated no more, and it cannot leave`;
    return [{ kind: 'Disowned', userName: name, why }];
  };
}

function leakHint(seen: Seen, windows: Windows, now: Instant): Hint[] {
  const { name, id } = seen.user;
  const why = whyRespond(seen, windows, now);
  return why === null ? [] : [{ queue: 'respond', userName: name, userId: id, ...why }];
}

function hintFor(seen: Seen, rules: ScanRules, now: Instant): Hint[] | null {
  const { user } = seen;
  const hint = (queue: Hint['queue'], why: string | null): Hint[] | null =>
    why === null ? null : [{ queue, userName: user.name, userId: user.id, why }];
  if (user.tags[tag.offboarded] !== undefined) return hint('offboard', whyDepart(seen, now));
  return hint('rotate', whyRotate(seen, rules.windows, now));
}

function whyDepart(seen: Seen, now: Instant): string | null {
  const { tags } = seen.user;
  const restoredAt = instantTag(tags, tag.restored);
  if (restoredAt !== null && restoredAt >= (instantTag(tags, tag.offboarded) ?? 0))
    return 'a return was cut short';
  const purgeAfter = instantTag(tags, tag.purgeAfter);
  if (purgeAfter === null) return 'the tombstone has no date of purge';
  if (now >= purgeAfter) return 'the quarantine is over';
  if (!isDenied(seen)) return 'the deny is missing';
  return (seen.row?.activeKeys ?? 0) > 0 ? 'a key may still be active' : null;
}

/** What the answer to a leak has yet to do. */
function whyRespond(
  seen: ScannedUser,
  windows: Windows,
  now: Instant,
): Pick<Hint, 'why' | 'isSuspect'> | null {
  const { tags } = seen.user;
  const isQuarantined = seen.policyArns.some((arn) => arn.includes('/AWSCompromisedKeyQuarantine'));
  if (isQuarantined && tags[tag.suspected] === undefined)
    return { why: 'AWS says that a key of the user leaked', isSuspect: true };
  if (tags[tag.offboarded] !== undefined) return null;
  if (tags[tag.leakDenied] !== undefined) return { why: 'the answer to a leaked key is not done' };
  if (tags[tag.suspected] !== undefined && !isQuarantined)
    return { why: "AWS's quarantine policy is gone from the user" };
  const endAt = sessionsEndAt(tags, windows.settleMs);
  const isSessionDenied = seen.policyArns.some((arn) => arn.endsWith(`/${denySessionsPolicyName}`));
  if (endAt === null || now >= endAt)
    return isSessionDenied ? { why: 'the sessions of the leaked key have run out' } : null;
  return isSessionDenied || isDenied(seen) ? null : { why: 'sessions of a leaked key may live on' };
}

function whyRotate(seen: Seen, windows: Windows, now: Instant): string | null {
  const { user, secret, row } = seen;
  if (readKeyWish(user.tags) === null) return whyRetire(seen, windows, now);
  const currentId = keyAtStage(secret, stage.current);
  const pendingId = keyAtStage(secret, stage.pending);
  const previousId = keyAtStage(secret, stage.previous);
  if (secret?.deletedAt != null) return 'its secret is scheduled for deletion';
  if (!secret || currentId === null) return 'it has no current key';
  if (secret.isTorn) return 'its parameters do not hold one and the same key';
  if (pendingId !== null && pendingId !== currentId) return 'a pending key was left behind';
  if (isLeaked(user, currentId)) return 'its current key leaked';
  if (isLeaked(user, previousId)) return whyForget(seen, previousId!, windows, now);

  const intentAt = instantTag(user.tags, tag.mintIntent);
  if (intentAt !== null && secret.changedAt < intentAt && now >= intentAt + windows.settleMs)
    return 'a mint was cut short';

  const deactivatedAt =
    previousId === null ? null : readKeyInstantTag(user.tags, tag.deactivated, previousId);
  if (row?.activeKeys === 0) return 'its current key is not active';
  if (deactivatedAt !== null)
    return now >= deactivatedAt + windows.quarantineMs
      ? 'the old key has been inactive for long enough'
      : null;
  // Who comes back gets its current key back: a predecessor that the departure found is Inactive, and no report shows it.
  const restoredAt = instantTag(user.tags, tag.restored);
  if (previousId !== null && restoredAt !== null && restoredAt > (intentAt ?? 0))
    return 'it came back, and its old key may still be there';

  const keyMadeAt = currentKeyMadeAt(seen);
  if ((row?.activeKeys ?? 0) > 1) {
    const overlapEndsAt = (keyMadeAt ?? now) + windows.pendingLimitMs + windows.overlapMs;
    return previousId === null || now >= overlapEndsAt ? 'it has more than one active key' : null;
  }
  if (keyMadeAt === null || now < keyMadeAt + windows.rotateAfterMs) return null;
  const exemptText = user.tags[tag.exemptUntil];
  const exemptUntil = exemptText === undefined ? null : readInstant(exemptText);
  return exemptUntil !== null && now < exemptUntil ? null : 'its key is due';
}

/** The predecessor leaked: has it been kept for long enough? */
function whyForget({ user, row }: Seen, keyId: AccessKeyId, windows: Windows, now: Instant): string | null {
  if (row?.activeKeys === 0) return 'its current key is not active';
  const leakedAt = leaksOf(user.tags).get(keyId) ?? 0;
  return now >= leakedAt + windows.quarantineMs ? 'the leaked key has been kept for long enough' : null;
}

/** No key is wanted: is one active, or has a retired one been kept for long enough? */
function whyRetire({ user, row }: Seen, windows: Windows, now: Instant): string | null {
  if ((row?.activeKeys ?? 0) > 0) return 'no key is wanted and one is active';
  const [, instant = ''] = (user.tags[tag.deactivated] ?? '').split(' ');
  const retiredAt = readInstant(instant);
  return retiredAt !== null && now >= retiredAt + windows.quarantineMs ? 'a retired key can go' : null;
}

/** A report from before our last mint settled tells of keys that may have changed since. */
function isReportSettled({ tags }: UserFacts, generatedAt: Instant, { settleMs }: Windows): boolean {
  return generatedAt >= (instantTag(tags, tag.mintIntent) ?? 0) + settleMs;
}

/**
 * When the current key was made, as well as a scan can tell: where one key is active, the report knows. Else the
 * mint intent does, if the secret has changed since; an intent alone may be that of a mint that failed.
 */
function currentKeyMadeAt({ user, row, lastRow, secret }: Seen): Instant | null {
  const reported = lastRow?.oldestKeyAt ?? null;
  if (row?.activeKeys === 1) return reported;
  const intentAt = instantTag(user.tags, tag.mintIntent);
  return intentAt !== null && (secret?.changedAt ?? 0) >= intentAt ? intentAt : (reported ?? intentAt);
}

function keyAgeMs(seen: Seen, now: Instant): number {
  return now - (currentKeyMadeAt(seen) ?? now);
}

function isDenied({ user, policyArns }: ScannedUser): boolean {
  return policyArns.includes(denyAllPolicyArn) || user.boundaryArn === denyAllPolicyArn;
}

/** A run that would destroy more than its share stops and says so: a mass offboarding is more often a mistake. */
function brake(
  hints: readonly Hint[],
  managed: readonly Seen[],
  rules: ScanRules,
  now: Instant,
): { hints: readonly Hint[]; findings: Finding[] } {
  const limit = Math.max(1, Math.floor(managed.length * rules.maxPurgeShare));
  const doomed = new Set(
    managed
      .filter(({ user }) => {
        const purgeAfter = instantTag(user.tags, tag.purgeAfter);
        return user.tags[tag.offboarded] !== undefined && purgeAfter !== null && now >= purgeAfter;
      })
      .map(({ user }) => user.id),
  );
  if (doomed.size <= limit) return { hints, findings: [] };
  const why = `${doomed.size} users are to be purged at once, and at most ${limit} may be: none was`;
  return {
    hints: hints.filter((hint) => !doomed.has(hint.userId)),
    findings: [{ kind: 'BlastBrake', userName: null, why }],
  };
}
