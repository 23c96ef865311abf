import type { KeyFacts, UserFacts } from '../core/facts.js';
import { type Instant, formatInstant } from '../core/instants.js';
import { keyStoreNameOf } from '../core/key-wish.js';
import { keyIdOf } from '../core/names.js';
import type { OffboardingPhase } from '../core/offboarding.js';
import type { RotationPhase } from '../core/rotation-phase.js';
import { type Step, describe } from '../core/steps.js';
import { ownTagsOf, tag } from '../core/tags.js';
import type { Look } from './look-at-users.js';

/** Users as the API shows them; the forms are in answers.ts. */

export function summarize(user: UserFacts): object {
  const { tags } = user;
  return {
    name: user.name,
    userId: user.id,
    arn: user.arn,
    createdAt: formatInstant(user.createdAt),
    origin: tags[tag.origin] ?? null,
    owner: tags[tag.owner] ?? null,
    description: tags[tag.description] ?? null,
    roles: (tags[tag.roles] ?? '').split(' ').filter((role) => role !== ''),
    offboardedAt: tags[tag.offboarded] ?? null,
    purgeAfter: tags[tag.purgeAfter] ?? null,
  };
}

/** All that a look at one user shows. */
export function detail({ user, keys, secret, at, steps, why }: Look, now: Instant): object {
  const stages = Object.entries(secret?.stages ?? {}).map(([label, versionId]) => [
    label,
    keyIdOf(versionId) ?? versionId,
  ]);
  const isDue = steps.length > 0;
  const until = isDue ? now : 'until' in at ? at.until : null;
  return {
    ...summarize(user),
    tags: ownTagsOf(user.tags),
    phase: showPhase(at),
    keys: keys.map(showKey),
    next: {
      action: isDue ? describe(steps[0]!) : null,
      at: until === null ? null : formatInstant(until),
      why,
    },
    secret: { arn: secret?.arn ?? null, name: keyStoreNameOf(user), stages: Object.fromEntries(stages) },
  };
}

export function showPhase(phase: RotationPhase | OffboardingPhase): object {
  return {
    ...phase,
    ...('until' in phase ? { until: formatInstant(phase.until) } : {}),
    ...('since' in phase ? { since: formatInstant(phase.since) } : {}),
  };
}

export function showKey({ id, status, createdAt }: KeyFacts): object {
  return { id, status, createdAt: formatInstant(createdAt) };
}

/** Steps as data, and in words. */
export function showSteps(steps: readonly Step[]): object[] {
  return steps.map((step) => ({ step: step.step, says: describe(step) }));
}
