import { assumePolicyName } from '../assume-policy.js';
import type { RoleArn } from '../names.js';
import { type Target, denyAllPolicyArn, denySessionsPolicyName } from '../steps.js';
import { type Bridge, bridgeRoles } from './bridge.js';
import type { Stock } from './look.js';
import { mayAssume } from './may-assume.js';
import { type Exchange, type Move, type Order, type SizedMove, inOrder, nameInArn, quotas } from './moves.js';
import type { SeenSshKey, SeenUser } from './roster-facts.js';
import type { Roster, RosterUser } from './roster.js';
import { isSameDocument } from './same-document.js';

export type Grants = Pick<SeenUser, 'policyArns' | 'groupNames' | 'inlinePolicies'>;

/** Policies of AWS that only take away: somebody contained the user, and whoever that was lifts it. */
export function isContainment(policyArn: string): boolean {
  return policyArn === denyAllPolicyArn || nameInArn(policyArn).startsWith('AWSCompromisedKeyQuarantine');
}

/** What a user is given and loses, by kinds, and what cannot be done about it. */
export interface GrantPlan {
  readonly exchanges: readonly (Exchange | Order)[];
  /** What goes before all of them, and after. */
  readonly bridge: Bridge;
  readonly conflicts: readonly string[];
}

export function planGrants(
  wanted: RosterUser,
  user: Target,
  seen: Grants,
  roster: Roster,
  stock: Stock,
  mayDeploy: boolean,
): GrantPlan {
  const toCome = rolesToCome(wanted, seen, roster);
  const waiting = toCome.filter(({ policyArn }) => !stock.hasPolicy(policyArn));
  const policies = exchangePolicies(wanted, user, seen, roster, stock);
  const inline = exchangeInlinePolicies(wanted, user, seen);
  const { exchanges, held } = holdBack([policies, inline], waiting, documentOf(seen, stock));
  const bridged = bridgeRoles({
    user,
    exchange: exchanges[0]!,
    inline,
    inlinePolicies: seen.inlinePolicies,
    rolesOf: (arn) => rolesGiven(stock.documentOf(arn), toCome),
    ownRoleOf: (arn) => toCome.find(({ policyArn }) => policyArn === arn)?.arn ?? null,
    mayDeploy,
  });
  return {
    exchanges: [bridged.exchange, exchangeGroups(wanted, user, seen, stock), ...exchanges.slice(1)],
    bridge: bridged.bridge,
    conflicts: [...nonexistent(wanted, roster, stock), ...held, ...bridged.conflicts],
  };
}

/** A role that the user is to have, and the policy that gives it. */
interface Role {
  readonly key: string;
  readonly arn: string;
  readonly policyArn: string;
}

function rolesOf({ roles, policyArns }: RosterUser, roster: Roster): Role[] {
  return policyArns.flatMap((policyArn) => {
    const key = roleKeyOf(policyArn, roles, roster);
    return key === null ? [] : [{ key, arn: roster.assumableRoles[key]!, policyArn }];
  });
}

/** Those whose own policies the user does not have yet. */
function rolesToCome(wanted: RosterUser, seen: Grants, roster: Roster): Role[] {
  return rolesOf(wanted, roster).filter(({ policyArn }) => !seen.policyArns.includes(policyArn));
}

function rolesGiven(document: string, roles: readonly Role[]): string[] {
  return roles.map(({ arn }) => arn).filter((arn) => mayAssume(document, arn));
}

/** The one of these roles that a policy gives, going by its name; null where it gives none of them. */
function roleKeyOf(
  policyArn: string,
  roleKeys: readonly string[],
  { assumableRoles }: Roster,
): string | null {
  const name = nameInArn(policyArn);
  return roleKeys.find((key) => assumePolicyName(assumableRoles[key] as RoleArn) === name) ?? null;
}

function exchangePolicies(
  wanted: RosterUser,
  user: Target,
  seen: Grants,
  roster: Roster,
  stock: Stock,
): Exchange {
  const toCome = rolesToCome(wanted, seen, roster);
  const gives = wanted.policyArns.filter((arn) => !seen.policyArns.includes(arn) && stock.hasPolicy(arn));
  // What keeps a leaked key's sessions out goes when they have run out, whatever the roster says.
  const takes = inOrder(
    seen.policyArns.filter(
      (arn) => !wanted.policyArns.includes(arn) && nameInArn(arn) !== denySessionsPolicyName,
    ),
  );
  const isStillUseful = (policyArn: string) => rolesGiven(stock.documentOf(policyArn), toCome).length > 0;
  return {
    gives: gives.map((policyArn) => {
      const key = roleKeyOf(policyArn, wanted.roles, roster);
      const what = key === null ? `policy ${nameInArn(policyArn)}` : `role ${key}`;
      return {
        step: { step: 'AttachPolicy', user, policyArn },
        reason: `the roster gives ${user.name} the ${what}`,
        size: 1,
      };
    }),
    // Where the quota demands that something goes first, a policy that still gives a role of the user goes last.
    takes: [...takes.filter((arn) => !isStillUseful(arn)), ...takes.filter(isStillUseful)].map(
      (policyArn) => {
        const key = roleKeyOf(policyArn, Object.keys(roster.assumableRoles), roster);
        const what = key === null ? `policy ${nameInArn(policyArn)}` : `role ${key}`;
        return {
          step: { step: 'DetachPolicy', user, policyArn },
          reason: `the roster gives ${user.name} no ${what}`,
          size: 1,
        };
      },
    ),
    used: seen.policyArns.length,
    quota: quotas.userPolicies,
  };
}

