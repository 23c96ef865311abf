import { describeRosterStep } from '../functions/core/roster/describe-step.js';
import type { Change, RosterPlan } from '../functions/core/roster/roster-steps.js';
import { subjectText } from '../functions/core/roster/what-moved.js';

const signs = {
  create: { sign: '+', style: 'green' },
  update: { sign: '~', style: 'yellow' },
  delete: { sign: '-', style: 'red' },
} as const satisfies Record<Change['action'], { sign: string; style: Style }>;

/** A plan as text for a person, with a line for each step and its reason; ends with a line end. */
export function renderPlan(plan: RosterPlan, colour: boolean): string {
  const paint = painter(colour);
  const changes = plan.changes.map(({ action, subject, steps, reasons }) => {
    const { sign, style } = signs[action];
    const lines = steps.map(
      (step, index) => `    ${describeRosterStep(step)}  ${paint('grey', `# ${reasons[index]}`)}`,
    );
    return [paint(style, `${sign} ${subjectText(subject)}`), ...lines].join('\n');
  });
  const findings = plan.findings.map(
    ({ subject, why }) => `${paint('red', '!')} ${subjectText(subject)}: ${why}`,
  );
  return [...changes, ...(findings.length > 0 ? [findings.join('\n')] : []), `${summaryText(plan)}\n`].join(
    '\n\n',
  );
}

/** How many subjects a plan creates, changes and removes. */
export type PlanSummary = Readonly<Record<Change['action'], number>>;

/** The plan as data, for `--output json`. */
export function planJson(plan: RosterPlan): RosterPlan & { readonly summary: PlanSummary } {
  const { accountId, changes, findings } = plan;
  return { accountId, changes, findings, summary: summaryOf(plan) };
}

/** 0: nothing to do and nothing to say; 2: somebody should look. An error is 1, and none of this function's business. */
export function exitCodeOf({ changes, findings }: RosterPlan): 0 | 2 {
  return changes.length === 0 && findings.length === 0 ? 0 : 2;
}

function summaryOf({ changes }: RosterPlan): PlanSummary {
  const countOf = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  return { create: countOf('create'), update: countOf('update'), delete: countOf('delete') };
}

function summaryText(plan: RosterPlan): string {
  const { create, update, delete: removed } = summaryOf(plan);
  const count = plan.findings.length;
  const attention =
    count === 0 ? '' : ` ${count} ${count === 1 ? 'finding needs' : 'findings need'} attention.`;
  if (plan.changes.length > 0)
    return `Plan: ${create} to create, ${update} to change, ${removed} to remove.${attention}`;
  return count === 0 ? 'No changes. The account is as the roster says.' : `No changes.${attention}`;
}

type Style = 'green' | 'yellow' | 'red' | 'grey';

/** ECMA-48, "Select graphic rendition". */
const codes: Readonly<Record<Style, number>> = { green: 32, yellow: 33, red: 31, grey: 90 };

function painter(colour: boolean): (style: Style, text: string) => string {
  return (style, text) => (colour ? `\u001B[${codes[style]}m${text}\u001B[0m` : text);
}
