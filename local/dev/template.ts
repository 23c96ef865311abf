import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

/** What this machine cannot do as the template says. The message names the resource. */
export class UnsupportedTemplate extends Error {
  override readonly name = 'UnsupportedTemplate';
}

/** Text, or an intrinsic function that stands for text. */
const value = z.unknown().refine((given) => given !== undefined, 'it is missing');
const maybe = z.unknown().optional();

/** Takes the properties that are put to use, and those that change nothing on one machine; refuses any other. */
function properties<Shape extends z.core.$ZodLooseShape>(used: Shape, withoutEffect: readonly string[] = []) {
  const others = Object.fromEntries(withoutEffect.map((name) => [name, maybe]));
  return z.strictObject({ ...(others as object), ...used });
}

const state = z.enum(['ENABLED', 'DISABLED']).default('ENABLED');
const count = z.int().nonnegative();

/** The resources that exist on this machine too. */
const schemas = {
  'AWS::ApiGatewayV2::Api': properties({ ProtocolType: z.literal('HTTP') }, ['Name', 'Description']),
  'AWS::ApiGatewayV2::Stage': properties({ StageName: z.literal('$default') }, [
    'AccessLogSettings',
    'ApiId',
    'AutoDeploy',
    'DefaultRouteSettings',
  ]),
  'AWS::ApiGatewayV2::Integration': properties(
    {
      IntegrationType: z.literal('AWS_PROXY'),
      IntegrationUri: value,
      PayloadFormatVersion: z.literal('2.0'),
      TimeoutInMillis: count.default(30_000),
    },
    ['ApiId'],
  ),
  'AWS::ApiGatewayV2::Route': properties(
    { RouteKey: z.string(), Target: value, AuthorizationType: z.string().default('NONE') },
    ['ApiId', 'AuthorizerId', 'AuthorizationScopes'],
  ),
  'AWS::DynamoDB::Table': properties(
    {
      TableName: z.string(),
      AttributeDefinitions: z.array(
        z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
      ),
      KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
      BillingMode: z.literal('PAY_PER_REQUEST'),
    },
    [
      'DeletionProtectionEnabled',
      'PointInTimeRecoverySpecification',
      'SSESpecification',
      'TimeToLiveSpecification',
    ],
  ),
  'AWS::Events::EventBus': properties({ Name: z.string() }, ['Description']),
  'AWS::Events::Rule': properties(
    {
      Name: z.string(),
      // The account's own bus is that on which the services tell of themselves.
      EventBusName: value.default('default'),
      EventPattern: z.record(z.string(), z.unknown()),
      State: state,
      Targets: z.array(
        properties(
          {
            Id: z.string(),
            Arn: value,
            InputTransformer: z
              .strictObject({
                InputTemplate: z.string(),
                InputPathsMap: z.record(z.string(), z.string()).optional(),
              })
              .optional(),
          },
          ['DeadLetterConfig', 'RetryPolicy'],
        ),
      ),
    },
    ['Description'],
  ),
  'AWS::S3::Bucket': properties(
    {
      BucketName: value,
      NotificationConfiguration: z
        .strictObject({ EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: z.literal(true) }) })
        .optional(),
    },
    [
      'BucketEncryption',
      'LifecycleConfiguration',
      'ObjectLockConfiguration',
      'ObjectLockEnabled',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'VersioningConfiguration',
    ],
  ),
  'AWS::IAM::Group': properties({
    GroupName: z.string(),
    Path: z.string().default('/'),
    ManagedPolicyArns: z.array(z.unknown()).default([]),
  }),
  'AWS::IAM::ManagedPolicy': properties(
    {
      ManagedPolicyName: z.string(),
      Path: z.string().default('/'),
      PolicyDocument: value,
      Roles: z.array(z.string()).default([]),
    },
    ['Description'],
  ),
  'AWS::Lambda::EventSourceMapping': properties(
    {
      // Above 10 a mapping collects messages for a while, which is not done here.
      BatchSize: count.max(10).default(10),
      EventSourceArn: value,
      FunctionName: value,
      FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
      ScalingConfig: z.strictObject({ MaximumConcurrency: count }).optional(),
      Enabled: z.literal(true).default(true),
    },
    ['Tags'],
  ),
  'AWS::Lambda::Function': properties(
    {
      FunctionName: z.string(),
      Handler: z.string(),
      Timeout: count.default(3),
      MemorySize: count.default(128),
      ReservedConcurrentExecutions: count.optional(),
      Environment: z
        .strictObject({ Variables: z.record(z.string(), z.unknown()) })
        .default({ Variables: {} }),
      Runtime: z.string().startsWith('nodejs'),
    },
    [
      'Architectures',
      'Code',
      'Description',
      'KmsKeyArn',
      'LoggingConfig',
      'RecursiveLoop',
      'Role',
      'Tags',
      'TracingConfig',
      'VpcConfig',
    ],
  ),
  'AWS::Scheduler::Schedule': properties(
    {
      Name: z.string(),
      ScheduleExpression: z.string(),
      State: state,
      Target: properties({ Arn: value, Input: z.string().default('{}') }, [
        'DeadLetterConfig',
        'RetryPolicy',
        'RoleArn',
      ]),
    },
    ['Description', 'FlexibleTimeWindow', 'GroupName', 'KmsKeyArn'],
  ),
  'AWS::SQS::Queue': properties(
    {
      QueueName: z.string(),
      VisibilityTimeout: count.default(30),
      MessageRetentionPeriod: count.default(345_600),
      DelaySeconds: count.default(0),
      RedrivePolicy: z.strictObject({ deadLetterTargetArn: value, maxReceiveCount: count }).optional(),
    },
    ['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'RedriveAllowPolicy', 'SqsManagedSseEnabled', 'Tags'],
  ),
};

