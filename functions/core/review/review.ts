import { type Instant, dayMs, formatInstant } from '../instants.js';
import { sameName } from '../names.js';
import { type Tags, tag } from '../tags.js';
import { type Creation, creationsOf } from './creations.js';
import { type KeyReader, type ReadSecret, readersOf } from './key-readers.js';
import type { Looked } from './looked.js';
import type { PolicySource } from './policy-statements.js';
import { type Reference, findReferences } from './references.js';
import { type UserSession, longestSessionMs, sessionsOf } from './role-sessions.js';
import type { Subject } from './subject.js';
import type { TrailEvent } from './trail-event.js';

/** What a review looked at. What could not be read is told beside it: it never counts as nothing. */
export interface ReviewFacts {
  readonly subject: Subject;
  /** Of the user and of the sessions that it opened. */
  readonly events: Looked<TrailEvent>;
  /** Of the oldest event read, where older ones were left unread; else null. */
  readonly eventsCutAt: Instant | null;
  /** Who read the secrets of this account; only asked for where the user has one. */
  readonly secretReads: Looked<TrailEvent>;
  readonly secrets: readonly ReadSecret[];
  /** What is left of a user that is gone, as in "secret iam-lifecycle/bob". */
  readonly leftovers: readonly string[];
  readonly policies: Looked<PolicySource>;
  readonly users: Looked<{ readonly name: string; readonly tags: Tags }>;
  /** Where a roster names the user, in words. */
  readonly rosterEntries: Looked<string>;
  /** How far back what it made is looked for. */
  readonly days: number;
}

/** Something that is under the user's hand, or counts on it. */
export type Ownership =
  | { readonly kind: 'owner'; readonly userName: string }
  | { readonly kind: 'roster'; readonly entry: string }
  | { readonly kind: 'leftover'; readonly what: string }
  | ({ readonly kind: 'reader' } & KeyReader);

/** `incomplete`: something could not be looked at, whatever was found beside it. */
export interface Section<Item> {
  readonly verdict: 'clear' | 'found' | 'incomplete';
  readonly items: readonly Item[];
  readonly notLookedAt: readonly string[];
}

/** What still points at a user: the answer to "may it go?". */
export interface Review {
  /** Those that may be open yet. */
  readonly sessions: Section<UserSession>;
  readonly resources: Section<Creation>;
  readonly ownership: Section<Ownership>;
  readonly references: Section<Reference>;
}

export function reviewUser(facts: ReviewFacts, now: Instant): Review {
  const { subject, events, eventsCutAt, days } = facts;
  const sessions = sessionsOf(events.items, subject);
  const cut = eventsCutAt === null ? [] : [`events before ${formatInstant(eventsCutAt)}`];
  const isShort = eventsCutAt !== null && eventsCutAt > now - longestSessionMs;
  const creations = creationsOf(events.items, subject, sessions);
  return {
    sessions: sectionOf(
      sessions.filter(({ until }) => until > now),
      [...events.unread, ...(isShort ? cut : [])],
    ),
    resources: sectionOf(
      creations.filter(({ lastAt }) => lastAt >= now - days * dayMs),
      [...events.unread, ...cut],
    ),
    ownership: ownershipOf(facts),
    references: referencesOf(facts),
  };
}

/** 0: everything was looked at and nothing points at the user; 2: something does; 1: not everything was looked at. */
export function exitCodeOf({ sessions, resources, ownership, references }: Review): 0 | 1 | 2 {
  const verdicts = [sessions, resources, ownership, references].map(({ verdict }) => verdict);
  if (verdicts.includes('incomplete')) return 1;
  return verdicts.includes('found') ? 2 : 0;
}

function ownershipOf(facts: ReviewFacts): Section<Ownership> {
  const { subject, users, rosterEntries, secretReads, secrets, leftovers } = facts;
  const owned = users.items.filter(
    ({ name, tags }) => !sameName(name, subject.name) && sameName(tags[tag.owner] ?? '', subject.name),
  );
  return sectionOf<Ownership>(
    [
      ...owned.map(({ name }) => ({ kind: 'owner', userName: name }) as const),
      ...rosterEntries.items.map((entry) => ({ kind: 'roster', entry }) as const),
      ...leftovers.map((what) => ({ kind: 'leftover', what }) as const),
      ...readersOf(secretReads.items, secrets).map((reader) => ({ kind: 'reader', ...reader }) as const),
    ],
    [...users.unread, ...rosterEntries.unread, ...secretReads.unread],
  );
}

/** Its own policies, and those of its own secrets, go with it. */
function referencesOf({ policies, subject }: ReviewFacts): Section<Reference> {
  const own = new Set([...subject.arns, ...subject.owned.map(({ arn }) => arn)]);
  const others = policies.items.filter(({ arn }) => !own.has(arn));
  const { found, unreadable } = findReferences(others, subject);
  return sectionOf(found, [...policies.unread, ...unreadable.map((what) => `${what}: it is no policy`)]);
}

function sectionOf<Item>(items: readonly Item[], notLookedAt: readonly string[]): Section<Item> {
  const verdict = notLookedAt.length > 0 ? 'incomplete' : items.length > 0 ? 'found' : 'clear';
  return { verdict, items, notLookedAt };
}
