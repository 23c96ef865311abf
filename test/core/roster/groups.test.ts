import { describe, expect, test } from '@jest/globals';
import {
  type GroupSettings,
  type StandardGroup,
  buildGroups,
  defaultGroupSettings,
} from '../../../functions/core/roster/groups.js';

const account = { accountId: '123456789012', partition: 'aws' };
const policy = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const role = (name: string) => `arn:aws:iam::210987654321:role/${name}`;

/** The defaults with these groups on and no other one. */
function only(groups: readonly StandardGroup[], more: Partial<GroupSettings> = {}): GroupSettings {
  const names = Object.keys(defaultGroupSettings.shouldCreate) as StandardGroup[];
  const shouldCreate = Object.fromEntries(names.map((name) => [name, groups.includes(name)]));
  return {
    ...defaultGroupSettings,
    sshGruntUsers: [],
    sshGruntSudoUsers: [],
    shouldCreate: shouldCreate as GroupSettings['shouldCreate'],
    ...more,
  };
}

function documentOf(settings: GroupSettings, name: string): unknown {
  return buildGroups(settings, account).policies.find((policy) => policy.name === name)?.document;
}

describe('by the defaults of the module', () => {
  test('there are an administrators’ group, one for the own account, and two that mark', () => {
    expect(buildGroups(defaultGroupSettings, account).groups).toEqual([
      {
        name: 'full-access',
        path: '/',
        policyArns: [policy('full-access-policy'), policy('iam-user-self-mgmt')],
      },
      { name: 'iam-user-self-mgmt', path: '/', policyArns: [policy('iam-user-self-mgmt')] },
      { name: 'ssh-grunt-users', path: '/', policyArns: [] },
      { name: 'ssh-grunt-sudo-users', path: '/', policyArns: [] },
    ]);
  });

  test('a policy that two groups have is there once', () => {
    const { policies } = buildGroups(defaultGroupSettings, account);
    expect(policies.map(({ name, path, arn }) => [name, path, arn])).toEqual([
      ['full-access-policy', '/', policy('full-access-policy')],
      ['iam-user-self-mgmt', '/', policy('iam-user-self-mgmt')],
    ]);
  });

  test('switched off there is no group, and no policy', () => {
    const settings = { ...defaultGroupSettings, enableIamGroups: false };
    expect(buildGroups(settings, account)).toEqual({ groups: [], policies: [] });
  });

  test('the bucket prefix is the placeholder, and every list but those of ssh-grunt is empty', () => {
    expect(defaultGroupSettings).toMatchObject({
      developersS3BucketPrefix: 'your-org-name.user-',
      crossAccount: [],
      crossAccountAllGroupName: '_all-accounts',
      autoDeployPermissions: [],
      developersPermittedServices: [],
      cloudtrailKmsKeyArn: null,
    });
  });
});

const everyGroup: Readonly<Record<Exclude<StandardGroup, 'crossAccountAccessAll'>, string>> = {
  fullAccess: 'full-access',
  billing: 'billing',
  support: 'support',
  logs: 'logs',
  developers: 'developers',
  readOnly: 'read-only',
  userSelfMgmt: 'iam-user-self-mgmt',
  iamAdmin: 'iam-admin',
  useExistingIamRoles: 'use-existing-iam-roles',
  autoDeploy: '_machine.ecs-auto-deploy',
};

describe('a standard group', () => {
  test.each(Object.entries(everyGroup))('%s has its switch, and the name %s', (group, name) => {
    const settings = only([group as StandardGroup], { autoDeployPermissions: ['ecs:UpdateService'] });
    expect(buildGroups(settings, account).groups.map((group) => group.name)).toEqual([name]);
  });

  test.each(Object.keys(everyGroup) as StandardGroup[])('%s takes another name and path', (group) => {
    const settings = only([group], {
      names: { ...defaultGroupSettings.names, [group]: 'Our.Group' },
      groupPath: '/teams/',
      autoDeployPermissions: ['ecs:UpdateService'],
    });
    const { groups, policies } = buildGroups(settings, account);
    expect(groups).toMatchObject([{ name: 'Our.Group', path: '/teams/' }]);
    for (const { arn } of policies) expect(arn).toMatch(/^arn:aws:iam::123456789012:policy\/teams\/[^/]+$/);
  });

  test('read-only has what AWS keeps up to date, and what asks for MFA beside it', () => {
    expect(buildGroups(only(['readOnly']), account).groups[0]!.policyArns).toEqual([
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
      policy('require-mfa'),
    ]);
    const settings = only(['readOnly'], { shouldRequireMfa: false });
    expect(buildGroups(settings, account)).toEqual({
      groups: [{ name: 'read-only', path: '/', policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
      policies: [],
    });
  });

  test('in China every ARN is of that partition', () => {
    const groups: StandardGroup[] = ['fullAccess', 'developers', 'readOnly', 'userSelfMgmt'];
    const made = buildGroups(only(groups), { ...account, partition: 'aws-cn' });
    const arns = JSON.stringify(made).match(/arn:[^:]+/g)!;
    expect(new Set(arns)).toEqual(new Set(['arn:aws-cn']));
    expect(arns.length).toBeGreaterThan(8);
  });
});

describe('cross-account groups', () => {
  const crossAccount = [
    { groupName: 'stage-full-access', iamRoleArns: [role('full')] },
    { groupName: 'prod', iamRoleArns: [role('read'), role('full')] },
  ];

  test('there is one for each entry, and one for all of their roles, each role once', () => {
    const settings = only(['crossAccountAccessAll'], { crossAccount });
    expect(buildGroups(settings, account).groups.map(({ name }) => name)).toEqual([
      'stage-full-access',
      'prod',
      '_all-accounts',
    ]);
    expect(documentOf(settings, '_all-accounts-policy')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Resource: [role('full'), role('read')],
        },
      ],
    });
  });

  test('the one for all has a switch and a name', () => {
    expect(buildGroups(only([], { crossAccount }), account).groups).toHaveLength(2);
    const settings = only(['crossAccountAccessAll'], {
      crossAccount,
      crossAccountAllGroupName: 'everywhere',
    });
    expect(buildGroups(settings, account).groups[2]!.name).toBe('everywhere');
  });

  test('without an entry there is none for all either', () => {
    expect(buildGroups(only(['crossAccountAccessAll']), account).groups).toEqual([]);
  });

  // A role ARN of 60 characters takes 63 with its quotes and comma, and the rest of the document about 110.
  const manyRoles = (amount: number) =>
    Array.from({ length: amount }, (_, index) => role(`${index}`.padStart(29, 'r')));

  test('200 roles are 12,600 characters of ARNs, and go into three policies', () => {
    expect(manyRoles(1)[0]).toHaveLength(60);
    const settings = only([], { crossAccount: [{ groupName: 'many', iamRoleArns: manyRoles(200) }] });
    const { groups, policies } = buildGroups(settings, account);
    expect(groups[0]!.policyArns).toEqual([
      policy('many-policy'),
      policy('many-policy-2'),
      policy('many-policy-3'),
    ]);
    const roles = policies.flatMap(({ document }) => document.Statement as { Resource: string[] }[]);
    expect(roles.flatMap(({ Resource }) => Resource)).toEqual(manyRoles(200));
  });

  test('what does not go into ten policies is refused', () => {
    const settings = only([], { crossAccount: [{ groupName: 'many', iamRoleArns: manyRoles(1000) }] });
    expect(() => buildGroups(settings, account)).toThrow(
      'crossAccount[0].groupName is "many": it must be a group of at most 10 policies, IAM\'s quota, and it needs 11',
    );
  });
});

