import type { FunctionName } from '../../infra/permissions.js';
import type { AccessRequest, ConditionContext } from '../support/iam-simulation.js';
import { managed } from './escalations.js';

/** What an attacker who holds a function's role would try: every request of a chain must be allowed for it to work. */
export interface Attack {
  readonly group: string;
  readonly title: string;
  readonly requests: readonly AccessRequest[];
  /** The functions for which IAM cannot stop it; docs/security.md says what does, or what remains. */
  readonly residual?: readonly FunctionName[];
  /** The residual risk is there only where this option is used. */
  readonly onlyWith?: 'ssmBasePaths' | 'revocation';
}

export const tombstoned: ConditionContext = {
  ...managed,
  'aws:ResourceTag/iam-lifecycle:offboarded-at': '2026-03-01T09:00:00Z',
};

export const requestTags = (tags: Readonly<Record<string, string>>): ConditionContext => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  'aws:TagKeys': Object.keys(tags),
});
export const creationTags = {
  'iam-lifecycle:managed': 'true',
  'iam-lifecycle:origin': 'api',
  'iam-lifecycle:owner': 'mallory',
};

export const on = (action: string, resource: string, context?: ConditionContext): AccessRequest => ({
  action,
  resource,
  ...(context ? { context } : {}),
});
export const attack = (
  group: string,
  title: string,
  requests: readonly AccessRequest[],
  residual?: readonly FunctionName[],
): Attack => ({ group, title, requests, ...(residual ? { residual } : {}) });
