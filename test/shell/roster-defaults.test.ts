import { describe, expect, test } from '@jest/globals';
import { readRoster } from '../../functions/shell/read-roster.js';
import { rosterJsonSchema } from '../../scripts/roster-schema.js';

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const root = JSON.parse(rosterJsonSchema()) as Schema;
const at = (field: string) => root.properties![field]!;
const person = at('people').additionalProperties!;
const store = person.properties!['store']!.anyOf!.find(({ properties }) => properties !== undefined)!;

type Fields = Readonly<Record<string, unknown>>;

/** Where fields stand, a roster in which they mean something, and the fields that it gives itself. */
type Place = readonly [string, Schema, (fields: Fields) => object, RegExp?];

const groups = at('groups').properties!;
const everyGroup = Object.fromEntries(
  Object.keys(groups).flatMap((field) => (/^shouldCreate[A-Za-z]+$/.test(field) ? [[field, true]] : [])),
);
const crossAccount = [{ groupName: 'stage', iamRoleArns: ['arn:aws:iam::210987654321:role/read'] }];

const places: readonly Place[] = [
  ['defaults', at('defaults'), (defaults) => ({ defaults, people: { bob: { createLoginProfile: true } } })],
  ['people', person, (bob) => ({ people: { bob: { s3Resources: ['arn:aws:s3:::b'], ...bob } } })],
  [
    'people with a login',
    person,
    (bob) => ({ people: { bob: { createLoginProfile: true, ...bob } } }),
    /^(createLoginProfile|s3Actions)$/,
  ],
  [
    'systemUsers',
    at('systemUsers').items!,
    (user) => ({ systemUsers: [{ name: 'a', s3Resources: ['*'], ...user }] }),
  ],
  ['store', store, (fields) => ({ systemUsers: [{ name: 'a', store: { type: 'ssm', ...fields } }] })],
  [
    'label',
    root.$defs!['label']!,
    (fields) => ({ systemUsers: [{ label: { namespace: 'eg', name: 'App x', ...fields } }] }),
  ],
  [
    'inlineIamPolicies',
    person.properties!['inlineIamPolicies']!.additionalProperties!,
    (fields) => ({
      people: { bob: { inlineIamPolicies: { p: { resources: ['*'], actions: ['s3:*'], ...fields } } } },
    }),
  ],
  ['groups', at('groups'), (fields) => ({ groups: fields })],
  [
    'groups, all of which are on',
    at('groups'),
    (fields) => ({
      groups: {
        ...everyGroup,
        autoDeployPermissions: ['ecs:UpdateService'],
        iamGroupsForCrossAccountAccess: crossAccount,
        ...fields,
      },
    }),
    /^(shouldCreate|autoDeployPermissions)/,
  ],
  ['passwordPolicy', at('passwordPolicy'), (passwordPolicy) => ({ passwordPolicy })],
];

const read = (roster: object) =>
  readRoster(JSON.stringify({ accountId: '123456789012', ...roster }), 'roster.json');

describe.each(places)('a field of %s', (_, { properties }, rosterWith, ownFields) => {
  const given = Object.entries(properties!).filter(
    ([field, schema]) => schema.default !== undefined && ownFields?.test(field) !== true,
  );

  test.each(given)('%s is by default what the schema says', (field, schema) => {
    expect(read(rosterWith({ [field]: schema.default }))).toEqual(read(rosterWith({})));
  });
});
