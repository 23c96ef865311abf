import { type Instant, formatInstant } from '../functions/core/instants.js';
import type { Creation } from '../functions/core/review/creations.js';
import type { Reference } from '../functions/core/review/references.js';
import type { Ownership, Review, Section } from '../functions/core/review/review.js';
import type { UserSession } from '../functions/core/review/role-sessions.js';
import { count, formatMinute, formatTable } from './output.js';

/** A review and what it is about, as both forms of the output tell it. */
export interface ReviewResult {
  readonly userName: string;
  /** Unique ids that it has or is known to have had. */
  readonly userIds: readonly string[];
  readonly state: 'present' | 'quarantined' | 'gone' | 'replaced';
  readonly reviewedAt: Instant;
  readonly days: number;
  readonly regions: readonly string[];
  readonly review: Review;
  /** What offboarding takes with the user. */
  readonly goesWithIt: readonly string[];
  /** What a review does not look at, or was not asked to. */
  readonly notAsked: readonly string[];
}

const states: Readonly<Record<ReviewResult['state'], string>> = {
  present: 'is there',
  quarantined: 'is in quarantine',
  gone: 'is gone',
  replaced: 'is gone, and another user has its name',
};

/** A review as text for a person; ends with a line end. */
export function renderReview(result: ReviewResult): string {
  const { userName, userIds, state, days, regions, review, goesWithIt, notAsked } = result;
  const { sessions, resources, ownership, references } = review;
  const ids = userIds.length === 0 ? '' : ` (${userIds.join(', ')})`;
  const parts = [
    `${userName}${ids} ${states[state]}.\n`,
    section('Sessions', sessions, 'none is open', sessionsFound, sessionTable),
    section('Resources', resources, `made nothing in ${count(days, 'day')}`, resourcesFound, resourceTable),
    section('Ownership', ownership, 'nothing counts on it', ownershipFound, ownershipTable),
    section('References', references, 'no policy names it', referencesFound, referenceTable),
    ...(goesWithIt.length === 0 ? [] : [`Goes with it: ${goesWithIt.join(', ')}.\n`]),
    `Looked at: CloudTrail's last ${count(days, 'day')} in ${regions.join(' and ')}.\n` +
      `Not looked at: ${notAsked.join('; ')}.\n`,
    nextSteps(result),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The same for machines: instants as ISO 8601 text. */
export function reviewData({ review, reviewedAt, ...result }: ReviewResult): object {
  const { sessions, resources, ownership, references } = review;
  return {
    ...result,
    reviewedAt: formatInstant(reviewedAt),
    sessions: dated(sessions, ({ since, until, ...session }) => ({
      ...session,
      since: formatInstant(since),
      until: formatInstant(until),
    })),
    resources: dated(resources, ({ firstAt, lastAt, ...creation }) => ({
      ...creation,
      firstAt: formatInstant(firstAt),
      lastAt: formatInstant(lastAt),
    })),
    ownership: dated(ownership, (owned) =>
      owned.kind === 'reader' ? { ...owned, lastAt: formatInstant(owned.lastAt) } : owned,
    ),
    references,
  };
}

function dated<Item>(section: Section<Item>, change: (item: Item) => object): object {
  return { ...section, items: section.items.map(change) };
}

/** A verdict, the rows, and what could not be looked at. */
function section<Item>(
  title: string,
  { verdict, items, notLookedAt }: Section<Item>,
  clear: string,
  found: (items: readonly Item[]) => string,
  table: (items: readonly Item[]) => string,
): string {
  const seen = items.length === 0 ? (verdict === 'clear' ? clear : 'nothing was seen') : found(items);
  const caveat = verdict === 'incomplete' ? ', but not everything was looked at' : '';
  const rows = items.length === 0 ? '' : indent(table(items));
  const unread = notLookedAt.map((what) => `  not looked at: ${what}\n`).join('');
  return `${title}: ${seen}${caveat}.\n${rows}${unread}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function sessionsFound(sessions: readonly UserSession[]): string {
  const last = Math.max(...sessions.map(({ until }) => until));
  return `${count(sessions.length, 'session')} may be open, until ${formatMinute(last)} at the latest`;
}

function sessionTable(sessions: readonly UserSession[]): string {
  const rows = sessions.map(({ kind, roleArn, sessionName, since, until }) => [
    kind,
    roleArn === null ? '-' : lastPart(roleArn),
    sessionName ?? '-',
    formatMinute(since),
    formatMinute(until),
  ]);
  return formatTable(['KIND', 'ROLE', 'NAME', 'SINCE', 'UNTIL'], rows);
}

function resourcesFound(creations: readonly Creation[]): string {
  return `${count(creations.length, 'thing')} of its making`;
}

function resourceTable(creations: readonly Creation[]): string {
  const rows = creations.map(({ service, action, resources, region, role, lastAt, times }) => [
    service,
    times === 1 ? action : `${action} (${times} times)`,
    resources.length === 0 ? '-' : resources.join('\n'),
    region,
    formatMinute(lastAt),
    role === null ? '-' : lastPart(role),
  ]);
  return formatTable(['SERVICE', 'CALL', 'RESOURCE', 'REGION', 'LAST', 'AS ROLE'], rows);
}

function ownershipFound(owned: readonly Ownership[]): string {
  return `${count(owned.length, 'thing')} ${owned.length === 1 ? 'counts' : 'count'} on it`;
}

function ownershipTable(owned: readonly Ownership[]): string {
  return formatTable(
    ['WHAT', 'WHY'],
    owned.map((one) => {
      switch (one.kind) {
        case 'owner':
          return [`user ${one.userName}`, 'has it as its owner'];
        case 'roster':
          return ['roster', one.entry];
        case 'leftover':
          return [one.what, 'is left of it'];
        case 'reader':
          return [
            one.principal,
            `read its key ${one.times === 1 ? 'once' : `${one.times} times`}, last ${formatMinute(one.lastAt)} in ${one.regions.join(', ')}`,
          ];
      }
    }),
  );
}

function referencesFound(references: readonly Reference[]): string {
  return `${count(references.length, 'place')} in policies ${references.length === 1 ? 'names' : 'name'} it`;
}

function referenceTable(references: readonly Reference[]): string {
  const rows = references.map(({ what, statement, effect, place, value, as, certainty }) => [
    what,
    statement,
    effect,
    place,
    value,
    `${certainty}: ${as}`,
  ]);
  return formatTable(['POLICY', 'STATEMENT', 'EFFECT', 'PLACE', 'VALUE', 'WHAT IT IS'], rows);
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** What to do about what was found, in the order in which it is to be done. */
function nextSteps({ userName, state, review }: ReviewResult): string {
  const { sessions, resources, ownership, references } = review;
  const has = (kind: Ownership['kind']) => ownership.items.some((one) => one.kind === kind);
  const steps = [
    resources.items.length > 0 && 'give what it made to somebody who stays',
    has('owner') && 'give the users that have it as their owner another one',
    has('reader') && 'give whoever reads its key another',
    has('leftover') && 'delete what is left of it',
    has('roster') && 'take it out of the roster, or the next apply brings it back',
    references.items.length > 0 &&
      `take it out of these policies${state === 'present' ? ' before it goes: afterwards they hold its unique id' : ''}`,
    (state === 'present' || state === 'quarantined') && `iam-lifecycle offboard ${userName}`,
    sessions.items.some(({ kind }) => kind === 'role') &&
      'sessions of roles outlive the user: wait for their end, or revoke the sessions of the role',
  ].filter((step) => step !== false);
  return steps.length === 0 ? '' : `Next:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
}
