import type { UserName } from '../names.js';
import type { Step, Target } from '../steps.js';
import type { LoginWish, PasswordPolicy, RosterPolicy } from './roster.js';

/**
 * One change that a roster asks for: the steps that a function may take, and those that only an operator's own rights
 * allow. Data, like every step; it holds no secret.
 */
export type RosterStep = Step | KeyStep | OperatorStep;

/** Whole lives that the planners of rotation and offboarding carry on with. */
export type KeyStep =
  /** A key for a user that wants one and has none: the rotation's planner from where it is. */
  | { readonly step: 'EnsureKey'; readonly user: Target }
  /** The offboarding's planner. `quarantineMs` null: the configured one. */
  | {
      readonly step: 'Offboard';
      readonly user: Target;
      readonly quarantineMs: number | null;
      readonly reason: string;
    };

export type OperatorStep =
  | { readonly step: 'CreatePolicy'; readonly policy: RosterPolicy }
  /** `pruneVersionId`: deleted first, where five versions are there. */
  | { readonly step: 'UpdatePolicy'; readonly policy: RosterPolicy; readonly pruneVersionId: string | null }
  | { readonly step: 'CreateGroup'; readonly groupName: string; readonly path: string }
  | { readonly step: 'AttachGroupPolicy'; readonly groupName: string; readonly policyArn: string }
  | { readonly step: 'DetachGroupPolicy'; readonly groupName: string; readonly policyArn: string }
  | {
      readonly step: 'PutInlinePolicy';
      readonly user: Target;
      readonly policyName: string;
      readonly document: string;
    }
  | { readonly step: 'CreateLogin'; readonly user: Target; readonly login: LoginWish }
  | { readonly step: 'UploadSshKey'; readonly user: Target; readonly body: string }
  | Extract<Step, { step: 'DeleteCredential' }>
  | { readonly step: 'SetPasswordPolicy'; readonly policy: PasswordPolicy };

/** What a change is about. */
export interface Subject {
  readonly kind: 'user' | 'group' | 'policy' | 'passwordPolicy';
  readonly name: UserName | string;
}

/** One line of a plan. Changes are in dependency order; steps of one change are in theirs. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete';
  readonly subject: Subject;
  /** The unique id is '' in the steps of a user that is yet to be created. */
  readonly steps: readonly RosterStep[];
  /** One reason a step, in the same order. */
  readonly reasons: readonly string[];
}

/** Something that the roster cannot have, or that whoever plans may not do. */
export interface RosterFinding {
  readonly kind: 'Conflict' | 'NotPermitted' | 'Offboarding' | 'Unmanaged' | 'BlastBrake';
  readonly subject: Subject;
  readonly why: string;
}

export interface RosterPlan {
  readonly accountId: string;
  readonly changes: readonly Change[];
  readonly findings: readonly RosterFinding[];
}