/** What a machine without watchers, other callers and encryption has no use for; named at the start. */
const leftOutTypes = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Events::Archive',
  'AWS::Events::EventBusPolicy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

export type ResourceType = keyof typeof schemas;

export interface Resource<Type extends ResourceType> {
  readonly id: string;
  readonly properties: z.output<(typeof schemas)[Type]>;
  /** The folder of a function's code, as CDK notes it. */
  readonly asset: string | undefined;
}

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.object({ 'aws:asset:path': z.string().optional() }).optional(),
  Condition: z.never('a conditional resource is not supported').optional(),
});
const document = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.string().optional() })).default({}),
  Resources: z.record(z.string(), z.unknown()),
});

export interface Template {
  /** Parameters that have a default. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly of: <Type extends ResourceType>(type: Type) => readonly Resource<Type>[];
  /** Type -> the resources of it that do not exist on this machine. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
}

/** Reads a synthesized template. Throws UnsupportedTemplate with every resource that cannot be had on this machine. */
export async function readTemplate(file: string): Promise<Template> {
  const folder = path.dirname(path.resolve(file));
  return parseTemplate(JSON.parse(await readFile(file, 'utf8')) as unknown, folder);
}

function parseTemplate(json: unknown, folder: string): Template {
  const { Parameters, Resources } = document.parse(json);
  const found = new Map<string, Resource<ResourceType>[]>();
  const leftOut = new Map<string, string[]>();
  const problems: string[] = [];
  for (const [id, given] of Object.entries(Resources)) {
    const { data, error } = resource.safeParse(given);
    if (!data) problems.push(...findings(id, 'resource', error));
    else if (leftOutTypes.has(data.Type)) leftOut.set(data.Type, [...(leftOut.get(data.Type) ?? []), id]);
    else if (!isKnown(data.Type)) problems.push(`${id}: ${data.Type} is not supported`);
    else {
      const parsed = schemas[data.Type].safeParse(data.Properties);
      if (!parsed.success) problems.push(...findings(id, data.Type, parsed.error));
      else {
        const asset = data.Metadata?.['aws:asset:path'];
        const known = {
          id,
          properties: parsed.data,
          asset: asset === undefined ? undefined : path.resolve(folder, asset),
        };
        found.set(data.Type, [...(found.get(data.Type) ?? []), known]);
      }
    }
  }
  if (problems.length > 0) {
    throw new UnsupportedTemplate(`the template cannot run on this machine:\n  ${problems.join('\n  ')}`);
  }
  const withDefault = Object.entries(Parameters).flatMap(([name, { Default }]) =>
    Default === undefined ? [] : [[name, Default] as const],
  );
  const of = <Type extends ResourceType>(type: Type) => (found.get(type) ?? []) as Resource<Type>[];
  return { parameters: new Map(withDefault), of, leftOut };
}

function isKnown(type: string): type is ResourceType {
  return Object.hasOwn(schemas, type);
}

function findings(id: string, type: string, { issues }: z.ZodError): string[] {
  return issues.map((issue) => `${id} (${type}): ${[...issue.path, ''].join(': ')}${issue.message}`);
}
