import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type LifecycleConfig, parseConfig } from '../../infra/config.js';
import { loadRoster } from '../../infra/load-config.js';
import { rosterConfig, sampleConfig } from './configs.js';
import { type Statement, listOf, resolved, synthesise } from './synth.js';

const stack = synthesise(rosterConfig);
const plain = synthesise(sampleConfig);

const policies = (one = stack) =>
  new Map<string, { Path?: string; PolicyDocument: { Statement: Statement[] } }>(
    one.properties('AWS::IAM::ManagedPolicy').map((policy) => [policy.ManagedPolicyName, policy]),
  );
const role = (name: string) =>
  stack
    .properties('AWS::IAM::Role')
    .find(({ Description }) => Description.includes(`iam-lifecycle's ${name} function`));
const statementOf = (name: string, sid: string): Statement =>
  (role(name).Policies[0].PolicyDocument.Statement as Statement[]).find(({ Sid }) => Sid === sid)!;

describe('what the sample roster adds to the stack', () => {
  test('its policies and groups, each once', () => {
    const added = [...policies().keys()].filter((name) => !policies(plain).has(name));
    expect(added.toSorted()).toEqual([
      'IamLifecycleFunctionBoundary-reconcile',
      '_account.staging-policy',
      '_all-accounts-policy',
      'iam-user-self-mgmt',
      'require-mfa',
    ]);
    const names = stack.properties('AWS::IAM::ManagedPolicy').map((policy) => policy.ManagedPolicyName);
    expect(new Set(names).size).toBe(names.length);
    const groups = stack.properties('AWS::IAM::Group').map(({ GroupName }) => GroupName);
    expect(groups).toEqual(expect.arrayContaining(['read-only', 'iam-user-self-mgmt', '_account.staging']));
  });

  test('no user, no key and no membership: those are operated', () => {
    const types = new Set(Object.values(stack.json.Resources).map(({ Type }) => Type));
    for (const type of ['AWS::IAM::User', 'AWS::IAM::AccessKey', 'AWS::IAM::UserToGroupAddition'])
      expect(types).not.toContain(type);
  });

  test("its boundary in place of the configuration's, under the same name and description", () => {
    const [own, other] = [
      policies().get('IamLifecycleBoundary')!,
      policies(plain).get('IamLifecycleBoundary')!,
    ];
    expect(own.PolicyDocument.Statement.map(({ Sid }) => Sid)).toContain('WhateverPoliciesGive');
    expect(other.PolicyDocument.Statement.map(({ Sid }) => Sid)).toContain('AssumeListedRoles');
    expect({ ...own, PolicyDocument: null }).toEqual({ ...other, PolicyDocument: null });
  });

  test('policies and groups outlive the stack, as users depend on them, and so does the bucket', () => {
    const kept = Object.values(stack.json.Resources).filter(
      ({ Type, Properties }) =>
        ['AWS::IAM::Group', 'AWS::S3::Bucket'].includes(Type) ||
        (Type === 'AWS::IAM::ManagedPolicy' &&
          !Properties.ManagedPolicyName.startsWith('IamLifecycleFunctionBoundary-')),
    );
    expect(kept.length).toBeGreaterThan(10);
    for (const { DeletionPolicy } of kept) expect(DeletionPolicy).toBe('Retain');
  });

  test('a bucket that keeps every version, encrypted, and closed to the public', () => {
    expect(stack.properties('AWS::S3::Bucket')).toMatchObject([
      { BucketEncryption: expect.anything() },
      {
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    ]);
    expect(Object.keys(stack.json.Outputs)).toContain('RosterBucket');
  });

  test('one function, which runs alone, starts for the schedule and for the one rule, and fails into a queue', () => {
    const [reconcile] = stack
      .properties('AWS::Lambda::Function')
      .filter(({ FunctionName }) => FunctionName === 'iam-lifecycle-reconcile');
    expect(reconcile).toMatchObject({ ReservedConcurrentExecutions: 1, Timeout: 300, MemorySize: 1024 });
    const permissions = stack
      .properties('AWS::Lambda::Permission')
      .filter(({ FunctionName }) => resolved(FunctionName).includes('reconcile'));
    expect(permissions.map(({ Principal, SourceArn }) => [Principal, resolved(SourceArn)])).toEqual([
      ['events.amazonaws.com', expect.stringMatching(/^<KeepRosterNewRoster.*\.Arn>$/)],
    ]);
    const failures = stack
      .properties('AWS::Lambda::EventInvokeConfig')
      .find(({ FunctionName }) => resolved(FunctionName).includes('reconcile'));
    expect(resolved(failures.DestinationConfig.OnFailure.Destination)).toMatch(/^<QueuesReconcile/);
  });

  test('the rights of that function, on what the roster names and nothing else', () => {
    expect(role('reconcile').RoleName).toBe('iam-lifecycle-reconcile');
    const attachable = listOf(
      statementOf('reconcile', 'AttachListedPolicies').Condition!.ArnEquals!['iam:PolicyARN'] as unknown[],
    ).map(resolved);
    expect(attachable).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^<UserPoliciesAssumeAdmin/),
        'arn:aws:iam::aws:policy/AmazonSESFullAccess',
        'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess',
      ]),
    );
    expect(attachable).toHaveLength(5);
    expect(JSON.stringify(statementOf('onboard', 'KeepAssumePolicies'))).not.toContain('AmazonSES');
    const groups = listOf(statementOf('reconcile', 'KeepMemberships').Resource as unknown[]).map(resolved);
    expect(groups).toEqual(
      expect.arrayContaining([expect.stringMatching(/^<RosterPoliciesGroupreadonly.*\.Arn>$/)]),
    );
    expect(resolved(statementOf('reconcile', 'ReadRoster').Resource)).toMatch(
      /^<RosterBucket.*>\/roster\.yaml$/,
    );
  });
});

