import type { UserName } from '../names.js';
import { type Tags, rolesTag, tag, toTagValue } from '../tags.js';
import { type Label, type LabelInput, buildLabel } from './label.js';
import { type ResolveContext, type UserPlace, attempt } from './resolve-context.js';
import { resolveInlinePolicies, resolvePolicyArns } from './resolve-policies.js';
import { resolveKey } from './resolve-store.js';
import type { PersonInput, SystemUserInput, UserInput } from './roster-input.js';
import type { LoginWish, RosterUser } from './roster.js';

/** Who a user is: by its key among the people, its name, or its label. */
interface Identity {
  readonly name: string;
  readonly nameFull: string;
  readonly enabled: boolean;
  readonly tags: Tags;
}

export function resolvePerson(name: string, person: PersonInput, context: ResolveContext): RosterUser {
  const place: UserPlace = { kind: 'person', path: ['people', name] };
  // A comma may stand in a name and not in a tag.
  const identity = { name, nameFull: name, enabled: true, tags: { [tag.name]: toTagValue(name) } };
  return {
    ...resolveUser(person, identity, place, context),
    login: resolveLogin(person, place, context),
    sshPublicKey: person.sshPublicKey ?? null,
  };
}

export function resolveSystemUser(user: SystemUserInput, index: number, context: ResolveContext): RosterUser {
  const place: UserPlace = { kind: 'systemUser', path: ['systemUsers', index] };
  return resolveUser(user, identify(user, place, context), place, context);
}

function identify({ name, label }: SystemUserInput, { path }: UserPlace, context: ResolveContext): Identity {
  if ((name === undefined) === (label === undefined))
    context.tell(path, { name, label }, 'it must have either a name or a label', path);
  if (label === undefined || name !== undefined)
    return { name: name ?? '', nameFull: name ?? '', enabled: true, tags: {} };
  const built = resolveLabel(label, path, context);
  return built === null
    ? { name: '', nameFull: '', enabled: false, tags: {} }
    : { name: built.id, nameFull: built.idFull, enabled: built.enabled, tags: built.tags };
}

function resolveLabel(
  label: LabelInput,
  path: UserPlace['path'],
  { input, md5, tell }: ResolveContext,
): Label | null {
  // The label's own context inherits the defaults, as a chain of labels would.
  const inherited = input.defaults?.label;
  const context = label.context == null ? inherited : { context: inherited, ...label.context };
  return attempt(tell, [...path, 'label'], () => buildLabel({ ...label, context }, md5));
}

function resolveUser(
  user: UserInput,
  identity: Identity,
  place: UserPlace,
  context: ResolveContext,
): RosterUser {
  const { input, userPath, defaultBoundaryArn } = context;
  const { defaults } = input;
  return {
    kind: place.kind,
    // Checked against IAM's rule with everything else, before anybody acts on it.
    name: identity.name as UserName,
    nameFull: identity.nameFull,
    enabled: identity.enabled && user.enabled !== false,
    path: user.path ?? defaults?.path ?? userPath,
    boundaryArn: user.permissionsBoundary ?? defaults?.permissionsBoundary ?? defaultBoundaryArn,
    tags: withoutNull({
      ...defaults?.tags,
      ...identity.tags,
      ...(user.description === undefined ? {} : { [tag.description]: toTagValue(user.description) }),
      ...(user.roles === undefined ? {} : { [tag.roles]: rolesTag(user.roles) }),
      ...user.tags,
    }),
    roles: user.roles ?? [],
    policyArns: resolvePolicyArns(user, place.path, context),
    inlinePolicies: resolveInlinePolicies(user, identity.name, place.path, context),
    groupNames: resolveMemberships(user, place, context),
    key: resolveKey(user, place, context),
    login: null,
    sshPublicKey: null,
    forceDestroy: user.forceDestroy ?? defaults?.forceDestroy ?? false,
    quarantine: user.quarantine ?? defaults?.quarantine ?? null,
  };
}

function withoutNull(tags: Readonly<Record<string, string | null>>): Tags {
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Group names as the groups spell them. */
function resolveMemberships(
  { groups = [] }: UserInput,
  { path }: UserPlace,
  { groupNames, tell }: ResolveContext,
): string[] {
  const lower = groups.map((name) => name.toLowerCase());
  return groups.map((name, index) => {
    const at = [...path, 'groups', index];
    const known = groupNames.find((group) => group.toLowerCase() === lower[index]);
    if (known === undefined) {
      const valid =
        groupNames.length === 0 ? 'The roster has no groups' : `Valid groups are: ${groupNames.join(', ')}`;
      tell(at, name, `${valid}; one that is made elsewhere is listed in groups.existing`, ['groups']);
    }
    if (lower.indexOf(lower[index]!) < index) tell(at, name, 'it is named twice');
    return known ?? name;
  });
}

/** The provider's own default. */
const defaultPasswordLength = 20;

function resolveLogin(
  person: PersonInput,
  { path }: UserPlace,
  { input, passwordPolicy, tell }: ResolveContext,
): LoginWish | null {
  if (person.createLoginProfile !== true) return null;
  const { defaults } = input;
  const least = passwordPolicy?.minimumPasswordLength ?? 0;
  const wished = person.passwordLength ?? defaults?.passwordLength;
  if (wished !== undefined && wished < least) {
    const at = person.passwordLength === undefined ? ['defaults'] : path;
    tell(
      [...at, 'passwordLength'],
      wished,
      `it must be at least passwordPolicy.minimumPasswordLength, ${least}`,
    );
  }
  return {
    passwordLength: wished ?? Math.max(defaultPasswordLength, least),
    passwordResetRequired: person.passwordResetRequired ?? defaults?.passwordResetRequired ?? true,
    pgpKey: person.pgpKey?.trim() ?? null,
  };
}
