import { sameName } from '../names.js';
import {
  type Move,
  type Part,
  giveBeforeTake,
  inOrder,
  joinParts,
  nameInArn,
  partOf,
  quotas,
} from './moves.js';
import type { SeenGroup, SeenPolicy } from './roster-facts.js';
import type { PasswordPolicy, Roster, RosterGroup, RosterPolicy } from './roster.js';
import type { RosterFinding, RosterStep, Subject } from './roster-steps.js';
import { isSameDocument } from './same-document.js';

/** IAM keeps five versions, the default one among them. */
const maxOtherVersions = 4;

/** What the account's own policy for passwords is to be; without one in the roster it is nobody's business. */
export function planPasswordPolicy(wanted: PasswordPolicy | null, seen: PasswordPolicy | null): Part {
  const subject: Subject = { kind: 'passwordPolicy', name: 'account' };
  const others = wanted === null || seen === null ? [] : differences(wanted, seen);
  if (wanted === null || (seen !== null && others.length === 0)) return partOf('update', subject, []);
  const reason =
    seen === null ? 'the account has no password policy' : `the account has ${others.join(', ')}`;
  const move: Move = { step: { step: 'SetPasswordPolicy', policy: wanted }, reason };
  return partOf(seen === null ? 'create' : 'update', subject, [move]);
}

/** "maxPasswordAge=0" of each rule that is another in the account. */
function differences(wanted: PasswordPolicy, seen: PasswordPolicy): string[] {
  const names = Object.keys(wanted) as (keyof PasswordPolicy)[];
  return names.filter((name) => seen[name] !== wanted[name]).map((name) => `${name}=${seen[name]}`);
}

export function planPolicies(wanted: readonly RosterPolicy[], seen: readonly SeenPolicy[]): Part {
  return joinParts(wanted.map((policy) => planPolicy(policy, seen)));
}

function planPolicy(policy: RosterPolicy, all: readonly SeenPolicy[]): Part {
  const subject: Subject = { kind: 'policy', name: policy.name };
  const seen = all.find(({ arn }) => arn === policy.arn);
  if (!seen) {
    const namesakes = all.filter(({ name }) => sameName(name, policy.name)).map(({ arn }) => arn);
    if (namesakes.length > 0) {
      const why = `the name is taken by ${inOrder(namesakes)[0]}: IAM tells neither case nor path apart`;
      return partOf('create', subject, [], [{ kind: 'Conflict', subject, why }]);
    }
    const reason = 'the roster declares the policy and the account has none of that name';
    return partOf('create', subject, [{ step: { step: 'CreatePolicy', policy }, reason }]);
  }
  if (isSameDocument(JSON.parse(seen.document), policy.document)) return partOf('update', subject, []);
  const [oldest = null] = seen.otherVersionIds;
  const pruneVersionId = seen.otherVersionIds.length >= maxOtherVersions ? oldest : null;
  const reason = "the default version's document is not the roster's";
  return partOf('update', subject, [{ step: { step: 'UpdatePolicy', policy, pruneVersionId }, reason }]);
}

/** `isThere`: can the policy be attached when it is the groups' turn? */
export function planGroups(
  roster: Roster,
  seen: readonly SeenGroup[],
  isThere: (arn: string) => boolean,
): Part {
  return joinParts(roster.groups.map((group) => planGroup(group, roster, seen, isThere)));
}

function planGroup(
  group: RosterGroup,
  roster: Roster,
  all: readonly SeenGroup[],
  isThere: (arn: string) => boolean,
): Part {
  const subject: Subject = { kind: 'group', name: group.name };
  const seen = all.find(({ name }) => name === group.name);
  const why = whyNotGroup(group, seen, all);
  if (why !== null) return partOf('update', subject, [], [{ kind: 'Conflict', subject, why }]);
  const create: Move[] = seen
    ? []
    : [
        {
          step: { step: 'CreateGroup', groupName: group.name, path: group.path },
          reason: 'the roster declares the group and the account has none of that name',
        },
      ];
  const moves = [...create, ...planAttachments(group, seen, isThere)];
  const missing = group.policyArns.filter(
    (arn) => !isThere(arn) && roster.policies.every((policy) => policy.arn !== arn),
  );
  return partOf(seen ? 'update' : 'create', subject, moves, [
    ...missing.map((arn): RosterFinding => ({
      kind: 'Conflict',
      subject,
      why: `the roster gives the group the policy ${arn}, which does not exist`,
    })),
    ...inOrder(seen?.inlinePolicyNames ?? []).map((name): RosterFinding => ({
      kind: 'Unmanaged',
      subject,
      why: `the group has the inline policy ${name}, which the roster cannot declare: delete it by hand`,
    })),
  ]);
}

/** A path is for life, and so is the case of a name. */
function whyNotGroup(
  group: RosterGroup,
  seen: SeenGroup | undefined,
  all: readonly SeenGroup[],
): string | null {
  const namesakes = all.filter(({ name }) => sameName(name, group.name)).map(({ name }) => name);
  if (!seen)
    return namesakes.length === 0
      ? null
      : `the name is taken by ${inOrder(namesakes)[0]}: IAM does not tell case apart`;
  return seen.path === group.path
    ? null
    : `the group is under ${seen.path} and the roster says ${group.path}: no step moves a group`;
}

function planAttachments(
  { name: groupName, policyArns }: RosterGroup,
  seen: SeenGroup | undefined,
  isThere: (arn: string) => boolean,
): Move[] {
  const attached = seen?.policyArns ?? [];
  return giveBeforeTake<RosterStep>([
    {
      gives: policyArns
        .filter((arn) => !attached.includes(arn) && isThere(arn))
        .map((policyArn) => ({
          step: { step: 'AttachGroupPolicy', groupName, policyArn },
          reason: `the roster gives the group the policy ${nameInArn(policyArn)}`,
          size: 1,
        })),
      takes: inOrder(attached.filter((arn) => !policyArns.includes(arn))).map((policyArn) => ({
        step: { step: 'DetachGroupPolicy', groupName, policyArn },
        reason: `the roster gives the group no policy ${nameInArn(policyArn)}`,
        size: 1,
      })),
      used: attached.length,
      quota: quotas.groupPolicies,
    },
  ]);
}
