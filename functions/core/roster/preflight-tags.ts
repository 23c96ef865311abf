import { keyWishTags } from '../key-wish.js';
import { maxTags, tag, tagKeyRule, tagPrefix, tagValueRule } from '../tags.js';
import type { Path, Tell } from './faults.js';
import type { UserInput } from './roster-input.js';
import type { RosterUser } from './roster.js';

/** The tags that the life of a user needs beside its own, at the most; see `tag`. */
const lifecycleTags = 17;

/** Tells of every tag that IAM would refuse, of the user itself and of its key's store. */
export function preflightTags(user: RosterUser, entry: UserInput, path: Path, tell: Tell): void {
  const spelled = new Map<string, string>();
  for (const [key, value] of Object.entries(user.tags)) {
    const at = whereTagIs(key, user, entry, path);
    if (!tagKeyRule.pattern.test(key)) tell(at, value, `its key must be ${tagKeyRule.says}`);
    if (/^aws:/i.test(key) || key.toLowerCase().startsWith(tagPrefix))
      tell(at, value, `its key must not begin with aws: or ${tagPrefix}`);
    if (!tagValueRule.pattern.test(value)) tell(at, value, `it must be ${tagValueRule.says}`);
    const twin = spelled.get(key.toLowerCase());
    if (twin !== undefined)
      tell(at, value, `there is a tag ${twin} too: IAM does not tell the case of tag keys apart`);
    spelled.set(key.toLowerCase(), key);
  }
  const count = Object.keys(user.tags).length;
  if (count > maxTags - lifecycleTags)
    tell(
      path,
      count,
      `it may have at most ${maxTags - lifecycleTags} tags: IAM allows ${maxTags}, and its life takes up to ${lifecycleTags}`,
    );
  for (const [key, value] of Object.entries(keyWishTags(user.key))) {
    if (!tagValueRule.pattern.test(value))
      tell(
        [...path, 'store', fieldOfTag[key]!],
        value,
        `it is kept in a tag: it must be ${tagValueRule.says}`,
      );
  }
}

const fieldOfTag: Readonly<Record<string, string>> = {
  [tag.keyStore]: 'type',
  [tag.ssmPath]: 'basePath',
  [tag.sesRegions]: 'sesSmtpPassword',
  [tag.kmsKey]: 'kmsKeyId',
};

/** A tag comes from the user's own, its roles, its label, or the defaults. */
function whereTagIs(key: string, { kind }: RosterUser, entry: UserInput, path: Path): Path {
  if (entry.tags !== undefined && Object.hasOwn(entry.tags, key)) return [...path, 'tags', key];
  if (key === tag.roles && entry.roles !== undefined) return [...path, 'roles'];
  if (kind === 'systemUser' && 'label' in entry) return [...path, 'label', 'tags', key];
  return ['defaults', 'tags', key];
}
