import { type UserFacts, targetOf } from '../facts.js';
import { keyWishTags } from '../key-wish.js';
import { type Tags, originTags, rosterTags, tag, tagPrefix } from '../tags.js';
import { isAdopted } from './look.js';
import { type Move, inOrder } from './moves.js';
import type { RosterUser } from './roster.js';

/** The tags of the lifecycle that the roster decides on; all others are their planners'. */
const decided: readonly string[] = [...originTags, ...rosterTags, tag.unlistedSince];

/** Everything that the user is to be tagged with. An adopted user keeps its origin and its owner. */
export function wantedTags(wanted: RosterUser, seen: UserFacts | null): Tags {
  return {
    ...wanted.tags,
    [tag.managed]: 'true',
    ...(seen !== null && isAdopted(seen)
      ? pick(seen.tags, [tag.origin, tag.owner])
      : { [tag.origin]: 'roster', [tag.owner]: 'roster' }),
    ...keyWishTags(wanted.key),
    ...(wanted.forceDestroy ? { [tag.forceDestroy]: 'true' } : {}),
    ...(wanted.quarantine === null ? {} : { [tag.quarantine]: wanted.quarantine }),
  };
}

/** Tags go before others come: IAM does not tell the case of their keys apart, so "team" and "Team" are one. */
export function planTags(wanted: RosterUser, user: UserFacts): Move[] {
  const tags = wantedTags(wanted, user);
  const gone = inOrder(Object.keys(user.tags)).filter((key) => !Object.hasOwn(tags, key) && isOwn(key));
  const others = Object.entries(tags).filter(([key, value]) => user.tags[key] !== value);
  const moves: Move[] = [];
  if (gone.length > 0) {
    const reason = gone.every((key) => key === tag.unlistedSince)
      ? `the roster names ${wanted.name} again`
      : `the roster gives ${wanted.name} no such tags`;
    moves.push({ step: { step: 'UntagUser', user: targetOf(user), tagKeys: gone }, reason });
  }
  if (others.length > 0) {
    const step = { step: 'TagUser', user: targetOf(user), tags: Object.fromEntries(others) } as const;
    moves.push({ step, reason: `the roster gives ${wanted.name} these values` });
  }
  return moves;
}

function isOwn(key: string): boolean {
  if (key.startsWith(tagPrefix)) return decided.includes(key);
  return !key.toLowerCase().startsWith('aws:');
}

function pick(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(keys.flatMap((key) => (tags[key] === undefined ? [] : [[key, tags[key]]])));
}
