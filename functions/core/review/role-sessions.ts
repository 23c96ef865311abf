import { type Instant, hourMs, secondMs } from '../instants.js';
import { sameName } from '../names.js';
import type { Subject } from './subject.js';
import { type TrailEvent, type TrailPrincipal, objectOf, textOf } from './trail-event.js';

/** Credentials that the user got for a while, and that may outlive its keys. */
export interface UserSession {
  /** `role`: has the role's rights. `token`, `federation`, `console`: have the user's own, and end with them. */
  readonly kind: 'role' | 'token' | 'federation' | 'console';
  /** Of a role. */
  readonly roleArn: string | null;
  /** Of a role or a federation. */
  readonly sessionName: string | null;
  readonly since: Instant;
  /** When it ends at the latest. */
  readonly until: Instant;
  /** As in AROA…:SESSION. */
  readonly principalId: string | null;
  /** Of its temporary credentials (ASIA…). */
  readonly accessKeyId: string | null;
  readonly region: string;
}

/** IAM user guide, the longest that each kind can be asked for. */
const longestRoleMs = 12 * hourMs;
const longestConsoleMs = 12 * hourMs;
export const longestSessionMs = 36 * hourMs;

/**
 * Every session that the user opened, those that it opened from within a session among them, in the order of time. Where
 * an event does not tell its end, it is taken to last as long as any of its kind can.
 */
export function sessionsOf(events: readonly TrailEvent[], subject: Subject): UserSession[] {
  const openings = events
    .filter(({ error }) => error === null)
    .toSorted((one, other) => one.at - other.at)
    .flatMap((event) => {
      const session = readOpening(event);
      return session === null ? [] : [{ event, session }];
    });
  const sessions: UserSession[] = [];
  for (const { event, session } of openings)
    if (isBySubject(event, subject, sessions)) sessions.push(session);
  return sessions;
}

/** Is this the user's own doing, or that of one of these sessions? */
function isBySubject(event: TrailEvent, subject: Subject, sessions: readonly UserSession[]): boolean {
  return isUser(event.by, subject) || sessionBehind(event, sessions) !== null;
}

/**
 * The session that made a call, known by its credentials; the console changes these, so that there its principal and its
 * time must do. null: none of these.
 */
export function sessionBehind(event: TrailEvent, sessions: readonly UserSession[]): UserSession | null {
  const { by, at } = event;
  if (by.type !== 'AssumedRole') return null;
  const exact = sessions.find(({ accessKeyId }) => accessKeyId !== null && accessKeyId === by.accessKeyId);
  const fits = ({ principalId, since, until }: UserSession) =>
    principalId !== null && principalId === by.id && at >= since && at <= until;
  return exact ?? sessions.findLast(fits) ?? null;
}

/** By unique id where both sides know it: an earlier user of the name is somebody else. */
export function isUser(by: TrailPrincipal, { ids, name }: Pick<Subject, 'ids' | 'name'>): boolean {
  const isFederated = by.type === 'FederatedUser';
  if (by.type !== 'IAMUser' && !isFederated) return false;
  const { id, userName } = isFederated ? by.issuer : by;
  if (ids.length > 0 && id !== null) return ids.includes(id);
  return userName !== null && sameName(userName, name);
}

function readOpening(event: TrailEvent): UserSession | null {
  const { name, service, at, region, parameters, response } = event;
  const credentials = objectOf(response['credentials']);
  const common = {
    since: at,
    region,
    sessionName: textOf(parameters['roleSessionName']) ?? textOf(parameters['name']),
    accessKeyId: textOf(credentials['accessKeyId']),
    principalId: textOf(objectOf(response['assumedRoleUser'])['assumedRoleId']),
  };
  const until = (longestMs: number) => endOf(event, credentials['expiration'], longestMs);
  if (service === 'sts' && name === 'AssumeRole') {
    const roleArn = textOf(parameters['roleArn']);
    if (roleArn === null) return null;
    return { ...common, kind: 'role', roleArn, until: until(longestRoleMs) };
  }
  if (service === 'sts' && name === 'GetSessionToken')
    return { ...common, kind: 'token', roleArn: null, until: until(longestSessionMs) };
  if (service === 'sts' && name === 'GetFederationToken')
    return { ...common, kind: 'federation', roleArn: null, until: until(longestSessionMs) };
  const isSignIn = name === 'ConsoleLogin' && response['ConsoleLogin'] === 'Success';
  return isSignIn ? { ...common, kind: 'console', roleArn: null, until: at + longestConsoleMs } : null;
}

/** What the answer says, else what was asked for, else the longest that there is. */
function endOf({ at, parameters }: TrailEvent, expiration: unknown, longestMs: number): Instant {
  const told = readExpiration(expiration);
  if (told !== null) return told;
  const seconds = Number(parameters['durationSeconds'] ?? NaN);
  return at + (Number.isFinite(seconds) ? seconds * secondMs : longestMs);
}

/** CloudTrail writes "Mar 1, 2026, 10:00:00 AM", in UTC and without saying so, or ISO 8601. */
function readExpiration(expiration: unknown): Instant | null {
  const text = textOf(expiration)?.replace(/\s+/g, ' ');
  if (text === undefined) return null;
  const at = Date.parse(/^\d{4}-/.test(text) ? text : `${text} UTC`);
  return Number.isNaN(at) ? null : at;
}
