import { assumePolicyDocument } from '../assume-policy.js';
import type { RoleArn } from '../names.js';
import type { Target } from '../steps.js';
import { type Exchange, type Move, type SizedMove, nameInArn, quotas } from './moves.js';

/** An inline policy that gives a user its roles for as long as the policies that give them are exchanged. */
export const bridgeName = 'IamLifecycleBridge';

/** What goes around an exchange: first and last. */
export interface Bridge {
  readonly first: readonly Move[];
  readonly last: readonly Move[];
}

export interface BridgedExchange {
  readonly exchange: Exchange;
  readonly bridge: Bridge;
  readonly conflicts: readonly string[];
}

export interface BridgeNeeds {
  readonly user: Target;
  /** Of managed policies. Where some have to go first, those that give nothing come first. */
  readonly exchange: Exchange;
  /** Of inline policies, among which the bridge has to fit. */
  readonly inline: Exchange;
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** The roles that the user keeps of those that a managed policy gives. */
  readonly rolesOf: (policyArn: string) => readonly string[];
  /** An operator's own rights: no function may write an inline policy. */
  readonly mayDeploy: boolean;
}

const noBridge: Bridge = { first: [], last: [] };

/**
 * Where a quota makes a policy go first that gives a role which the user keeps, an inline policy gives it meanwhile. Where
 * none may or can be written, nothing that needs the room is done.
 */
export function bridgeRoles(needs: BridgeNeeds): BridgedExchange {
  const { user, exchange, inline, inlinePolicies, rolesOf, mayDeploy } = needs;
  const { gives, takes, used, quota } = exchange;
  const excess = Math.max(0, used + gives.length - quota.limit);
  const first = gives.length === 0 ? [] : takes.slice(0, excess);
  const roleArns = [...new Set(first.flatMap((take) => rolesOf(policyOf(take))))];
  if (roleArns.length === 0) return { exchange, bridge: noBridge, conflicts: [] };
  const document = bridgeDocument(roleArns);
  const isThere = inlinePolicies[bridgeName] === document;
  const size = isThere ? 0 : document.length;
  const peak = inline.gives.reduce((sum, give) => sum + give.size, inline.used + size);
  if (!mayDeploy || peak > quotas.inlineCharacters.limit) return holdUp(exchange, rolesOf, mayDeploy);
  const names = first.map((take) => nameInArn(policyOf(take))).join(', ');
  const reason = `${names} has to go before there is room, and gives what ${user.name} keeps: this gives it meanwhile`;
  const put: Move = { step: { step: 'PutInlinePolicy', user, policyName: bridgeName, document }, reason };
  const remove: Move = {
    step: { step: 'DeleteInlinePolicy', user, policyName: bridgeName },
    reason: 'the exchange is over',
  };
  // One that is there already, from an exchange that was cut short, goes with whatever else is stray.
  const isStray = Object.hasOwn(inlinePolicies, bridgeName);
  return {
    exchange,
    bridge: { first: isThere ? [] : [put], last: isStray ? [] : [remove] },
    conflicts: [],
  };
}

/** The policies that give roles stay, and of the new ones come as many as there is room for. */
function holdUp(exchange: Exchange, rolesOf: BridgeNeeds['rolesOf'], mayDeploy: boolean): BridgedExchange {
  const isFree = (take: SizedMove) => rolesOf(policyOf(take)).length === 0;
  const takes = exchange.takes.filter(isFree);
  const room = Math.max(0, exchange.quota.limit - exchange.used + takes.length);
  const kept = exchange.takes.filter((take) => !isFree(take)).map((take) => nameInArn(policyOf(take)));
  const late = exchange.gives.slice(room).map((give) => nameInArn(policyOf(give)));
  const why = mayDeploy
    ? 'and its inline policies leave no room to give them meanwhile'
    : "and only an operator's `iam-lifecycle apply` may give them meanwhile";
  return {
    exchange: { ...exchange, gives: exchange.gives.slice(0, room), takes },
    bridge: noBridge,
    conflicts: [
      `${kept.join(', ')} stays, and ${late.join(', ')} is not attached: the user has all of IAM's ${exchange.quota.limit} managed policies, would lose roles that it keeps, ${why}`,
    ],
  };
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
