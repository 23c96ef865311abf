import { describe, expect, test } from '@jest/globals';
import { observeOffboarding } from '../../functions/aws/observe-offboarding.js';
import { observeRotation } from '../../functions/aws/observe.js';
import { applyLeavingStep } from '../../functions/aws/apply-leaving.js';
import { applyStep } from '../../functions/aws/apply.js';
import { type Outcome, advanceOffboarding, advanceRotation } from '../../functions/core/advance.js';
import { type OffboardingFacts, type SecretFacts, below } from '../../functions/core/facts.js';
import { dayMs, minuteMs } from '../../functions/core/instants.js';
import { parseUserName } from '../../functions/core/names.js';
import { type OffboardingRequest, planOffboarding } from '../../functions/core/offboarding.js';
import { planRotation } from '../../functions/core/rotation.js';
import type { Plan, Step } from '../../functions/core/steps.js';
import { defaultWindows } from '../../functions/core/windows.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { furnish } from '../../local/sim/furnish.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { type Simulation, simulate } from '../../local/simulation.js';

/** Folding a step into the facts must be the same as looking again at an account whose reads do not trail. */
const name = parseUserName('ci-deploy');
const userPath = '/lifecycle/';

async function onboarded(): Promise<Simulation> {
  const clock = (): Simulation['clock'] => simulation.clock;
  const simulation: Simulation = await simulate({
    startAt: Date.parse('2026-01-01T00:00:00Z'),
    journal: createRecorder(clock),
  });
  await simulation.clock.run(async () => {
    await simulation.system.request('POST', '/users', { name, owner: 'team', roles: ['data_engineer'] });
    await simulation.system.drain();
  });
  return simulation;
}

/** Takes every step of a plan; after each, what was folded is compared with what is seen. */
async function walk<Facts extends object>(
  { clock }: Simulation,
  apply: (step: Step) => Promise<Outcome>,
  observe: () => Promise<Facts>,
  plan: (seen: Facts, now: number) => Plan<{ phase: string }>,
  advance: (seen: Facts, step: Step, outcome: Outcome) => Facts,
  comparable: (facts: Facts) => unknown,
): Promise<string[]> {
  const taken: string[] = [];
  let seen: Facts = await observe();
  for (;;) {
    const [step] = plan(seen, clock.now()).steps;
    if (!step) return taken;
    const outcome = await apply(step);
    seen = advance(seen, step, outcome);
    taken.push(step.step);
    expect(comparable(seen)).toEqual(comparable(await observe()));
  }
}

describe('a step folded into the facts is what is seen next', () => {
  test('through an emergency rotation', async () => {
    const simulation = await onboarded();
    const { account, clock } = simulation;
    const clients = account.clients(new Invocation('test'));
    const rules = { ...below(userPath), windows: defaultWindows };
    const taken = await clock.run(async () => {
      await clock.sleep(61 * dayMs);
      const request = { kind: 'emergency', at: clock.now() } as const;
      const secrets = { accountId: '123456789012', kmsKeyId: null };
      return walk(
        simulation,
        (step) => applyStep(step, { clients, clock, secrets, giveUpAt: clock.now() + minuteMs }),
        async () => (await observeRotation(clients, name))!,
        (seen, now) => planRotation(seen, request, rules, now),
        advanceRotation,
        // Last use is read when it is needed, and a test that passed is known to its own run alone.
        ({ user, keys, secret }) => ({
          user,
          secret,
          keys: keys.map(({ id, status, createdAt }) => `${id} ${status} ${createdAt}`).toSorted(),
        }),
      );
    });
    expect(taken).toEqual(['MintKey', 'PromoteKey', 'DeactivateKey', 'DeleteKey']);
  });

  test('through an offboarding, a restore and a purge of a user that has everything', async () => {
    const simulation = await onboarded();
    const { account, clock, env } = simulation;
    const clients = account.clients(new Invocation('test'));
    const rules = {
      ...below(userPath),
      boundaryArn: env.BOUNDARY_ARN,
      settleMs: 2 * minuteMs,
      quarantineMs: dayMs,
    };
    const follow = (request: OffboardingRequest) =>
      walk(
        simulation,
        (step) => applyLeavingStep(step, clients),
        () => observeOffboarding(clients, name),
        (seen, now) => planOffboarding(seen, request, rules, now),
        advanceOffboarding,
        comparable,
      );
    const who = { userName: name, userId: null, absentSince: null };
    const taken = await clock.run(async () => {
      await furnish(simulation, name);
      await clock.sleep(minuteMs);
      const leave = { ...who, kind: 'offboard', reason: 'left', quarantineMs: 0 } as const;
      const away = await follow({ ...leave, at: clock.now() });
      const back = await follow({ ...who, kind: 'restore', at: clock.now() });
      const again = await follow({ ...leave, at: clock.now() });
      await clock.sleep(3 * minuteMs);
      return { away, back, again, purge: await follow({ ...who, kind: 'continue' }) };
    });
    const deactivated = Array<string>(3).fill('DeactivateCredential');
    const contained = ['TagUser', 'AttachPolicy', 'TagUser', 'DeactivateKey', ...deactivated];
    expect(taken.away).toEqual([...contained, 'DeleteLoginProfile', 'RemoveReplicas', 'DeleteSecret']);
    expect(taken.back).toEqual([
      'TagUser',
      'ReactivateKey',
      ...Array<string>(3).fill('ReactivateCredential'),
      'DetachPolicy',
      'UntagUser',
    ]);
    expect(taken.again).toEqual(contained);
    expect(taken.purge).toEqual([
      'DeactivateMfaDevice',
      'DeleteVirtualMfaDevice',
      ...Array<string>(4).fill('DeleteCredential'),
      'LeaveGroup',
      'DeleteInlinePolicy',
      'DetachPolicy',
      'DeleteKey',
      'DetachPolicy',
      'RemoveReplicas',
      'DeleteSecret',
      'DeleteUser',
    ]);
  });
});

/** A secret in its deletion window is as good as gone; under a user that is gone none is looked for. */
function comparable({ user, secret, loginSecret, mfaSerialNumbers, ...facts }: OffboardingFacts) {
  const living = (one: SecretFacts | null) => (user && one?.deletedAt === null ? one : null);
  return {
    ...facts,
    user,
    secret: living(secret),
    loginSecret: living(loginSecret),
    // The record of a removal outlives the removal.
    mfaSerialNumbers: mfaSerialNumbers.filter((one) => one !== user?.tags['iam-lifecycle:mfa-removal']),
  };
}
