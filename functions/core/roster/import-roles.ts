import { assumePolicyDocument, assumePolicyName, judgeAssumePolicy } from '../assume-policy.js';
import { type RoleArn, roleArnRule, roleNameOf } from '../names.js';
import { inOrder } from './moves.js';
import type { SeenPolicy } from './roster-facts.js';
import { isSameDocument } from './same-document.js';

/** The roles of an account whose own policies are there, as a roster would make them. */
export interface ImportedRoles {
  /** Role key -> role ARN. */
  readonly assumableRoles: Readonly<Record<string, string>>;
  /** Policy ARN -> role key: attaching the policy and naming the role are one. */
  readonly keyByPolicy: ReadonlyMap<string, string>;
  /** Policy ARN -> the roles that it allows to assume, of policies that allow nothing else. */
  readonly rolesByPolicy: ReadonlyMap<string, readonly RoleArn[]>;
}

export function importRoles(
  accountId: string,
  policies: readonly Pick<SeenPolicy, 'arn' | 'document'>[],
): ImportedRoles {
  const rolesByPolicy = new Map(
    policies.flatMap(({ arn, document }) => {
      const roles = rolesGivenAlone(JSON.parse(document));
      return roles.length === 0 ? [] : [[arn, roles] as const];
    }),
  );
  const own = policies.flatMap((policy) => {
    const [roleArn] = rolesByPolicy.get(policy.arn) ?? [];
    return roleArn !== undefined && isOwnPolicy(policy, roleArn, accountId)
      ? [{ arn: policy.arn, roleArn }]
      : [];
  });
  const assumableRoles: Record<string, string> = {};
  const keyByPolicy = new Map<string, string>();
  for (const roleArn of inOrder(own.map((one) => one.roleArn))) {
    const key = freeKey(roleKeyOf(roleNameOf(roleArn as RoleArn)), assumableRoles);
    assumableRoles[key] = roleArn;
    keyByPolicy.set(own.find((one) => one.roleArn === roleArn)!.arn, key);
  }
  return { assumableRoles, keyByPolicy, rolesByPolicy };
}

/** Is it, by name, path and document, the very policy that a roster makes for the role? */
function isOwnPolicy(
  { arn, document }: Pick<SeenPolicy, 'arn' | 'document'>,
  roleArn: RoleArn,
  accountId: string,
): boolean {
  const [, partition] = roleArn.split(':');
  return (
    arn === `arn:${partition}:iam::${accountId}:policy/${assumePolicyName(roleArn)}` &&
    isSameDocument(JSON.parse(document), assumePolicyDocument(roleArn))
  );
}

/** The roles that a document allows to assume where it allows nothing else; a bundle has several, of any form. */
export function rolesGivenAlone(document: unknown): RoleArn[] {
  const statements = listOf((document as { Statement?: unknown }).Statement);
  const roles = statements.flatMap((statement) => {
    const resources = listOf((statement as { Resource?: unknown }).Resource);
    return resources.map((Resource) => ({ ...(statement as object), Resource }));
  });
  const given = roles.filter(({ Resource }) => isRoleArn(Resource)) as { Resource: RoleArn }[];
  const isAlone =
    roles.length === given.length &&
    given.every((one) => judgeAssumePolicy({ Statement: one }, [one.Resource]).length === 0);
  return isAlone ? [...new Set(given.map(({ Resource }) => Resource))] : [];
}

function isRoleArn(value: unknown): value is RoleArn {
  return typeof value === 'string' && roleArnRule.pattern.test(value);
}

/** "DataEngineerRole" is data_engineer: the key that one would write by hand. */
export function roleKeyOf(roleName: string): string {
  const words = (roleName.replace(/Role$/, '') || roleName)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return (/^[a-z]/.test(words) ? words : `role_${words}`).slice(0, 32);
}

function freeKey(key: string, taken: Readonly<Record<string, string>>): string {
  for (let number = 2, free = key; ; number += 1) {
    if (!Object.hasOwn(taken, free)) return free;
    free = `${key.slice(0, 28)}_${number}`;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