function exchangeGroups(wanted: RosterUser, user: Target, seen: Grants, stock: Stock): Exchange {
  const gives = wanted.groupNames.filter((name) => !seen.groupNames.includes(name) && stock.hasGroup(name));
  const takes = inOrder(seen.groupNames.filter((name) => !wanted.groupNames.includes(name)));
  return {
    gives: gives.map((groupName) => ({
      step: { step: 'JoinGroup', user, groupName },
      reason: `the roster puts ${user.name} into the group ${groupName}`,
      size: 1,
    })),
    takes: takes.map((groupName) => ({
      step: { step: 'LeaveGroup', user, groupName },
      reason: `the roster does not put ${user.name} into the group ${groupName}`,
      size: 1,
    })),
    used: seen.groupNames.length,
    quota: quotas.groups,
  };
}

function exchangeInlinePolicies(wanted: RosterUser, user: Target, seen: Grants): Exchange {
  const had = new Map(Object.entries(seen.inlinePolicies));
  const gives = Object.entries(wanted.inlinePolicies).flatMap(([policyName, document]): SizedMove[] => {
    const old = had.get(policyName);
    if (old !== undefined && isSameDocument(JSON.parse(old), JSON.parse(document))) return [];
    const size = sizeOf(document) - sizeOf(old ?? '');
    const reason =
      old === undefined
        ? `the roster gives ${user.name} the inline policy ${policyName}`
        : `the inline policy ${policyName} is not the roster's`;
    return [{ step: { step: 'PutInlinePolicy', user, policyName, document }, reason, size }];
  });
  const takes = inOrder([...had.keys()].filter((name) => !Object.hasOwn(wanted.inlinePolicies, name)));
  return {
    gives,
    takes: takes.map((policyName) => ({
      step: { step: 'DeleteInlinePolicy', user, policyName },
      reason: `the roster gives ${user.name} no inline policy ${policyName}`,
      size: sizeOf(had.get(policyName)!),
    })),
    used: [...had.values()].reduce((sum, document) => sum + sizeOf(document), 0),
    quota: quotas.inlineCharacters,
  };
}

/** As IAM counts: without white space. */
function sizeOf(document: string): number {
  return document.replace(/\s/g, '').length;
}

/** Uploads the key that is wanted, and deletes every other. */
export function exchangeSshKeys(wanted: RosterUser, user: Target, seen: readonly SeenSshKey[]): Exchange {
  const body = wanted.sshPublicKey;
  const others = body === null ? [] : seen.filter((key) => sshKeyOf(key.body) !== sshKeyOf(body));
  const isThere = others.length < seen.length;
  return {
    gives:
      body === null || isThere
        ? []
        : [
            {
              step: { step: 'UploadSshKey', user, body },
              reason: `the roster gives ${user.name} this SSH public key`,
              size: 1,
            },
          ],
    takes: inOrder(others.map(({ id }) => id)).map((credentialId) => ({
      step: { step: 'DeleteCredential', user, kind: 'ssh-key', credentialId },
      reason: `the roster gives ${user.name} another SSH public key`,
      size: 1,
    })),
    used: seen.length,
    quota: quotas.sshKeys,
  };
}

/** Type and key; the comment behind them says nothing. */
function sshKeyOf(body: string): string {
  return body.trim().split(/\s+/).slice(0, 2).join(' ');
}

/** What the roster does not declare itself must exist; what it declares is judged once, where it is declared. */
function nonexistent(wanted: RosterUser, roster: Roster, stock: Stock): string[] {
  const policies = wanted.policyArns.filter(
    (arn) => !stock.hasPolicy(arn) && roster.policies.every((policy) => policy.arn !== arn),
  );
  const groups = wanted.groupNames.filter(
    (name) => !stock.hasGroup(name) && roster.groups.every((group) => group.name !== name),
  );
  return [
    ...policies.map((arn) => `the roster gives ${wanted.name} the policy ${arn}, which does not exist`),
    ...groups.map((name) => `the roster puts ${wanted.name} into the group ${name}, which does not exist`),
  ];
}

type Held = { readonly policyArn: string } | { readonly policyName: string };

function documentOf(seen: Grants, stock: Stock): (held: Held) => string {
  const inline = new Map(Object.entries(seen.inlinePolicies));
  return (held) =>
    'policyArn' in held ? stock.documentOf(held.policyArn) : (inline.get(held.policyName) ?? '');
}

/** A policy that gives a role stays until the role's own policy, which is not there yet, can take its place. */
function holdBack(
  exchanges: readonly Exchange[],
  waiting: readonly Role[],
  document: (held: Held) => string,
): { exchanges: Exchange[]; held: string[] } {
  const held: string[] = [];
  const stays = ({ step }: Move): boolean => {
    if (step.step !== 'DetachPolicy' && step.step !== 'DeleteInlinePolicy') return false;
    const role = waiting.find(({ arn }) => mayAssume(document(step), arn));
    if (!role) return false;
    const name = step.step === 'DetachPolicy' ? nameInArn(step.policyArn) : step.policyName;
    held.push(
      `${name} stays: it gives the role ${role.key}, and ${nameInArn(role.policyArn)} does not exist`,
    );
    return true;
  };
  const kept = exchanges.map((exchange) => ({
    ...exchange,
    takes: exchange.takes.filter((take) => !stays(take)),
  }));
  return { exchanges: kept, held };
}
