import { describe, expect, test } from '@jest/globals';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  Invocation,
  SimulatedCrash,
  type Call,
  type FakeAwsOptions,
  type Fault,
} from '../../../local/fake-aws/fake-aws.js';
import { MINUTE, newAccount, outcome, SECOND, START } from './account.js';

const UserName = 'deploy';

describe('what is not modelled', () => {
  test('commands and parameters throw a plain error and leave no trace', async () => {
    const { aws, iam, secretsManager } = newAccount();
    const provider = iam.send(new CreateOpenIDConnectProviderCommand({ Url: 'https://x' }));
    await expect(provider).rejects.toThrow(
      'fake-aws: IAM CreateOpenIDConnectProviderCommand is not modelled',
    );
    const replicated = secretsManager.send(new CreateSecretCommand({ Name: 'a', AddReplicaRegions: [] }));
    await expect(replicated).rejects.toThrow(
      'fake-aws: parameter AddReplicaRegions of CreateSecret is not modelled',
    );
    await expect(iam.send(new GetUserCommand({}))).rejects.toThrow(
      'fake-aws: GetUser without UserName is not modelled',
    );
    expect(aws.calls.map((call) => call.operation)).toEqual(['GetUser']);
  });
});

async function mintFrom(seed: number) {
  const { iam } = newAccount({ seed });
  const { User } = await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return [User?.UserId, AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey];
}

describe('clients', () => {
  test('are real clients', () => {
    const { iam } = newAccount();
    expect(iam).toBeInstanceOf(IAMClient);
  });

  test('calls take their latency, half before the effect and half after', async () => {
    const { aws, clock, iam } = newAccount({ latencyMs: () => 40 });
    const effects: number[] = [];
    aws.onEffect(() => effects.push(clock.now() - START));
    await clock.run(() => iam.send(new CreateUserCommand({ UserName })));
    expect(effects).toEqual([20]);
    expect(clock.now() - START).toBe(40);
  });

  test('by default a call takes 40 milliseconds', async () => {
    const { clock, iam } = newAccount({ latencyMs: undefined } as unknown as Partial<FakeAwsOptions>);
    await clock.run(() => outcome(iam.send(new GetUserCommand({ UserName }))));
    expect(clock.now() - START).toBe(40);
  });

  test('the same seed gives the same ids and secrets, another gives others', async () => {
    expect(await mintFrom(1)).toEqual(await mintFrom(1));
    expect(await mintFrom(1)).not.toEqual(await mintFrom(2));
  });
});

describe('the log of calls', () => {
  test('tells who called what, with what outcome, without secrets', async () => {
    const { aws, iam, secretsManager } = newAccount();
    await iam.send(new CreateUserCommand({ UserName }));
    await outcome(iam.send(new CreateUserCommand({ UserName })));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    await secretsManager.send(
      new CreateSecretCommand({ Name: 'a', SecretString: JSON.stringify(AccessKey) }),
    );
    expect(aws.calls).toMatchObject([
      {
        seq: 0,
        at: START,
        caller: 'test',
        service: 'iam',
        operation: 'CreateUser',
        input: { UserName },
        outcome: 'ok',
        mutating: true,
      },
      { seq: 1, outcome: 'EntityAlreadyExistsException' },
      { seq: 2, operation: 'CreateAccessKey' },
      { seq: 3, service: 'secretsmanager', input: { Name: 'a', SecretString: '[secret]' } },
    ]);
    expect(JSON.stringify(aws.calls)).not.toContain('CANARY');
    aws.clearCalls();
    expect(aws.calls).toEqual([]);
  });

  test('effects are told for applied mutations only', async () => {
    const { aws, iam } = newAccount();
    const effects: string[] = [];
    aws.onEffect((call) => effects.push(call.operation));
    await iam.send(new CreateUserCommand({ UserName }));
    await outcome(iam.send(new CreateUserCommand({ UserName })));
    await iam.send(new GetUserCommand({ UserName }));
    await iam.send(new DeleteUserCommand({ UserName }));
    expect(effects).toEqual(['CreateUser', 'DeleteUser']);
  });
});

async function createUserUnder(fault: Fault) {
  const account = newAccount({
    intervene: (call) => (call.operation === 'CreateUser' ? fault : undefined),
  });
  const error = await account.iam
    .send(new CreateUserCommand({ UserName }))
    .catch((thrown: unknown) => thrown);
  return { ...account, error, isApplied: account.aws.truth.user(UserName) !== undefined };
}

