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
      await this.turn();
      const page = await this.client.send(new LookupEventsCommand(inputOf(query, token)));
      const found = (page.Events ?? []).map(toTrailEvent);
      events.push(...found);
      this.onPage(found.length);
      token = page.NextToken;
    } while (token !== undefined && events.length < query.maxEvents);
    return { events, cutAt: token === undefined ? null : (events.at(-1)?.at ?? query.to) };
  }

  /** Callers queue up for their turns, half a second apart. */
  private async turn(): Promise<void> {
    const now = this.clock.now();
    const at = Math.max(now, this.nextCallAt);
    this.nextCallAt = at + paceMs;
    if (at > now) await this.clock.sleep(at - now);
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
