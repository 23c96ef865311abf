import { applyOperatorStep } from '../functions/aws/apply-roster.js';
import type { Clients } from '../functions/aws/clients.js';
import { observeRoster } from '../functions/aws/observe-roster.js';
import { planRoster } from '../functions/core/roster/plan.js';
import { isOperatorStep } from '../functions/core/roster/permit.js';
import type { Roster } from '../functions/core/roster/roster.js';

/** Makes in an account the policies and groups that the stack would make of a roster; users are nobody's business here. */
export async function deployRoster(clients: Clients, roster: Roster): Promise<void> {
  const seen = await observeRoster(clients, roster, roster.accountId);
  const rules = { mayDeploy: true, allowDestroy: null, settleMs: 0 };
  const { changes } = planRoster({ ...roster, users: [] }, seen, rules, 0);
  const context = {
    clients,
    minimumPasswordLength: 8,
    deliverPassword: () => Promise.reject(new Error('no policy and no group has a password')),
  };
  for (const { subject, steps } of changes) {
    if (subject.kind !== 'policy' && subject.kind !== 'group') continue;
    for (const step of steps) if (isOperatorStep(step)) await applyOperatorStep(step, context);
  }
}
