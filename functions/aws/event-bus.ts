import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { secondMs } from '../core/instants.js';
import type { Clock } from './clock.js';

/** An event as a bus takes it. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
}

/** An event that the bus did not take, and why. */
export interface RefusedEvent<Event> {
  readonly event: Event;
  readonly why: string;
}

/** API reference of PutEvents. */
const entriesPerCall = 10;
/** Before the second, third and fourth try. */
const pausesMs = [secondMs / 5, secondMs, 3 * secondMs];
/** Of these a second try would be refused as the first was; of all others nobody knows. */
const isFinal =
  /^(MalformedDetail|InvalidArgument|NotAuthorizedFor.*|AccessDenied.*|Validation.*|ResourceNotFound.*)$/;

interface Bus {
  readonly eventBridge: EventBridgeClient;
  /** The name of the bus, or its ARN. */
  readonly bus: string;
  readonly clock: Clock;
  /** No further try begins after this instant. */
  readonly giveUpAt: number;
}

/**
 * Puts events on a bus, ten a call, and those that were not taken once more, by themselves. It never throws: what it was told of has
 * happened already. Answers those that the bus refused to the end.
 */
export async function putEvents<Event extends BusEvent>(
  events: readonly Event[],
  bus: Bus,
): Promise<RefusedEvent<Event>[]> {
  const refused: RefusedEvent<Event>[] = [];
  for (let start = 0; start < events.length; start += entriesPerCall)
    refused.push(...(await putBatch(events.slice(start, start + entriesPerCall), bus)));
  return refused;
}

async function putBatch<Event extends BusEvent>(
  events: readonly Event[],
  bus: Bus,
): Promise<RefusedEvent<Event>[]> {
  const { clock, giveUpAt } = bus;
  const refused: RefusedEvent<Event>[] = [];
  let left = events;
  for (const pauseMs of [...pausesMs, null]) {
    const results = await tryOnce(left, bus);
    const failed = left.flatMap((event, index) => {
      const { ErrorCode: code, ErrorMessage: message = '' } = results[index] ?? { ErrorCode: 'NoAnswer' };
      return code === undefined ? [] : [{ event, code, why: `${code} ${message}`.trim() }];
    });
    const isLast = pauseMs === null || clock.now() + pauseMs > giveUpAt;
    const givenUp = failed.filter(({ code }) => isLast || isFinal.test(code));
    refused.push(...givenUp.map(({ event, why }) => ({ event, why })));
    left = failed.filter((one) => !givenUp.includes(one)).map(({ event }) => event);
    if (left.length === 0 || pauseMs === null) break;
    await clock.sleep(pauseMs);
  }
  return refused;
}

/** A call that fails is a failure of each of its entries. */
async function tryOnce(
  events: readonly BusEvent[],
  { eventBridge, bus }: Bus,
): Promise<readonly PutEventsResultEntry[]> {
  const Entries = events.map(({ source, detailType, detail }): PutEventsRequestEntry => ({
    EventBusName: bus,
    Source: source,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  }));
  try {
    const answer = await eventBridge.send(new PutEventsCommand({ Entries }));
    return answer.Entries ?? [];
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return Entries.map(() => ({ ErrorCode: name, ErrorMessage: message }));
  }
}
