import {
  CreateEventBusCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { unlessThere } from '../deployment.js';
import type { LocalQueue, Place } from './provision.js';
import type { Resource, Template } from './template.js';

/** A rule's function hears of an event through a queue of this machine alone: no account could reach the function itself. */
export interface Delivery {
  readonly rule: string;
  readonly queue: LocalQueue;
  readonly functionArn: string;
}

type Rule = Resource<'AWS::Events::Rule'>;

/** Longer than any function may run: what is being handed over is not to be seen again meanwhile. */
const handoverSeconds = '900';

/** The account matches the patterns itself, and hands what matches over to queues. */
export async function createRules(place: Place): Promise<{ buses: string[]; deliveries: Delivery[] }> {
  const buses = await createBuses(place);
  const deliveries: Delivery[] = [];
  for (const rule of place.template.of('AWS::Events::Rule')) {
    const EventBusName = place.resolver.text(rule.properties.EventBusName, `${rule.id}.EventBusName`);
    if (EventBusName !== 'default' && !buses.includes(EventBusName)) {
      await createBus(place, EventBusName);
      buses.push(EventBusName);
    }
    deliveries.push(...(await createRule(place, rule, EventBusName)));
  }
  return { buses, deliveries };
}

async function createBuses(place: Place): Promise<string[]> {
  const { account, template, resolver } = place;
  const buses = template.of('AWS::Events::EventBus');
  for (const { id, properties } of buses) {
    const { Name } = properties;
    await createBus(place, Name);
    const Arn = `arn:aws:events:${account.region}:${account.id}:event-bus/${Name}`;
    resolver.add(id, { ref: Name, attributes: { Arn, Name } });
  }
  return buses.map(({ properties }) => properties.Name);
}

/** A partner's bus, which no stack makes, is named after the partner's source. */
async function createBus({ clients }: Place, Name: string): Promise<void> {
  const partner = Name.includes('/') ? { EventSourceName: Name } : {};
  await unlessThere(clients.eventBridge.send(new CreateEventBusCommand({ Name, ...partner })));
}

async function createRule(place: Place, { id, properties }: Rule, EventBusName: string): Promise<Delivery[]> {
  const { clients, resolver } = place;
  const { Name, State } = properties;
  const EventPattern = JSON.stringify(resolver.deep(properties.EventPattern, `${id}.EventPattern`));
  const deliveries: Delivery[] = [];
  const Targets: Target[] = [];
  // Nobody is there to be told by e-mail.
  const wanted = properties.Targets.filter(({ Arn }) => !isTopic(Arn, place.template));
  if (wanted.length === 0) return [];
  await clients.eventBridge.send(new PutRuleCommand({ Name, EventBusName, EventPattern, State }));
  for (const { Id, Arn: given, InputTransformer } of wanted) {
    const arn = resolver.text(given, `${id}.Targets`);
    const delivery = arn.startsWith('arn:aws:lambda:') ? await createDelivery(place, Name, Id, arn) : null;
    if (delivery) deliveries.push(delivery);
    Targets.push({ Id, Arn: delivery?.queue.arn ?? arn, ...(InputTransformer && { InputTransformer }) });
  }
  const { FailedEntries = [] } = await clients.eventBridge.send(
    new PutTargetsCommand({ Rule: Name, EventBusName, Targets }),
  );
  const [failed] = FailedEntries;
  if (failed) throw new Error(`${id}: the target ${failed.TargetId} was not taken: ${failed.ErrorMessage}`);
  return deliveries;
}

async function createDelivery(
  { account, clients }: Place,
  rule: string,
  targetId: string,
  functionArn: string,
): Promise<Delivery> {
  const QueueName = `local-${rule}-${targetId}`;
  const Attributes = { VisibilityTimeout: handoverSeconds };
  const created = await unlessThere(clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes })));
  const { QueueUrl } = created ?? (await clients.sqs.send(new GetQueueUrlCommand({ QueueName })));
  const url = new URL(new URL(QueueUrl!).pathname, account.url).href;
  const arn = `arn:aws:sqs:${account.region}:${account.id}:${QueueName}`;
  return { rule, queue: { name: QueueName, url, arn }, functionArn };
}

function isTopic(arn: unknown, { leftOut }: Template): boolean {
  const { Ref } = arn as { readonly Ref?: string };
  return Ref !== undefined && (leftOut.get('AWS::SNS::Topic') ?? []).includes(Ref);
}
