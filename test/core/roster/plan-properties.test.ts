import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { UserFacts } from '../../../functions/core/facts.js';
import { isOperatorStep } from '../../../functions/core/roster/permit.js';
import { planRoster } from '../../../functions/core/roster/plan.js';
import type { RosterFacts, SeenUser } from '../../../functions/core/roster/roster-facts.js';
import type { Change, RosterPlan } from '../../../functions/core/roster/roster-steps.js';
import type { RosterUser } from '../../../functions/core/roster/roster.js';
import { advanceRoster, advanceSeenUser } from '../../support/advance-roster.js';
import { aRoster, someFacts } from '../../support/roster-arbitraries.js';
import { now, operator } from '../../support/roster.js';

const someRules = fc.record({
  mayDeploy: fc.boolean(),
  allowDestroy: fc.constantFrom(null, 3, 50),
  settleMs: fc.constant(120_000),
});
const anything = fc.tuple(aRoster, someFacts, someRules);
const holds = (judge: (...input: Parameters<typeof planRoster>) => void) =>
  fc.assert(
    fc.property(anything, ([roster, seen, rules]) => judge(roster, seen, rules, now)),
    { numRuns: 400 },
  );

describe('whatever the roster says and the account shows', () => {
  test('a plan that was carried out leaves nothing to plan, and the same findings', () => {
    holds((roster, seen, rules) => {
      const plan = planRoster(roster, seen, rules, now);
      fc.pre(!isBraked(plan));
      const next = planRoster(roster, advanceRoster(seen, plan), rules, now);
      expect(next).toEqual({ ...plan, changes: [], findings: lasting(plan) });
    });
  });

  // Users that were made raise the tenth that may leave.
  test('a plan that was carried out under the brake leaves at most the deletions', () => {
    holds((roster, seen, rules) => {
      const plan = planRoster(roster, seen, rules, now);
      fc.pre(isBraked(plan));
      const next = planRoster(roster, advanceRoster(seen, plan), rules, now);
      expect(next.changes.filter(({ action }) => action !== 'delete')).toEqual([]);
      expect(next.findings.filter(({ kind }) => kind !== 'BlastBrake')).toEqual(
        lasting(plan).filter(({ kind }) => kind !== 'BlastBrake'),
      );
    });
  });

  test('a user that the roster asks for, and of which nothing is found, is as it says once the plan is carried out', () => {
    holds((roster, seen) => {
      const plan = planRoster(roster, seen, operator, now);
      const found = new Set(plan.findings.map(({ subject }) => subject.name));
      const after = advanceRoster(seen, plan);
      const isFound = ({ name, groupNames }: RosterUser) =>
        [name, ...groupNames].some((one) => found.has(one));
      for (const wanted of roster.users.filter((user) => user.enabled && !isFound(user))) {
        const { user, policyArns, groupNames, inlinePolicies } = userOf(after, wanted.name)!;
        expect(policyArns.toSorted()).toEqual(wanted.policyArns.toSorted());
        expect(groupNames.toSorted()).toEqual(wanted.groupNames.toSorted());
        expect(inlinePolicies).toEqual(wanted.inlinePolicies);
        expect(user.boundaryArn).toBe(wanted.boundaryArn);
        expect(user.tags).toMatchObject(wanted.tags);
        expect(wanted.login === null || after.logins.includes(wanted.name)).toBe(true);
      }
    });
  });

  test('the order in which the account was read changes nothing', () => {
    fc.assert(
      fc.property(anything.chain(withShuffle), ([roster, seen, rules, shuffled]) => {
        expect(planRoster(roster, shuffled, rules, now)).toEqual(planRoster(roster, seen, rules, now));
      }),
      { numRuns: 400 },
    );
  });

  test('each step has its reason, and its user is the subject', () => {
    holds((roster, seen, rules) => {
      for (const { subject, steps, reasons } of planRoster(roster, seen, rules, now).changes) {
        expect(steps.length).toBeGreaterThan(0);
        expect(reasons).toHaveLength(steps.length);
        expect(reasons.every((reason) => reason.length > 0)).toBe(true);
        expect(steps.every((step) => !('user' in step) || step.user.name === subject.name)).toBe(true);
      }
    });
  });

  test('without an operator no step of an operator is planned', () => {
    holds((roster, seen, rules) => {
      const { changes } = planRoster(roster, seen, { ...rules, mayDeploy: false }, now);
      expect(changes.flatMap(({ steps }) => steps).filter(isOperatorStep)).toEqual([]);
    });
  });

  test('a user that is not ours, or is leaving, is in no change', () => {
    holds((roster, seen, rules) => {
      const changed = new Set(
        planRoster(roster, seen, rules, now).changes.map(({ subject }) => subject.name),
      );
      const others = seen.users.map(({ user }) => user).filter((user) => !isOurs(user));
      expect(others.filter(({ name }) => changed.has(name))).toEqual([]);
    });
  });

  test('no user lacks for one moment what it had and keeps', () => {
    holds((roster, seen, rules) => {
      for (const change of planRoster(roster, seen, rules, now).changes) {
        const wanted = roster.users.find(({ name }) => name === change.subject.name);
        const before = userOf(seen, change.subject.name);
        if (!before || !wanted || change.action !== 'update') continue;
        for (const moment of momentsOf(before, change)) {
          expect(moment.policyArns).toEqual(
            expect.arrayContaining(before.policyArns.filter((arn) => wanted.policyArns.includes(arn))),
          );
          expect(moment.policyArns.length).toBeLessThanOrEqual(10);
          expect(moment.groupNames).toEqual(
            expect.arrayContaining(before.groupNames.filter((name) => wanted.groupNames.includes(name))),
          );
        }
      }
    });
  });

  test('no more users leave than one, a tenth, or the number that was allowed', () => {
    holds((roster, seen, rules) => {
      const { changes } = planRoster(roster, seen, rules, now);
      const own = seen.users.filter(
        ({ user }) =>
          user.tags['iam-lifecycle:origin'] === 'roster' &&
          user.tags['iam-lifecycle:managed'] === 'true' &&
          user.path.startsWith('/lifecycle/'),
      );
      const leaving = changes.filter(({ action }) => action === 'delete').length;
      expect(leaving).toBeLessThanOrEqual(Math.max(1, Math.floor(own.length / 10), rules.allowDestroy ?? 0));
    });
  });
});