test('without a roster there is no function that would keep one, and nothing for it', () => {
  const text = JSON.stringify(plain.json);
  expect(text).not.toMatch(/reconcile|iam-lifecycle-roster/i);
});

const refusal = (roster: string, config: Partial<LifecycleConfig> = {}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'roster-'));
  writeFileSync(path.join(folder, 'roster.yaml'), roster);
  const settings = parseConfig({ ...sampleConfig, roster: './roster.yaml', ...config });
  return () => loadRoster(settings, path.join(folder, 'lifecycle.config.json'));
};

describe('a roster that the stack cannot be made of', () => {
  const fitting = `accountId: '123456789012'
assumableRoles:
  data_engineer: arn:aws:iam::123456789012:role/DataEngineerRole
  infrastructure_admin: arn:aws:iam::123456789012:role/InfrastructureAdminRole
  admin: arn:aws:iam::123456789012:role/AdminRole
people: { bob: { roles: [admin] } }
`;

  test('one that fits is taken, from beside the configuration', () => {
    expect(refusal(fitting)()).toMatchObject({ accountId: '123456789012', users: [{ name: 'bob' }] });
  });

  test('every fault of it is told of, with its line', () => {
    expect(refusal(`${fitting}systemUsers: [{ name: 'a b' }, { nam: x }]\ncolour: blue\n`)).toThrow(
      expect.objectContaining({
        name: 'InvalidConfig',
        message: expect.stringMatching(
          /^\.\/roster\.yaml has \d fault\(s\)[\s\S]*roster\.yaml:7: systemUsers\.0\.name is "a b"[\s\S]*roster\.yaml:8: colour/,
        ),
      }),
    );
  });

  test('whatever the two say differently is told of, all at once', () => {
    const contrary: Partial<LifecycleConfig> = {
      account: '210987654321',
      userPath: '/people/',
      sessionPin: 'session-name',
      boundaryArn: 'arn:aws:iam::123456789012:policy/Ours',
      managedPolicies: [
        { arn: 'arn:aws:iam::aws:policy/AmazonSESFullAccess', actions: ['ses:SendRawEmail'] },
      ],
      roles: { auditor: 'arn:aws:iam::123456789012:role/AuditorRole' },
    };
    expect(refusal(fitting, contrary)).toThrow(
      expect.objectContaining({
        name: 'InvalidConfig',
        message: `lifecycle.config.json has 6 fault(s)
  account is "210987654321": it must be that of ./roster.yaml, 123456789012
  userPath is "/people/": it must be that of ./roster.yaml, /lifecycle/
  roles.auditor is "arn:aws:iam::123456789012:role/AuditorRole": it must be one of the assumableRoles of ./roster.yaml, for which the boundary is made
  sessionPin is "session-name": it must be none: ./roster.yaml writes the policies of roles without one
  managedPolicies is [{"arn":"arn:aws:iam::aws:policy/AmazonSESFullAccess","actions":["ses:SendRawEmail"],"resources":["*"]}]: it must be empty: ./roster.yaml says which policies users have
  boundaryArn is "arn:aws:iam::123456789012:policy/Ours": ./roster.yaml makes a boundary of its own: give this one as its defaults.permissionsBoundary too, and to no user another`,
      }),
    );
  });

  test('a boundary of the account serves both, where the roster names it too', () => {
    const boundaryArn = 'arn:aws:iam::123456789012:policy/Ours';
    const roster = `${fitting}defaults: { permissionsBoundary: ${boundaryArn} }\n`;
    expect(refusal(roster, { boundaryArn })()).toMatchObject({ users: [{ boundaryArn }] });
  });
});
