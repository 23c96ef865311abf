import { type UserFacts, below, isManaged } from '../facts.js';
import type { KeyWish } from '../key-wish.js';
import { tag } from '../tags.js';
import { boundaryName } from './boundary.js';
import type { DraftNote, LeftOut, RosterDraft } from './draft.js';
import type { ImportContext } from './import-user.js';
import { importUser } from './import-user.js';
import { importRoles } from './import-roles.js';
import { isAdopted } from './look.js';
import { inOrder } from './moves.js';
import type { RosterFacts, SeenGroup, SeenPolicy } from './roster-facts.js';
import type { PersonInput, RosterInput, SystemUserInput } from './roster-input.js';

/** What is there, of which a roster is to be made: an account, or what Terraform's state says of one. */
export interface ImportFacts extends Pick<
  RosterFacts,
  'accountId' | 'users' | 'logins' | 'sshKeys' | 'passwordPolicy'
> {
  readonly groups: readonly Pick<SeenGroup, 'name'>[];
  readonly policies: readonly Pick<SeenPolicy, 'arn' | 'document'>[];
  /** Names of the users that have an MFA device. */
  readonly mfaUsers: readonly string[];
  /** User name -> the key that somebody else keeps for it, of users that are not under management. */
  readonly keyWishes: Readonly<Record<string, KeyWish>>;
}

export interface ImportScope {
  /** Where the functions reach users. */
  readonly userPath: string;
  /** Users below this path alone. */
  readonly pathPrefix: string;
  /** Users under management alone. */
  readonly managedOnly: boolean;
}

/**
 * A roster that asks for what is there: a plan of it changes nothing about any user under management. What it cannot
 * say it says in notes. The result has yet to be checked against the rules and quotas of a roster.
 */
export function importRoster(seen: ImportFacts, scope: ImportScope): RosterDraft {
  const roles = importRoles(seen.accountId, seen.policies);
  const partition = Object.values(roles.assumableRoles)[0]?.split(':')[1] ?? 'aws';
  const context: ImportContext = {
    ...seen,
    ...roles,
    userPath: scope.userPath,
    defaultBoundaryArn: `arn:${partition}:iam::${seen.accountId}:policy/${boundaryName}`,
  };
  const people: [string, PersonInput][] = [];
  const systemUsers: SystemUserInput[] = [];
  const notes: DraftNote[] = [];
  const leftOut: LeftOut[] = [];
  const rosterMade: readonly string[] = seen.users
    .map(({ user }) => user)
    .filter((user) => isRosterMade(user, scope.userPath))
    .map(({ name }) => name);
  const byName = new Map(seen.users.map((one) => [one.user.name as string, one]));
  for (const name of inOrder([...byName.keys()])) {
    const one = byName.get(name)!;
    const why = whyNot(one.user, scope);
    if (why !== null) {
      if (why.isTold || rosterMade.includes(name)) leftOut.push({ name, why: why.says });
      continue;
    }
    const { kind, entry, says } = importUser(one, context);
    const path = kind === 'person' ? ['people', name] : ['systemUsers', systemUsers.length];
    notes.push(...says.map((text) => ({ path, says: text })));
    if (kind === 'person') people.push([name, entry]);
    else systemUsers.push({ name, ...entry });
  }
  const { accountId, groups, passwordPolicy } = seen;
  const input: RosterInput = {
    accountId,
    ...filled('assumableRoles', roles.assumableRoles),
    defaults: { userPath: scope.userPath },
    ...filled('people', Object.fromEntries(people)),
    ...(systemUsers.length === 0 ? {} : { systemUsers }),
    ...(groups.length === 0
      ? {}
      : { groups: { enableIamGroups: false, existing: inOrder(groups.map(({ name }) => name)) } }),
    ...(passwordPolicy === null ? {} : { passwordPolicy }),
  };
  if (groups.length > 0) {
    const says =
      'Membership alone is taken over: what these groups may do is said where they are made, as before.';
    notes.push({ path: ['groups'], says });
  }
  return { input, notes, leftOut, rosterMade };
}

function whyNot(user: UserFacts, scope: ImportScope): { says: string; isTold: boolean } | null {
  if (!user.path.startsWith(scope.pathPrefix))
    return { says: `it lives under ${user.path}, not under ${scope.pathPrefix}`, isTold: false };
  const isOurs = isManaged(user, below(scope.userPath)) || isAdopted(user);
  if (scope.managedOnly && !isOurs) return { says: 'it is not under management', isTold: false };
  const offboardedAt = user.tags[tag.offboarded];
  return isOurs && offboardedAt !== undefined
    ? { says: `it is offboarded as of ${offboardedAt}`, isTold: true }
    : null;
}

/** Would a roster that does not name it let it go? An offboarded one is leaving already. */
function isRosterMade(user: UserFacts, userPath: string): boolean {
  return (
    isManaged(user, below(userPath)) &&
    user.tags[tag.origin] === 'roster' &&
    user.tags[tag.offboarded] === undefined
  );
}

function filled<Name extends string, Value extends object>(
  name: Name,
  value: Value,
): Partial<Record<Name, Value>> {
  return Object.keys(value).length === 0 ? {} : ({ [name]: value } as Record<Name, Value>);
}
