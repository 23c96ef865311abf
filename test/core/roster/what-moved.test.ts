import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../../functions/core/names.js';
import type { RosterPlan } from '../../../functions/core/roster/roster-steps.js';
import { whatMoved } from '../../../functions/core/roster/what-moved.js';
import { planRoster } from '../../../functions/core/roster/plan.js';
import {
  adminPolicy,
  dataPolicy,
  facts,
  now,
  operator,
  planOf,
  rolePolicies,
  roster,
  seenUser,
  strayPolicy,
  wanted,
} from '../../support/roster.js';

const bob = wanted({ roles: ['admin', 'data_engineer'], policyArns: [adminPolicy, dataPolicy] });
const stored = planOf(bob, { users: [seenUser({ policyArns: [strayPolicy] })] });
const nothing = planOf(wanted(), { users: [seenUser()] });

describe('between a plan that was stored and one made now', () => {
  test.each(
    Object.entries<[before: RosterPlan, now: RosterPlan, sentences: string[]]>({
      'nothing has moved': [stored, planOf(bob, { users: [seenUser({ policyArns: [strayPolicy] })] }), []],
      'nothing has moved but reasons': [
        stored,
        { ...stored, changes: stored.changes.map((change) => ({ ...change, reasons: ['', '', ''] })) },
        [],
      ],
      'somebody did a part': [
        stored,
        planOf(bob, { users: [seenUser({ policyArns: [strayPolicy, adminPolicy] })] }),
        ['user bob: no longer planned: attach policy/AssumeAdminRolePolicy'],
      ],
      'somebody did it all': [
        stored,
        { ...stored, changes: [] },
        ['user bob: it was to be changed, and now there is nothing to do'],
      ],
      'there is more to do': [
        planOf(bob, { users: [seenUser()] }),
        stored,
        ['user bob: also planned now: detach policy/AdministratorAccess'],
      ],
      'the user is gone': [
        stored,
        planOf(wanted(), {}),
        ['user bob: it was to be changed, and now it is to be created'],
      ],
      'a namesake took its place': [
        planOf(bob, { users: [seenUser({ policyArns: [adminPolicy] })] }),
        planOf(bob, { users: [seenUser({ policyArns: [adminPolicy] }, { id: 'AIDAOTHER' })] }),
        ['user bob: the name belongs to another user now'],
      ],
      'an inline policy says something else, at the same length': [
        planOf(wanted({ inlinePolicies: { s3: '{"Statement":[{"Sid":"A"}]}' } }), { users: [seenUser()] }),
        planOf(wanted({ inlinePolicies: { s3: '{"Statement":[{"Sid":"B"}]}' } }), { users: [seenUser()] }),
        ['user bob: planned with other content now: put inline policy s3 (27 characters)'],
      ],
      'the roster names somebody else': [
        nothing,
        planRoster(
          roster({ users: [wanted(), wanted({ name: 'carol' as UserName })] }),
          facts({ users: [seenUser()], policies: rolePolicies }),
          operator,
          now,
        ),
        ['user carol: nothing was to be done, and now it is to be created'],
      ],
      'a step is there twice': [
        stored,
        {
          ...stored,
          changes: stored.changes.map((change) => ({
            ...change,
            steps: [change.steps[0]!, ...change.steps],
          })),
        },
        ['user bob: its steps come in another order or number now'],
      ],
      'the user became a conflict': [
        stored,
        planOf(bob, { users: [seenUser({}, { path: '/lifecycle/x/' })] }),
        [
          'user bob: it was to be changed, and now there is nothing to do',
          'user bob: the user lives under /lifecycle/x/ and the roster says /lifecycle/: nobody here may move a user (since the plan)',
        ],
      ],
      'a conflict is no more': [
        planOf(wanted(), { users: [seenUser({}, { path: '/lifecycle/x/' })] }),
        nothing,
        [
          'no longer so: user bob: the user lives under /lifecycle/x/ and the roster says /lifecycle/: nobody here may move a user',
        ],
      ],
      'it is another account': [
        stored,
        { ...stored, accountId: '999999999999' },
        ['the plan is of account 123456789012, and this is 999999999999'],
      ],
    }),
  )('%s', (_, [before, fresh, sentences]) => {
    expect(whatMoved(before, fresh)).toEqual(sentences);
  });
});
