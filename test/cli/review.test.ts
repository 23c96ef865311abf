import { readFile } from 'node:fs/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeAws } from '../../local/fake-aws/fake-aws.js';
import { ReviewWorld, day, minute, roleArn } from './review-world.js';

let world: ReviewWorld;
beforeEach(async () => {
  world = await ReviewWorld.open();
});

describe('the report', () => {
  test('of somebody at work says what is in the way, and what to do about it', async () => {
    await world.busyBob();
    const id = world.bobId;
    const { code, stdout, stderr } = await world.review('bob');
    expect(stderr).toBe('');
    expect(stdout).toBe(`bob (${id}) is there.

Sessions: 1 session may be open, until 2026-03-01 10:00Z at the latest.
  KIND  ROLE              NAME  SINCE              UNTIL
  role  DataEngineerRole  work  2026-03-01 09:00Z  2026-03-01 10:00Z

Resources: 1 thing of its making.
  SERVICE  CALL          RESOURCE  REGION     LAST               AS ROLE
  s3       CreateBucket  photos    eu-west-1  2026-03-01 09:10Z  DataEngineerRole

Ownership: 2 things count on it.
  WHAT                                          WHY
  user ci-bot                                   has it as its owner
  arn:aws:iam::123456789012:role/iam-lifecycle  read its key once, last 2026-03-01 09:10Z in eu-west-1

References: 1 place in policies names it.
  POLICY                       STATEMENT  EFFECT  PLACE      VALUE                                         WHAT IT IS
  trust policy of role Deploy  #1         Allow   Principal  arn:aws:iam::123456789012:user/lifecycle/bob  certain: its ARN

Goes with it: its secret iam-lifecycle/bob.

Looked at: CloudTrail's last 90 days in eu-west-1 and us-east-1.
Not looked at: policies of resources (--resources); what its sessions did in other accounts; aws-auth and access entries of EKS clusters.

Next:
  - give what it made to somebody who stays
  - give the users that have it as their owner another one
  - give whoever reads its key another
  - take it out of these policies before it goes: afterwards they hold its unique id
  - iam-lifecycle offboard bob
  - sessions of roles outlive the user: wait for their end, or revoke the sessions of the role
`);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('hush');
  });

  test('of somebody who never worked is short, and a clean bill', async () => {
    await world.hireBob();
    const { code, stdout } = await world.review('bob', '--regions', 'eu-west-1', '--days', '30');
    const id = world.bobId;
    expect(stdout).toBe(`bob (${id}) is there.

Sessions: none is open.

Resources: made nothing in 30 days.

Ownership: nothing counts on it.

References: no policy names it.

Looked at: CloudTrail's last 30 days in eu-west-1.
Not looked at: policies of resources (--resources); what its sessions did in other accounts; aws-auth and access entries of EKS clusters.

Next:
  - iam-lifecycle offboard bob
`);
    expect(code).toBe(0);
  });

  test('as JSON has instants, verdicts and every item', async () => {
    await world.busyBob();
    const { code, stdout } = await world.review('bob', '--output', 'json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      userName: 'bob',
      state: 'present',
      reviewedAt: '2026-03-01T09:20:00.000Z',
      regions: ['eu-west-1', 'us-east-1'],
      sessions: {
        verdict: 'found',
        items: [{ kind: 'role', roleArn, sessionName: 'work', until: '2026-03-01T10:00:00.000Z' }],
        notLookedAt: [],
      },
      resources: { verdict: 'found', items: [{ service: 's3', resources: ['photos'], role: roleArn }] },
      ownership: {
        items: [
          { kind: 'owner', userName: 'ci-bot' },
          { kind: 'reader', times: 1 },
        ],
      },
      references: { items: [{ what: 'trust policy of role Deploy', certainty: 'certain' }] },
      goesWithIt: ['its secret iam-lifecycle/bob'],
    });
  });

  test('changes nothing', async () => {
    await world.busyBob();
    await world.review('bob', '--resources');
    const { services } = world.account.snapshot();
    const after = FakeAws.restore(
      { clock: { now: () => world.terminal.time, sleep: () => Promise.resolve() } },
      (
        JSON.parse(await readFile(world.terminal.file('account.json'), 'utf8')) as {
          account: ReturnType<FakeAws['snapshot']>;
        }
      ).account,
    );
    expect(JSON.parse(JSON.stringify(after.snapshot().services))).toEqual(
      JSON.parse(JSON.stringify(services)),
    );
  });
});

describe('sessions', () => {
  test('that have ended are not open, and what was made in them still counts', async () => {
    await world.busyBob();
    world.pass(day);
    const { sessions, resources } = await world.report('bob');
    expect(sessions.verdict).toBe('clear');
    expect(resources.items).toHaveLength(1);
  });

  test('with many names are all followed', async () => {
    const key = await world.hireBob();
    for (const name of ['one', 'two', 'three']) {
      const session = await world.assume(key, name);
      world.pass(minute);
      await world.inRegion(session).s3.send(new CreateBucketCommand({ Bucket: `bucket-${name}` }));
    }
    const { resources, sessions } = await world.report('bob');
    expect(sessions.items).toHaveLength(3);
    expect(resources.items.map((one) => one['resources'])).toEqual([
      ['bucket-three'],
      ['bucket-two'],
      ['bucket-one'],
    ]);
  });

  test('with more names than can be followed are told of', async () => {
    const key = await world.hireBob();
    for (let index = 0; index < 51; index += 1) await world.assume(key, `session-${index}`);
    const { resources } = await world.report('bob', '--regions', 'us-east-1');
    expect(resources.verdict).toBe('incomplete');
    expect(resources.notLookedAt.join()).toContain(
      'the events of sessions by further names (1): 50 are followed',
    );
  });
});
