import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { type BusEvent, putEvents } from '../aws/event-bus.js';
import { announceAttention, withoutSpans } from '../core/announcements.js';
import type { Announcement, DetailType } from '../core/event-details.js';
import type { Instant } from '../core/instants.js';
import { eventSource } from '../core/names.js';
import { detailSchemas } from './event-schema.js';
import type { Journal } from './journal.js';
import { md5 } from './md5.js';
import * as z from './schema.js';

/** Where events go, and from which account. */
export interface Post {
  readonly eventBridge: Clients['eventBridge'];
  readonly bus: string;
  readonly accountId: string;
}

interface AnnouncerDeps {
  readonly functionName: string;
  /** Null where the function has nothing to say. */
  readonly post: Post | null;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Whoever asked has been told of these already, and there is nothing for a person to do. */
const toldAlready: ReadonlySet<string> = new Set(['Conflict', 'RosterUnmanaged']);
/** In characters: an error's message may be of any length, and a call takes 256 KB. */
const longestWhy = 1000;

/** What one invocation has to say, each fact once, until it is sent at the end of it. */
export class Announcer {
  private readonly said = new Map<string, Announcement>();
  /** The function's own, of which every attention is said on the bus too. */
  readonly journal: Journal;

  constructor(private readonly deps: AnnouncerDeps) {
    const { journal, functionName, clock } = deps;
    this.journal = {
      ...journal,
      attention: (kind, userName, why) => {
        journal.attention(kind, userName, why);
        if (deps.post === null || toldAlready.has(kind)) return;
        const finding = md5(withoutSpans(why));
        this.say(announceAttention({ kind, userName, why, functionName }, finding, clock.now()));
      },
    };
  }

  say(announcement: Announcement): void {
    if (this.deps.post === null)
      throw new Error(`${this.deps.functionName} has no bus to say "${announcement.type}" on`);
    this.said.set(announcement.detail.id, announcement);
  }

  /**
   * Sends all that was said. What was done is done: an event that breaks its schema, or that the bus refuses to the end, is told of in log
   * and metric, and fails nothing.
   */
  async send(giveUpAt: Instant): Promise<void> {
    const { post, clock, journal } = this.deps;
    if (post === null || this.said.size === 0) return;
    const events = [...this.said.values()].flatMap((announcement) => this.complete(announcement, post));
    this.said.clear();
    const refused = await putEvents(events, { ...post, clock, giveUpAt });
    for (const { event, why } of refused)
      journal.attention('EventLost', event.userName, `${event.id}: the bus refused it: ${why}`);
  }

  /** None where it breaks its own schema. */
  private complete({ type, detail: own }: Announcement, { accountId }: Post): OwnEvent[] {
    const why = Array.from(own.why).slice(0, longestWhy).join('');
    const detail = { schemaVersion: 1, accountId, ...own, why };
    const result = z.safeParse<z.core.$ZodType>(detailSchemas[type], detail);
    const { id, userName } = own;
    if (result.success) return [{ source: eventSource, detailType: type, detail, id, userName }];
    const [issue] = result.error.issues;
    const rule = `${issue!.path.join('.') || 'the detail'}: ${issue!.message}`;
    this.deps.journal.attention('EventLost', userName, `${id}: it breaks its schema: ${rule}`);
    return [];
  }
}

interface OwnEvent extends BusEvent {
  readonly detailType: DetailType;
  readonly id: string;
  readonly userName: string | null;
}
