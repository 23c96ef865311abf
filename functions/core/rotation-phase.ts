import type { KeyFacts, Territory } from './facts.js';
import { type Instant, secondMs } from './instants.js';
import type { AccessKeyId } from './names.js';
import type { Plan, Step } from './steps.js';
import type { Windows } from './windows.js';

/** Where a managed user's key is in its life. Exactly one holds for any observation; see docs/design.md. */
export type RotationPhase =
  | { readonly phase: 'Offboarded'; readonly at: string }
  | { readonly phase: 'Withdrawn' }
  | { readonly phase: 'Keyless' }
  | { readonly phase: 'Retiring'; readonly keyId: AccessKeyId; readonly until: Instant }
  | { readonly phase: 'Torn'; readonly keyId: AccessKeyId }
  | { readonly phase: 'Pending'; readonly keyId: AccessKeyId; readonly until: Instant }
  | { readonly phase: 'Stranded'; readonly keyId: AccessKeyId; readonly until: Instant }
  | { readonly phase: 'Settling'; readonly until: Instant }
  | { readonly phase: 'Unkeyed' }
  | {
      readonly phase: 'Overlap';
      readonly keyId: AccessKeyId;
      readonly until: Instant;
      readonly usedBy: string | null;
    }
  | { readonly phase: 'Quarantine'; readonly keyId: AccessKeyId; readonly until: Instant }
  | { readonly phase: 'Leaked'; readonly keyId: AccessKeyId; readonly until: Instant }
  | { readonly phase: 'Foreign'; readonly keyIds: readonly AccessKeyId[] }
  | { readonly phase: 'Due'; readonly since: Instant }
  | { readonly phase: 'Exempt'; readonly until: Instant }
  | { readonly phase: 'Settled'; readonly until: Instant }
  | { readonly phase: 'Blocked'; readonly reason: string };

export type RotationPlan = Plan<RotationPhase>;

/** What somebody asked for, and when: a duplicate that comes late asks for nothing new. */
export interface RotationRequest {
  /** rotate: a new key now, the usual overlap; emergency: without any wait; reactivate: the old key back. */
  readonly kind: 'rotate' | 'emergency' | 'reactivate';
  readonly at: Instant;
}

export interface RotationRules extends Territory {
  readonly windows: Windows;
}

export function rest(at: RotationPhase, why: string, steps: readonly Step[] = []): RotationPlan {
  return { at, steps, why };
}

/** Something stands in the way that a person must look at. */
export function blocked(reason: string): RotationPlan {
  return rest({ phase: 'Blocked', reason }, reason);
}

/** Was this key there before the request? Creation dates come in whole seconds, so the request's is cut to one too. */
export function isOlderThan({ createdAt }: KeyFacts, request: RotationRequest): boolean {
  return createdAt < Math.floor(request.at / secondMs) * secondMs;
}
