import { type RosterAccount } from './roster-policy.js';
import { assumePolicies, boundaryName, rosterBoundary } from './boundary.js';
import type { Fault, Tell } from './faults.js';
import { passwordPolicyOf } from './password-policy.js';
import { preflight } from './preflight.js';
import { type ResolveContext, attempt } from './resolve-context.js';
import { resolveGroups } from './resolve-groups.js';
import { resolvePerson, resolveSystemUser } from './resolve-user.js';
import type { RosterInput } from './roster-input.js';
import type { PasswordPolicy, Roster, RosterPolicy, RosterUser } from './roster.js';

/** Where users live whose roster does not say so; the deployment's own default. */
export const defaultUserPath = '/lifecycle/';

/**
 * The roster that the input stands for, with every default in place and every document written, and whatever about it
 * breaks a rule or a quota. With any fault the roster is not to be used.
 */
export function resolveRoster(
  input: RosterInput,
  md5: (text: string) => string,
): { roster: Roster; faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const tell: Tell = (path, value, rule, about) => faults.push({ path, value, rule, about: about ?? null });
  const { accountId, assumableRoles = {} } = input;
  const account: RosterAccount = { accountId, partition: partitionOf(assumableRoles) };
  const made = resolveGroups(input.groups, account, tell);
  const groupNames = [...made.groups.map(({ name }) => name), ...(input.groups?.existing ?? [])];
  const context: ResolveContext = {
    input,
    ...account,
    userPath: input.defaults?.userPath ?? defaultUserPath,
    groupNames,
    defaultBoundaryArn: `arn:${account.partition}:iam::${accountId}:policy/${boundaryName}`,
    passwordPolicy: resolvePasswordPolicy(input, tell),
    md5,
    tell,
  };
  const people = Object.entries(input.people ?? {}).map(([name, person]) =>
    resolvePerson(name, person, context),
  );
  const systemUsers = (input.systemUsers ?? []).map((user, index) => resolveSystemUser(user, index, context));
  const users = [...people, ...systemUsers];
  const roster: Roster = {
    accountId,
    userPath: context.userPath,
    assumableRoles,
    users,
    groups: made.groups,
    policies: [...resolvePolicies(users, context), ...made.policies],
    passwordPolicy: context.passwordPolicy,
  };
  preflight(roster, input, tell);
  return { roster, faults };
}

/** A role's ARN says in which partition everything is; without roles it is the public one. */
function partitionOf(assumableRoles: Readonly<Record<string, string>>): string {
  return Object.values(assumableRoles)[0]?.split(':')[1] ?? 'aws';
}

/** The boundary, where a user has the default one, and the policy of each role. */
function resolvePolicies(users: readonly RosterUser[], context: ResolveContext): RosterPolicy[] {
  const { input, accountId, partition, defaultBoundaryArn, tell } = context;
  const roles = input.assumableRoles ?? {};
  const assume = attempt(tell, [], () => assumePolicies(roles, { accountId, partition })) ?? [];
  const bound = users.filter(({ boundaryArn }) => boundaryArn === defaultBoundaryArn);
  if (bound.length === 0) return [...assume];
  const assumeArns = new Set(assume.map(({ arn }) => arn));
  const isNarrow = bound.every((user) => hasRolesAlone(user, assumeArns));
  const boundary = attempt(tell, [], () =>
    rosterBoundary({ accountId, partition, roleArns: Object.values(roles), isNarrow }),
  );
  return boundary === null ? [...assume] : [boundary, ...assume];
}

/** Whoever has a login changes its own password, which the narrow boundary does not let through. */
function hasRolesAlone(user: RosterUser, assumeArns: ReadonlySet<string>): boolean {
  return (
    user.policyArns.every((arn) => assumeArns.has(arn)) &&
    Object.keys(user.inlinePolicies).length === 0 &&
    user.groupNames.length === 0 &&
    user.login === null
  );
}

function resolvePasswordPolicy(input: RosterInput, tell: Tell): PasswordPolicy | null {
  const { passwordPolicy } = input;
  if (passwordPolicy === undefined) return null;
  const given = Object.entries(passwordPolicy).filter(([, value]) => value !== undefined);
  return attempt(tell, ['passwordPolicy'], () => passwordPolicyOf(Object.fromEntries(given)));
}
