import { describe } from '../functions/core/steps.js';
import type { Journal } from '../functions/shell/journal.js';

const nothing = () => undefined;

/** Each step as a line; what a run came to is printed by its command. */
export function tellingJournal(tell: (line: string) => void): Journal {
  return {
    done: ({ userName, step }) => tell(`${userName}: ${describe(step)}`),
    failed: ({ userName, step }) => tell(`${userName}: failed to ${describe(step)}`),
    outcome: nothing,
    attention: nothing,
    measure: nothing,
    note: (message, details) =>
      tell(typeof details.userName === 'string' ? `${details.userName}: ${message}` : message),
  };
}

/** For many users at once, whose counts are what matters. */
export const silentJournal: Journal = tellingJournal(nothing);
