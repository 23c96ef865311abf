import { describe, expect, test } from '@jest/globals';
import { planRoster } from '../../../functions/core/roster/plan.js';
import type { RosterFacts } from '../../../functions/core/roster/roster-facts.js';
import type { Roster } from '../../../functions/core/roster/roster.js';
import {
  account,
  facts,
  findingTexts,
  now,
  operator,
  passwordPolicy,
  planTexts,
  readOnly,
  reconciler,
  roster,
  rosterPolicy,
  seenPolicy,
  seenUser,
  strayPolicy,
  wanted,
} from '../../support/roster.js';

const plan = (want: Partial<Roster>, seen: Partial<RosterFacts>, rules = operator) =>
  planRoster(roster(want), facts(seen), rules, now);

test('a roster for another account is refused', () => {
  expect(() => plan({ accountId: '999999999999' }, {})).toThrow(
    /accountId is "999999999999": it must be the account that is looked at, 123456789012/,
  );
});

test('an empty roster asks nothing of an account that is full', () => {
  const seen = {
    users: [seenUser({}, { tags: {} })],
    policies: [seenPolicy('Other')],
    groups: [{ name: 'others', path: '/', policyArns: [readOnly], inlinePolicyNames: ['x'] }],
    passwordPolicy,
  };
  expect(plan({}, seen)).toEqual({ accountId: account, changes: [], findings: [] });
});

