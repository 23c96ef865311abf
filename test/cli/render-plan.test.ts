import { describe, expect, test } from '@jest/globals';
import { exitCodeOf, planJson, renderPlan } from '../../cli/render-plan.js';
import type { UserName } from '../../functions/core/names.js';
import { planRoster } from '../../functions/core/roster/plan.js';
import type { RosterPlan } from '../../functions/core/roster/roster-steps.js';
import {
  adminPolicy,
  facts,
  group,
  login,
  now,
  operator,
  passwordPolicy,
  readOnly,
  reconciler,
  rolePolicies,
  roster,
  rosterPolicy,
  s3Document,
  seenUser,
  strayPolicy,
  wanted,
} from '../support/roster.js';

const named = (name: string) => ({ name: name as UserName });
const want = roster({
  users: [
    wanted({
      ...named('bob@example.com'),
      roles: ['admin'],
      policyArns: [adminPolicy],
      inlinePolicies: { s3: s3Document },
      login: { ...login, pgpKey: 'mQENBFsecretlooking' },
    }),
    wanted(named('dave')),
  ],
  groups: [{ name: 'developers', path: '/', policyArns: [readOnly] }],
});
const seen = facts({
  users: [
    seenUser({}, named('carol')),
    seenUser({ policyArns: [strayPolicy] }, { ...named('dave'), path: '/lifecycle/old/' }),
  ],
  groups: [group('developers')],
  policies: rolePolicies,
});
const plan = planRoster(want, seen, operator, now);
const none: RosterPlan = { accountId: '123456789012', changes: [], findings: [] };

describe('a plan as text', () => {
  test('shows every change with its steps and their reasons, the findings and the count', () => {
    expect(renderPlan(plan, false)).toBe(`~ group developers
    attach policy/ReadOnlyAccess to group developers  # the roster gives the group the policy ReadOnlyAccess

+ user bob@example.com
    create user bob@example.com under /lifecycle/ with its boundary and tags  # the roster names bob@example.com and no user has the name
    attach policy/AssumeAdminRolePolicy  # the roster gives bob@example.com the role admin
    put inline policy s3 (96 characters)  # the roster gives bob@example.com the inline policy s3
    create a console login with a password of 20 characters, to be changed at the first sign-in, encrypted to the user's PGP key  # the roster gives bob@example.com a console login and the user has none

- user carol
    offboard, with the quarantine of the configuration  # the roster no longer names the user

! user dave: the user lives under /lifecycle/old/ and the roster says /lifecycle/: nobody here may move a user

Plan: 1 to create, 1 to change, 1 to remove. 1 finding needs attention.
`);
  });

  test('shows no document and no key', () => {
    const text = renderPlan(plan, false);
    expect(text).not.toContain('s3:GetObject');
    expect(text).not.toContain('mQENBFsecretlooking');
  });

  test('has colours where they are asked for, and is the same without them', () => {
    const escape = '\u001B';
    const text = renderPlan(plan, true);
    expect(text).toContain(`${escape}[32m+ user bob@example.com${escape}[0m`);
    expect(text).toContain(`${escape}[33m~ group developers${escape}[0m`);
    expect(text).toContain(`${escape}[31m- user carol${escape}[0m`);
    expect(text).toContain(`${escape}[90m# the roster no longer names the user${escape}[0m`);
    expect(
      text
        .split(escape)
        .map((part) => part.replace(/^\[\d+m/, ''))
        .join(''),
    ).toBe(renderPlan(plan, false));
    expect(renderPlan(plan, false)).not.toContain(escape);
  });

  test('without changes is one sentence', () => {
    expect(renderPlan(none, false)).toBe('No changes. The account is as the roster says.\n');
  });

  test('without changes and with findings does not say that all is well', () => {
    const reported = planRoster(
      roster({ policies: [rosterPolicy('Own')], passwordPolicy }),
      facts(),
      reconciler,
      now,
    );
    expect(renderPlan(reported, false)).toMatch(
      /^! password policy: only an operator's .*\n! policy Own: only an operator's .*\n\nNo changes\. 2 findings need attention\.\n$/,
    );
  });

  test('calls the blast brake by no user', () => {
    const braked = planRoster(
      roster(),
      facts({ users: ['a', 'b'].map((name) => seenUser({}, named(name))) }),
      operator,
      now,
    );
    expect(renderPlan(braked, false)).toMatch(/^! users: 2 users would leave at once .*--allow-destroy 2/);
  });
});

test('a plan as data is the plan with its counts', () => {
  expect(planJson(plan)).toEqual({
    accountId: '123456789012',
    changes: plan.changes,
    findings: plan.findings,
    summary: { create: 1, update: 1, delete: 1 },
  });
});

describe('the exit code', () => {
  test.each<[string, RosterPlan, number]>([
    ['is 0 without a change and without a finding', none, 0],
    ['is 2 with a change', { ...none, changes: plan.changes.slice(0, 1) }, 2],
    ['is 2 with a finding alone', { ...none, findings: plan.findings }, 2],
  ])('%s', (_, plan, code) => {
    expect(exitCodeOf(plan)).toBe(code);
  });
});
