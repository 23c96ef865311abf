import Table from 'cli-table3';
import { dayMs } from '../../functions/core/instants.js';
import { describe } from '../../functions/core/steps.js';
import type { Journal } from '../../functions/shell/journal.js';

/** What the demo has to say, in the order in which it happens. */
export type DemoEvent =
  | {
      readonly kind: 'step';
      readonly at: number;
      readonly userName: string;
      readonly seen: string;
      readonly done: string;
      readonly why: string;
    }
  | { readonly kind: 'word'; readonly at: number; readonly userName: string | null; readonly text: string }
  | {
      readonly kind: 'summary';
      readonly users: readonly UserSummary[];
      readonly calls: Readonly<Record<string, number>>;
    };

export interface UserSummary {
  readonly userName: string;
  readonly state: string;
  readonly keys: readonly string[];
  readonly stages: readonly string[];
}

export type Tell = (event: DemoEvent) => void;

/** The functions' journal as a timeline. */
export function demoJournal(now: () => number, tell: Tell): Journal {
  const said = new Map<string | null, string>();
  // What is said at every look is said once here.
  const word = (userName: string | null, text: string): void => {
    if (said.get(userName) === text) return;
    said.set(userName, text);
    tell({ kind: 'word', at: now(), userName, text });
  };
  return {
    done: ({ userName, phase, step, why }) =>
      tell({ kind: 'step', at: now(), userName, seen: phase, done: describe(step), why }),
    failed: ({ userName, step }, error) => word(userName, `could not ${describe(step)}: ${String(error)}`),
    outcome: ({ userName, phase, why, steps }) => {
      if (steps === 0 && ['Gone', 'Blocked', 'Foreign'].includes(phase)) word(userName, `${phase}: ${why}`);
    },
    attention: (kind, userName, why) => word(userName, `ATTENTION ${kind}: ${why}`),
    measure: () => undefined,
    note: () => undefined,
  };
}

/** One JSON object a line. */
export const tellJson: Tell = (event) => {
  const at = 'at' in event ? { at: new Date(event.at).toISOString() } : {};
  process.stdout.write(`${JSON.stringify({ ...event, ...at })}\n`);
};

/** A line for each event, and a table at the end. `unitMs` is what the first column counts. */
export function tellText(startAt: number, unit: 'day' | 'second'): Tell {
  const unitMs = unit === 'day' ? dayMs : 1000;
  const when = (at: number) => `${unit} ${String(Math.floor((at - startAt) / unitMs)).padStart(3)}`;
  return (event) => {
    if (event.kind === 'summary') return write(`\n${summaryTable(event)}`);
    const user = (event.userName ?? '').padEnd(16);
    if (event.kind === 'word') return write(`${when(event.at)}  ${user}  ${event.text}`);
    const { seen, done, why } = event;
    write(`${when(event.at)}  ${user}  ${seen.padEnd(11)}  ${done}\n${' '.repeat(41)}  because ${why}`);
  };
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

function summaryTable({ users, calls }: DemoEvent & { kind: 'summary' }): string {
  const style = { head: [], border: [], compact: true };
  const people = new Table({ head: ['user', 'state', 'keys', 'secret stages'], style });
  for (const { userName, state, keys, stages } of users)
    people.push([userName, state, keys.join('\n'), stages.join('\n')]);
  const counts = new Table({ head: ['AWS call', 'count'], colAligns: ['left', 'right'], style });
  for (const [call, count] of Object.entries(calls)) counts.push([call, count]);
  counts.push(['all', Object.values(calls).reduce((sum, count) => sum + count, 0)]);
  return `${people.toString()}\n\n${counts.toString()}`;
}
