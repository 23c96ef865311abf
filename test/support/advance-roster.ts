import { advanceUser } from '../../functions/core/advance.js';
import type { UserFacts } from '../../functions/core/facts.js';
import { readKeyWish, ssmPathsOf } from '../../functions/core/key-wish.js';
import type { RosterFacts, SeenGroup, SeenUser } from '../../functions/core/roster/roster-facts.js';
import type { RosterPlan, RosterStep } from '../../functions/core/roster/roster-steps.js';
import type { RosterPolicy } from '../../functions/core/roster/roster.js';
import type { Step, Target } from '../../functions/core/steps.js';
import { at, secretOf } from './account.js';
import { account, idOf } from './roster.js';

/** What the account looks like after a plan: a model of what AWS does, which refuses what AWS refuses. */
export function advanceRoster(seen: RosterFacts, plan: RosterPlan): RosterFacts {
  return plan.changes.flatMap(({ steps }) => steps).reduce(advance, seen);
}

function advance(seen: RosterFacts, step: RosterStep): RosterFacts {
  switch (step.step) {
    case 'SetPasswordPolicy':
      return { ...seen, passwordPolicy: step.policy };
    case 'CreatePolicy':
    case 'UpdatePolicy':
      return { ...seen, policies: advancePolicies(seen, step) };
    case 'CreateGroup': {
      mustBe(
        seen.groups.every(({ name }) => name.toLowerCase() !== step.groupName.toLowerCase()),
        step,
      );
      const group = { name: step.groupName, path: step.path, policyArns: [], inlinePolicyNames: [] };
      return { ...seen, groups: [...seen.groups, group] };
    }
    case 'AttachGroupPolicy':
      return changeGroup(seen, step, ({ policyArns }) => ({ policyArns: [...policyArns, step.policyArn] }));
    case 'DetachGroupPolicy':
      return changeGroup(seen, step, ({ policyArns }) => ({
        policyArns: without(policyArns, step.policyArn),
      }));
    case 'CreateUser':
      return { ...seen, users: [...seen.users, create(seen, step)] };
    case 'CreateLogin':
      mustBe(!seen.logins.includes(step.user.name), step);
      return { ...seen, logins: [...seen.logins, find(seen, step.user).user.name] };
    case 'UploadSshKey': {
      const own = seen.sshKeys[step.user.name] ?? [];
      mustBe(own.length < 5, step);
      const key = { id: `APKA${own.map(({ id }) => id).join('')}`, body: step.body };
      return { ...seen, sshKeys: { ...seen.sshKeys, [step.user.name]: [...own, key] } };
    }
    case 'DeleteCredential': {
      const left = (seen.sshKeys[step.user.name] ?? []).filter(({ id }) => id !== step.credentialId);
      return { ...seen, sshKeys: { ...seen.sshKeys, [step.user.name]: left } };
    }
    case 'EnsureKey':
      return ensureKey(seen, find(seen, step.user).user);
    default:
      return changeUser(seen, step);
  }
}

function advancePolicies(seen: RosterFacts, step: RosterStep & { policy: RosterPolicy }) {
  const { policy } = step;
  const document = JSON.stringify(policy.document);
  if (step.step === 'CreatePolicy') {
    mustBe(
      seen.policies.every(({ name }) => name.toLowerCase() !== policy.name.toLowerCase()),
      step,
    );
    return [...seen.policies, { arn: policy.arn, name: policy.name, document, otherVersionIds: [] }];
  }
  return seen.policies.map((old) => {
    if (old.arn !== policy.arn) return old;
    const pruned = old.otherVersionIds.filter(
      (id) => step.step !== 'UpdatePolicy' || id !== step.pruneVersionId,
    );
    mustBe(pruned.length < 4, step);
    return { ...old, document, otherVersionIds: [...pruned, `v${pruned.length + 90}`] };
  });
}

function changeGroup(
  seen: RosterFacts,
  step: RosterStep & { groupName: string; policyArn: string },
  change: (group: SeenGroup) => Partial<SeenGroup>,
): RosterFacts {
  mustBe(
    seen.groups.some(({ name }) => name === step.groupName),
    step,
  );
  if (step.step === 'AttachGroupPolicy') mustExist(seen, step.policyArn, step);
  const groups = seen.groups.map((group) =>
    group.name === step.groupName ? { ...group, ...change(group) } : group,
  );
  mustBe(
    groups.every(({ policyArns }) => policyArns.length <= 10),
    step,
  );
  return { ...seen, groups };
}

