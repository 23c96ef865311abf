import { describe, expect, test } from '@jest/globals';
import { type ChangeRules, type ChangeWish, planChange } from '../../functions/core/change.js';
import type { OnboardingFacts, UserFacts } from '../../functions/core/facts.js';
import { alice, boundaryArn, managedUser } from '../support/account.js';

const policy = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const [admin, data, other] = [policy('AssumeAdmin'), policy('AssumeData'), policy('Other')];
const rules: ChangeRules = { boundaryArn, policyArns: [admin, data], groupNames: [] };
const given = {
  'iam-lifecycle:origin': 'api',
  'iam-lifecycle:owner': 'team-a',
  'iam-lifecycle:mint-intent': '2026-03-01T00:00:00Z',
  Name: 'alice',
  Description: 'deploys',
  Roles: 'admin',
  team: 'a',
};
const seen = (
  user: Partial<UserFacts> = {},
  policyArns: readonly string[] = [admin],
  groupNames: readonly string[] = [],
): OnboardingFacts => ({ user: managedUser(given, user), policyArns, groupNames });
const wish = (tags: ChangeWish['tags'], policyArns: readonly string[] = [admin]): ChangeWish => ({
  tags,
  policyArns,
  groupNames: [],
});
const same = { Description: 'deploys', Roles: 'admin', team: 'a' };

describe('a user of the API', () => {
  test('that is as asked for takes no step', () => {
    expect(planChange(seen(), wish(same), rules)).toEqual({
      at: { phase: 'Changed' },
      steps: [],
      why: 'the user is as asked for',
    });
  });

  test('gets its new role before it loses the old one, and its tags last, those that go first', () => {
    const plan = planChange(seen(), wish({ Description: 'builds', Roles: 'data', Team: 'b' }, [data]), rules);
    expect(plan).toEqual({
      at: { phase: 'Changing' },
      steps: [
        { step: 'AttachPolicy', user: alice, policyArn: data },
        { step: 'DetachPolicy', user: alice, policyArn: admin },
        { step: 'UntagUser', user: alice, tagKeys: ['team'] },
        { step: 'TagUser', user: alice, tags: { Description: 'builds', Roles: 'data', Team: 'b' } },
      ],
      why: 'the request gives the user more roles; the request gives the user no such roles; the request has no such tags; the request has other tags',
    });
  });

  test('keeps what is not a role here: other policies, other groups, and every tag of the lifecycle and of AWS', () => {
    const tagged = {
      ...managedUser(given).tags,
      'aws:cloudformation:stack-name': 'x',
      'IAM-LIFECYCLE:x': 'y',
    };
    const facts = seen({ tags: tagged }, [admin, other], ['auditors']);
    expect(planChange(facts, wish({ Description: 'deploys', Roles: '' }, []), rules).steps).toEqual([
      { step: 'DetachPolicy', user: alice, policyArn: admin },
      { step: 'UntagUser', user: alice, tagKeys: ['team'] },
      { step: 'TagUser', user: alice, tags: { Roles: '' } },
    ]);
  });

  test('that was cut short after its rights takes the tags alone', () => {
    expect(planChange(seen({}, [data]), wish({ ...same, Roles: 'data' }, [data]), rules).steps).toEqual([
      { step: 'TagUser', user: alice, tags: { Roles: 'data' } },
    ]);
  });

  test('joins and leaves the groups of the roles, where these give them', () => {
    const grouped: ChangeRules = { boundaryArn, policyArns: [], groupNames: ['AssumeAdmin', 'AssumeData'] };
    const wanted = { tags: same, policyArns: [], groupNames: ['AssumeData'] };
    expect(planChange(seen({}, [], ['AssumeAdmin', 'auditors']), wanted, grouped).steps).toEqual([
      { step: 'JoinGroup', user: alice, groupName: 'AssumeData' },
      { step: 'LeaveGroup', user: alice, groupName: 'AssumeAdmin' },
    ]);
  });

  test('with ten policies loses one first, as IAM takes no eleventh', () => {
    const others = Array.from({ length: 9 }, (_, index) => policy(`Other${index}`));
    expect(planChange(seen({}, [...others, admin]), wish(same, [data]), rules).steps).toEqual([
      { step: 'DetachPolicy', user: alice, policyArn: admin },
      { step: 'AttachPolicy', user: alice, policyArn: data },
    ]);
  });
});

describe('nothing is changed', () => {
  const tags = managedUser(given).tags;
  test.each(
    Object.entries<[OnboardingFacts, string]>({
      'of a user of the roster': [
        seen({ tags: { ...tags, 'iam-lifecycle:origin': 'roster' } }),
        'the roster says what this user is: change the roster',
      ],
      'of an adopted user': [
        seen({ tags: { ...tags, 'iam-lifecycle:origin': 'adopted' } }),
        'the user is of origin adopted, and only those made through the API are changed here',
      ],
      'of a leaver': [
        seen({ tags: { ...tags, 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00Z' } }),
        'the user is being offboarded: restore it, or wait until it is purged',
      ],
      'of one that is bound otherwise': [
        seen({ boundaryArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }),
        'the permissions boundary of the user is AWSDenyAll and not LifecycleBoundary: a person must look at it',
      ],
      'of one that is not bound': [
        seen({ boundaryArn: null }),
        'the permissions boundary of the user is none and not LifecycleBoundary: a person must look at it',
      ],
      'where the user would have too many policies': [
        seen({}, [admin, ...Array.from({ length: 9 }, (_, index) => policy(`Other${index}`))]),
        'the user would have 11 managed policies, and IAM allows 10',
      ],
    }),
  )('%s', (_, [facts, why]) => {
    expect(planChange(facts, wish({ Roles: 'admin data' }, [admin, data]), rules)).toEqual({
      at: { phase: 'Conflict' },
      steps: [],
      why,
    });
  });
});
