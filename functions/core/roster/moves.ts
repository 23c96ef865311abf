import type { Change, RosterFinding, RosterStep, Subject } from './roster-steps.js';

/** A step and why it is taken: what changes are made of. */
export interface Move<S extends RosterStep = RosterStep> {
  readonly step: S;
  readonly reason: string;
}

/** What one part of the roster asks for. */
export interface Part {
  readonly changes: readonly Change[];
  readonly findings: readonly RosterFinding[];
}

/** A part about one subject: no change where there is no move. */
export function partOf(
  action: Change['action'],
  subject: Subject,
  moves: readonly Move[],
  findings: readonly RosterFinding[] = [],
): Part {
  if (moves.length === 0) return { changes: [], findings };
  const steps = moves.map(({ step }) => step);
  const reasons = moves.map(({ reason }) => reason);
  return { changes: [{ action, subject, steps, reasons }], findings };
}

export function joinParts(parts: readonly Part[]): Part {
  return {
    changes: parts.flatMap(({ changes }) => changes),
    findings: parts.flatMap(({ findings }) => findings),
  };
}

/** What is to be given and taken of one kind, which has a quota. Sizes are in the quota's unit. */
export interface Exchange<S extends RosterStep = RosterStep> {
  readonly gives: readonly SizedMove<S>[];
  readonly takes: readonly SizedMove<S>[];
  /** How much of the quota is used now. */
  readonly used: number;
  readonly quota: Quota;
}

export interface SizedMove<S extends RosterStep = RosterStep> extends Move<S> {
  readonly size: number;
}

export interface Quota {
  readonly limit: number;
  /** "managed policies" */
  readonly unit: string;
}

/** IAM user guide, "IAM and AWS STS quotas": the defaults. White space in an inline policy is free. */
export const quotas = {
  userPolicies: { limit: 10, unit: 'managed policies' },
  groupPolicies: { limit: 10, unit: 'managed policies' },
  groups: { limit: 10, unit: 'groups' },
  inlineCharacters: { limit: 2048, unit: 'characters of inline policies' },
  sshKeys: { limit: 5, unit: 'SSH public keys' },
} as const satisfies Record<string, Quota>;

/** Everything is given before anything is taken, so that nobody lacks what it had and keeps; quotas come first. */
export function giveBeforeTake<S extends RosterStep>(
  exchanges: readonly (Exchange<S> | Order<S>)[],
): Move<S>[] {
  const orders = exchanges.map((one) => ('before' in one ? one : makeRoom(one)));
  return [
    ...orders.flatMap(({ before }) => before),
    ...orders.flatMap(({ gives }) => gives),
    ...orders.flatMap(({ after }) => after),
  ].map(({ step, reason }) => ({ step, reason }));
}

/** What of one kind comes before all that is given, with it, and after it. */
export type Order<S extends RosterStep = RosterStep> = Readonly<
  Record<'before' | 'gives' | 'after', readonly Move<S>[]>
>;

/** Just as many are taken first as the quota demands, and they say so. */
function makeRoom<S extends RosterStep>({ gives, takes, used, quota }: Exchange<S>): Order<S> {
  const total = gives.reduce((sum, { size }) => sum + size, used);
  const before: Move<S>[] = [];
  const after: Move<S>[] = [];
  let excess = gives.length === 0 ? 0 : total - quota.limit;
  for (const { step, reason, size } of takes) {
    if (excess > 0) {
      const why = `${reason}; first, since ${total} ${quota.unit} at once are more than IAM's ${quota.limit}`;
      before.push({ step, reason: why });
    } else after.push({ step, reason });
    excess -= size;
  }
  return { before, gives: gives.toSorted((one, other) => one.size - other.size), after };
}

/** By code units, whatever the language of the machine. */
export function inOrder(names: readonly string[]): string[] {
  return names.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
}

/** "AssumeAdminRolePolicy" of its ARN. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
