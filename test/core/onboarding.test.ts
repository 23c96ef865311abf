import { describe, expect, test } from '@jest/globals';
import { type OnboardingFacts, type UserFacts, below } from '../../functions/core/facts.js';
import { type DesiredUser, type OnboardingPhase, planOnboarding } from '../../functions/core/onboarding.js';
import { alice, aliceName, boundaryArn, managedUser, stepTexts } from '../support/account.js';

const adminPolicy = 'arn:aws:iam::123456789012:policy/AssumeAdminRolePolicy';
const dataPolicy = 'arn:aws:iam::123456789012:policy/AssumeDataEngineerRolePolicy';
const tags = {
  'iam-lifecycle:managed': 'true',
  'iam-lifecycle:origin': 'api',
  'iam-lifecycle:owner': 'team-a',
  Name: 'alice',
  Roles: 'admin data_engineer',
  team: 'a',
};
const desired: DesiredUser = {
  name: aliceName,
  path: '/lifecycle/',
  boundaryArn,
  tags,
  policyArns: [adminPolicy, dataPolicy],
  groupNames: [],
};
const seen = (user: Partial<UserFacts> = {}, policyArns = [adminPolicy, dataPolicy]): OnboardingFacts => ({
  user: managedUser(tags, user),
  policyArns,
  groupNames: [],
});

test('a new user is made whole in one call, then given its policies', () => {
  const plan = planOnboarding(null, desired, below('/lifecycle/'));
  expect(plan.at).toEqual({ phase: 'Absent' });
  expect(plan.steps).toEqual([
    { step: 'CreateUser', name: 'alice', path: '/lifecycle/', tags, boundaryArn },
    { step: 'AttachPolicy', user: { name: 'alice', id: '' }, policyArn: adminPolicy },
    { step: 'AttachPolicy', user: { name: 'alice', id: '' }, policyArn: dataPolicy },
  ]);
});

test('a new user without roles is only made', () => {
  const plan = planOnboarding(null, { ...desired, policyArns: [] }, below('/lifecycle/'));
  expect(stepTexts(plan)).toEqual([`CreateUser ${boundaryArn}`]);
});

test('a policy that is missing is attached to the very user that was seen', () => {
  const plan = planOnboarding(seen({}, [dataPolicy]), desired, below('/lifecycle/'));
  expect(plan.steps).toEqual([{ step: 'AttachPolicy', user: alice, policyArn: adminPolicy }]);
});

describe('where roles are given through groups', () => {
  const grouped = { ...desired, policyArns: [], groupNames: ['AssumeAdminRole', 'AssumeDataEngineerRole'] };

  test('a new user joins the group of each of its roles', () => {
    expect(planOnboarding(null, grouped, below('/lifecycle/')).steps.slice(1)).toEqual([
      { step: 'JoinGroup', user: { name: 'alice', id: '' }, groupName: 'AssumeAdminRole' },
      { step: 'JoinGroup', user: { name: 'alice', id: '' }, groupName: 'AssumeDataEngineerRole' },
    ]);
  });

  test('one that was cut short joins what it is not in', () => {
    const joined = { ...seen({}, []), groupNames: ['AssumeAdminRole'] };
    expect(planOnboarding(joined, grouped, below('/lifecycle/')).steps).toEqual([
      { step: 'JoinGroup', user: alice, groupName: 'AssumeDataEngineerRole' },
    ]);
  });
});

type Case = [seen: OnboardingFacts, phase: OnboardingPhase['phase'], steps: string[], reason?: RegExp];
describe('a user that exists', () => {
  test.each(
    Object.entries<Case>({
      'as asked for: nothing to do': [seen(), 'Onboarded', []],
      'and has a policy more: nothing is taken away': [
        seen({}, [adminPolicy, dataPolicy, 'arn:aws:iam::123456789012:policy/Other']),
        'Onboarded',
        [],
      ],
      'and has tags more, such as those of its key': [
        seen({ tags: { ...tags, 'iam-lifecycle:mint-intent': '2026-03-01T00:00:00Z' } }),
        'Onboarded',
        [],
      ],
      'and lacks both policies': [
        seen({}, []),
        'Incomplete',
        [`AttachPolicy ${adminPolicy}`, `AttachPolicy ${dataPolicy}`],
      ],
      'in another case': [
        seen({ name: 'Alice' as UserFacts['name'] }, []),
        'Conflict',
        [],
        /taken by Alice: IAM does not tell case apart/,
      ],
      'outside of our path': [seen({ path: '/' }, []), 'Conflict', [], /not managed here/],
      'without our tag': [
        seen({ tags: { ...tags, 'iam-lifecycle:managed': 'yes' } }, []),
        'Conflict',
        [],
        /not managed here/,
      ],
      'and is being offboarded': [
        seen({ tags: { ...tags, 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00Z' } }, []),
        'Conflict',
        [],
        /being offboarded/,
      ],
      'with another owner': [
        seen({ tags: { ...tags, 'iam-lifecycle:owner': 'team-b' } }, []),
        'Conflict',
        [],
        /another iam-lifecycle:owner: "team-b"/,
      ],
      'with other roles': [
        seen({ tags: { ...tags, Roles: 'admin' } }, []),
        'Conflict',
        [],
        /another Roles: "admin"/,
      ],
      'without a tag that was asked for': [
        seen({ tags: Object.fromEntries(Object.entries(tags).filter(([name]) => name !== 'team')) }, []),
        'Conflict',
        [],
        /another team: null/,
      ],
    }),
  )('%s', (_, [facts, phase, steps, reason = /./]) => {
    const plan = planOnboarding(facts, desired, below('/lifecycle/'));
    expect(plan.at.phase).toBe(phase);
    expect(stepTexts(plan)).toEqual(steps);
    expect(plan.at.phase === 'Conflict' ? plan.at.reason : plan.why).toMatch(reason);
  });
});
