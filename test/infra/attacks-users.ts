import { rosterTags } from '../../functions/core/tags.js';
import { lifeTags } from '../../infra/permissions-scope.js';
import type { ConditionContext } from '../support/iam-simulation.js';
import { attack, creationTags, on, requestTags, tombstoned } from './attack.js';
import { boundary, denyAll, foreign, managed, ofRoster, own, unmanaged, user } from './escalations.js';
import { deployed } from './context.js';

/** Each with all the conditions met that the attacker can meet: tags forged, boundary and policy as they should be. */
const mutations: Readonly<Record<string, ConditionContext>> = {
  TagUser: requestTags(creationTags),
  UntagUser: { 'aws:TagKeys': ['iam-lifecycle:offboarded-at'] },
  AttachUserPolicy: { 'iam:PolicyARN': deployed.assumePolicyArns[0]! },
  DetachUserPolicy: { 'iam:PolicyARN': denyAll },
  DeleteUserPolicy: {},
  PutUserPolicy: {},
  PutUserPermissionsBoundary: {},
  DeleteUserPermissionsBoundary: {},
  CreateAccessKey: {},
  UpdateAccessKey: {},
  DeleteAccessKey: {},
  CreateLoginProfile: {},
  UpdateLoginProfile: {},
  DeleteLoginProfile: {},
  CreateUser: requestTags(creationTags),
  UpdateUser: {},
  DeleteUser: {},
  CreateServiceSpecificCredential: {},
  ResetServiceSpecificCredential: {},
  UpdateServiceSpecificCredential: {},
  DeleteServiceSpecificCredential: {},
  UploadSSHPublicKey: {},
  UpdateSSHPublicKey: {},
  DeleteSSHPublicKey: {},
  UploadSigningCertificate: {},
  UpdateSigningCertificate: {},
  DeleteSigningCertificate: {},
  EnableMFADevice: {},
  DeactivateMFADevice: {},
};

const states = { 'of one who stays': managed, 'of a leaver': tombstoned };

export const outsideThePath = Object.entries(mutations).flatMap(([action, context]) =>
  Object.entries(states).map(([state, tags]) =>
    attack('A user outside our path', `${action} with the forged tags ${state}`, [
      on(`iam:${action}`, foreign, { ...tags, ...boundary, ...context }),
    ]),
  ),
);

export const untaggedUnderThePath = Object.entries(mutations)
  .filter(([action]) => action !== 'CreateUser')
  .map(([action, context]) =>
    attack(
      'A user under our path that is not ours',
      action === 'TagUser' ? 'TagUser, as CreateUser would tag it' : action,
      [on(`iam:${action}`, unmanaged, { ...boundary, ...context })],
      action === 'TagUser' ? ['onboard'] : undefined,
    ),
  );

/** What rotate and offboard write down, on users that they have no business with. */
const recordsOnOthers = [
  { whose: 'a foreign user', resource: foreign, tags: managed },
  { whose: 'a user under our path that is not ours', resource: unmanaged, tags: {} },
  { whose: 'a leaver', resource: user, tags: tombstoned },
].flatMap(({ whose, resource, tags }) => [
  attack('Tags', `Write down a mint intent on ${whose}`, [
    on('iam:TagUser', resource, { ...tags, ...requestTags({ 'iam-lifecycle:mint-intent': 'x' }) }),
  ]),
  attack('Tags', `Forget a deactivation of ${whose}`, [
    on('iam:UntagUser', resource, { ...tags, 'aws:TagKeys': ['iam-lifecycle:deactivated-at'] }),
  ]),
  attack(
    'Tags',
    `Write a tombstone on ${whose}`,
    [on('iam:TagUser', resource, { ...tags, ...requestTags({ 'iam-lifecycle:offboarded-at': 'x' }) })],
    whose === 'a leaver' ? ['offboard'] : undefined,
  ),
]);

const project = {
  'iam:TagUser': requestTags({ project: 'x' }),
  'iam:UntagUser': { 'aws:TagKeys': ['project'] },
};

/** Tags that users have of their own, and tags that somebody would like to pass for such. */
const ownTagAttacks = Object.entries(project).flatMap(([action, context]) => [
  attack('Tags', `${action} of a tag of its own on a foreign user`, [
    on(action, foreign, { ...managed, ...context }),
  ]),
  attack('Tags', `${action} of a tag of its own on a user under our path that is not ours`, [
    on(action, unmanaged, { 'aws:ResourceTag/iam-lifecycle:origin': 'api', ...context }),
  ]),
  attack('Tags', `${action} of a tag of its own on a leaver`, [
    on(action, user, { ...tombstoned, ...context }),
  ]),
  attack(
    'Tags',
    `${action} of a tag of its own on a user of the roster`,
    [on(action, user, { ...ofRoster, ...context })],
    ['reconcile'],
  ),
  attack(
    'Tags',
    `${action} of the name of a managed user, in another case`,
    [
      on(action, user, {
        ...managed,
        ...(action === 'iam:TagUser' ? requestTags({ nAME: 'x' }) : { 'aws:TagKeys': ['nAME'] }),
      }),
    ],
    ['reconcile'],
  ),
  ...['iam-lifecycle:exempt-until', 'IAM-Lifecycle:Mint-Intent', 'iam-LIFECYCLE:what-comes-next'].map((key) =>
    attack(
      'Tags',
      `${action} of ${key} beside a tag of its own`,
      [
        on(action, user, {
          ...managed,
          ...(action === 'iam:TagUser'
            ? requestTags({ project: 'x', [key]: 'x' })
            : { 'aws:TagKeys': ['project', key] }),
        }),
      ],
      key.endsWith('what-comes-next') ? ['reconcile'] : undefined,
    ),
  ),
]);

