import { writeFile } from 'node:fs/promises';
import { CreateUserCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ReviewWorld, bobArn, day, policy } from './review-world.js';

let world: ReviewWorld;
beforeEach(async () => {
  world = await ReviewWorld.open();
});

async function nameBobEverywhere(): Promise<void> {
  await world.hireBob();
  const { kms, sns, s3, secretsManager } = world.inRegion();
  const naming = policy({ Principal: { AWS: bobArn }, Action: '*', Resource: '*' });
  await kms.send(new CreateKeyCommand({ Policy: naming }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
  const attribute = { TopicArn, AttributeName: 'Policy', AttributeValue: naming };
  await sns.send(new SetTopicAttributesCommand(attribute));
  await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'photos', Policy: naming }));
  for (const Name of ['shared', 'iam-lifecycle-login/bob']) {
    await secretsManager.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
    const input = { SecretId: Name, ResourcePolicy: naming };
    await secretsManager.send(new PutResourcePolicyCommand(input));
  }
}

describe('policies of resources', () => {
  test('are looked at where it is asked for, but for those that go with the user', async () => {
    await nameBobEverywhere();
    expect((await world.report('bob')).references.verdict).toBe('clear');
    const { references } = await world.report('bob', '--resources');
    expect(references.items.map(({ what }) => String(what).replace(/key .*/, 'key'))).toEqual([
      'policy of secret shared',
      'policy of KMS key',
      'policy of topic news',
      'policy of bucket photos',
    ]);
  });
});

describe('a user', () => {
  test('in quarantine is reviewed like any other', async () => {
    await world.hireBob();
    const { iam } = world.operator;
    const Tags = [{ Key: 'iam-lifecycle:offboarded-at', Value: '2026-03-01T09:00:00.000Z' }];
    await iam.send(new TagUserCommand({ UserName: 'bob', Tags }));
    const { code, stdout } = await world.review('bob');
    expect(code).toBe(0);
    expect(stdout).toContain('is in quarantine.');
  });

  test('that is gone is known by what it did, and found by its id where it was trusted', async () => {
    const id = await world.dismissBob();
    const { state, userIds, sessions, ownership, references } = await world.report('bob');
    expect([state, userIds]).toEqual(['gone', [id]]);
    expect(sessions.items).toMatchObject([{ sessionName: 'work' }]);
    expect(ownership.items).toContainEqual({ kind: 'leftover', what: 'secret iam-lifecycle/bob' });
    expect(references.items).toMatchObject([
      { what: 'trust policy of role Deploy', value: id, certainty: 'certain' },
    ]);
  });

  test('that is gone for so long that nothing tells its id may be any id of nobody', async () => {
    const id = await world.dismissBob();
    world.pass(91 * day);
    const { userIds, references } = await world.report('bob');
    expect(userIds).toEqual([]);
    expect(references.items).toMatchObject([{ value: id, certainty: 'possible' }]);
    const known = await world.report('bob', '--user-id', id);
    expect(known.references.items).toMatchObject([{ value: id, certainty: 'certain' }]);
  });

  test('whose name another has now is told apart by its id', async () => {
    const id = await world.dismissBob();
    await world.operator.iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/' }));
    const namesake = await world.report('bob');
    expect(namesake.state).toBe('present');
    expect(namesake.sessions.verdict).toBe('clear');
    expect(namesake.references.verdict).toBe('clear');
    const former = await world.report('bob', '--user-id', id);
    expect([former.state, former.sessions.verdict, former.references.verdict]).toEqual([
      'replaced',
      'found',
      'found',
    ]);
  });
});

const roster = (accountId: string) => `
accountId: "${accountId}"
assumableRoles: { data: "arn:aws:iam::${accountId}:role/DataEngineerRole" }
people:
  Bob: { roles: [data] }
`;

describe('the roster', () => {
  test('that lists the user would bring it back', async () => {
    await world.hireBob();
    await writeFile(world.terminal.file('roster.yaml'), roster('123456789012'));
    const { code, stdout } = await world.review('bob');
    expect(code).toBe(2);
    expect(stdout).toContain('roster.yaml lists it');
    expect(stdout).toContain('take it out of the roster');
  });

  test.each([
    ['is not valid', 'people: 7', 'roster.yaml: it is not valid; iam-lifecycle validate says why'],
    ['is of another account', roster('999999999999'), 'roster.yaml: it is of account 999999999999'],
  ])('that %s leaves the question open', async (_name, text, why) => {
    await world.hireBob();
    await writeFile(world.terminal.file('roster.yaml'), text);
    const { ownership } = await world.report('bob');
    expect(ownership).toEqual({ verdict: 'incomplete', items: [], notLookedAt: [why] });
  });

  test('that was named must be there', async () => {
    await world.hireBob();
    const { code, stderr } = await world.review('bob', '--roster', 'other.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('there is no roster other.yaml');
  });
});

test('a name that nothing tells of is no clean bill', async () => {
  const { code, stdout, stderr } = await world.review('bbo');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('no user is named bbo, and neither a policy nor an event');
  expect((await world.review('bbo', '--user-id', 'AIDABBOBBOBBOBBOBBO23')).code).toBe(0);
});

describe('what cannot be asked', () => {
  test.each([
    ['a name that none can have', ['b/b'], 'NAME is "b/b"'],
    ['an id that is none', ['bob', '--user-id', 'AKIAEXAMPLE'], '--user-id is "AKIAEXAMPLE"'],
    ['no days', ['bob', '--days', '0'], 'It must be 1 to 90.'],
    ['more days than there are', ['bob', '--days', '91'], 'It must be 1 to 90.'],
    ['a region that is none', ['bob', '--regions', 'eu-west-1,Paris'], '"Paris" is no region.'],
  ])('%s', async (_name, argv, message) => {
    const { code, stderr } = await world.review(...argv);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
