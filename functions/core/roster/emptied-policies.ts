import { inOrder } from './moves.js';
import type { RosterFacts } from './roster-facts.js';
import type { Change, RosterFinding } from './roster-steps.js';
import type { Roster } from './roster.js';

/** The account's own policies that the last user or group loses by these changes, and that the roster does not declare. */
export function emptiedPolicies(
  roster: Roster,
  seen: RosterFacts,
  changes: readonly Change[],
): RosterFinding[] {
  const steps = changes.flatMap((change) => change.steps);
  const taken = steps.flatMap((step) =>
    step.step === 'DetachPolicy' || step.step === 'DetachGroupPolicy' ? [step.policyArn] : [],
  );
  const given = new Set(
    steps.flatMap((step) =>
      step.step === 'AttachPolicy' || step.step === 'AttachGroupPolicy' ? [step.policyArn] : [],
    ),
  );
  const declared = new Set(roster.policies.map(({ arn }) => arn));
  const held = [...seen.users, ...seen.groups].flatMap(({ policyArns }) => policyArns);
  const emptied = inOrder([...new Set(taken)]).filter(
    (arn) => !declared.has(arn) && !given.has(arn) && times(taken, arn) === times(held, arn),
  );
  return emptied.flatMap((arn): RosterFinding[] => {
    const policy = seen.policies.find((one) => one.arn === arn);
    if (policy === undefined) return [];
    const why = `after this no user and no group has it: where no role needs it either, delete it with \`iam-lifecycle delete-policy ${arn}\``;
    return [{ kind: 'Unmanaged', subject: { kind: 'policy', name: policy.name }, why }];
  });
}

function times(arns: readonly string[], arn: string): number {
  return arns.filter((one) => one === arn).length;
}
