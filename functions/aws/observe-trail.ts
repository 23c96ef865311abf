import type { LookupAttributeKey } from '@aws-sdk/client-cloudtrail';
import type { Instant } from '../core/instants.js';
import { type Looked, joinLooked } from '../core/review/looked.js';
import { type UserSession, sessionsOf } from '../core/review/role-sessions.js';
import { type Subject, learnSubject } from '../core/review/subject.js';
import type { TrailEvent } from '../core/review/trail-event.js';
import { look } from './look.js';
import type { EventHistory } from './lookup-events.js';

/** Each costs half a second and more for each region. */
const namesFollowed = 50;

/** What of the event history is asked for. */
export interface TrailWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** Of each question to each region. */
  readonly maxEvents: number;
}

export interface Trail {
  readonly events: Looked<TrailEvent>;
  /** Of the oldest event read, where older ones were left unread; else null. */
  readonly cutAt: Instant | null;
}

/** The event histories of some regions, by region. */
export type Histories = ReadonlyMap<string, Pick<EventHistory, 'find'>>;

/**
 * The events of a user and of the sessions that it opened. A session's events bear the name of the session, so that each
 * name is a question of its own; names that turn up on the way are followed too. Answers the subject with what the events
 * tell of it.
 */
export async function observeTrail(
  histories: Histories,
  subject: Subject,
  window: TrailWindow,
): Promise<Trail & { readonly subject: Subject }> {
  let trail = await findEvents(histories, 'Username', subject.name, window);
  const learned = learnSubject(subject, trail.events.items);
  const asked = new Set<string>([subject.name]);
  for (;;) {
    const names = followable(sessionsOf(trail.events.items, learned), learned, asked);
    if (names.length === 0) return { ...trail, subject: learned };
    const [name] = names;
    if (asked.size > namesFollowed) {
      const unread = `the events of sessions by further names (${names.length}): ${namesFollowed} are followed`;
      return { ...join([trail, unreadTrail(unread)]), subject: learned };
    }
    asked.add(name!);
    trail = join([trail, await findEvents(histories, 'Username', name!, window)]);
  }
}

/** Every read of a secret in these regions: CloudTrail does not index them by secret. */
export function observeSecretReads(histories: Histories, window: TrailWindow): Promise<Trail> {
  return findEvents(histories, 'EventName', 'GetSecretValue', window);
}

/** What a key was used for in these regions. */
export function observeKeyEvents(histories: Histories, keyId: string, window: TrailWindow): Promise<Trail> {
  return findEvents(histories, 'AccessKeyId', keyId, window);
}

/** The latest first. What a session does in another account is in that account's history. */
function followable(
  sessions: readonly UserSession[],
  { accountId }: Subject,
  asked: ReadonlySet<string>,
): string[] {
  const names = sessions
    .toReversed()
    .filter(({ kind, roleArn }) => kind === 'role' && roleArn?.split(':')[4] === accountId)
    .flatMap(({ sessionName }) => (sessionName === null || asked.has(sessionName) ? [] : [sessionName]));
  return [...new Set(names)];
}

async function findEvents(
  histories: Histories,
  attribute: LookupAttributeKey,
  value: string,
  window: TrailWindow,
): Promise<Trail> {
  const trails = await Promise.all(
    Array.from(histories, async ([region, history]): Promise<Trail> => {
      const pages = await look(`CloudTrail in ${region}`, async () => [
        await history.find({ attribute, value, ...window }),
      ]);
      const [found] = pages.items;
      return {
        events: { items: found?.events ?? [], unread: pages.unread },
        cutAt: found?.cutAt ?? null,
      };
    }),
  );
  return join(trails);
}

/** An event that answers two questions is one event, and a refusal of two one refusal. */
function join(trails: readonly Trail[]): Trail {
  const { items, unread } = joinLooked(trails.map(({ events }) => events));
  const cuts = trails.map(({ cutAt }) => cutAt).filter((at) => at !== null);
  return {
    events: {
      items: [...new Map(items.map((event) => [event.id, event])).values()],
      unread: [...new Set(unread)],
    },
    cutAt: cuts.length === 0 ? null : Math.max(...cuts),
  };
}

function unreadTrail(why: string): Trail {
  return { events: { items: [], unread: [why] }, cutAt: null };
}
