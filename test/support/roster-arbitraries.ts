import * as fc from 'fast-check';
import type { KeyWish } from '../../functions/core/key-wish.js';
import { assumePolicyName } from '../../functions/core/assume-policy.js';
import type { RoleArn, UserName } from '../../functions/core/names.js';
import type { RosterFacts, SeenUser } from '../../functions/core/roster/roster-facts.js';
import type { Roster, RosterUser } from '../../functions/core/roster/roster.js';
import { boundaryArn, denyAllArn, secretOf } from './account.js';
import {
  account,
  assumeDocument,
  facts,
  idOf,
  ownTags,
  passwordPolicy,
  roles,
  roster,
  rosterPolicy,
  seenPolicy,
  seenUser,
  wanted,
} from './roster.js';

/** Rosters and accounts in one small world, so that they meet: the same few names in many states. */
const names = ['amy', 'bob', 'Bob', 'cat', 'dan', 'eve', 'fay'] as UserName[];
const roleKeys = Object.keys(roles) as (keyof typeof roles)[];
const roleArnOf = (key: keyof typeof roles) =>
  `arn:aws:iam::${account}:policy/${assumePolicyName(roles[key] as RoleArn)}`;
const awsPolicies = Array.from({ length: 9 }, (_, index) => `arn:aws:iam::aws:policy/P${index}`);
const bundle = `arn:aws:iam::${account}:policy/AssumeRolesPolicy`;
const groupNames = ['developers', 'support', 'logs'];
const documents = [
  assumeDocument(roles.admin),
  assumeDocument(roles.data_engineer),
  assumeDocument(roles.admin, roles.data_engineer),
];
const sshBodies = ['ssh-rsa AAAA1 one', 'ssh-rsa AAAA2 two', 'ssh-ed25519 AAAA3 three'];
const tagSets = [{}, { team: 'a' }, { Team: 'b', Roles: 'admin' }];
const login = { passwordLength: 20, passwordResetRequired: true, pgpKey: null };
const keys: (KeyWish | null)[] = [
  null,
  { store: 'secretsmanager', kmsKeyId: null },
  { store: 'ssm', kmsKeyId: 'alias/k', basePath: '/base', sesRegions: ['eu-west-1'] },
];

const anInline = fc.dictionary(
  fc.constantFrom('one', 'two', 'three'),
  fc.constantFrom(...documents.map((document) => JSON.stringify(document))),
);

const aWantedUser = fc
  .record({
    enabled: fc.boolean(),
    roles: fc.subarray(roleKeys),
    arns: fc.subarray(awsPolicies, { maxLength: 8 }),
    groupNames: fc.subarray([...groupNames, 'nowhere']),
    inlinePolicies: anInline,
    key: fc.constantFrom(...keys),
    login: fc.constantFrom(null, login),
    sshPublicKey: fc.constantFrom(null, ...sshBodies),
    forceDestroy: fc.boolean(),
    quarantine: fc.constantFrom(null, 'P7D', 'PT12H'),
    tags: fc.constantFrom(...tagSets),
    path: fc.constantFrom('/lifecycle/', '/lifecycle/', '/lifecycle/deep/'),
  })
  .map(({ arns, ...more }): Partial<RosterUser> => ({
    ...more,
    policyArns: [...more.roles.map(roleArnOf), ...arns],
  }));

const aPolicy = fc
  .record({ document: fc.constantFrom(...documents), isSeen: fc.boolean(), isWanted: fc.boolean() })
  .map((one) => ({ ...one, text: JSON.stringify(one.document) }));

export const aRoster: fc.Arbitrary<Roster> = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...names), { selector: (name) => name.toLowerCase() }),
    wishes: fc.array(aWantedUser, { minLength: 6, maxLength: 6 }),
    policies: fc.array(aPolicy, { minLength: 2, maxLength: 2 }),
    groups: fc.subarray(groupNames),
    groupPolicies: fc.subarray([...awsPolicies, bundle]),
    passwordPolicy: fc.constantFrom(null, passwordPolicy),
  })
  .map((one) =>
    roster({
      users: one.names.map((name, index) => wanted({ name, ...one.wishes[index] })),
      policies: one.policies.flatMap(({ document, isWanted }, index) =>
        isWanted ? [rosterPolicy(roleArnOf(roleKeys[index]!).split('/')[1]!, document)] : [],
      ),
      groups: one.groups.map((name) => ({ name, path: '/', policyArns: one.groupPolicies })),
      passwordPolicy: one.passwordPolicy,
    }),
  );

