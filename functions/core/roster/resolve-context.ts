import { InvalidValue } from '../invalid-value.js';
import { type Path, type Tell, partsOf } from './faults.js';
import type { RosterInput } from './roster-input.js';
import type { PasswordPolicy } from './roster.js';

/** What every part of a roster is resolved with. */
export interface ResolveContext {
  readonly input: RosterInput;
  readonly accountId: string;
  /** aws, aws-cn or aws-us-gov. */
  readonly partition: string;
  readonly userPath: string;
  /** The names that users may be members of, as they are spelled. */
  readonly groupNames: readonly string[];
  readonly defaultBoundaryArn: string;
  readonly passwordPolicy: PasswordPolicy | null;
  readonly md5: (text: string) => string;
  readonly tell: Tell;
}

/** Where one user of the roster stands, and what sort it is of. */
export interface UserPlace {
  readonly kind: 'person' | 'systemUser';
  readonly path: Path;
}

/** What `make` makes; where it throws InvalidValue that is told as a fault of its field below `path`, and null comes back. */
export function attempt<Value>(tell: Tell, path: Path, make: () => Value): Value | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    tell([...path, ...partsOf(error.field)], error.value, `it must be ${error.rule}`);
    return null;
  }
}
