import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../functions/aws/clock.js';
import { FakeAws } from '../../local/fake-aws/fake-aws.js';
import { serve, type WireServer } from '../../local/fake-aws/wire.js';
import { answerOf, configOf, errorOf, knownKey, stubAccount } from './stub-account.js';

const account = stubAccount();
const getUser = () => new IAMClient(account.config()).send(new GetUserCommand({}));
const identify = (config: ReturnType<typeof configOf>) =>
  new STSClient(config).send(new GetCallerIdentityCommand({}));

describe('the signer', () => {
  const identity = { UserId: 'AIDA1', Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/anna' };

  test.each([
    ['a proven secret reaches the account', knownKey, knownKey.secretAccessKey],
    ['a wrong secret of a known key does not', { ...knownKey, secretAccessKey: 'guessed' }, ''],
    ['an unknown key comes without a secret', { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other' }, ''],
  ])('%s', async (_, credentials, secretAccessKey) => {
    account.answers(identity);
    const output = await answerOf(identify(account.config(credentials)));
    expect(account.asked[0]).toMatchObject({
      service: 'sts',
      signer: { accessKeyId: credentials.accessKeyId, secretAccessKey },
    });
    expect(output).toEqual(identity);
  });

  test('an error of STS keeps its name', async () => {
    account.refuses('InvalidClientTokenId', 403);
    expect(await errorOf(identify(account.config()))).toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('what is no answer of AWS', () => {
  test('a mistake inside the account is an InternalFailure', async () => {
    account.throws(new TypeError('x is not a function'));
    expect(await errorOf(getUser())).toMatchObject({
      name: 'InternalFailure',
      message: 'x is not a function',
      $fault: 'server',
    });
  });

  test('a member that the SDK does not know is an InternalFailure', async () => {
    account.answers({ User: { UserName: 'anna', Colour: 'red' } });
    expect(await errorOf(getUser())).toMatchObject({
      message: "the account answered with Colour, which the SDK's model lacks",
    });
  });

  test.each(['TimeoutError', 'SimulatedCrash'])('after a %s the connection breaks', async (name) => {
    account.throws(Object.assign(new Error('no answer'), { name }));
    expect((await errorOf(getUser())).message).toContain('socket hang up');
  });

  test('a request for no service is a 404, an unknown operation a 400', async () => {
    expect((await fetch(account.config().endpoint)).status).toBe(404);
    const target = { 'x-amz-target': 'AmazonSQS.FlyToTheMoon' };
    expect((await fetch(account.config().endpoint, { method: 'POST', headers: target })).status).toBe(400);
  });
});

describe('with the simulated account', () => {
  const minted = new Map<string, string>();
  let simulated: WireServer;
  let at: ReturnType<typeof configOf>;

  beforeAll(async () => {
    const simulatedAccount = new FakeAws({ clock: systemClock, latencyMs: () => 0 });
    simulated = await serve(simulatedAccount, { secretOf: (accessKeyId) => minted.get(accessKeyId) });
    at = configOf(simulated.url);
  });
  afterAll(() => simulated.close());

  test('a key is minted, listed and used', async () => {
    const iam = new IAMClient(at);
    const Tags = [{ Key: 'iam-lifecycle:managed', Value: 'true' }];
    await iam.send(new CreateUserCommand({ UserName: 'anna', Path: '/lifecycle/', Tags }));
    const { User } = await iam.send(new GetUserCommand({ UserName: 'anna' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'anna' }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    minted.set(accessKeyId, secretAccessKey);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'anna' }));
    const { UserDetailList } = await iam.send(new GetAccountAuthorizationDetailsCommand({}));

    expect(User).toMatchObject({ UserName: 'anna', Path: '/lifecycle/', Tags, CreateDate: expect.any(Date) });
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: accessKeyId, Status: 'Active' }]);
    expect(UserDetailList).toMatchObject([{ UserName: 'anna', Tags, GroupList: [] }]);
    const identity = await identify(configOf(simulated.url, { accessKeyId, secretAccessKey }));
    expect(identity.Arn).toBe(User?.Arn);
    const torn = await errorOf(identify(configOf(simulated.url, { accessKeyId, secretAccessKey: 'torn' })));
    expect(torn.name).toBe('SignatureDoesNotMatch');
    const missing = await errorOf(iam.send(new GetUserCommand({ UserName: 'bert' })));
    expect(missing).toBeInstanceOf(NoSuchEntityException);
  });

  test('a secret is stored and described', async () => {
    const secretsManager = new SecretsManagerClient(at);
    const ClientRequestToken = 'iam-access-key-AKIA0000000000000001';
    await secretsManager.send(
      new CreateSecretCommand({ Name: 'anna', ClientRequestToken, SecretString: '{}' }),
    );
    const described = await secretsManager.send(new DescribeSecretCommand({ SecretId: 'anna' }));
    expect(described.VersionIdsToStages).toEqual({ [ClientRequestToken]: ['AWSCURRENT'] });
    expect(described.CreatedDate).toBeInstanceOf(Date);
  });

  test('a message goes through a queue', async () => {
    const sqs = new SQSClient(at);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toMatchObject([{ Body: 'hello' }]);
  });

  test('a lease is taken once', async () => {
    const dynamodb = new DynamoDBClient(at);
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'leases',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const take = () =>
      dynamodb.send(
        new PutItemCommand({
          TableName: 'leases',
          Item: { pk: { S: 'anna' } },
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        }),
      );
    await take();
    expect(await errorOf(take())).toBeInstanceOf(ConditionalCheckFailedException);
  });
});
