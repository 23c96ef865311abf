import { minuteMs } from '../../functions/core/instants.js';
import { leaksOf } from '../../functions/core/leaks.js';
import type { AccessKeyId } from '../../functions/core/names.js';
import type { FakeAws } from '../fake-aws/fake-aws.js';
import type { TrueUser } from '../fake-aws/truth.js';
import type { Member } from './fleet-plan.js';
import { announcedLeaks } from './leaked.js';
import type { Violation } from './violation.js';

/** A decision about who is employed. `from` and `to`: between these instants it was taken. */
export interface Decision {
  readonly member: Member;
  readonly kind: 'stay' | 'leave';
  readonly from: number;
  readonly to: number;
  /** A request was refused after one whose answer was lost: it may have been taken or not. */
  readonly isDoubtful: boolean;
  /** Of a departure: how long the user can be restored; null where the deployment says it. */
  readonly quarantineMs?: number;
}

/** What somebody did by hand. `keyId`: of the key that was added. */
export interface HandMade {
  readonly what: 'add-key' | 'strip-tag' | 'strip-boundary' | 'delete-secret' | 'namesake' | 'cut-off-change';
  readonly name: string;
  readonly at: number;
  readonly keyId?: string;
}

/** What was asked for, and what was done by hand, in one life of a fleet. */
export class Ledger {
  readonly decisions: Decision[] = [];
  readonly byHand: HandMade[] = [];
  /**
   * Member -> the value that its tag Team was last told to have, null where two said so at once; and the unique id of whom
   * that was said, null where the roster says it of whoever has the name.
   */
  readonly teams = new Map<string, { readonly team: string | null; readonly userId: string | null }>();
  /** Whose roles and tags somebody ever asked the API to change. */
  readonly changing = new Set<string>();
  readonly emergencies = new Set<string>();
  /** Member -> when a new key was last surely asked for. */
  readonly rotations = new Map<string, number>();

  didByHand(what: HandMade['what'], name: string): boolean {
    return this.byHand.some((deed) => deed.what === what && deed.name === name);
  }

  /** Which decisions may be a member's last: those that none surely followed. */
  lastDecisions({ name }: Member): readonly Decision[] {
    const all = this.decisions.filter(({ member }) => member.name === name);
    return all.filter(
      (one) => !all.some((other) => other !== one && !other.isDoubtful && other.from > one.to),
    );
  }
}

/** How long a run that began before somebody's deed may go on, and a read may trail it. */
const blindMs = 15 * minuteMs;
/** The timeout of whoever mints, restores or lifts. */
const longestRunMs = 2 * minuteMs;

/** Whether a broken rule is what somebody did by hand, and not the functions: that rule, of that user or key, no more. */
export function isExcused(
  { rule, what }: Violation,
  { byHand }: Ledger,
  account: FakeAws,
  now: number,
): boolean {
  if (rule === 'T1') return isOvertaken(what, account);
  if (['K1', 'K3', 'K4'].includes(rule)) return isUnheard(what, account, now);
  return byHand.some((deed) => {
    const isOfUser = what.includes(deed.name);
    if (deed.what === 'add-key') return isOfAddedKey(rule, what, deed);
    if (deed.what === 'strip-tag')
      return rule === 'S1' && isOfUser && what.endsWith('not managed') && now < deed.at + blindMs;
    if (deed.what === 'strip-boundary')
      return rule === 'O1' && what === `${deed.name} has the boundary undefined`;
    if (deed.what === 'cut-off-change')
      return rule === 'O1' && what.startsWith(`${deed.name} has the policies`);
    return false;
  });
}

/** A key that was made by hand takes a slot, is not stored, and stays where it is: Inactive and on record if it leaked. */
function isOfAddedKey(rule: string, what: string, { name, keyId }: HandMade): boolean {
  if (rule === 'S3') return what.includes(name);
  if (rule === 'L1' && what === `the key of ${name} is not Active`) return true;
  return ['S2', 'L1'].includes(rule) && what.includes(name) && what.toUpperCase().includes(keyId!);
}

/** A run promoted a key and died; before the next came to say so, the key had leaked, and the next spoke of its successor. */
function isOvertaken(what: string, account: FakeAws): boolean {
  return (
    what.startsWith('no event "Access Key Rotated"') && announcedLeaks(account).has(what.split(' ').at(-1)!)
  );
}

/**
 * News of a leak may take hours, and until they are there a key is replaced, given back and let in as any other. They are
 * there once the user's record of the leak is; a run that looked before that may act after it.
 */
function isUnheard(what: string, account: FakeAws, now: number): boolean {
  const leaks = announcedLeaks(account);
  const owner = account.truth
    .users()
    .find(({ name, keys }) => what.includes(name) || keys.some(({ id }) => what.includes(id)));
  const tags = Object.fromEntries((owner?.tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']));
  const recorded = leaksOf(tags);
  return (owner?.keys ?? [])
    .filter(({ id }) => leaks.has(id) && (what.includes(id) || what.includes(owner!.name)))
    .some(({ id }) => now < (recorded.get(id as AccessKeyId) ?? Infinity) + longestRunMs);
}

/** The living user that a member is, whoever else bears the name. */
export function managedUser({ truth }: FakeAws, name: string): TrueUser | undefined {
  const user = truth.user(name);
  return user?.path.startsWith('/lifecycle/') ? user : undefined;
}
