import { isReservedTagKey, maxTags, tagKeyRule, tagPrefix, tagValueRule } from '../core/tags.js';
import { userName } from './messages.js';
import * as z from './schema.js';

/** What a caller may say of a user. */

/** IAM's default quota of managed policies on one user. */
const maxRoles = 10;
/** The tags that we set beside the user's own: managed, origin, owner, Name, Description, Roles, and those of a key's life. */
const ownTags = 15;

const tagValue = z.string().check(z.regex(tagValueRule.pattern, `it must be ${tagValueRule.says}`));
const tagKey = z.string().check(
  z.regex(tagKeyRule.pattern, `it must be ${tagKeyRule.says}`),
  z.refine(
    (key) => !isReservedTagKey(key),
    `it must not begin with aws: or ${tagPrefix}, nor with what IAM cannot tell from the latter: three characters, a hyphen, nine characters and a colon`,
  ),
  z.refine(
    (key) => !/^(name|description|roles)$/i.test(key),
    'Name, Description and Roles are set from the other fields',
  ),
);

/** What can be said again later. */
const changeable = {
  description: z._default(
    z
      .string()
      .check(z.maxLength(1000, 'it must have at most 1000 characters'), z.describe('What the user is for.')),
    '',
  ),
  roles: z._default(
    z.array(z.string()).check(
      z.refine(
        (roles) => roles.length <= maxRoles,
        `it must name at most ${maxRoles} roles, IAM's quota of policies on a user`,
      ),
      z.refine((roles) => new Set(roles).size === roles.length, 'it must name no role twice'),
      z.meta({ maxItems: maxRoles, description: 'Keys of assumable roles, as the deployment lists them.' }),
    ),
    [],
  ),
  tags: z._default(
    z.record(tagKey, tagValue).check(
      z.refine(
        (tags) => Object.keys(tags).length <= maxTags - ownTags,
        `it must hold at most ${maxTags - ownTags} tags`,
      ),
      z.refine(hasDistinctKeys, 'its keys must differ by more than case'),
      z.describe('Tags of the user, beside those that are set from the other fields.'),
    ),
    {},
  ),
};

export const newUser = z.strictObject({
  name: userName.check(z.describe("The IAM user's name; it may be an e-mail address.")),
  ...changeable,
  owner: z.optional(
    tagValue.check(
      z.minLength(1, 'it must not be empty'),
      z.describe('Who answers for the user; the caller where it is left out.'),
    ),
  ),
});

/** A user as it is to be from now on: what is left out is taken away. */
export const userChange = z.strictObject(changeable);

function hasDistinctKeys(tags: Readonly<Record<string, string>>): boolean {
  return new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length;
}
