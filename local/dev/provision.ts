import { readFile } from 'node:fs/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { AttachGroupPolicyCommand, CreateGroupCommand, CreatePolicyCommand } from '@aws-sdk/client-iam';
import { CreateQueueCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Clients } from '../../functions/aws/clients.js';
import { createBucketCommand, putRoster, rosterKey, unlessThere } from '../deployment.js';
import type { Account } from './account.js';
import { Resolver } from './intrinsics.js';
import type { Template } from './template.js';

export interface QueueLimits {
  /** In place of every queue's own visibility timeout. */
  readonly visibilitySeconds?: number;
  /** In place of every queue's own count of tries before the dead-letter queue. */
  readonly maxReceives?: number;
}

export interface LocalQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

/** What was made in the account. */
export interface Provisioned {
  readonly resolver: Resolver;
  readonly queues: readonly LocalQueue[];
  readonly buses: readonly string[];
}

interface Place {
  readonly account: Account;
  readonly clients: Clients;
  readonly template: Template;
  readonly resolver: Resolver;
  readonly limits: QueueLimits;
}

/**
 * Makes in the account what the stack would, as far as the functions need it, and what they may refer to. What is
 * there already stays as it is.
 */
export async function provision(
  account: Account,
  clients: Clients,
  template: Template,
  limits: QueueLimits,
  roster: string,
): Promise<Provisioned> {
  const resolver = new Resolver(
    new Map([
      ...template.parameters,
      ['AWS::AccountId', account.id],
      ['AWS::Region', account.region],
      ['AWS::Partition', 'aws'],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]),
  );
  const place: Place = { account, clients, template, resolver, limits };
  nameKeys(place);
  const queues = await createQueues(place);
  await createTables(place);
  await createBuckets(place, roster);
  nameGroups(place);
  await createPolicies(place);
  nameFunctions(place);
  const buses = await createBuses(place);
  return { resolver, queues, buses };
}

/** No key is made: what it would encrypt takes the account's own key for Secrets Manager. */
function nameKeys({ account, template, resolver }: Place): void {
  const alias = 'alias/aws/secretsmanager';
  const Arn = `arn:aws:kms:${account.region}:${account.id}:${alias}`;
  for (const id of template.leftOut.get('AWS::KMS::Key') ?? [])
    resolver.add(id, { ref: alias, attributes: { Arn, KeyId: alias } });
}

function nameFunctions({ account, template, resolver }: Place): void {
  for (const { id, properties } of template.of('AWS::Lambda::Function')) {
    const { FunctionName } = properties;
    const Arn = `arn:aws:lambda:${account.region}:${account.id}:function:${FunctionName}`;
    resolver.add(id, { ref: FunctionName, attributes: { Arn } });
  }
}

/** They are made after the policies that they have, some of which speak of them. */
function nameGroups({ account, template, resolver }: Place): void {
  for (const { id, properties } of template.of('AWS::IAM::Group')) {
    const { GroupName, Path } = properties;
    const Arn = `arn:aws:iam::${account.id}:group${Path}${GroupName}`;
    resolver.add(id, { ref: GroupName, attributes: { Arn } });
  }
}

/** Dead-letter queues come first: the others refer to them. */
async function createQueues(place: Place): Promise<LocalQueue[]> {
  const { account, clients, template, resolver, limits } = place;
  const queues = template.of('AWS::SQS::Queue');
  const isLast = (queue: (typeof queues)[number]) => Number(queue.properties.RedrivePolicy !== undefined);
  const made: LocalQueue[] = [];
  for (const { id, properties } of queues.toSorted((one, other) => isLast(one) - isLast(other))) {
    const { QueueName, RedrivePolicy } = properties;
    const redrive = RedrivePolicy && {
      deadLetterTargetArn: resolver.text(RedrivePolicy.deadLetterTargetArn, `${id}.RedrivePolicy`),
      maxReceiveCount: limits.maxReceives ?? RedrivePolicy.maxReceiveCount,
    };
    const Attributes = {
      VisibilityTimeout: String(limits.visibilitySeconds ?? properties.VisibilityTimeout),
      MessageRetentionPeriod: String(properties.MessageRetentionPeriod),
      DelaySeconds: String(properties.DelaySeconds),
      ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
    };
    const created = await unlessThere(clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes })));
    const { QueueUrl } = created ?? (await clients.sqs.send(new GetQueueUrlCommand({ QueueName })));
    // The SDK sends to the origin of a queue's URL.
    const url = new URL(new URL(QueueUrl!).pathname, account.url).href;
    const arn = `arn:aws:sqs:${account.region}:${account.id}:${QueueName}`;
    resolver.add(id, { ref: url, attributes: { Arn: arn, QueueName, QueueUrl: url } });
    made.push({ name: QueueName, url, arn });
  }
  return made;
}

