import type { Outcome } from './accounts.js';
import type { Call } from './call.js';

export type Done = Call & { readonly code: string };

/** One call of a sequence as both accounts answered it. */
export interface Seen {
  readonly call: Call;
  /** The calls before it, with our code for each. */
  readonly before: readonly Done[];
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

/** A difference that is known. */
export interface Gap {
  readonly operations: readonly string[];
  readonly difference: string;
  /** Whose: ours is what the simulated account leaves out on purpose; nobody's is what AWS does not document. */
  readonly fault: 'moto' | 'ours' | 'undocumented';
  /** What AWS documents, or why the simulated account leaves it out. */
  readonly reason: string;
  /** The same outcome but for these fields of the answer, wherever in it they are; else the outcomes are others, by code or in any way. */
  readonly fields?: readonly string[];
  /** The codes of the two, 'ok' for an answer; any where one is not given. */
  readonly ours?: readonly string[];
  readonly theirs?: readonly string[];
  /** 'afterwards': whatever was answered, the two differ in what the call left behind, and the sequence ends. */
  readonly shows?: 'afterwards';
  /** Where it is so; everywhere if it is not given. */
  readonly when?: (seen: Seen) => boolean;
}

export function codeOf(outcome: Outcome): string {
  return 'error' in outcome ? outcome.error : 'ok';
}
