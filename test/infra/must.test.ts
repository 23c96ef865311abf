import { expect, test } from '@jest/globals';
import { fullConfig, sampleConfig, variants } from './configs.js';
import { listOf, resolved, synthesise } from './synth.js';

const sample = synthesise(sampleConfig);
const full = synthesise(fullConfig);
const names = (type: string, property: string, stack = sample) =>
  stack
    .properties(type)
    .map((properties) => properties[property] as string)
    .toSorted();

test('there are nine queues: three of work and six of dead letters, each kept for 14 days under the key', () => {
  expect(names('AWS::SQS::Queue', 'QueueName')).toEqual([
    'iam-lifecycle-events-dlq',
    'iam-lifecycle-leaks-dlq',
    'iam-lifecycle-offboard',
    'iam-lifecycle-offboard-dlq',
    'iam-lifecycle-respond',
    'iam-lifecycle-respond-dlq',
    'iam-lifecycle-rotate',
    'iam-lifecycle-rotate-dlq',
    'iam-lifecycle-scan-dlq',
  ]);
  for (const queue of sample.properties('AWS::SQS::Queue')) {
    expect(queue.MessageRetentionPeriod).toBe(1_209_600);
    expect(resolved(queue.KmsMasterKeyId)).toMatch(/^<Key.*\.Arn>$/);
  }
});

test('a message is tried 400 times, five minutes apart (33 hours, more than a day without IAM), before it is a dead letter', () => {
  const work = sample.properties('AWS::SQS::Queue').filter((queue) => queue.RedrivePolicy);
  expect(work.map((queue) => queue.QueueName)).toEqual([
    'iam-lifecycle-rotate',
    'iam-lifecycle-offboard',
    'iam-lifecycle-respond',
  ]);
  for (const queue of work) {
    expect(queue.VisibilityTimeout).toBe(300);
    expect(queue.RedrivePolicy.maxReceiveCount).toBe(400);
    expect(resolved(queue.RedrivePolicy.deadLetterTargetArn)).toContain('DeadLetters');
  }
});

test('a lease outlives the longest run under it and the settle time: 2 min and 10 min and a minute are 780 s', () => {
  const slow = synthesise(variants.slowToSettle);
  const leases = slow
    .properties('AWS::Lambda::Function')
    .flatMap(({ Environment }) => Environment.Variables.LEASE ?? []);
  expect(leases).toEqual(['PT780S', 'PT780S', 'PT780S', 'PT780S']);
  const visibilities = slow.properties('AWS::SQS::Queue').flatMap((queue) => queue.VisibilityTimeout ?? []);
  expect(visibilities).toEqual([780, 780, 780]);
});

test.each([
  ['IAM signs every request', sample, 'AWS_IAM'],
  ['a token, where that is configured, comes with every request', full, 'JWT'],
])('%s: no route is open, the default route included', (_, stack, type) => {
  const routes = stack.properties('AWS::ApiGatewayV2::Route');
  expect(routes.map(({ RouteKey }) => RouteKey).toSorted()).toEqual([
    '$default',
    'ANY /health',
    'ANY /openapi.json',
    'ANY /plans',
    'ANY /users',
    'ANY /users/{name}',
    'ANY /users/{name}/restore',
    'ANY /users/{name}/rotate',
    'DELETE /users/{name}',
    'GET /health',
    'GET /openapi.json',
    'GET /plans',
    'GET /users',
    'GET /users/{name}',
    'POST /users',
    'POST /users/{name}/restore',
    'POST /users/{name}/rotate',
    'PUT /users/{name}',
  ]);
  expect(routes.map(({ AuthorizationType }) => AuthorizationType)).toEqual(Array(18).fill(type));
});

test('only POST and PUT of a user reach the function that gives rights', () => {
  const toOnboard = sample
    .properties('AWS::ApiGatewayV2::Route')
    .filter(({ Target }) => resolved(Target).includes('Onboard'));
  expect(toOnboard.map(({ RouteKey }) => RouteKey)).toEqual(['POST /users', 'PUT /users/{name}']);
});

