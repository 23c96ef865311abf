import { advanceOffboarding } from '../../functions/core/advance.js';
import type { OffboardingFacts } from '../../functions/core/facts.js';
import {
  type OffboardingPhase,
  type OffboardingRequest,
  planOffboarding,
} from '../../functions/core/offboarding.js';
import { boundaryArn, stepText } from './account.js';

export const offboardingRules = {
  userPath: '/lifecycle/',
  adoptedArns: [],
  boundaryArn,
  settleMs: 120_000,
  quarantineMs: 2_592_000_000,
};

export interface Journey {
  readonly seen: OffboardingFacts;
  readonly at: OffboardingPhase;
  /** The steps that were taken, as short texts. */
  readonly steps: string[];
}

/** Takes a user as far as one request goes at one instant, as a function does: one step, then plan again. */
export function travel(first: OffboardingFacts, request: OffboardingRequest, now: number): Journey {
  const steps: string[] = [];
  let seen = first;
  while (steps.length < 60) {
    const plan = planOffboarding(seen, request, offboardingRules, now);
    const [step] = plan.steps;
    if (!step) return { seen, at: plan.at, steps };
    if (step.step === 'CreateUser' || step.step === 'MintKey')
      throw new Error(`${step.step} in an offboarding`);
    steps.push(stepText(step));
    seen = advanceOffboarding(seen, step, { step: step.step });
  }
  throw new Error(`no rest: ${steps.slice(0, 5).join(', ')}, …`);
}

const who = { userName: 'alice', userId: null, absentSince: null };

export function offboardAt(
  decidedAt: number,
  quarantineMs: number | null = 2_592_000_000,
  reason = 'left the company',
): OffboardingRequest {
  return { ...who, kind: 'offboard', at: decidedAt, reason, quarantineMs };
}

export function restoreAt(decidedAt: number): OffboardingRequest {
  return { ...who, kind: 'restore', at: decidedAt };
}

export const carryOn: OffboardingRequest = { ...who, kind: 'continue' };
