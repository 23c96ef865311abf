import type { UserName } from '../names.js';

/** The user that a review is about, as far as it is known: it may be gone. */
export interface Subject {
  readonly name: UserName;
  readonly accountId: string;
  /** Its unique id (AIDA…), and those that it is known to have had; none where nobody knows. */
  readonly ids: readonly string[];
  /** Its ARN; of a user that is gone, those that it may have had. */
  readonly arns: readonly string[];
  /** What is its own and goes with it: secrets and parameters. */
  readonly owned: readonly OwnedThing[];
  /**
   * The ids of all users that there are, where an id that is nobody's may have been this user's: it is gone, and its id is
   * not known. Else null.
   */
  readonly livingIds: ReadonlySet<string> | null;
}

export interface OwnedThing {
  /** As in "its secret". */
  readonly what: string;
  readonly arn: string;
  /** The ARN that the same thing of another user would have, for a user name that nobody can have. */
  readonly strangerArn: string;
}

/** No user has this name: longer than any, and of a character that none may hold. */
export const strangerName = '\0'.repeat(65) as UserName;
