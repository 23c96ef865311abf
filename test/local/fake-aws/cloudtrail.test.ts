import { LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeAws, type FakeAwsOptions, Invocation } from '../../../local/fake-aws/fake-aws.js';

let now: number;
let account: FakeAws;
const roleArn = 'arn:aws:iam::123456789012:role/DataEngineerRole';

function options(): FakeAwsOptions {
  const clock = {
    now: () => now,
    sleep: () => Promise.resolve(),
  };
  return { clock, latencyMs: () => 0 };
}

beforeEach(() => {
  now = Date.parse('2026-03-01T09:00:00Z');
  account = new FakeAws(options());
});

const anybody = () => account.clients(new Invocation('onboard'));

async function lookup(input: Partial<LookupEventsCommandInput>, region = 'us-east-1', from = account) {
  now += 1000;
  const { cloudTrail } = from.reviewClients(region, new Invocation('auditor'));
  return cloudTrail.send(new LookupEventsCommand(input as LookupEventsCommandInput));
}

const by = (AttributeKey: 'Username' | 'EventName' | 'AccessKeyId', AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

async function textsOf(answer: ReturnType<typeof lookup>): Promise<Record<string, unknown>[]> {
  const { Events } = await answer;
  return Events!.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent!) as Record<string, unknown>);
}

/** bob with a key, who may assume the role and does. */
async function bobInSession() {
  const { iam, sts } = anybody();
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole' };
  const bob = await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/' }));
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'DataEngineerRole',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...statement, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
      }),
    }),
  );
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'bob',
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...statement, Resource: roleArn }],
      }),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  const key = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  const session = await sts(key).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'work', DurationSeconds: 900 }),
  );
  return { userId: bob.User!.UserId!, key, session: session.Credentials!, id: session.AssumedRoleUser! };
}

describe('an event', () => {
  test('of a user tells who it is, what it asked for and what came of it, and no secret', async () => {
    const { userId, key, session, id } = await bobInSession();
    const [event] = await textsOf(lookup(by('Username', 'bob')));
    expect(event).toMatchObject({
      userIdentity: {
        type: 'IAMUser',
        principalId: userId,
        arn: 'arn:aws:iam::123456789012:user/lifecycle/bob',
        accessKeyId: key.accessKeyId,
        userName: 'bob',
      },
      eventTime: '2026-03-01T09:00:00Z',
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      awsRegion: 'us-east-1',
      requestParameters: { roleArn, roleSessionName: 'work', durationSeconds: 900 },
      responseElements: {
        credentials: { accessKeyId: session.AccessKeyId, expiration: 'Mar 1, 2026, 9:15:00 AM' },
        assumedRoleUser: { assumedRoleId: id.AssumedRoleId },
      },
    });
    const all = JSON.stringify(await textsOf(lookup({})));
    expect(account.mintedSecrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  test('of its session bears the name of the session', async () => {
    const { session, id } = await bobInSession();
    const { s3 } = account.clients(new Invocation('work', session.AccessKeyId));
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    const [event] = await textsOf(lookup(by('Username', 'work'), 'eu-west-1'));
    expect(event).toMatchObject({
      eventName: 'CreateBucket',
      requestParameters: { bucketName: 'photos' },
      userIdentity: {
        type: 'AssumedRole',
        principalId: id.AssumedRoleId,
        arn: 'arn:aws:sts::123456789012:assumed-role/DataEngineerRole/work',
        accessKeyId: session.AccessKeyId,
        sessionContext: { sessionIssuer: { arn: roleArn } },
      },
    });
  });

  test('that was refused tells why', async () => {
    const deletion = anybody().iam.send(new DeleteUserCommand({ UserName: 'nobody' }));
    await expect(deletion).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    const [event] = await textsOf(lookup(by('EventName', 'DeleteUser')));
    expect(event).toMatchObject({ errorCode: 'NoSuchEntity', userIdentity: { type: 'AssumedRole' } });
  });

  test('of a read is there for secrets, without their values', async () => {
    const { secretsManager } = anybody();
    await secretsManager.send(new CreateSecretCommand({ Name: 'a', SecretString: 'hush' }));
    await secretsManager.send(new GetSecretValueCommand({ SecretId: 'a' }));
    const texts = await textsOf(lookup({}, 'eu-west-1'));
    expect(texts.map(({ eventName, readOnly }) => [eventName, readOnly])).toEqual([
      ['GetSecretValue', true],
      ['CreateSecret', false],
    ]);
    expect(JSON.stringify(texts)).not.toContain('hush');
  });
});

async function createUsers(...names: string[]) {
  for (const UserName of names) {
    await anybody().iam.send(new CreateUserCommand({ UserName }));
    now += 1000;
  }
}

describe('the history', () => {
  test('is in the region of the service, the latest first, in pages', async () => {
    await createUsers('u1', 'u2', 'u3');
    expect((await lookup({}, 'eu-west-1')).Events).toEqual([]);
    const first = await lookup({ MaxResults: 2 });
    const second = await lookup({ MaxResults: 2, NextToken: first.NextToken });
    expect(second.NextToken).toBeUndefined();
    const names = [...first.Events!, ...second.Events!].map(({ CloudTrailEvent }) => {
      const { requestParameters } = JSON.parse(CloudTrailEvent!) as {
        requestParameters: { userName: string };
      };
      return requestParameters.userName;
    });
    expect(names).toEqual(['u3', 'u2', 'u1']);
  });

  test('ends after 90 days, and where it was asked to', async () => {
    await createUsers('u1', 'u2');
    const start = Date.parse('2026-03-01T09:00:00Z');
    const until = await lookup({ StartTime: new Date(start), EndTime: new Date(start) });
    expect(until.Events).toHaveLength(1);
    now = start + 90 * 86_400_000 - 500;
    expect((await lookup({})).Events).toHaveLength(1);
  });

  test('survives a snapshot', async () => {
    await createUsers('u1');
    const restored = FakeAws.restore(options(), JSON.parse(JSON.stringify(account.snapshot())));
    expect((await lookup({}, 'us-east-1', restored)).Events).toHaveLength(1);
  });

  test('answers two requests a second, in each region', async () => {
    const { cloudTrail } = account.reviewClients('us-east-1', new Invocation('auditor'));
    const ask = () => cloudTrail.send(new LookupEventsCommand({}));
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ name: 'ThrottlingException' });
    now += 1000;
    expect((await ask()).Events).toEqual([]);
  });

  test.each([
    [
      'two attributes',
      {
        LookupAttributes: [...by('Username', 'a').LookupAttributes, ...by('Username', 'b').LookupAttributes],
      },
      'InvalidLookupAttributesException',
    ],
    [
      'an end before the beginning',
      { StartTime: new Date(2), EndTime: new Date(1) },
      'InvalidTimeRangeException',
    ],
    ['51 events', { MaxResults: 51 }, 'InvalidMaxResultsException'],
    ['an invented token', { NextToken: 'x' }, 'InvalidNextTokenException'],
  ])('refuses %s', async (_name, input, name) => {
    await expect(lookup(input)).rejects.toMatchObject({ name });
  });
});