/** All but those about policies that the plan itself empties. */
function lasting({ findings }: RosterPlan): RosterPlan['findings'] {
  return findings.filter(({ kind, subject }) => kind !== 'Unmanaged' || subject.kind !== 'policy');
}

function isBraked({ findings }: RosterPlan): boolean {
  return findings.some(({ kind }) => kind === 'BlastBrake');
}

function isOurs({ path, tags }: UserFacts): boolean {
  const origin = tags['iam-lifecycle:origin'];
  return (
    tags['iam-lifecycle:managed'] === 'true' &&
    tags['iam-lifecycle:offboarded-at'] === undefined &&
    (origin === 'adopted' || (origin === 'roster' && path.startsWith('/lifecycle/')))
  );
}

function userOf(seen: RosterFacts, name: string): SeenUser | undefined {
  return seen.users.find(({ user }) => user.name === name);
}

/** The user before the first step, and after each. */
function momentsOf(before: SeenUser, { steps }: Change): SeenUser[] {
  const moments = [before];
  for (const step of steps) {
    const last = moments.at(-1)!;
    if (!('user' in step)) continue;
    const isElsewhere = ['CreateLogin', 'UploadSshKey', 'DeleteCredential', 'EnsureKey'].includes(step.step);
    moments.push(isElsewhere ? last : advanceSeenUser(last, step));
  }
  return moments;
}

const shuffle = <Element>(list: readonly Element[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

/** The same account, read in another order. Versions keep theirs, which says which is the oldest. */
function withShuffle([roster, seen, rules]: [
  Parameters<typeof planRoster>[0],
  RosterFacts,
  typeof operator,
]) {
  const shuffled = fc
    .tuple(
      shuffle(seen.users),
      shuffle(seen.groups),
      shuffle(seen.policies),
      shuffle(seen.secrets),
      shuffle(seen.logins),
    )
    .map(([users, groups, policies, secrets, logins]): RosterFacts => ({
      ...seen,
      users: users.map((one) => ({
        ...one,
        user: { ...one.user, tags: Object.fromEntries(Object.entries(one.user.tags).toReversed()) },
        policyArns: one.policyArns.toReversed(),
        groupNames: one.groupNames.toReversed(),
        inlinePolicies: Object.fromEntries(Object.entries(one.inlinePolicies).toReversed()),
      })),
      groups: groups.map((one) => ({ ...one, policyArns: one.policyArns.toReversed() })),
      policies,
      secrets,
      logins,
      sshKeys: Object.fromEntries(
        Object.entries(seen.sshKeys)
          .toReversed()
          .map(([name, keys]) => [name, keys.toReversed()]),
      ),
    }));
  return fc.tuple(fc.constant(roster), fc.constant(seen), fc.constant(rules), shuffled);
}
