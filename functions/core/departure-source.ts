import type { Rule } from './invalid-value.js';

/** How events of another system say who leaves: declared in the configuration, carried by the rule, read here. */
export interface DepartureSource {
  readonly name: string;
  readonly kind: 'offboard' | 'restore';
  readonly paths: {
    readonly userName: string;
    /** The unique id (AIDA…); null where the system knows none. */
    readonly userId: string | null;
    /** The instant of the decision. */
    readonly at: string;
    /** A path, or the text itself; null for a text that names the source. */
    readonly reason: string | null;
  };
  /** ISO 8601; null for the configuration's. The declaration says it, never the event. */
  readonly quarantine: string | null;
}

/** The detail-type under which a rule queues such an event. */
export const reportType = 'Departure Reported';

/** The part of JSONPath that EventBridge's own input paths know, and nothing outside the detail. */
export const eventPathRule: Rule = {
  says: 'a path into the detail, such as $.detail.user.name or $.detail.target[0].id',
  pattern: /^(?=.{1,256}$)\$\.detail(\.[\w-]+|\[\d{1,4}\])+$/,
};
export const instantPathRule: Rule = {
  says: '$.time or a path into the detail',
  pattern: new RegExp(`^\\$\\.time$|${eventPathRule.pattern.source}`),
};

/** What lies at a path of either rule; undefined where it leads nowhere. */
export function valueAt(event: object, path: string): unknown {
  const steps = path.match(/[\w-]+/g) ?? [];
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Readonly<Record<string, unknown>>)[step]
        : undefined,
    event,
  );
}

/** The paths that must lead somewhere and do not. */
export function deadPaths({ paths }: DepartureSource, event: object): string[] {
  return [paths.userName, paths.at].filter((path) => (valueAt(event, path) ?? null) === null);
}

/** The same as an event of our own schema, which judges the values: here they are only picked. */
export function toOwnEvent({ name, kind, paths, quarantine }: DepartureSource, event: object): object {
  const userId = paths.userId === null ? null : (valueAt(event, paths.userId) ?? null);
  const who = { userName: valueAt(event, paths.userName), userId };
  const envelope = { source: name, time: valueAt(event, paths.at) };
  if (kind === 'restore') return { ...envelope, 'detail-type': 'User Restore Requested', detail: who };
  return {
    ...envelope,
    'detail-type': 'User Offboarded',
    detail: {
      ...who,
      reason: reasonIn(paths.reason, event) ?? `reported by ${name}`,
      ...(quarantine === null ? {} : { quarantine }),
    },
  };
}

/** A reason is a remark: one that is no text is left out, and stops nobody's departure. */
function reasonIn(reason: string | null, event: object): string | null {
  if (reason === null || !reason.startsWith('$')) return reason;
  const value = valueAt(event, reason);
  return typeof value === 'string' ? value : null;
}
