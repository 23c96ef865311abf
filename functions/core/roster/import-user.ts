import { type UserFacts, below, isManaged } from '../facts.js';
import { readDuration } from '../instants.js';
import { type KeyWish, keyWishFault, readKeyWish } from '../key-wish.js';
import { type RoleArn, roleNameOf } from '../names.js';
import { denyAllPolicyArn } from '../steps.js';
import { type Tags, rolesTag, tag, tagPrefix, toTagValue } from '../tags.js';
import type { ImportFacts } from './import.js';
import { type ImportedRoles, rolesGivenAlone } from './import-roles.js';
import { isAdopted } from './look.js';
import { nameInArn } from './moves.js';
import { isContainment } from './plan-user-grants.js';
import type { SeenUser } from './roster-facts.js';
import type { PersonInput, UserInput } from './roster-input.js';

export interface ImportContext
  extends ImportedRoles, Pick<ImportFacts, 'logins' | 'mfaUsers' | 'sshKeys' | 'keyWishes'> {
  readonly userPath: string;
  /** The boundary of users whose entry names none. */
  readonly defaultBoundaryArn: string;
}

export interface ImportedUser {
  readonly kind: 'person' | 'systemUser';
  readonly entry: PersonInput;
  /** What the entry could not express. */
  readonly says: readonly string[];
}

/** One user as the entry of a roster that asks for what it is. */
export function importUser(seen: SeenUser, context: ImportContext): ImportedUser {
  const { user } = seen;
  const origin = user.tags[tag.origin] ?? '';
  const isOurs =
    isAdopted(user) || (isManaged(user, below(context.userPath)) && ['roster', 'adopted'].includes(origin));
  const kind = isPerson(seen, context) ? 'person' : 'systemUser';
  const says: string[] = [];
  const tell = (text: string): void => void says.push(text);
  if (!isOurs)
    tell(`It is not the roster's yet: until \`iam-lifecycle adopt ${user.name}\`, plans leave it alone.`);
  const entry: PersonInput = {
    ...importIdentity(seen, kind, isOurs, context),
    ...importPlace(user, isOurs, context, tell),
    ...importGrants(seen, context, tell),
    ...importKey(user, kind, isOurs, context, tell),
    ...(user.tags[tag.forceDestroy] === 'true' ? { forceDestroy: true } : {}),
    ...importQuarantine(user, tell),
    ...(kind === 'person' ? importLogin(user, context, tell) : {}),
  };
  return { kind, entry, says };
}

function importQuarantine(
  { tags }: UserFacts,
  tell: (text: string) => void,
): Pick<PersonInput, 'quarantine'> {
  const quarantine = tags[tag.quarantine];
  if (quarantine === undefined) return {};
  if (readDuration(quarantine) !== null) return { quarantine };
  tell(`Its tag ${tag.quarantine} is no ISO 8601 duration, and is left out.`);
  return {};
}

/** Somebody with a console login or MFA, or who does nothing but assume roles. */
function isPerson(seen: SeenUser, { logins, mfaUsers, rolesByPolicy }: ImportContext): boolean {
  const { user, policyArns, inlinePolicies, groupNames } = seen;
  if (logins.includes(user.name) || mfaUsers.includes(user.name)) return true;
  return (
    policyArns.length > 0 &&
    policyArns.every((arn) => rolesByPolicy.get(arn)?.length === 1) &&
    groupNames.length === 0 &&
    Object.keys(inlinePolicies).length === 0
  );
}

function roleKeys({ policyArns }: SeenUser, { keyByPolicy }: ImportContext): string[] {
  return policyArns.flatMap((arn) => keyByPolicy.get(arn) ?? []);
}

