import { applyLeavingStep } from '../aws/apply-leaving.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { advanceOffboarding } from '../core/advance.js';
import type { OffboardingFacts } from '../core/facts.js';
import type { UserName } from '../core/names.js';
import {
  type OffboardingPhase,
  type OffboardingRequest,
  type OffboardingRules,
  planOffboarding,
} from '../core/offboarding.js';
import { type Rest, converge } from './converge.js';
import type { Journal } from './journal.js';
import type { Lease } from './lease.js';

/** Whoever offboards and restores: the function, or an operator with rights of their own. None of it handles a key. */
export interface OffboardingRunner {
  readonly functionName: string;
  readonly clients: Pick<Clients, 'iam' | 'secretsManager' | 'ssm'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly rules: OffboardingRules;
}

/** Takes a user as far through its departure, or its return, as it may go now. */
export async function convergeOffboarding(
  seen: OffboardingFacts,
  userName: UserName,
  request: OffboardingRequest,
  lease: Pick<Lease, 'keep'>,
  { functionName, clients, clock, journal, rules }: OffboardingRunner,
): Promise<Rest<OffboardingFacts, OffboardingPhase>> {
  const rest = await converge({
    functionName,
    userName,
    seen,
    plan: (facts, now) => planOffboarding(facts, request, rules, now),
    apply: (step) => {
      lease.keep();
      return applyLeavingStep(step, clients);
    },
    advance: advanceOffboarding,
    now: () => clock.now(),
    journal,
  });
  if (rest.steps.some(({ step }) => step === 'DeleteLoginProfile'))
    journal.note('a password cannot be restored', { userName });
  noteReturn(rest, userName, journal);
  return rest;
}

/** What was Inactive before the departure, or fitted into no record of it, is for a person to make Active. */
function noteReturn(
  { seen, steps }: Rest<OffboardingFacts, OffboardingPhase>,
  userName: UserName,
  journal: Journal,
): void {
  const left = seen.credentials.filter(({ status }) => status === 'Inactive').map(({ id }) => id);
  if (left.length > 0 && steps.some(({ step }) => step === 'UntagUser'))
    journal.note('these credentials stay Inactive after the return', {
      userName,
      credentials: left.join(' '),
    });
}
