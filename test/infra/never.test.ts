import { expect, test } from '@jest/globals';
import { fullConfig, rosterConfig, sampleConfig } from './configs.js';
import { type Statement, listOf, resolved, synthesise } from './synth.js';

const stacks = [
  ['the sample configuration', synthesise(sampleConfig)],
  ['every option', synthesise(fullConfig)],
  ['a roster', synthesise(rosterConfig)],
] as const;

/** Every statement of every policy in a template, with the resource that holds it. */
function statementsOf(value: unknown, where: string): { where: string; statement: Statement }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Statement')
      return listOf(inner as Statement | Statement[]).map((statement) => ({ where, statement }));
    return statementsOf(inner, where);
  });
}

function allStatements(stack: (typeof stacks)[number][1]) {
  return Object.entries(stack.json.Resources).flatMap(([id, resource]) =>
    statementsOf(resource.Properties, id),
  );
}

test.each(stacks)('nobody in public is allowed anything: %s', (_, stack) => {
  const open = allStatements(stack).filter(
    ({ statement: { Effect, Principal } }) =>
      Effect === 'Allow' && JSON.stringify(Principal ?? null).includes('"*"'),
  );
  expect(open).toEqual([]);
});

test.each(stacks)('every service that is let in is let in for this account only: %s', (_, stack) => {
  const services = allStatements(stack).filter(({ statement: { Effect, Principal, Action } }) => {
    const isTrust = (JSON.stringify(Action) ?? '').includes('sts:AssumeRole');
    return Effect === 'Allow' && !isTrust && JSON.stringify(Principal ?? null).includes('Service');
  });
  expect(services.length).toBeGreaterThan(2);
  for (const { statement } of services)
    expect(Object.values(statement.Condition ?? {}).flatMap(Object.keys)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^(aws:SourceAccount|aws:SourceArn|kms:EncryptionContext:aws:logs:arn)$/),
      ]),
    );
});

test.each(stacks)('queues, bucket, topic and bus refuse what comes without TLS: %s', (_, stack) => {
  const refusing = allStatements(stack)
    .filter(
      ({ statement: { Effect, Condition } }) =>
        Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
    )
    .map(({ where }) => stack.json.Resources[where]!.Type);
  const counted = Object.fromEntries(
    [
      'AWS::SQS::QueuePolicy',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::TopicPolicy',
      'AWS::Events::EventBusPolicy',
    ].map((type) => [type, refusing.filter((one) => one === type).length]),
  );
  expect(counted).toEqual({
    'AWS::SQS::QueuePolicy': stack.all('AWS::SQS::Queue').length,
    'AWS::S3::BucketPolicy': stack.all('AWS::S3::Bucket').length,
    'AWS::SNS::TopicPolicy': 1,
    'AWS::Events::EventBusPolicy': 1,
  });
});

test.each(stacks)(
  'no function has a URL, no user and no key is deployed, no secret is made: %s',
  (_, stack) => {
    const never = [
      'AWS::Lambda::Url',
      'AWS::IAM::User',
      'AWS::IAM::AccessKey',
      'AWS::SecretsManager::Secret',
      'AWS::IAM::Policy',
    ];
    expect(Object.values(stack.json.Resources).filter(({ Type }) => never.includes(Type))).toEqual([]);
  },
);

test.each(stacks)('no environment holds a secret, or a reference to one: %s', (_, stack) => {
  for (const { Environment } of stack.properties('AWS::Lambda::Function')) {
    const text = JSON.stringify(Environment);
    expect(text).not.toMatch(/resolve:(secretsmanager|ssm-secure)|AKIA|secretsmanager:/);
    expect(Object.keys(Environment.Variables).filter((name) => /SECRET|TOKEN|PASSWORD/.test(name))).toEqual(
      Environment.Variables.SECRETS_KMS_KEY ? ['SECRETS_KMS_KEY'] : [],
    );
  }
});

test.each(stacks)('no role is allowed every action, or every action of a service: %s', (_, stack) => {
  const roles = new Set(stack.all('AWS::IAM::Role').map(([id]) => id));
  const wide = allStatements(stack)
    .filter(({ where, statement }) => roles.has(where) && statement.Effect === 'Allow')
    .flatMap(({ where, statement }) => listOf(statement.Action).map((action) => [where, action] as const))
    .filter(([, action]) => /(^|:)\*$/.test(action));
  expect(wide).toEqual([]);
});

const length = (document: unknown) =>
  JSON.stringify(document, (_key, value: unknown) => {
    const isReference =
      typeof value === 'object' && value !== null && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '');
    // A reference to a key or a queue is at most as long as this.
    return isReference
      ? resolved(value).replaceAll(
          /<[^>]+>/g,
          'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555',
        )
      : value;
  }).length;

test.each(stacks)('policies fit into what IAM allows, references counted at full length: %s', (_, stack) => {
  for (const policy of stack.properties('AWS::IAM::ManagedPolicy'))
    expect(length(policy.PolicyDocument)).toBeLessThanOrEqual(6144);
  for (const role of stack.properties('AWS::IAM::Role'))
    expect(length(role.Policies)).toBeLessThanOrEqual(10_240);
});
