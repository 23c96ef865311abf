import { type Instant, dayMs, formatInstant, minuteMs, secondMs } from './instants.js';
import { isUser } from './review/role-sessions.js';
import { type TrailEvent, textOf } from './review/trail-event.js';
import type { Target } from './steps.js';

/**
 * Something that a leaver itself did after its departure was decided, while the loss of its powers spread. Acts that differ
 * in time alone are one. Instants are ISO 8601 texts.
 */
export interface LateAct {
  readonly service: string;
  /** As in "CreateRole". */
  readonly action: string;
  /** The names, ids and ARNs that the call gave. */
  readonly resources: readonly string[];
  readonly firstAt: string;
  readonly lastAt: string;
}

/** CloudTrail user guide: an event is in the history within some 15 minutes of its call. */
export const trailDelayMs = 15 * minuteMs;

/** Events have whole seconds. */
export function lateFrom(departedAt: Instant): Instant {
  return departedAt - (departedAt % secondMs);
}

/** What changed something, was carried out, and was done by this very user; the latest first. */
export function lateActsOf(events: readonly TrailEvent[], { name, id }: Target): LateAct[] {
  const own = events
    .filter(({ isReadOnly, error }) => !isReadOnly && error === null)
    .filter(({ by }) => isUser(by, { name, ids: [id] }))
    .toSorted((one, other) => one.at - other.at);
  const folded = new Map<string, LateAct>();
  for (const event of own) {
    const { service, name: action } = event;
    const resources = resourcesOf(event);
    const key = JSON.stringify([service, action, resources]);
    const at = formatInstant(event.at);
    folded.set(key, { service, action, resources, firstAt: folded.get(key)?.firstAt ?? at, lastAt: at });
  }
  return [...folded.values()].toReversed().toSorted((one, other) => (one.lastAt < other.lastAt ? 1 : -1));
}

/** "iam CreateRole backdoor (2026-03-01T09:00:12.000Z)". */
export function describeLateAct({ service, action, resources, lastAt }: LateAct): string {
  return `${[service, action, ...resources].join(' ')} (${lastAt})`;
}

/** Why a person must look, or null. What is older than a day was told when it was new. */
export function whyLate(acts: readonly LateAct[], now: Instant): string | null {
  const recent = acts.filter(({ lastAt }) => Date.parse(lastAt) > now - dayMs);
  if (recent.length === 0) return null;
  return `after its departure was decided it did: ${recent.map(describeLateAct).join('; ')}`;
}

function resourcesOf({ parameters, resources }: TrailEvent): string[] {
  const given = Object.entries(parameters).flatMap(([key, value]) => {
    const text = /(name|arn|id)$/i.test(key) ? textOf(value) : null;
    return text === null ? [] : [text];
  });
  return given.length > 0 ? given : resources.map(({ name }) => name);
}
