import { describeRosterStep } from './describe-step.js';
import type { Change, RosterFinding, RosterPlan, RosterStep, Subject } from './roster-steps.js';
import { canonicalText } from './same-document.js';

const participles = { create: 'created', update: 'changed', delete: 'removed' } as const;

/**
 * What a plan that was stored and one that was made now do not have in common, as sentences; none where both ask for
 * the same. Reasons may differ, and so may the order of changes.
 */
export function whatMoved(stored: RosterPlan, fresh: RosterPlan): string[] {
  if (stored.accountId !== fresh.accountId)
    return [`the plan is of account ${stored.accountId}, and this is ${fresh.accountId}`];
  const before = new Map(stored.changes.map((change) => [subjectText(change.subject), change]));
  const now = new Map(fresh.changes.map((change) => [subjectText(change.subject), change]));
  const subjects = [...new Set([...before.keys(), ...now.keys()])];
  return [
    ...subjects.flatMap((subject) =>
      compareChanges(before.get(subject), now.get(subject)).map((what) => `${subject}: ${what}`),
    ),
    ...missing(fresh.findings, stored.findings).map((finding) => `${findingText(finding)} (since the plan)`),
    ...missing(stored.findings, fresh.findings).map((finding) => `no longer so: ${findingText(finding)}`),
  ];
}

/** "user bob", as plans name it. */
export function subjectText({ kind, name }: Subject): string {
  if (kind === 'passwordPolicy') return 'password policy';
  return name === '*' ? `${kind}s` : `${kind} ${name}`;
}

function compareChanges(before: Change | undefined, now: Change | undefined): string[] {
  if (!before) return now ? [`nothing was to be done, and now it is to be ${participles[now.action]}`] : [];
  if (!now) return [`it was to be ${participles[before.action]}, and now there is nothing to do`];
  if (before.action !== now.action)
    return [`it was to be ${participles[before.action]}, and now it is to be ${participles[now.action]}`];
  if (userIdOf(before) !== userIdOf(now)) return ['the name belongs to another user now'];
  const gone = missing(before.steps, now.steps).map(describeRosterStep);
  const come = missing(now.steps, before.steps).map(describeRosterStep);
  const differences = [
    ...gone.filter((text) => !come.includes(text)).map((text) => `no longer planned: ${text}`),
    ...come.map(
      (text) => `${gone.includes(text) ? 'planned with other content' : 'also planned'} now: ${text}`,
    ),
  ];
  const isReordered = differences.length === 0 && canonicalText(before.steps) !== canonicalText(now.steps);
  return isReordered ? ['its steps come in another order or number now'] : differences;
}

/** '' of a user that is yet to be created, and of what is no user. */
function userIdOf({ steps }: Change): string {
  return steps.map((step) => ('user' in step ? step.user.id : '')).find((id) => id !== '') ?? '';
}

/** Those of the first list that the second does not hold. */
function missing<Element extends RosterStep | RosterFinding>(
  list: readonly Element[],
  from: readonly Element[],
): Element[] {
  const known = new Set(from.map((element) => canonicalText(element)));
  return list.filter((element) => !known.has(canonicalText(element)));
}

function findingText({ subject, why }: RosterFinding): string {
  return `${subjectText(subject)}: ${why}`;
}
