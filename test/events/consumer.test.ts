import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { CachedSecret, type KeyPair, type LifecycleEvent } from '../../events/consumer/cached-secret.js';
import { type Call, type Fault, Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, live, simulate } from '../../local/simulation.js';
import { recordingJournal } from '../support/journal.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const name = 'ci-deploy';

let simulation: Simulation;
let secret: CachedSecret;
let queueUrl: string;
let faultOf: (call: Call) => Fault | undefined;

const clients = () => simulation.account.clients(new Invocation('consumer'));
const inLife = <Result>(work: () => Promise<Result>) => simulation.clock.run(work);
const restFor = (ms: number) =>
  live(simulation, { until: simulation.clock.now() + ms, scanEveryMs: 6 * hourMs });
const whoAmI = async (key: KeyPair) => {
  await clients().sts(key).send(new GetCallerIdentityCommand());
  return key.accessKeyId;
};
const reads = () =>
  simulation.account.calls.filter(
    ({ caller, operation }) => caller === 'consumer' && operation === 'GetSecretValue',
  ).length;
const keys = () => simulation.account.truth.user(name)!.keys;

/** A user with a key of 59 days, a service that holds a copy of it, and a rule that brings it the event. */
beforeEach(async () => {
  faultOf = () => undefined;
  simulation = await simulate({
    startAt: Date.parse('2026-01-01T00:00:00Z'),
    journal: recordingJournal(),
    account: { intervene: async (call: Call) => faultOf(call) },
  });
  await inLife(async () => {
    const { sqs, eventBridge, secretsManager } = clients();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'consumer' }));
    queueUrl = QueueUrl!;
    const EventPattern = JSON.stringify({
      source: ['iam-lifecycle'],
      'detail-type': ['Access Key Rotated'],
      detail: { userName: [name] },
    });
    const bus = 'iam-lifecycle';
    await eventBridge.send(new PutRuleCommand({ Name: 'keys', EventBusName: bus, EventPattern }));
    const Arn = 'arn:aws:sqs:eu-west-1:123456789012:consumer';
    await eventBridge.send(
      new PutTargetsCommand({ Rule: 'keys', EventBusName: bus, Targets: [{ Id: 'queue', Arn }] }),
    );
    await simulation.system.request('POST', '/users', { name, owner: 'team', roles: [] });
    await restFor(59 * dayMs);
    secret = new CachedSecret({
      secretsManager,
      secretName: `iam-lifecycle/${name}`,
      maxAgeMs: 30 * dayMs,
      now: () => simulation.clock.now(),
    });
  });
});

/** What a worker on the consumer's queue does. */
async function listen(): Promise<LifecycleEvent[]> {
  const { sqs } = clients();
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
  );
  const events = Messages.map(({ Body }) => JSON.parse(Body!) as LifecycleEvent);
  for (const event of events) secret.heard(event);
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  return events;
}

describe('a service with a copy of its key', () => {
  test('uses the new key as soon as it hears of it, while the old one still works', async () => {
    await inLife(async () => {
      await listen();
      const before = await secret.use(whoAmI);
      expect(before).toBe(keys()[0]!.id);
      await restFor(2 * dayMs);
      expect(await secret.use(whoAmI)).toBe(before);
      expect(reads()).toBe(1);

      expect(await listen()).toMatchObject([{ detail: { previousKeyId: before } }]);
      const after = await secret.use(whoAmI);
      expect(after).toBe(keys()[1]!.id);
      expect(keys().map(({ status }) => status)).toEqual(['Active', 'Active']);
      expect(reads()).toBe(2);
    });
  });

  test('that never hears of it tries once more when its key is refused', async () => {
    await inLife(async () => {
      const before = await secret.use(whoAmI);
      await simulation.system.request('POST', `/users/${name}/rotate`, { kind: 'emergency' });
      await restFor(hourMs);
      const after = await secret.use(whoAmI);
      expect(after).not.toBe(before);
      expect(after).toBe(keys().at(-1)!.id);
      expect(reads()).toBe(2);
    });
  });

  test('does not try for ever with a key that is current and refused', async () => {
    await inLife(async () => {
      await secret.get();
      await simulation.system.putEvent('User Offboarded', { userName: name, quarantine: 'P30D' });
      await restFor(hourMs);
      let tries = 0;
      const work = (key: KeyPair) => {
        tries += 1;
        return whoAmI(key);
      };
      await expect(secret.use(work)).rejects.toThrow(
        expect.objectContaining({ name: 'InvalidClientTokenId' }),
      );
      expect(tries).toBe(1);
    });
  });

  test('reads it anew when the copy is old, and not before', async () => {
    await inLife(async () => {
      await secret.get();
      await simulation.clock.sleep(30 * dayMs - 2 * hourMs);
      await secret.get();
      expect(reads()).toBe(1);
      await simulation.clock.sleep(2 * hourMs);
      await secret.get();
      expect(reads()).toBe(2);
    });
  });

  test('reads once for callers at the same time, and again after a read that failed', async () => {
    await inLife(async () => {
      faultOf = ({ caller }) => (caller === 'consumer' ? 'fail' : undefined);
      await expect(secret.get()).rejects.toThrow(
        expect.objectContaining({ name: expect.stringMatching(/Internal/) }),
      );
      faultOf = () => undefined;
      const [one, other] = await Promise.all([secret.get(), secret.get()]);
      expect(one).toEqual(other);
      expect(reads()).toBe(2);
    });
  });

  test('does not mind the word of another secret, or of something else', async () => {
    await inLife(async () => {
      await secret.get();
      secret.heard({
        'detail-type': 'Access Key Rotated',
        detail: { secret: { name: 'iam-lifecycle/bob' } },
      });
      secret.heard({ 'detail-type': 'User Quarantined', detail: {} });
      await secret.get();
      expect(reads()).toBe(1);
    });
  });

  test('passes on what is no refusal of its key', async () => {
    await inLife(async () => {
      await expect(secret.use(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
      expect(reads()).toBe(1);
    });
  });
});