function create(seen: RosterFacts, step: Step & { step: 'CreateUser' }): SeenUser {
  const { name, path, tags, boundaryArn } = step;
  mustBe(
    seen.users.every(({ user }) => user.name.toLowerCase() !== name.toLowerCase()),
    step,
  );
  const arn = `arn:aws:iam::${account}:user${path}${name}`;
  const createdAt = at('2026-03-10T12:00:00Z');
  const user = { name, id: idOf(name), arn, path, createdAt, tags, boundaryArn };
  return { user, policyArns: [], groupNames: [], inlinePolicies: {} };
}

function ensureKey(seen: RosterFacts, { name, tags }: UserFacts): RosterFacts {
  const wish = readKeyWish(tags);
  if (wish === null) throw new Error(`a key for ${name}, whose tags want none`);
  if (wish.store === 'ssm') {
    return { ...seen, parameterNames: [...seen.parameterNames, ssmPathsOf(name, wish).credentials] };
  }
  const secret = { ...secretOf({ AWSCURRENT: 'AKIACURRENT000000001' }), userName: name, changedAt: 0 };
  return { ...seen, secrets: [...seen.secrets.filter(({ userName }) => userName !== name), secret] };
}

type UserStep = Extract<RosterStep, { user: Target }>;

function changeUser(seen: RosterFacts, step: RosterStep): RosterFacts {
  if (!('user' in step)) throw new Error(`${step.step} in a plan of a roster`);
  const old = find(seen, step.user);
  if (step.step === 'AttachPolicy') mustExist(seen, step.policyArn, step);
  if (step.step === 'JoinGroup') {
    mustBe(
      seen.groups.some(({ name }) => name === step.groupName),
      step,
    );
  }
  const next = advanceSeenUser(old, step);
  mustBe(next.policyArns.length <= 10 && next.groupNames.length <= 10, step);
  return { ...seen, users: seen.users.map((one) => (one === old ? next : one)) };
}

export function advanceSeenUser(seen: SeenUser, step: UserStep): SeenUser {
  switch (step.step) {
    case 'AttachPolicy':
      return { ...seen, policyArns: [...seen.policyArns, step.policyArn] };
    case 'DetachPolicy':
      return { ...seen, policyArns: without(seen.policyArns, step.policyArn) };
    case 'JoinGroup':
      return { ...seen, groupNames: [...seen.groupNames, step.groupName] };
    case 'LeaveGroup':
      return { ...seen, groupNames: without(seen.groupNames, step.groupName) };
    case 'PutInlinePolicy':
      return { ...seen, inlinePolicies: { ...seen.inlinePolicies, [step.policyName]: step.document } };
    case 'DeleteInlinePolicy': {
      const left = Object.entries(seen.inlinePolicies).filter(([name]) => name !== step.policyName);
      return { ...seen, inlinePolicies: Object.fromEntries(left) };
    }
    case 'Offboard': {
      const tags = { ...seen.user.tags, 'iam-lifecycle:offboarded-at': '2026-03-10T12:00:00.000Z' };
      return { ...seen, user: { ...seen.user, tags } };
    }
    case 'SetBoundary':
    case 'TagUser':
    case 'UntagUser':
      return { ...seen, user: advanceUser(seen.user, step) };
    default:
      throw new Error(`${step.step} in a plan of a roster`);
  }
}

/** A step for a user that was to be created carries no id yet. */
function find(seen: RosterFacts, { name, id }: Target): SeenUser {
  const found = seen.users.find(({ user }) => user.name === name && (id === '' || user.id === id));
  if (!found) throw new Error(`no user ${name} with the id ${id}`);
  return found;
}

function without(names: readonly string[], name: string): string[] {
  if (!names.includes(name)) throw new Error(`${name} is not there to be taken away`);
  return names.filter((other) => other !== name);
}

function mustExist(seen: RosterFacts, policyArn: string, step: RosterStep): void {
  mustBe(
    policyArn.startsWith('arn:aws:iam::aws:') || seen.policies.some(({ arn }) => arn === policyArn),
    step,
  );
}

function mustBe(holds: boolean, step: RosterStep): void {
  if (!holds) throw new Error(`AWS refuses ${JSON.stringify(step)}`);
}
