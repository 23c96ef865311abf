import type { UserName } from '../names.js';
import type { TrailEvent } from './trail-event.js';

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

/**
 * What events tell of a user that is gone: the ids and ARNs that users of its name had. An id that was asked for stands, and
 * so does what is known of a user that is there.
 */
export function learnSubject(subject: Subject, events: readonly TrailEvent[]): Subject {
  if (subject.ids.length > 0) return subject;
  const users = events.filter(({ by }) => by.type === 'IAMUser' && by.userName === subject.name);
  const ids = distinct(users.map(({ by }) => by.id));
  const arns = distinct([...subject.arns, ...users.map(({ by }) => by.arn)]);
  return { ...subject, ids, arns, livingIds: ids.length > 0 ? null : subject.livingIds };
}

function distinct(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter((text) => text !== null))];
}
