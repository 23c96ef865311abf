import { isManaged, keyAtStage, stage } from '../functions/core/facts.js';
import { type Instant, formatInstant } from '../functions/core/instants.js';
import { readKeyWish, ssmPathsOf } from '../functions/core/key-wish.js';
import { secretNameOf } from '../functions/core/names.js';
import type { ScannedUser } from '../functions/core/scan.js';
import { instantTag, tag } from '../functions/core/tags.js';
import type { UserFacts } from '../functions/core/facts.js';
import type { Scan } from './scan-account.js';

/** One managed user, as well as a look through the account can tell. */
export interface StatusRow {
  readonly userName: string;
  readonly userId: string;
  readonly origin: string | null;
  /** Offboarded, NoKey, Attention (something is to be done now) or Settled. */
  readonly phase: 'Offboarded' | 'NoKey' | 'Attention' | 'Settled';
  readonly keyCreatedAt: Instant | null;
  readonly next: { readonly action: string; readonly at: Instant | null };
  /** Name of the secret or of the parameter that holds the key. */
  readonly store: string | null;
}

export function statusRows({ account, plan, settings, now }: Scan): StatusRow[] {
  const whyByUser = new Map(plan.hints.map(({ userId, why }) => [userId, why]));
  const keyMadeAt = keyDates(account);
  return account.users
    .filter(({ user }) => isManaged(user, settings))
    .map(({ user }): StatusRow => {
      const keyCreatedAt = keyMadeAt(user);
      const why = whyByUser.get(user.id) ?? null;
      const dueAt = keyCreatedAt === null ? null : keyCreatedAt + settings.windows.rotateAfterMs;
      return {
        userName: user.name,
        userId: user.id,
        origin: user.tags[tag.origin] ?? null,
        keyCreatedAt,
        store: storeOf(user),
        ...phaseOf(user, why, dueAt, now),
      };
    })
    .toSorted((one, other) => (one.userName < other.userName ? -1 : 1));
}

function phaseOf(
  user: UserFacts,
  why: string | null,
  dueAt: Instant | null,
  now: Instant,
): Pick<StatusRow, 'phase' | 'next'> {
  if (user.tags[tag.offboarded] !== undefined) {
    const at = instantTag(user.tags, tag.purgeAfter);
    return { phase: 'Offboarded', next: { action: why ?? 'delete the user', at } };
  }
  if (why !== null) return { phase: 'Attention', next: { action: why, at: now } };
  if (readKeyWish(user.tags) === null) return { phase: 'NoKey', next: { action: 'nothing', at: null } };
  return { phase: 'Settled', next: { action: 'rotate the key', at: dueAt } };
}

/** When a user's latest key was made: our own record where the store has changed since, else the credential report. */
function keyDates({ report, secrets }: Scan['account']): (user: UserFacts) => Instant | null {
  const reported = new Map(report.rows.map((row) => [row.userArn, row.oldestKeyAt]));
  const stored = new Map(
    secrets.map((secret) => [
      secret.userName,
      keyAtStage(secret, stage.current) === null ? 0 : secret.changedAt,
    ]),
  );
  return (user) => {
    const intentAt = instantTag(user.tags, tag.mintIntent);
    if (intentAt !== null && (stored.get(user.name) ?? 0) >= intentAt) return intentAt;
    return reported.get(user.arn) ?? (readKeyWish(user.tags)?.store === 'ssm' ? intentAt : null);
  };
}

/** Where a reader finds the key of this user; null where no key is wanted. */
export function storeOf({ name, tags }: ScannedUser['user']): string | null {
  const wish = readKeyWish(tags);
  if (wish === null) return null;
  return wish.store === 'ssm' ? ssmPathsOf(name, wish).credentials : secretNameOf(name);
}

/** The same for machines: instants as ISO 8601 text. */
export function statusData({ keyCreatedAt, next, ...row }: StatusRow): object {
  return {
    ...row,
    keyCreatedAt: isoOrNull(keyCreatedAt),
    next: { action: next.action, at: isoOrNull(next.at) },
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
