import * as fc from 'fast-check';
import { type Drawn, draws, mostly, seldom } from './call.js';

const Name = seldom(mostly('iam-lifecycle/anna', 'iam-lifecycle/ben'), 'a name');
const SecretId = mostly('iam-lifecycle/anna', 'iam-lifecycle/ben', '$secret:0', '$secret:1', 'none');
const token = (number: number) => `iam-access-key-AKIA${String(number).padStart(16, '0')}`;
const ClientRequestToken = seldom(mostly(...[1, 2, 3, 4].map(token)), 'short', 'x'.repeat(65));
const SecretString = seldom(mostly('one', 'two', 'three'), '');
const VersionStage = mostly('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'AWSLOST');
const VersionStages = mostly(undefined, ['AWSPENDING'], ['AWSCURRENT'], ['AWSPENDING', 'AWSEXTRA']);
const days = seldom(mostly<number | undefined>(undefined, 7, 30), 3, 31);
const Tags = fc.uniqueArray(
  fc.record({
    Key: seldom(mostly('team', 'Team', 'owner'), 'x'.repeat(129), 'aws:team'),
    Value: mostly('a', 'b', ''),
  }),
  { minLength: 1, maxLength: 2, selector: ({ Key }) => Key },
);
const someTags = fc.option(Tags, { nil: undefined });
const TagKeys = fc.array(mostly('team', 'owner', 'TEAM'), { minLength: 1, maxLength: 2 });

export const secrets: readonly Drawn[] = [
  draws(
    'secretsmanager',
    'CreateSecret',
    {
      Name,
      ClientRequestToken,
      SecretString: mostly('one', undefined, 'two'),
      Tags: someTags,
      Description: mostly(undefined, 'of anna'),
    },
    5,
  ),
  draws('secretsmanager', 'DescribeSecret', { SecretId }),
  draws('secretsmanager', 'PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages }, 6),
  draws('secretsmanager', 'GetSecretValue', {
    SecretId,
    VersionStage: mostly(undefined, 'AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'),
    VersionId: mostly(undefined, undefined, token(1), token(2)),
  }),
  draws(
    'secretsmanager',
    'UpdateSecretVersionStage',
    {
      SecretId,
      VersionStage,
      MoveToVersionId: mostly(token(2), token(1), token(3), undefined),
      RemoveFromVersionId: mostly(token(1), undefined, token(2), token(9)),
    },
    4,
  ),
];

export const secretLives: readonly Drawn[] = [
  ...secrets.slice(0, 3),
  draws('secretsmanager', 'DeleteSecret', { SecretId, RecoveryWindowInDays: days }),
  draws('secretsmanager', 'RestoreSecret', { SecretId }),
  draws('secretsmanager', 'ListSecrets', {
    Filters: mostly(
      undefined,
      [{ Key: 'name', Values: ['iam-lifecycle/'] }],
      [{ Key: 'name', Values: ['x'] }],
    ),
    IncludePlannedDeletion: mostly(undefined, true),
  }),
  draws('secretsmanager', 'TagResource', { SecretId, Tags }),
  draws('secretsmanager', 'UntagResource', { SecretId, TagKeys }),
  draws('secretsmanager', 'ReplicateSecretToRegions', {
    SecretId,
    AddReplicaRegions: mostly([{ Region: 'us-west-2' }], [{ Region: 'us-east-1' }]),
  }),
  draws('secretsmanager', 'RemoveRegionsFromReplication', {
    SecretId,
    RemoveReplicaRegions: mostly(['us-west-2'], ['eu-west-1']),
  }),
];

const ParameterName = seldom(
  mostly(
    '/system_user/anna/access_key_id',
    '/system_user/anna/credentials',
    '/system_user/ben/credentials',
    'plain',
  ),
  'a name',
  '/aws/reserved',
  'ssm-reserved',
  'no/leading/slash',
  `/${Array.from({ length: 16 }, (_, index) => `l${index}`).join('/')}`,
);
const Value = seldom(mostly('one', 'two', 'three'), '', 'x'.repeat(4097), 'x'.repeat(8193), '{{other}}');
const ResourceId = ParameterName;
const ResourceType = fc.constant('Parameter');
const WithDecryption = mostly(true, undefined, false);

export const parameters: readonly Drawn[] = [
  draws(
    'ssm',
    'PutParameter',
    {
      Name: ParameterName,
      Value,
      Type: seldom(mostly<string | undefined>('SecureString', 'String', undefined), 'Number'),
      Overwrite: mostly<boolean | undefined>(true, undefined),
      Description: mostly(undefined, 'current AKIA1', 'x'.repeat(1025)),
      Tier: mostly(undefined, undefined, 'Standard', 'Advanced'),
      KeyId: mostly(undefined, undefined, undefined, 'alias/mail'),
      Tags: mostly(undefined, undefined, [{ Key: 'team', Value: 'a' }]),
    },
    8,
  ),
  draws('ssm', 'GetParameter', { Name: ParameterName, WithDecryption }),
  draws('ssm', 'GetParameters', {
    Names: fc.uniqueArray(ParameterName, { minLength: 1, maxLength: 3 }),
    WithDecryption,
  }),
  draws('ssm', 'GetParametersByPath', {
    Path: mostly('/system_user/', '/system_user/anna', '/'),
    Recursive: mostly<boolean | undefined>(true, undefined),
    WithDecryption,
  }),
  draws('ssm', 'DescribeParameters', {
    ParameterFilters: mostly(
      undefined,
      [{ Key: 'Name', Option: 'Equals', Values: ['/system_user/anna/credentials'] }],
      [{ Key: 'Path', Option: 'Recursive', Values: ['/system_user'] }],
      [{ Key: 'Type', Values: ['SecureString'] }],
    ),
  }),
  draws('ssm', 'DeleteParameter', { Name: ParameterName }),
  draws('ssm', 'DeleteParameters', { Names: fc.uniqueArray(ParameterName, { minLength: 1, maxLength: 3 }) }),
  draws('ssm', 'AddTagsToResource', { ResourceType, ResourceId, Tags }),
  draws('ssm', 'RemoveTagsFromResource', { ResourceType, ResourceId, TagKeys }),
  draws('ssm', 'ListTagsForResource', { ResourceType, ResourceId }),
];

const TableName = seldom(fc.constant('leases'), 'none');
const holder = mostly('one', 'two');
const lease = mostly('anna', 'ben');
const instant = mostly(100, 200, 300);
const Key = lease.map((name) => ({ name: { S: name } }));
const itemOf = fc.record({ lease, holder, instant }).map(({ lease: name, holder: owner, instant: at }) => ({
  name: { S: name },
  owner: { S: owner },
  expiresAt: { N: String(at) },
}));

/** As the leases are taken, given back and looked at, with other conditions of the same parts. */
export const leases: readonly Drawn[] = [
  draws(
    'dynamodb',
    'CreateTable',
    {
      TableName: fc.constant('leases'),
      BillingMode: fc.constant('PAY_PER_REQUEST'),
      KeySchema: fc.constant([{ AttributeName: 'name', KeyType: 'HASH' }]),
      AttributeDefinitions: fc.constant([{ AttributeName: 'name', AttributeType: 'S' }]),
    },
    4,
  ),
  {
    weight: 8,
    arbitrary: fc.record({ TableName, Item: itemOf, now: instant, owner: holder }).map((drawn) => ({
      service: 'dynamodb',
      operation: 'PutItem',
      input: {
        TableName: drawn.TableName,
        Item: drawn.Item,
        ConditionExpression: 'attribute_not_exists(#name) OR #expiresAt <= :now OR #owner = :owner',
        ExpressionAttributeNames: { '#name': 'name', '#expiresAt': 'expiresAt', '#owner': 'owner' },
        ExpressionAttributeValues: { ':now': { N: String(drawn.now) }, ':owner': { S: drawn.owner } },
      },
    })),
  },
  {
    weight: 4,
    arbitrary: fc.record({ TableName, Key, owner: holder }).map((drawn) => ({
      service: 'dynamodb',
      operation: 'DeleteItem',
      input: {
        TableName: drawn.TableName,
        Key: drawn.Key,
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': { S: drawn.owner } },
        ReturnValues: 'ALL_OLD',
      },
    })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ TableName, Key, now: instant, owner: holder, ReturnValues: mostly('ALL_NEW', 'ALL_OLD') })
      .map(({ now, owner, ...given }) => ({
        service: 'dynamodb',
        operation: 'UpdateItem',
        input: {
          ...given,
          UpdateExpression: 'SET #expiresAt = :now',
          ConditionExpression: 'attribute_exists(#name) AND NOT (#owner <> :owner) AND #expiresAt < :now',
          ExpressionAttributeNames: { '#name': 'name', '#expiresAt': 'expiresAt', '#owner': 'owner' },
          ExpressionAttributeValues: { ':now': { N: String(now) }, ':owner': { S: owner } },
        },
      })),
  },
  draws('dynamodb', 'GetItem', { TableName, Key, ConsistentRead: fc.constant(true) }, 4),
  draws('dynamodb', 'PutItem', { TableName, Item: itemOf, ReturnValues: mostly(undefined, 'ALL_OLD') }),
  // A placeholder that nothing uses.
  draws(
    'dynamodb',
    'DeleteItem',
    { TableName, Key, ExpressionAttributeNames: fc.constant({ '#owner': 'owner' }) },
    1,
  ),
];