/** Description, roles, and the tags that these and the name do not make by themselves. */
function importIdentity(
  seen: SeenUser,
  kind: ImportedUser['kind'],
  isOurs: boolean,
  context: ImportContext,
): UserInput {
  const { name, tags } = seen.user;
  const own = Object.fromEntries(Object.entries(tags).filter(([key]) => !isReserved(key)));
  const roles = roleKeys(seen, context);
  const description = own[tag.description];
  const made: Tags = {
    ...(kind === 'person' ? { [tag.name]: toTagValue(name) } : {}),
    ...(description === undefined ? {} : { [tag.description]: toTagValue(description) }),
    ...(roles.length === 0 ? {} : { [tag.roles]: rolesTag(roles) }),
  };
  const spelled = new Set(Object.keys(own).map((key) => key.toLowerCase()));
  const isUnwanted = (key: string) => !Object.hasOwn(own, key) && (isOurs || spelled.has(key.toLowerCase()));
  const differing = {
    ...Object.fromEntries(Object.entries(own).filter(([key, value]) => made[key] !== value)),
    ...Object.fromEntries(
      Object.keys(made)
        .filter(isUnwanted)
        .map((key) => [key, null]),
    ),
  };
  return {
    ...(description === undefined ? {} : { description }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(Object.keys(differing).length === 0 ? {} : { tags: differing }),
  };
}

function isReserved(key: string): boolean {
  return key.toLowerCase().startsWith(tagPrefix) || /^aws:/i.test(key);
}

function importPlace(
  { path, boundaryArn }: UserFacts,
  isOurs: boolean,
  { userPath, defaultBoundaryArn }: ImportContext,
  tell: (text: string) => void,
): UserInput {
  const isReached = path.startsWith(userPath);
  if (!isReached)
    tell(
      `It lives under ${path}, where the functions reach nobody: it keeps that path, and what it needs is said by \`iam-lifecycle adopt --dry-run\`.`,
    );
  if (boundaryArn === null && isOurs) tell('It has no permissions boundary: a plan sets one.');
  if (boundaryArn === denyAllPolicyArn) tell('It is contained by its boundary, AWSDenyAll, for now.');
  const isUsual =
    boundaryArn === null || boundaryArn === denyAllPolicyArn || boundaryArn === defaultBoundaryArn;
  return {
    ...(isReached && path !== userPath ? { path } : {}),
    ...(isUsual ? {} : { permissionsBoundary: boundaryArn }),
  };
}

function importGrants(
  seen: SeenUser,
  { keyByPolicy, rolesByPolicy }: ImportContext,
  tell: (text: string) => void,
): UserInput {
  const { groupNames, inlinePolicies } = seen;
  const policyArns = seen.policyArns.filter((arn) => !keyByPolicy.has(arn) && !isContainment(arn));
  for (const arn of seen.policyArns.filter(isContainment))
    tell(`It is contained by ${nameInArn(arn)} for now, which is not taken over.`);
  for (const arn of policyArns) tellRoles(nameInArn(arn), rolesByPolicy.get(arn) ?? [], tell);
  const documents = Object.entries(inlinePolicies).map(
    ([name, json]) => [name, JSON.parse(json) as Record<string, unknown>] as const,
  );
  for (const [name, document] of documents) tellRoles(name, rolesGivenAlone(document), tell);
  return {
    ...(groupNames.length === 0 ? {} : { groups: groupNames }),
    ...(policyArns.length === 0 ? {} : { policyArns }),
    ...(documents.length === 0 ? {} : { inlinePoliciesMap: Object.fromEntries(documents) }),
  };
}

/** A policy that could be single-role policies says so; exchanging it is for its owner to decide. */
function tellRoles(name: string, roles: readonly RoleArn[], tell: (text: string) => void): void {
  if (roles.length === 0) return;
  const named = roles.map(roleNameOf).join(', ');
  tell(
    `${name} lets it assume ${named} and nothing else: with these among assumableRoles and in its roles, and without ${name}, an apply exchanges the one for the others.`,
  );
}

function importKey(
  { name, tags }: UserFacts,
  kind: ImportedUser['kind'],
  isOurs: boolean,
  { keyWishes }: ImportContext,
  tell: (text: string) => void,
): UserInput {
  const elsewhere = Object.hasOwn(keyWishes, name) ? keyWishes[name]! : null;
  const wish = isOurs ? readKeyWish(tags) : elsewhere;
  if (!isOurs && wish !== null)
    tell(
      'Its key stays as it is until it is adopted; the first apply after that makes another one, stored here.',
    );
  const fault = isOurs ? keyWishFault(tags) : null;
  if (fault !== null) tell(`Look at its key: ${fault}.`);
  if (wish === null) return kind === 'person' ? {} : { createAccessKey: false };
  return { ...(kind === 'person' ? { createAccessKey: true } : {}), ...importStore(wish) };
}

function importStore(wish: KeyWish): UserInput {
  const key = wish.kmsKeyId === null ? {} : { kmsKeyId: wish.kmsKeyId };
  if (wish.store === 'secretsmanager')
    return wish.kmsKeyId === null ? {} : { store: { type: wish.store, ...key } };
  const ses = wish.sesRegions.length === 0 ? {} : { sesSmtpPassword: wish.sesRegions };
  return { store: { type: 'ssm', basePath: wish.basePath || '/', ...key, ...ses } };
}

function importLogin(
  { name }: UserFacts,
  { logins, sshKeys }: ImportContext,
  tell: (text: string) => void,
): PersonInput {
  const bodies = (Object.hasOwn(sshKeys, name) ? sshKeys[name]! : []).map(({ body }) => body.trim());
  if (bodies.length > 1)
    tell(`It has ${bodies.length} SSH public keys, and a roster says one: they stay as they are.`);
  return {
    ...(logins.includes(name) ? { createLoginProfile: true } : {}),
    ...(bodies.length === 1 ? { sshPublicKey: bodies[0]! } : {}),
  };
}