test('the API is throttled and says in a log who asked for what', () => {
  const [stage] = sample.properties('AWS::ApiGatewayV2::Stage');
  expect(stage.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 });
  expect(Object.keys(JSON.parse(stage.AccessLogSettings.Format))).toEqual(
    expect.arrayContaining(['requestId', 'route', 'status', 'caller']),
  );
});

test('every edge on which nobody waits has its dead-letter queue', () => {
  const [rule] = sample.properties('AWS::Events::Rule');
  const [schedule] = sample.properties('AWS::Scheduler::Schedule');
  const [invoke] = sample.properties('AWS::Lambda::EventInvokeConfig');
  expect([
    resolved(rule.Targets[0].DeadLetterConfig.Arn),
    resolved(schedule.Target.DeadLetterConfig.Arn),
    resolved(invoke.DestinationConfig.OnFailure.Destination),
  ]).toEqual([
    expect.stringMatching(/^<QueuesEvents/),
    expect.stringMatching(/^<QueuesScan/),
    expect.stringMatching(/^<QueuesScan/),
  ]);
});

test('the bus may put its events into the queue and its dead letters, the rule and nothing else', () => {
  const statements = sample
    .properties('AWS::SQS::QueuePolicy')
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect }) => Effect === 'Allow');
  expect(statements.map(({ Sid, Action, Principal }) => [Sid, Action, Principal.Service])).toEqual([
    ['TakeEvents', 'sqs:SendMessage', 'events.amazonaws.com'],
    ['TakeLeaks', 'sqs:SendMessage', 'events.amazonaws.com'],
    ['TakeUndeliverableLeaks', 'sqs:SendMessage', 'events.amazonaws.com'],
    ['TakeUndeliverableEvents', 'sqs:SendMessage', 'events.amazonaws.com'],
  ]);
  for (const { Condition } of statements)
    for (const arn of listOf(Condition.ArnEquals['aws:SourceArn']))
      expect(resolved(arn)).toMatch(/^<(BusOffboarding|LeaksIamLifecycle).*\.Arn>$/);
});

test('logs are kept as long as configured, under the key, and outlive the stack', () => {
  const groups = sample.all('AWS::Logs::LogGroup');
  expect(groups).toHaveLength(7);
  for (const [, { Properties, DeletionPolicy }] of groups)
    expect([Properties.RetentionInDays, DeletionPolicy, resolved(Properties.KmsKeyId)]).toEqual([
      365,
      'Retain',
      expect.stringMatching(/^<Key.*\.Arn>$/),
    ]);
});

test('the key is rotated, and kept when the stack goes; so is all that users and departures depend on', () => {
  expect(sample.properties('AWS::KMS::Key')).toMatchObject([{ EnableKeyRotation: true }]);
  const kept = Object.values(sample.json.Resources)
    .filter(({ DeletionPolicy, Type }) => DeletionPolicy === 'Retain' && Type !== 'AWS::Logs::LogGroup')
    .map(({ Type, Properties }) => Properties.ManagedPolicyName ?? Properties.QueueName ?? Type);
  expect(kept.toSorted()).toEqual([
    'AWS::KMS::Key',
    'AWS::S3::Bucket',
    'AssumeAdminRolePolicy',
    'AssumeDataEngineerRolePolicy',
    'AssumeInfrastructureAdminRolePolicy',
    'IamLifecycleBoundary',
    'IamLifecycleDenySessions',
    'iam-lifecycle-events-dlq',
    'iam-lifecycle-leaks-dlq',
    'iam-lifecycle-offboard',
    'iam-lifecycle-offboard-dlq',
    'iam-lifecycle-respond',
    'iam-lifecycle-respond-dlq',
  ]);
});

test('leases and answers are paid for by use, expire by themselves, are encrypted and can be wound back', () => {
  const tables = sample.properties('AWS::DynamoDB::Table');
  expect(tables.map(({ TableName }) => TableName)).toEqual(['iam-lifecycle-leases', 'iam-lifecycle-answers']);
  for (const table of tables)
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    });
});

