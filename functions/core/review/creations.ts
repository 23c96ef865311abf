import type { Instant } from '../instants.js';
import { type UserSession, isUser, sessionBehind } from './role-sessions.js';
import type { Subject } from './subject.js';
import { type TrailEvent, textOf } from './trail-event.js';

/** Something that the user made, itself or in the session of a role. Calls that differ in time alone are one. */
export interface Creation {
  readonly service: string;
  /** As in "CreateBucket". */
  readonly action: string;
  /** Names, ids or ARNs, as the event has them; none where it tells of none. */
  readonly resources: readonly string[];
  readonly region: string;
  /** ARN of the role in whose session it was; null: the user itself. */
  readonly role: string | null;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly times: number;
}

/** What the names of calls that bring something about begin with. */
const making =
  /^(Create|Run|Put|Allocate|Register|Import|Copy|Request|Launch|Restore|Upload|Purchase)(?=[A-Z])/;
const ending = /^(Delete|Terminate|Release|Deregister|Remove)(?=[A-Z])/;

/**
 * What the user made in these events and was not seen to take away again, the latest first. Whether others have taken it
 * away since is not looked at.
 */
export function creationsOf(
  events: readonly TrailEvent[],
  subject: Subject,
  sessions: readonly UserSession[],
): Creation[] {
  const own = events
    .filter(({ isReadOnly, error }) => !isReadOnly && error === null)
    .filter((event) => isUser(event.by, subject) || sessionBehind(event, sessions) !== null)
    .toSorted((one, other) => one.at - other.at);
  const endedAt = new Map(
    own.filter(({ name }) => ending.test(name)).map((event) => [thingOf(event), event.at] as const),
  );
  const folded = new Map<string, Creation>();
  for (const event of own) {
    if (!making.test(event.name) || (endedAt.get(thingOf(event)) ?? -Infinity) >= event.at) continue;
    const role = isUser(event.by, subject) ? null : sessionBehind(event, sessions)!.roleArn;
    const { service, name: action, region, at } = event;
    const resources = resourcesOf(event);
    const key = JSON.stringify([service, action, region, role, resources]);
    const before = folded.get(key);
    folded.set(key, {
      service,
      action,
      resources,
      region,
      role,
      firstAt: before?.firstAt ?? at,
      lastAt: at,
      times: (before?.times ?? 0) + 1,
    });
  }
  return [...folded.values()].toSorted((one, other) => other.lastAt - one.lastAt);
}

/** The same for what makes a thing and for what ends it. A call that does not name its thing is no other's. */
function thingOf(event: TrailEvent): string {
  return JSON.stringify([event.service, event.region, nounOf(event), nameOf(event) ?? `event ${event.id}`]);
}

/** "createBucket" makes a "bucket". Lambda's names have a date behind them. */
function nounOf({ name }: TrailEvent): string {
  return name
    .replace(making, '')
    .replace(ending, '')
    .replace(/\d{8}(v\d+)?$/, '')
    .toLowerCase();
}

/** The name or id that the call itself gives to the thing. */
function nameOf(event: TrailEvent): string | null {
  const noun = nounOf(event);
  const keys = ['name', ...['name', 'id', 'identifier', 'arn'].map((end) => noun + end)];
  const named = Object.entries(event.parameters).find(([key]) => keys.includes(key.toLowerCase()));
  return named ? textOf(named[1]) : null;
}

/** Of the resources that an event lists, those of the kind that the call makes, where these can be told. */
function resourcesOf(event: TrailEvent): string[] {
  const name = nameOf(event);
  if (name !== null) return [name];
  const noun = nounOf(event);
  const ofKind = event.resources.filter(({ type }) => {
    const kind = type.slice(type.lastIndexOf(':') + 1).toLowerCase();
    return kind !== '' && noun.startsWith(kind);
  });
  return (ofKind.length > 0 ? ofKind : event.resources).map((resource) => resource.name);
}