test('groups of ssh-grunt give nothing, and an empty list makes none', () => {
  const settings = only([], { sshGruntUsers: ['a', 'b'], sshGruntSudoUsers: [] });
  expect(buildGroups(settings, account)).toEqual({
    groups: [
      { name: 'a', path: '/', policyArns: [] },
      { name: 'b', path: '/', policyArns: [] },
    ],
    policies: [],
  });
});

describe('what is refused, by the name of the setting', () => {
  const { names } = defaultGroupSettings;
  test.each(
    Object.entries({
      'auto-deploy without a permission': [only(['autoDeploy']), /^autoDeployPermissions is "\[\]"/],
      'auto-deploy with every permission': [
        only(['autoDeploy'], { autoDeployPermissions: ['ecs:*', '*'] }),
        /^autoDeployPermissions is "\*"/,
      ],
      'a path without a slash at its end': [only(['billing'], { groupPath: '/teams' }), /^groupPath is/],
      'a name with a space': [
        only(['billing'], { names: { ...names, billing: 'the billing' } }),
        /^names.billing is "the billing"/,
      ],
      'a name that leaves no room for its policy’s': [
        only(['billing'], { names: { ...names, billing: 'b'.repeat(122) } }),
        /^names.billing is "b{122}-policy"/,
      ],
      'two names that differ by case alone': [
        only(['billing', 'logs'], { names: { ...names, logs: 'Billing' } }),
        /^names.logs is "Billing": it must be another name than that of names.billing/,
      ],
      'a group of ssh-grunt named as another one': [
        only(['billing'], { sshGruntUsers: ['billing'] }),
        /^sshGruntUsers is "billing"/,
      ],
      'a policy for the own account named as the one of a group': [
        only(['fullAccess'], { selfMgmtPolicyName: 'full-access-policy' }),
        /is "full-access-policy": it must be another name/,
      ],
      'a policy for the own account with a slash': [
        only(['userSelfMgmt'], { selfMgmtPolicyName: 'own/account' }),
        /^selfMgmtPolicyName is "own\/account"/,
      ],
      'a cross-account group without a role': [
        only([], { crossAccount: [{ groupName: 'none', iamRoleArns: [] }] }),
        /^crossAccount\[0\].iamRoleArns is "\[\]"/,
      ],
      'a cross-account group for any role': [
        only([], { crossAccount: [{ groupName: 'any', iamRoleArns: [role('*')] }] }),
        /^crossAccount\[0\].iamRoleArns is "arn:aws:iam::210987654321:role\/\*"/,
      ],
      'a key of CloudTrail that is every key': [
        only(['logs'], { cloudtrailKmsKeyArn: '*' }),
        /^cloudtrailKmsKeyArn is "\*"/,
      ],
      'a bucket prefix that is any bucket': [
        only(['developers'], { developersS3BucketPrefix: '*' }),
        /^developersS3BucketPrefix is "\*"/,
      ],
    } as const),
  )('%s', (_, [settings, message]) => {
    expect(() => buildGroups(settings, account)).toThrow(message);
  });

  test.each(['iam', 'iam:*', '*', 'sts', 'sts:*', 'IAM', 'Iam:*', 'iam:CreateUser', 'i*:*', '*:*', ''])(
    '%s for developers, who could take any right with it',
    (service) => {
      const settings = only(['developers'], { developersPermittedServices: ['ec2', service] });
      expect(() => buildGroups(settings, account)).toThrow(
        `developersPermittedServices is ${JSON.stringify(service)}: it must be a service`,
      );
    },
  );

  test('a setting of a group that is off is not looked at', () => {
    const settings = only(['billing'], { developersPermittedServices: ['iam'], autoDeployPermissions: [] });
    expect(buildGroups(settings, account).groups).toHaveLength(1);
  });
});
