import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type PlanFile, basisOf, formatPlan, parsePlan } from '../../../functions/core/roster/plan-file.js';
import { planRoster } from '../../../functions/core/roster/plan.js';
import type { UserName } from '../../../functions/core/names.js';
import { aRoster, someFacts } from '../../support/roster-arbitraries.js';
import {
  facts,
  group,
  idOf,
  login,
  now,
  operator,
  passwordPolicy,
  planOf,
  reconciler,
  rolePolicies,
  roster,
  seenUser,
  strayPolicy,
  wanted,
} from '../../support/roster.js';

const basis = { roster: 'aa11', facts: 'bb22' };
const plan = planOf(wanted({ login }), { users: [seenUser({ policyArns: [strayPolicy] })] });
const file: PlanFile = { createdAt: now, basis, plan };

test('a plan file is JSON of its version, its time, its basis and the plan', () => {
  expect(JSON.parse(formatPlan(file))).toEqual({
    formatVersion: 1,
    createdAt: '2026-03-10T12:00:00.000Z',
    basis: { roster: 'aa11', facts: 'bb22' },
    plan: {
      accountId: '123456789012',
      changes: [
        {
          action: 'update',
          subject: { kind: 'user', name: 'bob' },
          steps: [
            { step: 'DetachPolicy', user: { name: 'bob', id: 'AIDABOB' }, policyArn: strayPolicy },
            { step: 'CreateLogin', user: { name: 'bob', id: 'AIDABOB' }, login },
          ],
          reasons: [
            'the roster gives bob no policy AdministratorAccess',
            'the roster gives bob a console login and the user has none',
          ],
        },
      ],
      findings: [],
    },
  });
});

test('any plan comes back from its file as it went in', () => {
  fc.assert(
    fc.property(aRoster, someFacts, fc.constantFrom(operator, reconciler), (roster, seen, rules) => {
      const made = { createdAt: now, basis, plan: planRoster(roster, seen, rules, now) };
      expect(parsePlan(formatPlan(made), 'plan.json')).toEqual(made);
    }),
    { numRuns: 300 },
  );
});

test('a plan of everything comes back too', () => {
  const made = planRoster(
    roster({
      passwordPolicy,
      users: [wanted({ name: 'a+b=c,d.e@f-g_h' as UserName, login: { ...login, pgpKey: 'mQENBF==' } })],
    }),
    facts({ users: [seenUser({}, { name: 'carol' as UserName })] }),
    operator,
    now,
  );
  expect(made.changes.map(({ action }) => action)).toEqual(['create', 'create', 'delete']);
  expect(parsePlan(formatPlan({ ...file, plan: made }), 'plan.json').plan).toEqual(made);
});

/** The file with one value replaced; `undefined` takes the field away. */
function edited(path: readonly (string | number)[], value: unknown): string {
  const copy = JSON.parse(formatPlan(file)) as Record<string | number, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
  parent[path.at(-1)!] = value;
  return JSON.stringify(copy);
}

const firstStep = ['plan', 'changes', 0, 'steps', 0];
const bob = { name: 'bob', id: idOf('bob') };

