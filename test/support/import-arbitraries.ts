import * as fc from 'fast-check';
import type { UserName } from '../../functions/core/names.js';
import type { ImportFacts } from '../../functions/core/roster/import.js';
import type { RosterFacts, SeenUser } from '../../functions/core/roster/roster-facts.js';
import { boundaryArn, secretOf } from './account.js';
import {
  account,
  adminPolicy,
  assumeDocument,
  dataPolicy,
  facts,
  noKey,
  passwordPolicy,
  roles,
  seenPolicy,
  seenUser,
} from './roster.js';

/** Accounts as years of clicking, Terraform and this project leave them behind. */

const names = ['amy', 'bob@example.com', 'cat,dog', 'dan', '_machine.eve', 'Fay'] as UserName[];
const bundle = `arn:aws:iam::${account}:policy/AssumeRolesPolicy`;
const otherName = `arn:aws:iam::${account}:policy/team/may-be-admin`;
const rosterBoundary = `arn:aws:iam::${account}:policy/IamLifecycleBoundary`;
const policyArns = [
  adminPolicy,
  dataPolicy,
  bundle,
  otherName,
  'arn:aws:iam::aws:policy/ReadOnlyAccess',
  'arn:aws:iam::aws:policy/job-function/Billing',
];
const withMfa = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: roles.data_engineer,
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ],
};
const documents = [
  assumeDocument(roles.admin),
  assumeDocument(roles.admin, roles.data_engineer),
  { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
].map((document) => JSON.stringify(document));
const tagSets: Record<string, string>[] = [
  {},
  { Name: 'somebody' },
  { name: 'lower', Description: 'Bob - Data Engineer' },
  { Description: '', Roles: 'admin data_engineer', 'cost center': '42' },
  { Roles: 'admin', team: '', description: 'Of the platform' },
];
const origins = ['roster', 'adopted', 'adopted', 'api', null] as const;
const keyTags: Record<string, string>[] = [
  { 'iam-lifecycle:key-store': 'none' },
  {},
  { 'iam-lifecycle:kms-key': 'alias/ci' },
  { 'iam-lifecycle:key-store': 'ssm', 'iam-lifecycle:ssm-path': '/' },
  {
    'iam-lifecycle:key-store': 'ssm',
    'iam-lifecycle:ssm-path': '/base',
    'iam-lifecycle:ses-regions': 'eu-west-1 us-east-1',
  },
];

const aUser: fc.Arbitrary<(name: UserName) => SeenUser> = fc
  .record({
    policyArns: fc.subarray(policyArns),
    groupNames: fc.subarray(['developers', 'Ops']),
    inlinePolicies: fc.dictionary(fc.constantFrom('one', 'AssumeRolesPolicy'), fc.constantFrom(...documents)),
    tags: fc.constantFrom(...tagSets),
    isNamed: fc.boolean(),
    key: fc.constantFrom(...keyTags),
    origin: fc.constantFrom(...origins),
    isForced: fc.boolean(),
    path: fc.constantFrom('/lifecycle/', '/lifecycle/', '/lifecycle/deep/', '/', '/people/'),
    boundaryArn: fc.constantFrom(boundaryArn, rosterBoundary, bundle),
  })
  .map(({ policyArns, groupNames, inlinePolicies, ...one }) => (name: UserName) => {
    // A roster never makes a user elsewhere.
    const isElsewhere = !one.path.startsWith('/lifecycle/');
    // Nor does it keep a key in SSM where no parameter can have the user's name.
    const origin = isElsewhere && one.origin === 'roster' ? 'adopted' : one.origin;
    const life =
      origin === null
        ? {}
        : {
            'iam-lifecycle:managed': 'true',
            'iam-lifecycle:origin': origin,
            'iam-lifecycle:owner': origin === 'roster' ? 'roster' : 'team-a',
            ...(/^[\w.-]+$/.test(name) ? one.key : noKey),
            ...(one.isForced ? { 'iam-lifecycle:force-destroy': 'true' } : {}),
          };
    const tags: Record<string, string> = {
      ...one.tags,
      ...(one.isNamed ? { Name: name.replace(',', ' ') } : {}),
      ...life,
    };
    const hasTwin = 'name' in tags && 'Name' in tags;
    return seenUser(
      { policyArns, groupNames, inlinePolicies },
      {
        name,
        path: one.path,
        boundaryArn: one.boundaryArn,
        tags: hasTwin ? Object.fromEntries(Object.entries(tags).filter(([key]) => key !== 'name')) : tags,
      },
    );
  });

const sshBody = `ssh-rsa ${'A'.repeat(120)} laptop`;

/** An account as it is imported and as it is planned on: one and the same. */
export const anAccount: fc.Arbitrary<{ imported: ImportFacts; planned: RosterFacts }> = fc
  .record({
    names: fc.subarray(names),
    users: fc.array(aUser, { minLength: 6, maxLength: 6 }),
    logins: fc.subarray(names),
    mfaUsers: fc.subarray(names),
    sshUsers: fc.subarray(names),
    dataDocument: fc.constantFrom(assumeDocument(roles.data_engineer), withMfa),
    passwordPolicy: fc.constantFrom(null, { ...passwordPolicy, minimumPasswordLength: 8 }),
  })
  .map((one) => {
    const users = one.names.map((name, index) => one.users[index]!(name));
    const logins = one.logins.filter((name) => one.names.includes(name));
    const sshUsers = one.sshUsers.filter((name) => one.names.includes(name));
    const planned = facts({
      users,
      groups: ['developers', 'Ops'].map((name) => ({
        name,
        path: '/teams/',
        policyArns: [],
        inlinePolicyNames: ['x'],
      })),
      policies: [
        seenPolicy('AssumeAdminRolePolicy'),
        seenPolicy('AssumeDataEngineerRolePolicy', { document: JSON.stringify(one.dataDocument) }),
        seenPolicy('AssumeRolesPolicy', { document: documents[1]! }),
        { ...seenPolicy('may-be-admin'), arn: otherName },
      ],
      // Everybody has a key wherever the tags say: nothing of the importing is about making one.
      secrets: one.names.map((userName) => ({
        ...secretOf({ AWSCURRENT: 'AKIACURRENT000000001' }),
        userName,
        changedAt: 0,
      })),
      parameterNames: one.names.flatMap((name) => [`/${name}/credentials`, `/base/${name}/credentials`]),
      logins,
      sshKeys: Object.fromEntries(sshUsers.map((name) => [name, [{ id: 'APKA1', body: sshBody }]])),
      passwordPolicy: one.passwordPolicy,
    });
    return { planned, imported: { ...planned, mfaUsers: one.mfaUsers, keyWishes: {} } };
  });