describe('a policy that the roster declares', () => {
  const policies = [rosterPolicy('AssumeAdminRolePolicy')];
  const admin = 'arn:aws:iam::123456789012:role/AdminRole';
  test.each(
    Object.entries<[RosterFacts['policies'], string[]]>({
      'is missing: it is made': [[], ['+ policy AssumeAdminRolePolicy: CreatePolicy']],
      'has the same document: nothing to do': [[seenPolicy('AssumeAdminRolePolicy')], []],
      'has the same document, with lists of one and keys in another order: nothing to do': [
        [
          seenPolicy('AssumeAdminRolePolicy', {
            document: `{"Statement":{"Action":["sts:AssumeRole"],"Resource":["${admin}"],"Effect":"Allow"},"Version":"2012-10-17"}`,
          }),
        ],
        [],
      ],
      'allows another role: it gets a new version': [
        [
          seenPolicy('AssumeAdminRolePolicy', {
            document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"${admin}2"}]}`,
          }),
        ],
        ['~ policy AssumeAdminRolePolicy: UpdatePolicy'],
      ],
      'has three other versions: there is room for one more': [
        [seenPolicy('AssumeAdminRolePolicy', { document: '{}', otherVersionIds: ['v1', 'v2', 'v3'] })],
        ['~ policy AssumeAdminRolePolicy: UpdatePolicy'],
      ],
      'has four other versions: the oldest goes first': [
        [seenPolicy('AssumeAdminRolePolicy', { document: '{}', otherVersionIds: ['v2', 'v3', 'v5', 'v4'] })],
        ['~ policy AssumeAdminRolePolicy: UpdatePolicy v2'],
      ],
    }),
  )('%s', (_, [seen, texts]) => {
    const made = plan({ policies }, { policies: seen });
    expect(planTexts(made)).toEqual(texts);
    expect(made.findings).toEqual([]);
  });

  test('is made as the roster writes it, with the reason', () => {
    expect(plan({ policies }, {}).changes).toEqual([
      {
        action: 'create',
        subject: { kind: 'policy', name: 'AssumeAdminRolePolicy' },
        steps: [{ step: 'CreatePolicy', policy: policies[0] }],
        reasons: ['the roster declares the policy and the account has none of that name'],
      },
    ]);
  });

  test('whose name another path or case has taken is a conflict', () => {
    const taken = seenPolicy('assumeadminrolepolicy', {
      arn: `arn:aws:iam::${account}:policy/old/assumeadminrolepolicy`,
    });
    const made = plan({ policies }, { policies: [taken] });
    expect(made.changes).toEqual([]);
    expect(findingTexts(made)).toEqual([
      `Conflict policy AssumeAdminRolePolicy: the name is taken by ${taken.arn}: IAM tells neither case nor path apart`,
    ]);
  });
});

/** The group as the roster says. */
const developers = (more = {}) => ({
  name: 'developers',
  path: '/',
  policyArns: [readOnly],
  inlinePolicyNames: [],
  ...more,
});

describe('a group that the roster declares', () => {
  const groups = [{ name: 'developers', path: '/', policyArns: [readOnly] }];
  test.each(
    Object.entries<[RosterFacts['groups'], string[], string[]]>({
      'is missing: it is made with its policies': [
        [],
        ['+ group developers: CreateGroup developers, AttachGroupPolicy ReadOnlyAccess developers'],
        [],
      ],
      'is as the roster says: nothing to do': [[developers()], [], []],
      'lacks its policy: it is attached': [
        [developers({ policyArns: [] })],
        ['~ group developers: AttachGroupPolicy ReadOnlyAccess developers'],
        [],
      ],
      'has another policy: it gets its own before that goes': [
        [developers({ policyArns: [strayPolicy] })],
        [
          '~ group developers: AttachGroupPolicy ReadOnlyAccess developers, DetachGroupPolicy AdministratorAccess developers',
        ],
        [],
      ],
      'has an inline policy: no step deletes it': [
        [developers({ inlinePolicyNames: ['extra'] })],
        [],
        [
          'Unmanaged group developers: the group has the inline policy extra, which the roster cannot declare: delete it by hand',
        ],
      ],
      'is under another path: no step moves it': [
        [developers({ path: '/old/', policyArns: [] })],
        [],
        ['Conflict group developers: the group is under /old/ and the roster says /: no step moves a group'],
      ],
      'is there in another case': [
        [developers({ name: 'Developers' })],
        [],
        ['Conflict group developers: the name is taken by Developers: IAM does not tell case apart'],
      ],
    }),
  )('%s', (_, [all, texts, findings]) => {
    const made = plan({ groups }, { groups: all });
    expect(planTexts(made)).toEqual(texts);
    expect(findingTexts(made)).toEqual(findings);
  });

  test('and names a policy that nobody has: the group is made without it, and this is said', () => {
    const nowhere = `arn:aws:iam::${account}:policy/Nowhere`;
    const made = plan({ groups: [{ ...groups[0]!, policyArns: [nowhere] }] }, {});
    expect(planTexts(made)).toEqual(['+ group developers: CreateGroup developers']);
    expect(findingTexts(made)).toEqual([
      `Conflict group developers: the roster gives the group the policy ${nowhere}, which does not exist`,
    ]);
  });

  test('and is full: as many policies as needed go first', () => {
    const arns = Array.from({ length: 10 }, (_, index) => `arn:aws:iam::aws:policy/P${index}`);
    const made = plan({ groups }, { groups: [developers({ policyArns: arns })] });
    expect(planTexts(made)[0]).toMatch(
      /^~ group developers: DetachGroupPolicy P0 developers, AttachGroupPolicy ReadOnlyAccess developers, DetachGroupPolicy P1 /,
    );
  });

  test('that is not in the roster is left alone', () => {
    expect(plan({}, { groups: [developers({ policyArns: [strayPolicy] })] }).changes).toEqual([]);
  });
});

describe("the account's password policy", () => {
  test.each(
    Object.entries<[Roster['passwordPolicy'], RosterFacts['passwordPolicy'], string[], string[]]>({
      'that the roster does not speak of is left alone': [null, passwordPolicy, [], []],
      'that is as the roster says needs nothing': [passwordPolicy, { ...passwordPolicy }, [], []],
      'that is missing is set': [
        passwordPolicy,
        null,
        ['+ passwordPolicy account: SetPasswordPolicy'],
        ['the account has no password policy'],
      ],
      'that differs is set, and the reason names the difference': [
        passwordPolicy,
        { ...passwordPolicy, maxPasswordAge: 0, hardExpiry: true },
        ['~ passwordPolicy account: SetPasswordPolicy'],
        ['the account has hardExpiry=true, maxPasswordAge=0'],
      ],
    }),
  )('%s', (_, [want, seen, texts, reasons]) => {
    const made = plan({ passwordPolicy: want }, { passwordPolicy: seen });
    expect(planTexts(made)).toEqual(texts);
    expect(made.changes.flatMap((change) => change.reasons)).toEqual(reasons);
  });
});

describe('everything at once', () => {
  const want: Partial<Roster> = {
    users: [
      wanted({ name: 'zoe' as never, policyArns: [`arn:aws:iam::${account}:policy/Own`] }),
      wanted({ name: 'amy' as never, groupNames: ['developers'] }),
    ],
    groups: [{ name: 'developers', path: '/', policyArns: [`arn:aws:iam::${account}:policy/Own`] }],
    policies: [rosterPolicy('Own')],
    passwordPolicy,
  };

  test('comes in the order in which one thing needs the other, deletions last', () => {
    expect(planTexts(plan(want, { users: [seenUser()] }))).toEqual([
      '+ passwordPolicy account: SetPasswordPolicy',
      '+ policy Own: CreatePolicy',
      '+ group developers: CreateGroup developers, AttachGroupPolicy Own developers',
      '+ user zoe: CreateUser, AttachPolicy Own',
      '+ user amy: CreateUser, JoinGroup developers',
      '- user bob: Offboard',
    ]);
  });

  test('is reported once each by a function, which makes the users without what is not there', () => {
    const made = plan(want, {}, reconciler);
    expect(planTexts(made)).toEqual(['+ user zoe: CreateUser', '+ user amy: CreateUser']);
    expect(findingTexts(made)).toEqual([
      expect.stringMatching(/^NotPermitted passwordPolicy account: only an operator's own rights allow this/),
      expect.stringMatching(/^NotPermitted policy Own: .*create managed policy Own/),
      expect.stringMatching(/^NotPermitted group developers: .*create group developers/),
    ]);
  });
});