describe('faults', () => {
  test.each<[Fault, string, boolean]>([
    ['throttle', 'Throttling', false],
    ['fail', 'ServiceFailureException', false],
    ['timeout-unapplied', 'TimeoutError', false],
    ['timeout-applied', 'TimeoutError', true],
    ['crash-before', 'SimulatedCrash', false],
    ['crash-after', 'SimulatedCrash', true],
  ])('%s looks like %s; applied: %s', async (fault, name, isApplied) => {
    const seen = await createUserUnder(fault);
    expect((seen.error as Error).name).toBe(name);
    expect(seen.isApplied).toBe(isApplied);
    expect(seen.aws.calls[0]?.outcome).toBe(name);
  });

  test.each<[Fault, string, number]>([
    ['throttle', 'ThrottlingException', 400],
    ['fail', 'InternalServiceError', 500],
  ])('%s of Secrets Manager is %s', async (fault, name, httpStatusCode) => {
    const { secretsManager } = newAccount({ intervene: () => fault });
    const error = await secretsManager
      .send(new DescribeSecretCommand({ SecretId: 'a' }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  test('an error of AWS is lost in a time-out, too', async () => {
    const { iam, dynamodb } = newAccount({ intervene: () => 'timeout-applied' });
    expect(await outcome(iam.send(new DeleteUserCommand({ UserName })))).toBe('TimeoutError');
    expect(await outcome(dynamodb.send(new GetItemCommand({ TableName: 'none', Key: {} })))).toBe(
      'TimeoutError',
    );
  });

  test('a dead invocation has no further effect, not even of calls in flight; others live on', async () => {
    const { aws, clock } = newAccount({
      latencyMs: (call) => (call.operation === 'TagUser' ? 100 : 10),
      intervene: (call) =>
        call.operation === 'CreateAccessKey' && call.caller === 'doomed' ? 'crash-after' : undefined,
    });
    const doomed = new Invocation('doomed');
    const { iam } = aws.clients(doomed);
    const other = aws.clients(new Invocation('other'));
    await clock.run(() => other.iam.send(new CreateUserCommand({ UserName })));
    const results = await clock.run(() =>
      Promise.all([
        outcome(iam.send(new TagUserCommand({ UserName, Tags: [{ Key: 'a', Value: 'b' }] }))),
        outcome(iam.send(new CreateAccessKeyCommand({ UserName }))),
      ]),
    );
    expect(results).toEqual(['SimulatedCrash', 'SimulatedCrash']);
    expect(doomed.crashed).toBe(true);
    expect(aws.truth.user(UserName)).toMatchObject({ tags: [], keys: [{ status: 'Active' }] });
    const callsBefore = aws.calls.length;
    await expect(iam.send(new GetUserCommand({ UserName }))).rejects.toBeInstanceOf(SimulatedCrash);
    expect(aws.calls).toHaveLength(callsBefore);
    expect(await clock.run(() => outcome(other.iam.send(new GetUserCommand({ UserName }))))).toBe('ok');
  });

  test('intervene may hold a call back to interleave workers', async () => {
    const { aws, clock } = newAccount({
      intervene: async (call) => {
        if (call.caller === 'slow') await clock.sleep(SECOND);
        return undefined;
      },
    });
    const create = (caller: string) =>
      outcome(aws.clients(new Invocation(caller)).iam.send(new CreateUserCommand({ UserName })));
    const results = await clock.run(() => Promise.all([create('slow'), create('fast')]));
    expect(results).toEqual(['EntityAlreadyExistsException', 'ok']);
  });

  test('an assertion in a listener surfaces in the call', async () => {
    const { aws, iam } = newAccount();
    aws.onEffect(() => {
      throw new Error('invariant broken');
    });
    await expect(iam.send(new CreateUserCommand({ UserName }))).rejects.toThrow('invariant broken');
  });
});

function lagging(lagMs: (call: Call) => number) {
  return newAccount({ lagMs });
}

describe('late reads', () => {
  test('a user is absent until the lag has passed, while writes judge the truth', async () => {
    const { iam, later } = lagging(() => 5 * SECOND);
    await iam.send(new CreateUserCommand({ UserName }));
    await later(4999);
    expect(await outcome(iam.send(new GetUserCommand({ UserName })))).toBe('NoSuchEntityException');
    expect(await outcome(iam.send(new CreateUserCommand({ UserName })))).toBe('EntityAlreadyExistsException');
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(await outcome(iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })))).toBe('ok');
    await later(1);
    expect(await outcome(iam.send(new GetUserCommand({ UserName })))).toBe('ok');
  });

  test('a deleted user is still seen with all that belonged to it', async () => {
    const { iam, later } = lagging(() => 5 * SECOND);
    await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'a', Value: 'old' }] }));
    await later(MINUTE);
    await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: 'a', Value: 'new' }] }));
    await later(1000);
    await iam.send(new DeleteUserCommand({ UserName }));
    await later(3000);
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    expect(User?.Tags).toEqual([{ Key: 'a', Value: 'old' }]);
    const { UserDetailList } = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }),
    );
    expect(UserDetailList).toHaveLength(1);
    await later(5000);
    expect(await outcome(iam.send(new GetUserCommand({ UserName })))).toBe('NoSuchEntityException');
  });

  test('each read may have a lag of its own, even back and forth', async () => {
    const lags = [0, 5000, 0];
    const { iam, later } = lagging((call) => (call.operation === 'ListAccessKeys' ? lags.shift()! : 0));
    await iam.send(new CreateUserCommand({ UserName }));
    await later(MINUTE);
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    const count = async () =>
      (await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length;
    expect([await count(), await count(), await count()]).toEqual([1, 0, 1]);
  });

  test('labels of secrets are seen late', async () => {
    const { secretsManager, later } = lagging(() => 2 * SECOND);
    const first = 'a'.repeat(32);
    const second = 'b'.repeat(32);
    await secretsManager.send(
      new CreateSecretCommand({ Name: 's', SecretString: 'x', ClientRequestToken: first }),
    );
    await later(MINUTE);
    await secretsManager.send(
      new PutSecretValueCommand({ SecretId: 's', SecretString: 'y', ClientRequestToken: second }),
    );
    const stages = async () =>
      (await secretsManager.send(new DescribeSecretCommand({ SecretId: 's' }))).VersionIdsToStages;
    expect(await stages()).toEqual({ [first]: ['AWSCURRENT'] });
    await later(2 * SECOND);
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
  });

  test('the past is kept for ten minutes, and a longer lag sees the oldest of it', async () => {
    const { iam, later } = lagging(() => 60 * MINUTE);
    await iam.send(new CreateUserCommand({ UserName }));
    await later(9 * MINUTE);
    expect(await outcome(iam.send(new GetUserCommand({ UserName })))).toBe('NoSuchEntityException');
    await later(1 * MINUTE);
    expect(await outcome(iam.send(new GetUserCommand({ UserName })))).toBe('ok');
  });
});
