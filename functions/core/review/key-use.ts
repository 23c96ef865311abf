import { type Instant, formatInstant } from '../instants.js';
import type { TrailEvent } from './trail-event.js';

/** What a key was used for in one service and one region. */
export interface KeyUse {
  readonly service: string;
  readonly region: string;
  readonly calls: number;
  /** Of these, those that AWS refused: somebody tries what a stolen key may do. */
  readonly refused: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** What the event histories tell of a key's use. */
export interface UsedFor {
  readonly items: readonly KeyUse[];
  readonly notLookedAt: readonly string[];
}

/** As JSON has it. */
export interface UsedForData {
  readonly items: readonly (Omit<KeyUse, 'firstAt' | 'lastAt'> & {
    readonly firstAt: string;
    readonly lastAt: string;
  })[];
  readonly notLookedAt: readonly string[];
}

export function keyUseData({ items, notLookedAt }: UsedFor): UsedForData {
  const dated = items.map((use) => ({
    ...use,
    firstAt: formatInstant(use.firstAt),
    lastAt: formatInstant(use.lastAt),
  }));
  return { items: dated, notLookedAt };
}

export function keyUseLines({ items, notLookedAt }: UsedFor): string[] {
  const uses = items.map(
    ({ service, region, calls, refused, firstAt, lastAt }) =>
      `${service} in ${region}: ${calls} calls, ${refused} refused, ${formatInstant(firstAt)} to ${formatInstant(lastAt)}`,
  );
  return [...uses, ...notLookedAt.map((what) => `not looked at: ${what}`)];
}

/** The most used first; the latest first among equals. */
export function keyUsesOf(events: readonly TrailEvent[]): KeyUse[] {
  const byPlace = new Map<string, KeyUse>();
  for (const { service, region, error, at } of events) {
    const place = `${service} ${region}`;
    const known = byPlace.get(place) ?? { service, region, calls: 0, refused: 0, firstAt: at, lastAt: at };
    byPlace.set(place, {
      ...known,
      calls: known.calls + 1,
      refused: known.refused + (error === null ? 0 : 1),
      firstAt: Math.min(known.firstAt, at),
      lastAt: Math.max(known.lastAt, at),
    });
  }
  return [...byPlace.values()].toSorted((one, other) => other.calls - one.calls || other.lastAt - one.lastAt);
}