describe('a plan file that somebody edited is refused', () => {
  test.each(
    Object.entries<[text: string, message: RegExp]>({
      'no JSON': ['{', /^plan.json is "\{": it must be a plan in JSON/],
      'no object': ['[]', /^plan.json is "\[\]": it must be an object/],
      'of another version': [edited(['formatVersion'], 2), /^plan.json.formatVersion is "2": it must be 1/],
      'with a field that we do not write': [
        edited(['force'], true),
        /^plan.json is "force": it must be an object of formatVersion, createdAt, basis, plan and nothing else/,
      ],
      'without its basis': [edited(['basis'], undefined), /^plan.json.basis is "missing"/],
      'with a basis of one hash': [
        edited(['basis'], { roster: 'aa' }),
        /^plan.json.basis.facts is "missing"/,
      ],
      'of no instant': [edited(['createdAt'], 'today'), /^plan.json.createdAt is "today"/],
      'of an instant that no calendar has': [
        edited(['createdAt'], '2026-02-30T00:00:00.000Z'),
        /^plan.json.createdAt is "2026-02-30/,
      ],
      'of no account': [
        edited(['plan', 'accountId'], '1'),
        /^plan.json.plan.accountId is "1": it must be 12 digits/,
      ],
      'with an action of its own': [
        edited(['plan', 'changes', 0, 'action'], 'replace'),
        /^plan.json.plan.changes\[0\].action is "replace": it must be create, update, delete/,
      ],
      'with a step that nobody knows': [
        edited([...firstStep, 'step'], 'MakeAdmin'),
        /^plan.json.plan.changes\[0\].steps\[0\].step is "MakeAdmin"/,
      ],
      'with a step of another planner': [
        edited(firstStep, { step: 'DeleteUser', user: bob }),
        /steps\[0\].step is "DeleteUser"/,
      ],
      'with the step of a rotation': [
        edited(firstStep, { step: 'DeleteKey', user: bob, keyId: 'AKIACURRENT000000001' }),
        /steps\[0\].step is "DeleteKey"/,
      ],
      'with the name of a property of every object as a step': [
        edited([...firstStep, 'step'], 'constructor'),
        /steps\[0\].step is "constructor"/,
      ],
      'with a step without its policy': [
        edited(firstStep, { step: 'DetachPolicy', user: bob }),
        /steps\[0\].policyArn is "missing"/,
      ],
      'with a field more in a step': [
        edited([...firstStep, 'force'], true),
        /steps\[0\] is "force": it must be an object of step, user, policyArn and nothing else/,
      ],
      'with an ARN of something else': [
        edited([...firstStep, 'policyArn'], 'arn:aws:iam::123456789012:role/Admin'),
        /steps\[0\].policyArn is "arn:aws:iam::123456789012:role\/Admin"/,
      ],
      'with a step about somebody else': [
        edited([...firstStep, 'user'], { name: 'carol', id: '' }),
        /steps\[0\] is "carol": it must be about bob/,
      ],
      'with a name that IAM refuses': [edited([...firstStep, 'user', 'name'], 'b b'), /user.name is "b b"/],
      'with a step without a reason': [
        edited(['plan', 'changes', 0, 'reasons'], ['one']),
        /changes\[0\] is "2 steps, 1 reasons"/,
      ],
      'with a change without a step': [
        edited(['plan', 'changes', 0], {
          action: 'update',
          subject: { kind: 'user', name: 'x' },
          steps: [],
          reasons: [],
        }),
        /changes\[0\] is "0 steps, 0 reasons"/,
      ],
      'with two changes of one user': [
        edited(['plan', 'changes'], [plan.changes[0], plan.changes[0]]),
        /changes\[1\] is "user bob": it must be the only change of its subject/,
      ],
      'with a command to the terminal in a reason': [
        edited(['plan', 'changes', 0, 'reasons', 0], '\u001B[2J'),
        /reasons\[0\] .*without control characters/,
      ],
      'with a password length that is no number': [
        edited(['plan', 'changes', 0, 'steps', 1, 'login', 'passwordLength'], '20'),
        /login.passwordLength is "20": it must be a whole number/,
      ],
      'with a finding of a kind that there is not': [
        edited(['plan', 'findings'], [{ kind: 'Fine', subject: { kind: 'user', name: 'bob' }, why: '' }]),
        /findings\[0\].kind is "Fine"/,
      ],
    }),
  )('%s', (_, [text, message]) => {
    expect(() => parsePlan(text, 'plan.json')).toThrow(message);
    expect(() => parsePlan(text, 'plan.json')).toThrow(expect.objectContaining({ name: 'InvalidValue' }));
  });
});

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the basis of a plan', () => {
  const seen = facts({
    users: [seenUser(), seenUser({}, { name: 'carol' as UserName })],
    policies: rolePolicies,
    groups: [group('a'), group('b')],
  });
  const want = roster({ users: [wanted()] });
  const first = basisOf(want, seen, hash);

  test('is two hashes', () => {
    expect(first.roster).toMatch(/^[0-9a-f]{64}$/);
    expect(first.facts).toMatch(/^[0-9a-f]{64}$/);
    expect(first.roster).not.toBe(first.facts);
  });

  test('is the same whatever the order in which the account was read', () => {
    const again = {
      ...seen,
      users: seen.users.toReversed(),
      policies: seen.policies.toReversed(),
      groups: seen.groups.toReversed(),
    };
    expect(basisOf(want, again, hash)).toEqual(first);
  });

  test('is another for another account, and the same for the roster', () => {
    const moved = basisOf(want, { ...seen, users: [seenUser({ policyArns: [strayPolicy] })] }, hash);
    expect(moved.roster).toBe(first.roster);
    expect(moved.facts).not.toBe(first.facts);
  });

  test('is another for another roster, and the same for the account', () => {
    const moved = basisOf(roster({ users: [wanted({ forceDestroy: true })] }), seen, hash);
    expect(moved.roster).not.toBe(first.roster);
    expect(moved.facts).toBe(first.facts);
  });
});
