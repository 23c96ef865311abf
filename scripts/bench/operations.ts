import { dayMs, minuteMs } from '../../functions/core/instants.js';
import { formatRotateMessage } from '../../functions/shell/messages.js';
import { parseUserName } from '../../functions/core/names.js';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { type Simulation, live, simulate, surroundingsCaller } from '../../local/simulation.js';

/** What an operation costs, in calls of the functions to AWS: every service counts, the lease too. */
export interface OperationCost {
  readonly operation: string;
  readonly calls: number;
  readonly byService: Readonly<Record<string, number>>;
}

const name = parseUserName('ci-deploy');
const startAt = Date.parse('2026-01-01T00:00:00Z');

export async function operationCosts(): Promise<OperationCost[]> {
  return [
    await cost('onboarding: one user, one role, its first key', async () => undefined, onboard),
    await cost('replacing a key: mint, store, test, promote', aged, hint),
    await cost('rotation in one sitting (emergency): Due to Settled', aged, emergency),
    await cost('rotation over its windows: mint, deactivate, delete', aged, rotateSlowly),
    await cost('a hint for a steady user', onboard, hint),
    await cost('offboarding, containment and the two looks after it', onboard, (simulation) =>
      offboard(simulation, 'P30D'),
    ),
    await cost('offboarding, immediate, to the second look', onboard, (simulation) =>
      offboard(simulation, 'PT0S'),
    ),
  ];
}

async function cost(
  operation: string,
  prepare: (simulation: Simulation) => Promise<unknown>,
  act: (simulation: Simulation) => Promise<unknown>,
): Promise<OperationCost> {
  const clock = (): Simulation['clock'] => simulation.clock;
  const simulation: Simulation = await simulate({ startAt, journal: createRecorder(clock) });
  await simulation.clock.run(() => prepare(simulation));
  simulation.account.clearCalls();
  await simulation.clock.run(() => act(simulation));
  const calls = simulation.account.calls.filter(
    ({ caller }) => caller !== surroundingsCaller && caller !== 'scan',
  );
  const byService = new Map<string, number>();
  for (const { service } of calls) byService.set(service, (byService.get(service) ?? 0) + 1);
  return { operation, calls: calls.length, byService: Object.fromEntries(byService) };
}

async function onboard({ system }: Simulation): Promise<void> {
  const response = await system.request('POST', '/users', { name, owner: 'team', roles: ['data_engineer'] });
  if (response?.statusCode !== 202) throw new Error(`the user was not accepted: ${response?.body}`);
  await system.drain();
}

async function aged(simulation: Simulation): Promise<void> {
  await onboard(simulation);
  await simulation.clock.sleep(61 * dayMs);
}

async function emergency(simulation: Simulation): Promise<void> {
  await ask(simulation, { kind: 'emergency', at: simulation.clock.now() });
  await simulation.system.drain();
}

async function rotateSlowly(simulation: Simulation): Promise<void> {
  await live(simulation, { until: simulation.clock.now() + 20 * dayMs, scanEveryMs: dayMs });
}

async function hint(simulation: Simulation): Promise<void> {
  await simulation.clock.sleep(dayMs);
  await ask(simulation, null);
  await simulation.system.drain();
}

async function offboard(simulation: Simulation, quarantine: string): Promise<void> {
  await simulation.clock.sleep(dayMs);
  await simulation.system.putEvent('User Offboarded', { userName: name, quarantine });
  await live(simulation, { until: simulation.clock.now() + 60 * minuteMs, scanEveryMs: dayMs });
}

async function ask(
  { account, clock, env }: Simulation,
  request: { kind: 'emergency'; at: number } | null,
): Promise<void> {
  const { sqs } = account.clients(new Invocation(surroundingsCaller));
  const message = formatRotateMessage({
    userName: name,
    userId: null,
    sentAt: clock.now(),
    why: 'benchmark',
    request,
  });
  await sqs.send(
    new SendMessageCommand({ QueueUrl: env.ROTATE_QUEUE_URL, MessageBody: JSON.stringify(message) }),
  );
}
