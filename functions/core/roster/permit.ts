import { describeRosterStep } from './describe-step.js';
import { type Part, joinParts, partOf } from './moves.js';
import type { Change, OperatorStep, RosterStep } from './roster-steps.js';

const operatorSteps: Readonly<Record<OperatorStep['step'], true>> = {
  CreatePolicy: true,
  UpdatePolicy: true,
  CreateGroup: true,
  AttachGroupPolicy: true,
  DetachGroupPolicy: true,
  PutInlinePolicy: true,
  CreateLogin: true,
  UploadSshKey: true,
  DeleteCredential: true,
  SetPasswordPolicy: true,
};

/** Does the step need an operator's own rights, which no function has? */
export function isOperatorStep(step: RosterStep): step is OperatorStep {
  return Object.hasOwn(operatorSteps, step.step);
}

/** What an operator alone may do becomes a finding for everybody else. */
export function permit(part: Part, mayDeploy: boolean): Part {
  if (mayDeploy) return part;
  return joinParts([{ changes: [], findings: part.findings }, ...part.changes.map(permitChange)]);
}

function permitChange({ action, subject, steps, reasons }: Change): Part {
  const moves = steps.map((step, index) => ({ step, reason: reasons[index]! }));
  const refused = moves.filter(({ step }) => isOperatorStep(step));
  const allowed = moves.filter(({ step }) => !isOperatorStep(step));
  if (refused.length === 0) return partOf(action, subject, allowed);
  const wishes = refused.map(({ step, reason }) => `${describeRosterStep(step)} (${reason})`).join('; ');
  const why = `only an operator's own rights allow this, as in \`iam-lifecycle apply\`: ${wishes}`;
  return partOf(action, subject, allowed, [{ kind: 'NotPermitted', subject, why }]);
}