test('every function runs on arm64 and Node.js 24, in its boundary, with room reserved, logging into its own group', () => {
  const functions = sample.properties('AWS::Lambda::Function');
  expect(
    functions
      .map(({ FunctionName, ReservedConcurrentExecutions }) => [FunctionName, ReservedConcurrentExecutions])
      .toSorted(),
  ).toEqual([
    ['iam-lifecycle-offboard', 5],
    ['iam-lifecycle-onboard', 5],
    ['iam-lifecycle-respond', 5],
    ['iam-lifecycle-rotate', 5],
    ['iam-lifecycle-scan', 1],
    ['iam-lifecycle-users', 5],
  ]);
  for (const made of functions) {
    expect(made).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    expect(sample.json.Resources[made.LoggingConfig.LogGroup.Ref]!.Properties.LogGroupName).toBe(
      `/aws/lambda/${made.FunctionName}`,
    );
    const role = sample.json.Resources[made.Role['Fn::GetAtt'][0]]!.Properties;
    expect(sample.json.Resources[role.PermissionsBoundary.Ref]!.Properties.ManagedPolicyName).toBe(
      made.FunctionName.replace('iam-lifecycle-', 'IamLifecycleFunctionBoundary-'),
    );
    expect([role.ManagedPolicyArns, role.Policies.length]).toEqual([undefined, 1]);
  }
  const inNewAccount = synthesise(variants.inNewAccount);
  expect(names('AWS::Lambda::Function', 'ReservedConcurrentExecutions', inNewAccount)).toEqual(
    Array(5).fill(undefined),
  );
});

test('a look that asks for the next look is not taken for a runaway loop', () => {
  const allowed = sample
    .properties('AWS::Lambda::Function')
    .filter(({ RecursiveLoop }) => RecursiveLoop === 'Allow');
  expect(allowed.map(({ FunctionName }) => FunctionName).toSorted()).toEqual([
    'iam-lifecycle-offboard',
    'iam-lifecycle-respond',
    'iam-lifecycle-rotate',
  ]);
});

test('a batch may fail in part, and no more is polled than may run', () => {
  for (const mapping of sample.properties('AWS::Lambda::EventSourceMapping'))
    expect(mapping).toMatchObject({
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
});

test('in a VPC every function has its network, and the boundary lets it join', () => {
  for (const { VpcConfig } of full.properties('AWS::Lambda::Function'))
    expect(VpcConfig).toEqual({ SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] });
  const boundary = (stack: typeof full) =>
    stack
      .properties('AWS::IAM::ManagedPolicy')
      .find(({ ManagedPolicyName }) => ManagedPolicyName === 'IamLifecycleFunctionBoundary-scan')
      .PolicyDocument.Statement;
  const ec2 = (stack: typeof full) =>
    (boundary(stack) as { Effect: string; Action: string | string[] }[]).flatMap(({ Effect, Action }) =>
      listOf(Action)
        .filter((action) => action.startsWith('ec2:'))
        .map((action) => `${Effect} ${action}`),
    );
  expect(ec2(sample)).toEqual([]);
  expect(ec2(full)).toEqual([
    'Allow ec2:CreateNetworkInterface',
    'Allow ec2:DescribeNetworkInterfaces',
    'Allow ec2:DescribeSubnets',
    'Allow ec2:DeleteNetworkInterface',
    'Allow ec2:AssignPrivateIpAddresses',
    'Allow ec2:UnassignPrivateIpAddresses',
  ]);
});

test('what the stack answers: the API, the bus, the queues, the key, the boundary and a policy for each role key', () => {
  expect(Object.keys(sample.json.Outputs).toSorted()).toEqual([
    'ApiUrl',
    'AssumePolicyArnAdmin',
    'AssumePolicyArnDataEngineer',
    'AssumePolicyArnInfrastructureAdmin',
    'AttentionTopicArn',
    'BoundaryArn',
    'BusArn',
    'EvidenceBucket',
    'KeyArn',
    'OffboardQueueUrl',
    'RespondQueueUrl',
    'RotateQueueUrl',
  ]);
});
