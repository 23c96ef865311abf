import { expect, test } from '@jest/globals';
import { InvalidRoster, readRoster } from '../../functions/shell/read-roster.js';

function faultsOf(text: string): InvalidRoster {
  try {
    readRoster(text, 'roster.yaml');
  } catch (error) {
    if (error instanceof InvalidRoster) return error;
    throw error;
  }
  throw new Error('the roster has no fault');
}

test('everything that is wrong is told at once, with file, line, path, value and rule', () => {
  const text = `accountId: 123456789012
assumableRoles:
  admin: arn:aws:iam::123456789012:role/AdminRole
  data_engineer: arn:aws:iam::123456789012:role/DataEngineerRole
people:
  bob:
    roles:
      - admin
      - auditor
      - admin
    path: /people/
    colour: blue
  BOB: { tags: { Cost: 3 } }
  carol:
    policy_arns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
    policyArns: []
systemUsers:
  - name: a
    label: { name: b }
  - name: mail,er
    store: { type: ssm, base: /x }
`;
  expect(faultsOf(text).message).toBe(`roster.yaml has 11 fault(s)
  roster.yaml:1: accountId is 123456789012: it must be 12 digits in quotation marks
  roster.yaml:9: people.bob.roles.1 is "auditor": Valid role values are: admin, data_engineer
  roster.yaml:10: people.bob.roles.2 is "admin": it is named twice
  roster.yaml:11: people.bob.path is "/people/": it must begin with the roster's userPath, /lifecycle/: the functions can reach no user elsewhere
  roster.yaml:12: people.bob.colour is "blue": there is no such field
  roster.yaml:13: people.BOB.tags.Cost is 3: it must be text: a number, true or false stands in quotation marks
  roster.yaml:13: people.BOB is "BOB": people.bob has the same name: IAM does not tell case apart
  roster.yaml:15: people.carol.policy_arns is ["arn:aws:iam::aws:policy/ReadOnlyAccess"]: it is the same field as policyArns: give one of them
  roster.yaml:18: systemUsers.0 is {"name":"a","label":{"name":"b"}}: it must have either a name or a label
  roster.yaml:20: systemUsers.1 is "mail,er": its access key cannot be kept in ssm, whose parameter names have only letters, digits and . - _: use secretsmanager
  roster.yaml:21: systemUsers.1.store.base is "/x": there is no such field`);
});

test('a fault is data as well', () => {
  expect(faultsOf('accountId: "123456789012"\npeople:\n  bob: { roles: [admin] }\n').faults).toEqual([
    {
      file: 'roster.yaml',
      line: 3,
      path: 'people.bob.roles.0',
      value: 'admin',
      rule: 'Valid role values are: (none)',
    },
  ]);
});

test('a fault stands under the name that was written', () => {
  const text = 'aws_account_id: "1"\nusers:\n  bob:\n    create_access_keys: maybe\n';
  expect(faultsOf(text).faults.map(({ line, path }) => [line, path])).toEqual([
    [1, 'aws_account_id'],
    [4, 'users.bob.create_access_keys'],
  ]);
});

test.each([
  ['an empty text', '', 'roster.yaml:1: the roster is null: it must be a map of fields'],
  ['a list', '- a\n', 'roster.yaml:1: the roster is ["a"]: it must be a map of fields'],
  [
    'no account',
    'people: {}\n',
    'roster.yaml:1: accountId is missing: it must be 12 digits in quotation marks',
  ],
  ['a syntax error', 'accountId: "1\n', 'roster.yaml:2: Missing closing "quote'],
])('%s is told of', (_, text, message) => {
  expect(faultsOf(text).message).toBe(`roster.yaml has 1 fault(s)\n  ${message}`);
});

test.each(['30', 'P', 'PT', 'P1Y', 'P7D ', '-P7D'])(
  'a quarantine of %j is refused with the rule',
  (quarantine) => {
    const text = `accountId: "123456789012"\npeople: { bob: { quarantine: ${JSON.stringify(quarantine)} } }\n`;
    expect(faultsOf(text).message).toContain(
      `people.bob.quarantine is ${JSON.stringify(quarantine)}: it must be an ISO 8601 duration`,
    );
  },
);

test('the consequences of a fault are not told of', () => {
  // A role that is no ARN is still a role, groups that cannot be read may have the member, a name that is no text is one.
  const text = `accountId: "123456789012"
assumableRoles: { admin: AdminRole }
people: { bob: { roles: [admin], groups: [money] } }
systemUsers: [{ name: 3 }]
groups: { iamGroupNameBilling: [money] }
`;
  expect(faultsOf(text).faults.map(({ path }) => path)).toEqual([
    'assumableRoles.admin',
    'systemUsers.0.name',
    'groups.iamGroupNameBilling',
  ]);
});

test.each([
  ['people: { bob: { password: hunter2 } }', 'people.bob.password is "(not shown)": there is no such field'],
  [
    'people: { bob: { pgpKey: "-----BEGIN PGP PRIVATE KEY BLOCK----- hunter2" } }',
    'people.bob.pgpKey is "(not shown)": it must be a PGP public key',
  ],
])('a secret that is written by mistake is not repeated: %s', (text, message) => {
  const error = faultsOf(`accountId: "123456789012"\n${text}\n`);
  expect(error.message).toContain(message);
  expect(JSON.stringify(error.faults)).not.toContain('hunter2');
});
