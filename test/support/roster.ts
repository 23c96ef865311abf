import type { UserFacts } from '../../functions/core/facts.js';
import type { KeyWish } from '../../functions/core/key-wish.js';
import type { UserName } from '../../functions/core/names.js';
import { type PlanRules, planRoster } from '../../functions/core/roster/plan.js';
import type { RosterFacts, SeenPolicy, SeenUser } from '../../functions/core/roster/roster-facts.js';
import type { RosterPlan, RosterStep } from '../../functions/core/roster/roster-steps.js';
import type { PasswordPolicy, Roster, RosterPolicy, RosterUser } from '../../functions/core/roster/roster.js';
import type { Tags } from '../../functions/core/tags.js';
import { at, boundaryArn, secretOf } from './account.js';

/** Small rosters and accounts, written down as the reader and AWS would show them. */

export const account = '123456789012';
export const now = at('2026-03-10T12:00:00Z');
export const operator: PlanRules = { mayDeploy: true, allowDestroy: null, settleMs: 120_000 };
export const reconciler: PlanRules = { ...operator, mayDeploy: false };

export const roles = {
  admin: `arn:aws:iam::${account}:role/AdminRole`,
  data_engineer: `arn:aws:iam::${account}:role/DataEngineerRole`,
};
export const adminPolicy = `arn:aws:iam::${account}:policy/AssumeAdminRolePolicy`;
export const dataPolicy = `arn:aws:iam::${account}:policy/AssumeDataEngineerRolePolicy`;
export const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
export const strayPolicy = 'arn:aws:iam::aws:policy/AdministratorAccess';

export function roster(more: Partial<Roster> = {}): Roster {
  return {
    accountId: account,
    userPath: '/lifecycle/',
    assumableRoles: roles,
    users: [],
    groups: [],
    policies: [],
    passwordPolicy: null,
    ...more,
  };
}

/** bob, who asks for nothing but to exist. */
export function wanted(more: Partial<RosterUser> = {}): RosterUser {
  const name = more.name ?? ('bob' as UserName);
  return {
    kind: 'person',
    name,
    nameFull: name,
    enabled: true,
    path: '/lifecycle/',
    boundaryArn,
    tags: { Name: name },
    roles: [],
    policyArns: [],
    inlinePolicies: {},
    groupNames: [],
    key: null,
    login: null,
    sshPublicKey: null,
    forceDestroy: false,
    quarantine: null,
    ...more,
  };
}

export const key: KeyWish = { store: 'secretsmanager', kmsKeyId: null };
export const noKey = { 'iam-lifecycle:key-store': 'none' };

export function facts(more: Partial<RosterFacts> = {}): RosterFacts {
  return {
    accountId: account,
    users: [],
    groups: [],
    policies: [],
    secrets: [],
    parameterNames: [],
    logins: [],
    sshKeys: {},
    passwordPolicy: null,
    ...more,
  };
}

/** Tags of a user that the roster made and that wants no key. */
export function ownTags(name = 'bob', more: Tags = {}): Tags {
  return {
    Name: name,
    'iam-lifecycle:managed': 'true',
    'iam-lifecycle:origin': 'roster',
    'iam-lifecycle:owner': 'roster',
    ...noKey,
    ...more,
  };
}

export function idOf(name: string): string {
  return `AIDA${name.toUpperCase()}`;
}

export function userFacts(name = 'bob', more: Partial<UserFacts> = {}): UserFacts {
  return {
    name: name as UserName,
    id: idOf(name),
    arn: `arn:aws:iam::${account}:user/lifecycle/${name}`,
    path: '/lifecycle/',
    createdAt: at('2026-01-01T00:00:00Z'),
    tags: ownTags(name),
    boundaryArn,
    ...more,
  };
}

/** bob as the roster of `wanted()` made him. */
export function seenUser(more: Partial<SeenUser> = {}, user: Partial<UserFacts> = {}): SeenUser {
  return {
    user: userFacts(user.name ?? 'bob', user),
    policyArns: [],
    groupNames: [],
    inlinePolicies: {},
    ...more,
  };
}

/** The document of one role's policy, as the tutorial writes it. */
export function assumeDocument(...roleArns: string[]): RosterPolicy['document'] {
  return {
    Version: '2012-10-17',
    Statement: roleArns.map((Resource) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource })),
  };
}

export function rosterPolicy(name: string, document = assumeDocument(roles.admin)): RosterPolicy {
  const arn = `arn:aws:iam::${account}:policy/${name}`;
  return { name, path: '/', arn, description: `The policy ${name}`, document };
}

export function seenPolicy(name: string, more: Partial<SeenPolicy> = {}): SeenPolicy {
  return {
    arn: `arn:aws:iam::${account}:policy/${name}`,
    name,
    document: JSON.stringify(assumeDocument(roles.admin)),
    otherVersionIds: [],
    ...more,
  };
}

/** Both roles' own policies, as the account has them. */
export const rolePolicies = [
  seenPolicy('AssumeAdminRolePolicy'),
  seenPolicy('AssumeDataEngineerRolePolicy', {
    document: JSON.stringify(assumeDocument(roles.data_engineer)),
  }),
];

export const passwordPolicy: PasswordPolicy = {
  minimumPasswordLength: 16,
  requireLowercaseCharacters: true,
  requireUppercaseCharacters: true,
  requireNumbers: true,
  requireSymbols: true,
  allowUsersToChangePassword: true,
  hardExpiry: false,
  maxPasswordAge: 30,
  passwordReusePrevention: 5,
};

export const login = { passwordLength: 20, passwordResetRequired: true, pgpKey: null };
export const bobKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBOB bob@laptop';
export const s3Document =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
export const group = (name: string) => ({ name, path: '/', policyArns: [], inlinePolicyNames: [] });
/** bob's secret, with a current key. */
export const bobSecret = {
  ...secretOf({ AWSCURRENT: 'AKIACURRENT000000001' }),
  userName: 'bob' as UserName,
  changedAt: 0,
};

/** A plan as a table can hold it: "+ user bob: CreateUser, AttachPolicy AssumeAdminRolePolicy". */
export function planTexts({ changes }: RosterPlan): string[] {
  const signs = { create: '+', update: '~', delete: '-' };
  return changes.map(
    ({ action, subject, steps }) =>
      `${signs[action]} ${subject.kind} ${subject.name}: ${steps.map(rosterStepText).join(', ')}`,
  );
}

/** The step and what it is about; of an ARN its last part. */
export function rosterStepText(step: RosterStep): string {
  const input = step as unknown as Readonly<Record<string, unknown>>;
  const fields = [
    'policyArn',
    'groupName',
    'policyName',
    'credentialId',
    'tags',
    'tagKeys',
    'pruneVersionId',
  ];
  const object = step.step === 'CreateUser' ? [] : fields.flatMap((field) => input[field] ?? []);
  const texts = object.map((value) =>
    typeof value === 'string' ? value.slice(value.lastIndexOf('/') + 1) : JSON.stringify(value),
  );
  return [step.step, ...texts].join(' ');
}

export function findingTexts({ findings }: RosterPlan): string[] {
  return findings.map(({ kind, subject, why }) => `${kind} ${subject.kind} ${subject.name}: ${why}`);
}

/** What the steps of one user's change are, where the roster names that user alone. */
export function planOf(user: RosterUser, seen: Partial<RosterFacts>, rules = operator): RosterPlan {
  return planRoster(roster({ users: [user] }), facts({ policies: rolePolicies, ...seen }), rules, now);
}
