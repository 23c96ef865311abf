import type { Journal } from '../../functions/shell/journal.js';

/** A journal that keeps one line per entry. */
export function recordingJournal(): Journal & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    done: ({ step, phase }) => lines.push(`done ${phase} ${step.step}`),
    failed: ({ step, phase }, error) => lines.push(`failed ${phase} ${step.step}: ${String(error)}`),
    outcome: ({ userName, phase, steps }) => lines.push(`outcome ${userName} ${phase} after ${steps}`),
    attention: (kind, userName, why) => lines.push(`attention ${kind} ${userName ?? '-'}: ${why}`),
    measure: (name, value, unit) => lines.push(`measure ${name} ${value} ${unit}`),
    note: (message, details) => lines.push(`note ${message} ${JSON.stringify(details)}`),
  };
}
