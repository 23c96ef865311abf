import type { Outcome } from '../core/advance.js';
import type { Instant } from '../core/instants.js';
import type { Plan, Step } from '../core/steps.js';
import type { Journal } from './journal.js';

export interface Convergence<Facts, Phase extends { readonly phase: string }> {
  readonly functionName: string;
  readonly userName: string;
  readonly seen: Facts;
  plan(seen: Facts, now: Instant): Plan<Phase>;
  /** `at`: the phase in which the step is taken. */
  apply(step: Step, at: Phase): Promise<Outcome>;
  /** The facts after a step, without asking again: IAM's reads trail its writes. */
  advance(seen: Facts, step: Step, outcome: Outcome): Facts;
  now(): Instant;
  readonly journal: Journal;
}

export interface Rest<Facts, Phase> {
  readonly at: Phase;
  readonly why: string;
  readonly seen: Facts;
  /** What was done on the way, in order. */
  readonly steps: readonly Step[];
}

/** More than any user's offboarding takes; a plan that never comes to rest is a bug and must not run for ever. */
const maxSteps = 200;

/** Walks to where nothing is left to do, and tells where that is. */
export async function converge<Facts, Phase extends { readonly phase: string }>(
  convergence: Convergence<Facts, Phase>,
): Promise<Rest<Facts, Phase>> {
  const { functionName, userName, journal } = convergence;
  const rest = await walk(convergence);
  const { at, why, steps } = rest;
  journal.outcome({ functionName, userName, phase: at.phase, why, steps: steps.length });
  if ('reason' in at) journal.attention(at.phase, userName, why);
  return rest;
}

/**
 * The one loop: plan, take the first step, plan again from what it changed, until nothing is left to do. Each step is
 * judged anew at the instant it is taken. A failure escapes: the next run begins by looking.
 */
export async function walk<Facts, Phase extends { readonly phase: string }>(
  convergence: Convergence<Facts, Phase>,
): Promise<Rest<Facts, Phase>> {
  const { functionName, userName, journal } = convergence;
  const steps: Step[] = [];
  let seen = convergence.seen;
  while (steps.length < maxSteps) {
    const {
      at,
      steps: [step],
      why,
    } = convergence.plan(seen, convergence.now());
    if (!step) return { at, why, seen, steps };
    const entry = { functionName, userName, phase: at.phase, step, why };
    try {
      const outcome = await convergence.apply(step, at);
      journal.done(entry);
      seen = convergence.advance(seen, step, outcome);
    } catch (error) {
      journal.failed(entry, error);
      throw error;
    }
    steps.push(step);
  }
  throw new Error(`${userName} did not come to rest after ${maxSteps} steps`);
}
