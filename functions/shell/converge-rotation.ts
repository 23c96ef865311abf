import { applyStep } from '../aws/apply.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import type { SecretSettings } from '../aws/secret-store.js';
import { advanceRotation } from '../core/advance.js';
import type { RotationFacts } from '../core/facts.js';
import { type Instant, secondMs } from '../core/instants.js';
import type { RotationPhase, RotationRequest, RotationRules } from '../core/rotation-phase.js';
import { planRotation } from '../core/rotation.js';
import { type Rest, converge } from './converge.js';
import type { Journal } from './journal.js';
import type { Lease } from './lease.js';

/** Whoever rotates keys: the function, or an operator with rights of their own. */
export interface RotationRunner {
  readonly functionName: string;
  readonly clients: Pick<Clients, 'iam' | 'iamMint' | 'secretsManager' | 'ssm' | 'sts'>;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly rules: RotationRules;
  readonly secrets: SecretSettings;
  /** When the run must be over. */
  readonly deadlineAt: Instant;
}

/** Time left for what follows a key's test, when the run's own time runs out. */
const afterTestMs = 10 * secondMs;
const longestTestMs = 60 * secondMs;

/** Takes a user's key as far through its life as it may go now. */
export function convergeRotation(
  seen: RotationFacts,
  request: RotationRequest | null,
  lease: Pick<Lease, 'keep'>,
  { functionName, clients, clock, journal, rules, secrets, deadlineAt }: RotationRunner,
): Promise<Rest<RotationFacts, RotationPhase>> {
  return converge({
    functionName,
    userName: seen.user.name,
    seen,
    plan: (facts, now) => planRotation(facts, request, rules, now),
    apply: (step) => {
      lease.keep();
      const giveUpAt = Math.min(clock.now() + longestTestMs, deadlineAt - afterTestMs);
      return applyStep(step, { clients, clock, secrets, giveUpAt });
    },
    advance: advanceRotation,
    now: () => clock.now(),
    journal,
  });
}
