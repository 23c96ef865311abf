import {
  type CloudTrailClient,
  type Event,
  type LookupAttributeKey,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { type Instant, secondMs } from '../core/instants.js';
import { type TrailEvent, readTrailEvent } from '../core/review/trail-event.js';
import type { Clock } from './clock.js';

/** CloudTrail API reference, LookupEvents: two requests a second for each account and region. */
const paceMs = secondMs / 2;
const eventsPerPage = 50;

export interface EventQuery {
  /** LookupEvents takes one attribute. Values are compared with their case. */
  readonly attribute: LookupAttributeKey;
  readonly value: string;
  /** The history goes back 90 days. */
  readonly from: Instant;
  readonly to: Instant;
  /** Past so many events the query ends, with the older ones unread. */
  readonly maxEvents: number;
}

export interface FoundEvents {
  /** The latest first. */
  readonly events: readonly TrailEvent[];
  /** Of the oldest event that was read, where older ones are left unread; else null. */
  readonly cutAt: Instant | null;
}

/** CloudTrail's event history of one region, asked no faster than it answers, whoever asks. */
export class EventHistory {
  private nextCallAt = -Infinity;
  private lastTurn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: CloudTrailClient,
    private readonly clock: Clock,
    /** Told of each page: how many events it had. */
    private readonly onPage: (events: number) => void = () => undefined,
  ) {}

  async find(query: EventQuery): Promise<FoundEvents> {
    const events: TrailEvent[] = [];
    let token: string | undefined;
    do {
      const command = new LookupEventsCommand(inputOf(query, token));
      const page = await this.inTurn(() => this.client.send(command));
      const found = (page.Events ?? []).map(toTrailEvent);
      events.push(...found);
      this.onPage(found.length);
      token = page.NextToken;
    } while (token !== undefined && events.length < query.maxEvents);
    return { events, cutAt: token === undefined ? null : (events.at(-1)?.at ?? query.to) };
  }

  /**
   * Callers queue up for their turns: each begins half a second after the one before has ended. Counted from beginnings, a
   * slow call and two quick ones may meet in one second.
   */
  private inTurn<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const turn = this.lastTurn.then(async () => {
      const waitMs = this.nextCallAt - this.clock.now();
      if (waitMs > 0) await this.clock.sleep(waitMs);
      try {
        return await call();
      } finally {
        this.nextCallAt = this.clock.now() + paceMs;
      }
    });
    // A call that fails is its caller's to tell of; the next has its turn all the same.
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }
}

function inputOf({ attribute, value, from, to }: EventQuery, token: string | undefined) {
  return {
    LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
    StartTime: new Date(from),
    EndTime: new Date(to),
    MaxResults: eventsPerPage,
    ...(token === undefined ? {} : { NextToken: token }),
  };
}

function toTrailEvent({ CloudTrailEvent, Resources }: Event): TrailEvent {
  const resources = (Resources ?? []).map(({ ResourceType, ResourceName }) => ({
    type: ResourceType ?? '',
    name: ResourceName ?? '',
  }));
  return readTrailEvent(CloudTrailEvent!, resources);
}
