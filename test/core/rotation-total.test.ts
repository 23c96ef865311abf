import { describe, expect, test } from '@jest/globals';
import { advanceRotation } from '../../functions/core/advance.js';
import type { RotationFacts } from '../../functions/core/facts.js';
import { planRotation } from '../../functions/core/rotation.js';
import { rotationRules } from '../support/windows.js';
import { type Observation, oneKey, threeKeys, twoKeys } from '../support/observations.js';
import { outcomeOf, violations } from '../support/rotation-rules.js';

/** Every observation of a bounded world, each planned, judged and carried to rest. */
const mostSteps = 12;

interface Tally {
  cases: number;
  phases: Set<string>;
  steps: Set<string>;
  /** The first observation for each thing that was found wrong. */
  wrong: Map<string, Observation>;
}

function explore(observations: Iterable<Observation>): Tally {
  const tally: Tally = { cases: 0, phases: new Set(), steps: new Set(), wrong: new Map() };
  for (const observation of observations) {
    tally.cases += 1;
    const finding = follow(observation, tally).join('; ');
    if (finding !== '' && !tally.wrong.has(finding)) tally.wrong.set(finding, observation);
  }
  return tally;
}

function follow({ seen: first, request, now }: Observation, tally: Tally): string[] {
  let seen: RotationFacts = first;
  for (let taken = 0; taken <= mostSteps; taken += 1) {
    const plan = planRotation(seen, request, rotationRules, now);
    tally.phases.add(plan.at.phase);
    const findings = violations(seen, request, plan, now);
    if (findings.length > 0) return findings;
    const [step] = plan.steps;
    if (!step) return [];
    tally.steps.add(step.step);
    seen = advanceRotation(seen, step, outcomeOf(step, now, taken));
  }
  return [`no rest after ${mostSteps} steps`];
}

describe('every observation has one phase and no forbidden step, and comes to rest', () => {
  test('of no key or one', () => {
    const { cases, wrong } = explore(oneKey());
    expect([...wrong]).toEqual([]);
    expect(cases).toBeGreaterThan(50_000);
  });

  test('of two keys', () => {
    const { cases, wrong, phases, steps } = explore(twoKeys());
    expect([...wrong]).toEqual([]);
    expect(cases).toBeGreaterThan(100_000);
    // The world is wide enough: every phase that the design knows and every step of a rotation came up.
    expect([...phases].toSorted()).toEqual([
      'Blocked',
      'Due',
      'Exempt',
      'Foreign',
      'Offboarded',
      'Overlap',
      'Pending',
      'Quarantine',
      'Settled',
      'Settling',
      'Stranded',
      'Unkeyed',
      'Withdrawn',
    ]);
    expect([...steps].toSorted()).toEqual([
      'ClearPending',
      'DeactivateKey',
      'DeleteKey',
      'MintKey',
      'PromoteKey',
      'ReactivateKey',
      'RestoreSecret',
      'UntagUser',
    ]);
  });

  test('of three keys, which IAM’s limit does not surely prevent', () => {
    const { cases, wrong } = explore(threeKeys());
    expect([...wrong]).toEqual([]);
    expect(cases).toBeGreaterThan(50_000);
  });
});
