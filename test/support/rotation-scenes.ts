import { advanceRotation } from '../../functions/core/advance.js';
import type { KeyFacts, RotationFacts } from '../../functions/core/facts.js';
import type { RotationRequest, RotationRules } from '../../functions/core/rotation-phase.js';
import { planRotation } from '../../functions/core/rotation.js';
import { currentKey, key, managedUser, oldKey, rotationFacts, secretOf, stepText, used } from './account.js';
import { outcomeOf } from './rotation-rules.js';

/** The current key of 2 March does not work any more. */
export const withOff = (others: readonly KeyFacts[], status: 'Inactive' | 'Expired' = 'Inactive') =>
  rotationFacts({
    keys: [...others, key(currentKey, '2026-03-02T00:00:00Z', { status })],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  });

/** An old key of 1 January beside the current one of 2 March. */
export const withOld = (old: Partial<KeyFacts>, tags = {}) =>
  rotationFacts({
    user: managedUser(tags),
    keys: [
      key(oldKey, '2026-01-01T00:00:00Z', { lastUse: used('s3', '2026-03-03T00:00:00Z'), ...old }),
      key(currentKey, '2026-03-02T00:00:00Z'),
    ],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
  });

/** The old key was deactivated on 10 March. */
export const quarantined = withOld(
  { status: 'Inactive' },
  { 'iam-lifecycle:deactivated-at': `${oldKey} 2026-03-10T00:00:00.000Z` },
);

/** The steps that a function takes at one instant: one, then it plans again. */
export function stepsToRest(
  first: RotationFacts,
  request: RotationRequest,
  rules: RotationRules,
  now: number,
): string[] {
  const steps: string[] = [];
  let seen = first;
  while (steps.length < 12) {
    const [step] = planRotation(seen, request, rules, now).steps;
    if (!step) break;
    seen = advanceRotation(seen, step, outcomeOf(step, now, steps.length));
    steps.push(stepText(step));
  }
  return steps;
}