async function createTables({ account, clients, template, resolver }: Place): Promise<void> {
  for (const { id, properties } of template.of('AWS::DynamoDB::Table')) {
    const { TableName, AttributeDefinitions, KeySchema, BillingMode } = properties;
    const command = new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, BillingMode });
    await unlessThere(clients.dynamodb.send(command));
    const Arn = `arn:aws:dynamodb:${account.region}:${account.id}:table/${TableName}`;
    resolver.add(id, { ref: TableName, attributes: { Arn } });
  }
}

async function createPolicies({ account, clients, template, resolver }: Place): Promise<void> {
  for (const { id, properties } of template.of('AWS::IAM::ManagedPolicy')) {
    const { ManagedPolicyName: PolicyName, Path, PolicyDocument } = properties;
    const document = JSON.stringify(resolver.deep(PolicyDocument, `${id}.PolicyDocument`));
    const command = new CreatePolicyCommand({ PolicyName, Path, PolicyDocument: document });
    await unlessThere(clients.iam.send(command));
    const arn = `arn:aws:iam::${account.id}:policy${Path}${PolicyName}`;
    resolver.add(id, { ref: arn, attributes: { PolicyArn: arn } });
  }
  for (const { id, properties } of template.of('AWS::IAM::Group')) {
    const { GroupName, Path, ManagedPolicyArns } = properties;
    await unlessThere(clients.iam.send(new CreateGroupCommand({ GroupName, Path })));
    for (const given of ManagedPolicyArns) {
      const PolicyArn = resolver.text(given, `${id}.ManagedPolicyArns`);
      await clients.iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    }
  }
}

/** The only bucket is that of the roster; one that was just made has the roster of this machine laid into it. */
async function createBuckets(
  { account, clients, template, resolver }: Place,
  rosterFile: string,
): Promise<void> {
  for (const { id, properties } of template.of('AWS::S3::Bucket')) {
    const name = resolver.text(properties.BucketName, `${id}.BucketName`);
    resolver.add(id, { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } });
    const place = { ROSTER_BUCKET: name, ROSTER_KEY: rosterKey };
    if (await unlessThere(clients.s3.send(createBucketCommand(name, account.region))))
      await putRoster(clients, place, await readFile(rosterFile, 'utf8'));
  }
}

/** The account matches the patterns itself, and hands what matches over to the queues. */
async function createBuses({ account, clients, template, resolver }: Place): Promise<string[]> {
  const buses = template.of('AWS::Events::EventBus');
  for (const { id, properties } of buses) {
    const { Name } = properties;
    await unlessThere(clients.eventBridge.send(new CreateEventBusCommand({ Name })));
    const Arn = `arn:aws:events:${account.region}:${account.id}:event-bus/${Name}`;
    resolver.add(id, { ref: Name, attributes: { Arn, Name } });
  }
  for (const { id, properties } of template.of('AWS::Events::Rule')) {
    // No service tells of itself here: what such a rule would start is started by hand.
    if (properties.EventBusName === undefined) continue;
    const EventBusName = resolver.text(properties.EventBusName, `${id}.EventBusName`);
    // Nobody is there to be told by e-mail.
    const wanted = properties.Targets.filter(({ Arn }) => !isTopic(Arn, template));
    if (wanted.length === 0) continue;
    const { Name, State } = properties;
    const EventPattern = JSON.stringify(resolver.deep(properties.EventPattern, `${id}.EventPattern`));
    await clients.eventBridge.send(new PutRuleCommand({ Name, EventBusName, EventPattern, State }));
    const Targets = wanted.map(({ Id, Arn }) => ({
      Id,
      Arn: resolver.text(Arn, `${id}.Targets`),
    }));
    const { FailedEntries = [] } = await clients.eventBridge.send(
      new PutTargetsCommand({ Rule: Name, EventBusName, Targets }),
    );
    const [failed] = FailedEntries;
    if (failed) throw new Error(`${id}: the target ${failed.TargetId} was not taken: ${failed.ErrorMessage}`);
  }
  return buses.map(({ properties }) => properties.Name);
}

function isTopic(arn: unknown, { leftOut }: Template): boolean {
  const { Ref } = arn as { readonly Ref?: string };
  return Ref !== undefined && (leftOut.get('AWS::SNS::Topic') ?? []).includes(Ref);
}
