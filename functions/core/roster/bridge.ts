import { assumePolicyDocument } from '../assume-policy.js';
import type { RoleArn } from '../names.js';
import type { Target } from '../steps.js';
import { type Exchange, type Move, type Order, type SizedMove, nameInArn, quotas } from './moves.js';

/** An inline policy that gives a user its roles for as long as the policies that give them are exchanged. */
export const bridgeName = 'IamLifecycleBridge';

/** What goes around an exchange: first and last. */
export interface Bridge {
  readonly first: readonly Move[];
  readonly last: readonly Move[];
}

export interface BridgedExchange {
  readonly exchange: Exchange | Order;
  readonly bridge: Bridge;
  readonly conflicts: readonly string[];
}

export interface BridgeNeeds {
  readonly user: Target;
  /** Of managed policies; of those that are taken, the ones that give no role come first. */
  readonly exchange: Exchange;
  /** Of inline policies, among which the bridge has to fit. */
  readonly inline: Exchange;
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** The roles that a policy which is taken gives, of those whose own policies the user does not have yet. */
  readonly rolesOf: (policyArn: string) => readonly string[];
  /** The role whose own policy this is. */
  readonly ownRoleOf: (policyArn: string) => string | null;
  /** An operator's own rights: no function may write an inline policy. */
  readonly mayDeploy: boolean;
}

const noBridge: Bridge = { first: [], last: [] };

/**
 * Where a quota makes a policy go first that gives a role which the user keeps: the roles' own policies come one by one,
 * each as soon as there is room. Where there is none for the last of them, an inline policy gives their roles meanwhile;
 * where none may or can be written, the policy stays.
 */
export function bridgeRoles(needs: BridgeNeeds): BridgedExchange {
  const { exchange, inline, inlinePolicies, rolesOf, mayDeploy } = needs;
  const { gives, takes, used, quota } = exchange;
  const excess = gives.length === 0 ? 0 : Math.max(0, used + gives.length - quota.limit);
  const first = takes.slice(0, excess);
  const roleArns = [...new Set(first.flatMap((take) => rolesOf(policyOf(take))))];
  if (roleArns.length === 0) return { exchange, bridge: noBridge, conflicts: [] };
  const turns = takeTurns(needs);
  if (turns.stuck.length === 0) return { exchange: turns.order, bridge: noBridge, conflicts: [] };
  const document = bridgeDocument(roleArns);
  const size = inlinePolicies[bridgeName] === document ? 0 : document.length;
  const peak = inline.gives.reduce((sum, give) => sum + give.size, inline.used + size);
  if (mayDeploy && peak <= quotas.inlineCharacters.limit)
    return { exchange, bridge: bridgeOver(needs, first, document), conflicts: [] };
  const why = mayDeploy
    ? 'and its inline policies leave no room to give them meanwhile'
    : "and only an operator's `iam-lifecycle apply` may give them meanwhile";
  const conflict = `${namesOf(turns.stuck)} stays, and ${namesOf(turns.late)} is not attached: the user has all of IAM's ${quota.limit} managed policies, would lose roles that it keeps, ${why}`;
  return { exchange: turns.order, bridge: noBridge, conflicts: [conflict] };
}

interface Turns {
  readonly order: Order;
  /** What cannot be taken, and what cannot be given therefore. */
  readonly stuck: readonly SizedMove[];
  readonly late: readonly SizedMove[];
}

/** A policy whose roles have all come by their own policies makes room for the next. */
function takeTurns({ exchange, rolesOf, ownRoleOf }: BridgeNeeds): Turns {
  const { takes, used, quota } = exchange;
  const isFree = (take: SizedMove) => rolesOf(policyOf(take)).length === 0;
  const free = takes.filter(isFree);
  let stuck = takes.filter((take) => !isFree(take));
  let late = rolesFirst(exchange.gives, stuck, { rolesOf, ownRoleOf });
  let room = Math.max(0, quota.limit - used + free.length);
  const come = new Set<string>();
  const turns: Move[] = [];
  while (room > 0 && late.length > 0) {
    const [give, ...others] = late;
    turns.push(give!);
    late = others;
    come.add(ownRoleOf(policyOf(give!)) ?? '');
    const isNeeded = (take: SizedMove) => rolesOf(policyOf(take)).some((role) => !come.has(role));
    const freed = stuck.filter((take) => !isNeeded(take));
    stuck = stuck.filter(isNeeded);
    turns.push(...freed);
    room += freed.length - 1;
  }
  return { order: { before: free, gives: turns, after: [] }, stuck, late };
}

/** The roles of the policy that needs the fewest, before all others; what gives no role comes last. */
function rolesFirst(
  gives: readonly SizedMove[],
  stuck: readonly SizedMove[],
  { rolesOf, ownRoleOf }: Pick<BridgeNeeds, 'rolesOf' | 'ownRoleOf'>,
): SizedMove[] {
  const rank = (give: SizedMove): number => {
    const role = ownRoleOf(policyOf(give));
    const sizes = stuck
      .map((take) => rolesOf(policyOf(take)))
      .filter((all) => role !== null && all.includes(role));
    return Math.min(Number.MAX_SAFE_INTEGER, ...sizes.map((all) => all.length));
  };
  return gives.toSorted((one, other) => rank(one) - rank(other));
}

function bridgeOver(
  { user, inlinePolicies }: BridgeNeeds,
  first: readonly SizedMove[],
  document: string,
): Bridge {
  const reason = `${namesOf(first)} has to go before there is room, and gives what ${user.name} keeps: this gives it meanwhile`;
  const put: Move = { step: { step: 'PutInlinePolicy', user, policyName: bridgeName, document }, reason };
  const remove: Move = {
    step: { step: 'DeleteInlinePolicy', user, policyName: bridgeName },
    reason: 'the exchange is over',
  };
  // One that is there already, from an exchange that was cut short, goes with whatever else is stray.
  const isStray = Object.hasOwn(inlinePolicies, bridgeName);
  return {
    first: inlinePolicies[bridgeName] === document ? [] : [put],
    last: isStray ? [] : [remove],
  };
}

function namesOf(moves: readonly SizedMove[]): string {
  return moves.map((move) => nameInArn(policyOf(move))).join(', ');
}

function policyOf({ step }: Move): string {
  return step.step === 'AttachPolicy' || step.step === 'DetachPolicy' ? step.policyArn : '';
}

function bridgeDocument(roleArns: readonly string[]): string {
  const [first] = roleArns;
  const { Version } = assumePolicyDocument(first as RoleArn);
  const Resource = roleArns.length === 1 ? first : roleArns;
  return JSON.stringify({ Version, Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource }] });
}
