import type { Path } from './faults.js';
import type { RosterInput } from './roster-input.js';

/** A roster that was made from what is there, before it is written: its fields, and what is to be said beside them. */
export interface RosterDraft {
  readonly input: RosterInput;
  readonly notes: readonly DraftNote[];
  readonly leftOut: readonly LeftOut[];
  /** Users that a roster made: a plan of one that does not name them lets them go. */
  readonly rosterMade: readonly string[];
}

/** A comment on the field at that path; at the empty path, on the whole. */
export interface DraftNote {
  readonly path: Path;
  readonly says: string;
}

/** A user that is there and not in the draft. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}
