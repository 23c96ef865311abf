import { createHash } from 'node:crypto';
import type { UserFacts } from '../core/facts.js';
import { ownTagsOf, tag } from '../core/tags.js';

/**
 * The entity tag of what PUT /users/{name} decides: roles, own tags and description. The unique id is in it, so that
 * none fits a namesake; what the lifecycle writes down is not, so that a rotation changes none.
 */
export function etagOf({ id, tags }: Pick<UserFacts, 'id' | 'tags'>): string {
  const own = Object.entries(ownTagsOf(tags)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const decided = [id, tags[tag.roles] ?? '', tags[tag.description] ?? '', own];
  return `"${createHash('sha256').update(JSON.stringify(decided)).digest('base64url').slice(0, 22)}"`;
}

/** Whether an If-Match names the tag, by the strong comparison of RFC 9110: a weak one fits nothing. */
export function fits(ifMatch: string, etag: string): boolean {
  return ifMatch
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === etag);
}
