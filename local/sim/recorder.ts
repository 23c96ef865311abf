import { describe } from '../../functions/core/steps.js';
import type { Clock } from '../../functions/aws/clock.js';
import type { Journal } from '../../functions/shell/journal.js';

/** A journal that keeps every word as JSON text, for the trace of a run and the search for secrets. */
export interface Recorder extends Journal {
  readonly lines: readonly string[];
  readonly attentions: readonly {
    readonly kind: string;
    readonly userName: string | null;
    readonly why: string;
  }[];
}

export function createRecorder(clock: () => Clock): Recorder {
  const lines: string[] = [];
  const attentions: { kind: string; userName: string | null; why: string }[] = [];
  const add = (entry: object) =>
    lines.push(JSON.stringify({ at: new Date(clock().now()).toISOString(), ...entry }));
  return {
    lines,
    attentions,
    done: (entry) => add({ ...entry, done: describe(entry.step) }),
    failed: (entry, error) => add({ ...entry, failed: describe(entry.step), error: textOf(error) }),
    outcome: (entry) => add(entry),
    attention(kind, userName, why) {
      attentions.push({ kind, userName, why });
      add({ kind, userName, why });
    },
    measure: (name, value, unit) => add({ name, value, unit }),
    note: (message, details) => add({ message, ...details }),
  };
}

/** All that an error says, its cause and stack too. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? error.message}${error.cause === undefined ? '' : ` <- ${textOf(error.cause)}`}`;
}
