import type { PolicyDocument } from '../assume-policy.js';
import { type Instant, minuteMs, readInstant } from '../instants.js';
import { userNameRule } from '../names.js';
import { isSameDocument } from '../roster/same-document.js';
import type { SessionPin } from './session-pin.js';

/** Of one role: the sessions that began before an instant can do nothing any more. */
export interface Revocation {
  /** Whose sessions, and what of them bears the name; null is everybody's. */
  readonly who: { readonly pin: SessionPin; readonly userName: string } | null;
  /** A whole minute. */
  readonly before: Instant;
}

/** One statement: the sessions of these values of a key, or all of them, that began before an instant. */
interface Group {
  readonly pin: SessionPin | null;
  readonly values: readonly string[];
  readonly before: Instant;
}

const conditionKeys = { 'session-name': 'aws:userid', 'source-identity': 'aws:SourceIdentity' } as const;
const pins = Object.keys(conditionKeys) as SessionPin[];

/**
 * What a revocation policy says while nobody is revoked: IAM takes no policy without a statement, and no session began
 * before 1970. The stack makes the policy with this text, which must never change: CloudFormation writes a policy anew
 * when its text changes, and would forget who is revoked.
 */
export const nobodyRevoked: PolicyDocument = toDocument([{ pin: null, values: [], before: 0 }]);

/** The first whole minute that is not before an instant: a little more is revoked, and never less. */
export function wholeMinute(at: Instant): Instant {
  return Math.ceil(at / minuteMs) * minuteMs;
}

/** One Deny for each instant and way to know a session. `roleId` is the role's unique id, as in AROA…. */
export function formatRevocations(roleId: string, revocations: readonly Revocation[]): PolicyDocument {
  const groups = new Map<string, Group>();
  for (const { who, before } of revocations) {
    const pin = who?.pin ?? null;
    const { values } = groups.get(`${before} ${pin}`) ?? { values: [] };
    const value = who?.pin === 'session-name' ? `${roleId}:${who.userName}` : who?.userName;
    groups.set(`${before} ${pin}`, { pin, before, values: value === undefined ? [] : [...values, value] });
  }
  return groups.size === 0 ? nobodyRevoked : toDocument([...groups.values()]);
}

function toDocument(groups: readonly Group[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: groups.map(({ pin, values, before }) => ({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        // IAM's names are unique whatever their case, so a name in another spelling is the same user's.
        ...(pin === null ? {} : { StringEqualsIgnoreCase: { [conditionKeys[pin]]: values } }),
        // Without the milliseconds, which are none: the policy has room for more.
        DateLessThan: { 'aws:TokenIssueTime': new Date(before).toISOString().replace('.000Z', 'Z') },
      },
    })),
  };
}

/**
 * The revocations that a document holds, or null where it says anything that formatRevocations would not say: an Allow,
 * another action, somebody else's condition. What is said of an earlier role of this name is left out, for its sessions
 * died with it. `document` is parsed JSON.
 */
export function readRevocations(document: unknown, roleId: string): readonly Revocation[] | null {
  const groups = listOf(field(document, 'Statement')).map(readGroup);
  const isOurs = groups.every((group) => group !== null) && isSameDocument(document, toDocument(groups));
  return isOurs ? groups.flatMap((group) => revocationsOf(group, roleId)) : null;
}

function readGroup(statement: unknown): Group | null {
  const condition = field(statement, 'Condition');
  const before = readInstant(String(field(field(condition, 'DateLessThan'), 'aws:TokenIssueTime')));
  if (before === null) return null;
  const named = field(condition, 'StringEqualsIgnoreCase');
  if (named === undefined) return { pin: null, values: [], before };
  const pin = pins.find((candidate) => field(named, conditionKeys[candidate]) !== undefined);
  const values = pin === undefined ? [] : listOf(field(named, conditionKeys[pin])).map(String);
  return pin !== undefined && values.every((value) => isName(pin, value)) ? { pin, values, before } : null;
}

function isName(pin: SessionPin, value: string): boolean {
  const name = pin === 'session-name' ? value.slice(value.indexOf(':') + 1) : value;
  return (pin !== 'session-name' || value.includes(':')) && userNameRule.pattern.test(name);
}

function revocationsOf({ pin, values, before }: Group, roleId: string): Revocation[] {
  if (pin === null) return before === 0 ? [] : [{ who: null, before }];
  if (pin === 'source-identity') return values.map((userName) => ({ who: { pin, userName }, before }));
  return values.flatMap((value) => {
    const [owner, userName] = value.split(':');
    return owner === roleId ? [{ who: { pin, userName: userName! }, before }] : [];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
