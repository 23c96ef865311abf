import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { PlanRules } from '../../../functions/core/roster/plan.js';
import { planRoster } from '../../../functions/core/roster/plan.js';
import type { RosterFacts, SeenUser } from '../../../functions/core/roster/roster-facts.js';
import type { Roster } from '../../../functions/core/roster/roster.js';
import { judgePolicies } from '../../../local/fake-aws/policy-evaluation.js';
import { advanceSeenUser } from '../../support/advance-roster.js';
import {
  adminPolicy,
  assumeDocument,
  dataPolicy,
  facts,
  findingTexts,
  now,
  operator,
  planTexts,
  reconciler,
  rolePolicies,
  roles,
  roster,
  seenPolicy,
  seenUser,
  wanted,
} from '../../support/roster.js';

const bundleDocument = JSON.stringify(assumeDocument(roles.admin, roles.data_engineer));
const bundle = seenPolicy('AssumeRolesPolicy', { document: bundleDocument });
const policies = [...rolePolicies, bundle];
const fillers = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/Filler${index}`);
const bridge = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roles.admin }],
});

/** Ten policies, the bundle among them, of which the role of an administrator is to be kept. */
const atQuota = seenUser({ policyArns: [...fillers(9), bundle.arn] });
const bob = wanted({ roles: ['admin'], policyArns: [adminPolicy, ...fillers(9)] });

function plan(rules: PlanRules, seen: SeenUser = atQuota, want = bob) {
  return planRoster(roster({ users: [want] }), facts({ users: [seen], policies }), rules, now);
}

describe('a bundled policy of a user that has ten policies, and no other to take first', () => {
  test('is exchanged over an inline policy that gives the role meanwhile', () => {
    const { changes } = plan(operator);
    expect(planTexts(plan(operator))).toEqual([
      '~ user bob: PutInlinePolicy IamLifecycleBridge, DetachPolicy AssumeRolesPolicy, AttachPolicy AssumeAdminRolePolicy, DeleteInlinePolicy IamLifecycleBridge',
    ]);
    expect(changes[0]!.steps[0]).toMatchObject({ document: bridge });
    expect(changes[0]!.reasons[0]).toBe(
      'AssumeRolesPolicy has to go before there is room, and gives what bob keeps: this gives it meanwhile',
    );
  });

  test('stays while only a function plans, which may write no inline policy', () => {
    expect(planTexts(plan(reconciler))).toEqual([]);
    expect(findingTexts(plan(reconciler))).toEqual([
      "Conflict user bob: AssumeRolesPolicy stays, and AssumeAdminRolePolicy is not attached: the user has all of IAM's 10 managed policies, would lose roles that it keeps, and only an operator's `iam-lifecycle apply` may give them meanwhile",
    ]);
  });

  test('stays where the inline policies leave no room', () => {
    const large = JSON.stringify({ Statement: [{ Sid: 'a'.repeat(1950), Effect: 'Deny' }] });
    const seen = { ...atQuota, inlinePolicies: { large } };
    const full = plan(operator, seen, { ...bob, inlinePolicies: { large } });
    expect(full.changes).toEqual([]);
    expect(findingTexts(full)[0]).toContain('its inline policies leave no room');
  });

  test('is taken up again where an exchange was cut short', () => {
    const put = { ...atQuota, inlinePolicies: { IamLifecycleBridge: bridge } };
    expect(planTexts(plan(operator, put))).toEqual([
      '~ user bob: DetachPolicy AssumeRolesPolicy, AttachPolicy AssumeAdminRolePolicy, DeleteInlinePolicy IamLifecycleBridge',
    ]);
    const detached = { ...put, policyArns: fillers(9) };
    expect(planTexts(plan(operator, detached))).toEqual([
      '~ user bob: AttachPolicy AssumeAdminRolePolicy, DeleteInlinePolicy IamLifecycleBridge',
    ]);
  });

  test('needs no bridge where the role has its own policy already, or the bundle gives by a wildcard another one', () => {
    const others = seenPolicy('AssumeRolesPolicy', {
      document: JSON.stringify(assumeDocument('arn:aws:iam::123456789012:role/Data*')),
    });
    const seen = facts({ users: [atQuota], policies: [...rolePolicies, others] });
    const want = roster({ users: [bob] });
    expect(planTexts(planRoster(want, seen, operator, now))).toEqual([
      '~ user bob: DetachPolicy AssumeRolesPolicy, AttachPolicy AssumeAdminRolePolicy',
    ]);
  });
});

const roleKeys = ['admin', 'data_engineer'] as const;
const own = { admin: adminPolicy, data_engineer: dataPolicy };

/** A user on its way from bundles, of either form or both, to policies of one role. */
const aMigration = fc
  .record({
    // Full more often than not: that is where it is hard.
    before: fc.constantFrom(0, 8, 9, 9),
    after: fc.constantFrom(0, 7, 10, 10),
    isManaged: fc.boolean(),
    isInline: fc.boolean(),
    had: fc.subarray([...roleKeys]),
    wants: fc.subarray([...roleKeys]),
    rules: fc.constantFrom(operator, reconciler),
  })
  .map(({ before, after, isManaged, isInline, had, wants, rules }) => {
    const held = [...(isManaged ? [bundle.arn] : []), ...had.map((key) => own[key]), ...fillers(before)];
    const user = seenUser({
      policyArns: held.slice(0, 10),
      inlinePolicies: isInline ? { AssumeRolesPolicy: bundleDocument } : {},
    });
    const want = roster({
      users: [
        wanted({
          roles: wants,
          policyArns: [...wants.map((key) => own[key]), ...fillers(after)].slice(0, 10),
        }),
      ],
    });
    return { user, want, rules };
  });

/** By an evaluation of policies that the planner knows nothing of. */
function rolesOf({ policyArns, inlinePolicies }: SeenUser): string[] {
  const attached = policies.filter(({ arn }) => policyArns.includes(arn)).map(({ document }) => document);
  const documents = [...attached, ...Object.values(inlinePolicies)];
  return Object.values(roles).filter(
    (resource) => judgePolicies(documents, { action: 'sts:AssumeRole', resource, context: {} }) === 'allow',
  );
}

/** The user before the first step and after each. */
function momentsOf(user: SeenUser, want: Roster, rules: PlanRules): SeenUser[] {
  const seen: RosterFacts = facts({ users: [user], policies });
  const moments = [user];
  for (const step of planRoster(want, seen, rules, now).changes.flatMap(({ steps }) => steps)) {
    if (!('user' in step)) throw new Error(`${step.step} in a migration`);
    moments.push(advanceSeenUser(moments.at(-1)!, step));
  }
  return moments;
}

function mustKeep(moments: readonly SeenUser[]): void {
  const atEnd = rolesOf(moments.at(-1)!);
  const kept = rolesOf(moments[0]!).filter((role) => atEnd.includes(role));
  for (const moment of moments) {
    expect(rolesOf(moment)).toEqual(expect.arrayContaining(kept));
    expect(moment.policyArns.length).toBeLessThanOrEqual(10);
    expect(Object.values(moment.inlinePolicies).join('').length).toBeLessThanOrEqual(2048);
  }
}

describe('whatever a user comes from', () => {
  test('it never lacks a role that it had and keeps, wherever the exchange is cut short and taken up again', () => {
    fc.assert(
      fc.property(aMigration, ({ user, want, rules }) => {
        const moments = momentsOf(user, want, rules);
        mustKeep(moments);
        for (const moment of moments) {
          const rest = momentsOf(moment, want, rules);
          mustKeep(rest);
          expect(rolesOf(rest.at(-1)!).toSorted()).toEqual(rolesOf(moments.at(-1)!).toSorted());
        }
      }),
      { numRuns: 250 },
    );
  });

  test('an operator gets it where the roster says, in one plan', () => {
    fc.assert(
      fc.property(aMigration, ({ user, want }) => {
        const after = momentsOf(user, want, operator).at(-1)!;
        expect(after.policyArns.toSorted()).toEqual(want.users[0]!.policyArns.toSorted());
        expect(after.inlinePolicies).toEqual({});
        expect(momentsOf(after, want, operator)).toEqual([after]);
      }),
      { numRuns: 200 },
    );
  });
});
