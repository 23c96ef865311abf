import { expect, test } from '@jest/globals';
import { InvalidRoster, readRoster } from '../../../functions/shell/read-roster.js';

function faultsOf(text: string): InvalidRoster {
  try {
    readRoster(text, 'roster.yaml');
  } catch (error) {
    if (error instanceof InvalidRoster) return error;
    throw error;
  }
  throw new Error('the roster has no fault');
}

const roles = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);
const long = (count: number, of = 'x') => of.repeat(count);
const person = (fields: string) => `people:\n  bob: { ${fields} }\n`;
const systemUser = (fields: string) => `systemUsers:\n  - { ${fields} }\n`;
const allow = (characters: number) => {
  // {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::"}]} has 100.
  return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${long(characters - 100)}"}]}`;
};

test.each([
  [
    'a person whose name IAM refuses',
    'people:\n  bob smith: {}\n',
    'people.bob smith is "bob smith": its key is the name of an IAM user: it must be 1 to 64 letters, digits or any of + = , . @ - _',
  ],
  [
    'a system user whose name is too long: 65 characters',
    systemUser(`name: ${long(65)}`),
    `systemUsers.0.name is "${long(65)}": it must be 1 to 64 letters, digits or any of + = , . @ - _`,
  ],
  [
    'a label whose name is too long: 2 + 1 + 62 characters',
    systemUser(`label: { namespace: eg, name: ${long(62)} }`),
    `systemUsers.0.label is "eg-${long(62)}": the name that it builds has 65 characters and IAM allows 64: set id_length_limit: 64`,
  ],
  [
    'a label that builds no name',
    systemUser('label: { name: "---", regex_replace_chars: "/-/" }'),
    'systemUsers.0.label is "": the name that it builds must be 1 to 64 letters, digits or any of + = , . @ - _',
  ],
  [
    'a label that null-label refuses',
    systemUser('label: { name: a, id_length_limit: 5 }'),
    'systemUsers.0.label.id_length_limit is "5": it must be 0 for no limit, or 6 or more',
  ],
  [
    'a field of a label in camel case',
    systemUser('label: { name: a, idLengthLimit: 6 }'),
    'systemUsers.0.label.idLengthLimit is 6: there is no such field',
  ],
  [
    'neither name nor label',
    systemUser('enabled: true'),
    'systemUsers.0 is {}: it must have either a name or a label',
  ],
  [
    'one name among people and system users',
    `${person('')}${systemUser('name: Bob')}`,
    'systemUsers.0 is "Bob": people.bob has the same name: IAM does not tell case apart',
  ],
  [
    'eleven managed policies, ten of roles among them',
    `assumableRoles: { ${roles(10)
      .map((key) => `${key}: arn:aws:iam::123456789012:role/${key}`)
      .join(', ')} }
${person(`roles: [${roles(10).join(', ')}], awsManagedPolicyNames: [ReadOnlyAccess]`)}`,
    'people.bob is 11: it may have at most 10 managed policies, those of its roles among them',
  ],
  [
    'eleven groups',
    `groups: { enableIamGroups: false, existing: [${roles(11).join(', ')}] }\n${person(`groups: [${roles(11).join(', ')}]`)}`,
    'people.bob.groups is 11: it may be a member of at most 10 groups',
  ],
  [
    'a group in a roster without groups',
    person('groups: [money]'),
    'people.bob.groups.0 is "money": The roster has no groups; one that is made elsewhere is listed in groups.existing',
  ],
  [
    'a group that is none of the groups',
    `groups: { enableIamGroups: false, existing: [a, b] }\n${person('groups: [money]')}`,
    'people.bob.groups.0 is "money": Valid groups are: a, b; one that is made elsewhere is listed in groups.existing',
  ],
  [
    'inline policies of 2,049 characters together',
    systemUser(`name: a, inlinePoliciesMap: { one: '${allow(1024)}', two: '${allow(1025)}' }`),
    'systemUsers.0 is 2049: its inline policies may have at most 2048 characters together',
  ],
  [
    'an inline policy that is no JSON',
    systemUser("name: a, inline_policies: ['{']"),
    'systemUsers.0.inline_policies.0 is "{": it must be JSON',
  ],
  [
    'two inline policies of one name',
    systemUser(
      `name: a, inlinePoliciesMap: { one: '${allow(200)}' }, jsonPolicies: { ONE: '${allow(300)}' }`,
    ),
    'systemUsers.0.jsonPolicies.ONE is "ONE": there is an inline policy one with another document',
  ],
  [
    'actions on S3 without a resource',
    systemUser('name: a, s3_actions: ["s3:GetObject"]'),
    'systemUsers.0.s3_actions is ["s3:GetObject"]: it needs s3Resources, on which the actions are allowed',
  ],
  [
    'a comma in a tag',
    person('tags: { Cost: "1,5" }'),
    'people.bob.tags.Cost is "1,5": it must be at most 256 letters, digits, spaces or any of _ . : / = + - @',
  ],
  [
    'a tag key of 129 characters',
    person(`tags: { ${long(129)}: a }`),
    `people.bob.tags.${long(129)} is "a": its key must be 1 to 128 letters, digits, spaces or any of _ . : / = + - @`,
  ],
  [
    'a tag of the lifecycle',
    person('tags: { "iam-lifecycle:owner": a }'),
    'people.bob.tags.iam-lifecycle:owner is "a": its key must not begin with aws: or iam-lifecycle:',
  ],
  [
    'tag keys that differ in case, as label_key_case makes them',
    systemUser('label: { name: app, label_key_case: lower }, tags: { Name: app }'),
    'systemUsers.0.tags.Name is "app": there is a tag name too: IAM does not tell the case of tag keys apart',
  ],
  [
    '34 tags, Name among them',
    person(
      `tags: { ${roles(33)
        .map((key) => `${key}: a`)
        .join(', ')} }`,
    ),
    'people.bob is 34: it may have at most 33 tags: IAM allows 50, and its life takes up to 17',
  ],
  [
    'a key in SSM under a name that SSM refuses',
    systemUser('name: a@example.com, store: ssm'),
    'systemUsers.0 is "a@example.com": its access key cannot be kept in ssm, whose parameter names have only letters, digits and . - _: use secretsmanager',
  ],
  [
    'a base path that AWS keeps for itself',
    systemUser('name: a, store: { type: ssm, basePath: /aws/x }'),
    'systemUsers.0.store.basePath is "/aws/x": it must not begin with aws or ssm, which SSM keeps for AWS',
  ],
  [
    'a parameter on the sixteenth level: fourteen, the user, its key',
    systemUser(`name: a, store: { type: ssm, basePath: ${long(14, '/x')} }`),
    `systemUsers.0.store.basePath is "${long(14, '/x')}": a parameter's name may have at most 15 levels`,
  ],
  [
    'a base path that fits into no tag',
    systemUser(`name: a, store: { type: ssm, basePath: /${long(256)} }`),
    `it is kept in a tag: it must be at most 256 letters, digits, spaces or any of _ . : / = + - @`,
  ],
  [
    'an SMTP password of no region',
    systemUser('name: a, store: { type: ssm, sesSmtpPassword: true }'),
    'systemUsers.0.store.sesSmtpPassword is true: it must be a list of regions, or defaults.region must name one: an SMTP password is good for one region',
  ],
  [
    'a region that is none',
    systemUser('name: a, store: { type: ssm, sesSmtpPassword: [Frankfurt] }'),
    'systemUsers.0.store.sesSmtpPassword.0 is "Frankfurt": it must be a region such as eu-west-1',
  ],
  [
    'a base path in Secrets Manager',
    systemUser('name: a, store: { type: secretsmanager, basePath: /x }'),
    'systemUsers.0.store.basePath is "/x": only a store of type ssm has it',
  ],
  [
    'a store that is none',
    systemUser('name: a, store: vault'),
    'systemUsers.0.store is "vault": it must be secretsmanager, ssm or a map with a type',
  ],
  [
    'two stores',
    systemUser('name: a, store: ssm, ssm_base_path: /x'),
    'systemUsers.0.ssm_base_path is "/x": store says where the key is kept: give one of them',
  ],
  [
    'a policy ARN with a wildcard',
    person('policyArns: ["arn:aws:iam::aws:policy/*"]'),
    'people.bob.policyArns.0 is "arn:aws:iam::aws:policy/*": it must be the ARN of one managed policy',
  ],
  [
    'a boundary that is a role',
    person('permissionsBoundary: arn:aws:iam::123456789012:role/a'),
    'people.bob.permissionsBoundary is "arn:aws:iam::123456789012:role/a": it must be the ARN of one managed policy',
  ],
  [
    'two roles of one name',
    'assumableRoles: { a: arn:aws:iam::123456789012:role/A, b: arn:aws:iam::210987654321:role/x/a }\n',
    'assumableRoles.b is "arn:aws:iam::210987654321:role/x/a": it must be a role of another name than arn:aws:iam::123456789012:role/A',
  ],
  [
    'a role key with a blank',
    'assumableRoles: { a b: arn:aws:iam::123456789012:role/A }\n',
    'assumableRoles.a b is "arn:aws:iam::123456789012:role/A": its key must be a role key of 1 to 32 letters',
  ],
  [
    'a password shorter than the policy allows',
    `passwordPolicy: {}\n${person('createLoginProfile: true, passwordLength: 15')}`,
    'people.bob.passwordLength is 15: it must be at least passwordPolicy.minimumPasswordLength, 16',
  ],
  [
    'a password of 5',
    person('passwordLength: 5'),
    'people.bob.passwordLength is 5: it must be a whole number from 6 to 128',
  ],
  [
    'an SSH key that IAM does not take',
    person('sshPublicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI'),
    'it must be an RSA public key in OpenSSH form, beginning with ssh-rsa: IAM takes no other kind',
  ],
  [
    'a PGP key that is none',
    person('pgpKey: mine'),
    'people.bob.pgpKey is "mine": it must be a PGP public key in base64 or armor, or keybase:NAME',
  ],
  [
    'a group name with a blank',
    'groups: { iam_group_name_full_access: full access }\n',
    'groups.iam_group_name_full_access is "full access": it must be 1 to 128 letters, digits or any of + = , . @ - _',
  ],
  [
    'two groups of one name',
    'groups: { iamGroupNameFullAccess: all, iamGroupNameUserSelfMgmt: ALL }\n',
    'roster.yaml:2: groups.iamGroupNameUserSelfMgmt is "ALL": it must be another name than that of names.fullAccess',
  ],
  [
    'the same as Gruntwork writes it, a cross-account group without roles',
    'groups: { iam_groups_for_cross_account_access: [{ group_name: a, iam_role_arns: [] }] }\n',
    'groups.iam_groups_for_cross_account_access.0.iam_role_arns is []: it must name at least one role',
  ],
  [
    'a path of 513 characters: 11 + 501 + 1',
    person(`path: /lifecycle/${long(501)}/`),
    'it must be an IAM path such as / or /people/, of at most 512 characters',
  ],
  [
    '5,001 users',
    `systemUsers: [${Array.from({ length: 5001 }, (_, index) => `{ name: u${index} }`).join(', ')}]\n`,
    'the roster is 5001: there may be at most 5000 users',
  ],
  [
    'a user path that is the root',
    'defaults: { userPath: / }\n',
    'defaults.userPath is "/": it must be an IAM path below /, such as /lifecycle/, of at most 512 characters',
  ],
])('%s is a fault', (_, text, message) => {
  const error = faultsOf(`accountId: "123456789012"\n${text}`);
  expect(error.message).toContain(message);
  expect(error.faults).toHaveLength(1);
});

test('what is within the quotas is no fault', () => {
  const text = `accountId: "123456789012"
groups: { enableIamGroups: false, existing: [${roles(10).join(', ')}] }
people:
  ${long(64)}:
    groups: [${roles(10).join(', ')}]
    tags: { ${roles(32)
      .map((key) => `${key}: a`)
      .join(', ')} }
systemUsers:
  - name: a
    inlinePoliciesMap: { one: '${allow(1024)}', two: '${allow(1024)}' }
    store: { type: ssm, basePath: ${long(13, '/x')} }
`;
  expect(readRoster(text, 'roster.yaml').users).toHaveLength(2);
});
