import { InvalidValue } from './invalid-value.js';

/** Milliseconds since the epoch. */
export type Instant = number;

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** ISO 8601 in UTC with milliseconds; every character of it is allowed in an IAM tag. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

const instantPattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** The instant that an ISO 8601 text names (a bare date is midnight UTC), or null where it names none. */
export function readInstant(text: string): Instant | null {
  const at = instantPattern.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) return null;
  // Date.parse takes 30 February for 2 March.
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return day! <= new Date(Date.UTC(year!, month, 0)).getUTCDate() ? at : null;
}

const durationPattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration such as P30D or PT15M. Years and months are refused: their length varies.
 * Throws InvalidValue.
 */
export function parseDuration(text: string, field = 'duration'): number {
  const parts = durationPattern.exec(text);
  if (!parts || text === 'P') {
    throw new InvalidValue(
      field,
      text,
      'an ISO 8601 duration of weeks, days, hours, minutes, seconds, such as P30D',
    );
  }
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (weeks! * 7 + days!) * dayMs + hours! * hourMs + minutes! * minuteMs + seconds! * secondMs;
}

/** Milliseconds of such a duration, or null for a text that is none. */
export function readDuration(text: string): number | null {
  return durationPattern.test(text) && text !== 'P' ? parseDuration(text) : null;
}

/** A length of time as people say it: "61 d", "3 h", "45 s". The largest unit that fits, rounded down. */
export function formatSpan(ms: number): string {
  const units: [number, string][] = [
    [dayMs, 'd'],
    [hourMs, 'h'],
    [minuteMs, 'min'],
  ];
  const [unitMs, unit] = units.find(([size]) => ms >= size) ?? [secondMs, 's'];
  return `${Math.floor(ms / unitMs)} ${unit}`;
}
