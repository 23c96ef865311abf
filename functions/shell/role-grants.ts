import { rolesTag } from '../core/tags.js';
import type { AssumableRole } from './env.js';
import { type FieldFault, HttpProblem } from './http-function.js';

/** What roles are given by: their assume policies, and the groups of those that are given through groups. */
export interface RoleGrants {
  readonly policyArns: readonly string[];
  readonly groupNames: readonly string[];
}

/** A tag's longest value. */
const longestRoles = 256;

/** What the named roles are given by. Throws HttpProblem 400 for a role that nobody may be given. */
export function grantsOf(
  roleKeys: readonly string[],
  roles: Readonly<Record<string, AssumableRole>>,
): RoleGrants {
  const unknown = roleKeys.filter((key) => !Object.hasOwn(roles, key));
  if (unknown.length > 0) {
    const rule = `Valid role values are: ${Object.keys(roles).toSorted().join(', ')}`;
    throw invalid(
      rule,
      unknown.map((value) => ({ field: `roles.${roleKeys.indexOf(value)}`, value, rule })),
    );
  }
  const text = rolesTag(roleKeys);
  if (text.length > longestRoles) {
    const rule = `it must have at most ${longestRoles} characters, with a space between two`;
    throw invalid(`The roles have ${text.length} characters: ${rule}.`, [
      { field: 'roles', value: text, rule },
    ]);
  }
  return allGrants(roleKeys.map((key) => roles[key]!));
}

export function allGrants(roles: readonly AssumableRole[]): RoleGrants {
  return {
    policyArns: roles.flatMap(({ policyArn, groupName }) => (groupName === undefined ? [policyArn] : [])),
    groupNames: roles.flatMap(({ groupName }) => groupName ?? []),
  };
}

function invalid(detail: string, errors: readonly FieldFault[]): HttpProblem {
  return new HttpProblem(400, 'Invalid request', detail, { errors });
}