export const tagAttacks = [
  attack('Tags', 'Tag a foreign user as managed, then mint its key', [
    on('iam:TagUser', foreign, requestTags(creationTags)),
    on('iam:CreateAccessKey', foreign, managed),
  ]),
  attack('Tags', 'Tag a user under our path as managed, then mint its key', [
    on('iam:TagUser', unmanaged, requestTags(creationTags)),
    on('iam:CreateAccessKey', unmanaged, managed),
  ]),
  attack('Tags', 'Take the tombstone away, then mint a key', [
    on('iam:UntagUser', user, { ...tombstoned, 'aws:TagKeys': ['iam-lifecycle:offboarded-at'] }),
    on('iam:CreateAccessKey', user, managed),
  ]),
  attack('Tags', 'Overwrite the tombstone with another case of its key, then mint a key', [
    on('iam:TagUser', user, { ...tombstoned, ...requestTags({ 'IAM-Lifecycle:Offboarded-At': '' }) }),
    on('iam:CreateAccessKey', user, managed),
  ]),
  attack('Tags', 'Take the managed tag from a user, so that nobody looks after it', [
    on('iam:UntagUser', user, { ...managed, 'aws:TagKeys': ['iam-lifecycle:managed'] }),
  ]),
  attack('Tags', 'Set the managed tag of a managed user to false', [
    on('iam:TagUser', user, { ...managed, ...requestTags({ 'iam-lifecycle:managed': 'false' }) }),
  ]),
  attack('Tags', 'Set the managed tag in another case', [
    on('iam:TagUser', user, { ...managed, ...requestTags({ 'IAM-LIFECYCLE:MANAGED': 'false' }) }),
  ]),
  attack('Tags', 'Change the owner of a managed user', [
    on('iam:TagUser', user, { ...managed, ...requestTags({ 'iam-lifecycle:owner': 'mallory' }) }),
  ]),
  attack('Tags', 'Exempt a user from rotation', [
    on('iam:TagUser', user, { ...managed, ...requestTags({ 'iam-lifecycle:exempt-until': '2099-01-01' }) }),
  ]),
  attack(
    'Tags',
    'Set a tag that is not ours',
    [on('iam:TagUser', user, { ...managed, ...requestTags({ project: 'x' }) })],
    ['reconcile', 'onboard'],
  ),
  ...ownTagAttacks,
  attack('Tags', 'Tag a managed user again as CreateUser would', [
    on('iam:TagUser', user, { ...managed, ...requestTags(creationTags) }),
  ]),
  attack('Tags', 'Create a user, then tag it through CreateUser with a boundary of its own choice', [
    on('iam:CreateUser', own, {
      ...requestTags(creationTags),
      'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
    on('iam:TagUser', own, requestTags(creationTags)),
  ]),
  attack('Tags', 'Tag a foreign user as CreateUser would', [
    on('iam:TagUser', foreign, requestTags(creationTags)),
  ]),
  ...Object.keys(creationTags).map((missing) =>
    attack('Tags', `Tag a user under our path as CreateUser would, without ${missing}`, [
      on(
        'iam:TagUser',
        unmanaged,
        requestTags(Object.fromEntries(Object.entries(creationTags).filter(([key]) => key !== missing))),
      ),
    ]),
  ),
  ...recordsOnOthers,
  ...rosterTags.flatMap((key) => [
    attack(
      'Tags',
      `Set ${key} on a managed user`,
      [on('iam:TagUser', user, { ...managed, ...requestTags({ [key]: 'x' }) })],
      ['reconcile'],
    ),
    attack(
      'Tags',
      `Take ${key} from a managed user`,
      [on('iam:UntagUser', user, { ...managed, 'aws:TagKeys': [key] })],
      ['reconcile'],
    ),
  ]),
  ...lifeTags.map((key) =>
    attack('Tags', `Create a user that carries ${key} from the start`, [
      on('iam:CreateUser', own, { ...requestTags({ ...creationTags, [key]: 'x' }), ...boundary }),
      on('iam:TagUser', own, requestTags({ ...creationTags, [key]: 'x' })),
    ]),
  ),
  attack('Tags', 'Create a user that is not managed', [on('iam:CreateUser', own, boundary)]),
  attack('Tags', 'Create a user without a boundary', [on('iam:CreateUser', own, requestTags(creationTags))]),
];