const lifecycleTags = [
  {},
  {},
  { 'iam-lifecycle:unlisted-since': '2026-03-01T00:00:00.000Z' },
  { 'iam-lifecycle:unlisted-since': '2026-03-10T11:59:30.000Z' },
  { 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.000Z' },
  { 'iam-lifecycle:origin': 'api' },
  { 'iam-lifecycle:origin': 'adopted', 'iam-lifecycle:owner': 'team-a' },
  { 'iam-lifecycle:managed': 'no' },
  { 'iam-lifecycle:force-destroy': 'true', 'iam-lifecycle:mint-intent': '2026-03-01T00:00:00.000Z' },
];

const aSeenUser: fc.Arbitrary<(name: UserName) => SeenUser> = fc
  .record({
    roles: fc.subarray(roleKeys),
    arns: fc.subarray([...awsPolicies, bundle, denyAllArn], { maxLength: 8 }),
    groupNames: fc.subarray(groupNames),
    inlinePolicies: anInline,
    tags: fc.constantFrom(...tagSets),
    life: fc.constantFrom(...lifecycleTags),
    path: fc.constantFrom('/lifecycle/', '/lifecycle/', '/lifecycle/', '/'),
    boundaryArn: fc.constantFrom(boundaryArn, boundaryArn, null, denyAllArn, bundle),
  })
  .map(
    ({ roles, arns, tags, life, path, boundaryArn, ...more }) =>
      (name) =>
        seenUser(
          { ...more, policyArns: [...roles.map(roleArnOf), ...arns] },
          { name, id: idOf(name), path, boundaryArn, tags: ownTags(name, { ...tags, ...life }) },
        ),
  );

/** Users that the roster made and does not name. */
const aCrowd: fc.Arbitrary<SeenUser[]> = fc
  .oneof({ arbitrary: fc.constant(0), weight: 3 }, fc.nat({ max: 40 }))
  .map((size) =>
    Array.from({ length: size }, (_, index) => seenUser({}, { name: `crowd${index}` as UserName })),
  );

export const someFacts: fc.Arbitrary<RosterFacts> = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...names), { selector: (name) => name.toLowerCase() }),
    users: fc.array(aSeenUser, { minLength: 6, maxLength: 6 }),
    crowd: aCrowd,
    policies: fc.array(aPolicy, { minLength: 2, maxLength: 2 }),
    versions: fc.constantFrom([], ['v1', 'v2'], ['v1', 'v2', 'v3', 'v4']),
    groups: fc.subarray([...groupNames, 'Logs'], { maxLength: 3 }),
    groupPolicies: fc.subarray([...awsPolicies, bundle]),
    secrets: fc.subarray(names),
    parameters: fc.subarray(names),
    logins: fc.subarray(names),
    sshKeys: fc.dictionary(
      fc.constantFrom(...names),
      fc
        .uniqueArray(fc.constantFrom(...sshBodies, 'ssh-rsa AAAA4', 'ssh-rsa AAAA5'))
        .map((bodies) => bodies.map((body) => ({ id: `APKA${body.slice(-5).replace(' ', '')}`, body }))),
    ),
    passwordPolicy: fc.constantFrom(null, passwordPolicy, { ...passwordPolicy, maxPasswordAge: 0 }),
  })
  .map((one) => ({
    ...facts({
      // Only of users that are there; a secret outlives its user.
      logins: one.logins.filter((name) => one.names.includes(name)),
      sshKeys: Object.fromEntries(
        Object.entries(one.sshKeys).filter(([name]) => one.names.includes(name as UserName)),
      ),
      passwordPolicy: one.passwordPolicy,
    }),
    users: [...one.names.map((name, index) => one.users[index]!(name)), ...one.crowd],
    policies: [
      seenPolicy('AssumeRolesPolicy', { document: JSON.stringify(documents[2]) }),
      ...one.policies.flatMap(({ text, isSeen }, index) =>
        isSeen
          ? [
              seenPolicy(roleArnOf(roleKeys[index]!).split('/')[1]!, {
                document: text,
                otherVersionIds: one.versions,
              }),
            ]
          : [],
      ),
    ],
    groups: one.groups
      .filter((name) => name !== 'Logs' || !one.groups.includes('logs'))
      .map((name) => ({ name, path: '/', policyArns: one.groupPolicies, inlinePolicyNames: [] })),
    secrets: one.secrets.map((userName) => ({
      ...secretOf({ AWSCURRENT: 'AKIACURRENT000000001' }),
      userName,
      changedAt: 0,
    })),
    parameterNames: one.parameters.map((name) => `/base/${name}/credentials`),
  }));
