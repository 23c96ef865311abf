import { expect, test } from '@jest/globals';
import { type World, bodyOf, inWorld } from './api-world.js';

const dayMs = 86_400_000;

interface Plan {
  readonly name: string;
  readonly phase: { readonly phase: string };
  readonly steps: readonly { readonly step: string }[];
  readonly why: string;
}

async function plansOf({ system }: World, query = ''): Promise<{ plans: Plan[]; next: string | null }> {
  const answer = await system.request('GET', `/plans${query}`);
  expect(answer!.statusCode).toBe(200);
  return bodyOf(answer) as unknown as { plans: Plan[]; next: string | null };
}

test('the plan of a due key is what the next scan has done, and is done by nobody before', () =>
  inWorld(async (world) => {
    await world.clock.sleep(60 * dayMs);
    const { plans } = await plansOf(world);
    expect(plans).toMatchObject([
      {
        name: 'ci-deploy',
        phase: { phase: 'Due' },
        steps: [{ step: 'MintKey', says: 'mint a key, store it as pending' }],
      },
    ]);
    expect((await plansOf(world, '?phase=Due')).plans).toHaveLength(1);
    expect((await plansOf(world, '?phase=Settled')).plans).toEqual([]);
    expect((await plansOf(world, '?origin=roster')).plans).toEqual([]);
    const before = world.account.truth.user('ci-deploy')!.keys.length;
    expect(before).toBe(1);
    await world.system.scan();
    await world.system.drain();
    expect(world.account.truth.user('ci-deploy')!.keys).toHaveLength(2);
  }));

test('the plan of a leaver is that of its departure, step by step as it is then done', () =>
  inWorld(async (world) => {
    await world.system.request('DELETE', '/users/ci-deploy?quarantine=P5D');
    await world.system.drain();
    await world.clock.sleep(dayMs);
    await world.system.drain();
    expect((await plansOf(world)).plans).toMatchObject([{ phase: { phase: 'Quarantined' }, steps: [] }]);
    await world.clock.sleep(5 * dayMs);
    const { plans } = await plansOf(world);
    expect(plans).toMatchObject([{ phase: { phase: 'Purging' }, why: 'the quarantine is over' }]);
    world.account.clearCalls();
    await world.system.scan();
    await world.system.drain();
    const done = world.account.calls
      .filter(
        ({ mutating, caller, service }) =>
          mutating && caller === 'offboard' && ['iam', 'secretsmanager'].includes(service),
      )
      .map(({ operation }) => operation);
    expect(plans[0]!.steps.map(({ step }) => step)).toEqual([
      'DetachPolicy',
      'DeleteKey',
      'DetachPolicy',
      'DeleteSecret',
      'DeleteUser',
    ]);
    expect(done).toEqual([
      'DetachUserPolicy',
      'DeleteAccessKey',
      'DetachUserPolicy',
      'DeleteSecret',
      'DeleteUser',
    ]);
  }));

test('a page has 25 users and takes no more calls than docs/api.md says, and pages follow one another', () =>
  inWorld(async (world) => {
    const names = Array.from({ length: 30 }, (_, index) => `user-${String(index).padStart(2, '0')}`);
    for (const name of names) await world.system.request('POST', '/users', { name, owner: 'team' });
    for (let turn = 0; turn < 10; turn += 1) {
      await world.system.drain();
      await world.clock.sleep(600_000);
    }
    for (const name of names) await world.system.request('DELETE', `/users/${name}`);
    await world.system.drain();
    world.account.clearCalls();
    const first = await plansOf(world);
    expect(first.plans).toHaveLength(25);
    // One for the page; of one who stays two, of a leaver ten.
    expect(world.account.calls).toHaveLength(1 + 2 + 24 * 10);
    expect(world.account.calls.filter(({ mutating }) => mutating)).toEqual([]);
    const second = await plansOf(world, `?next=${encodeURIComponent(first.next!)}`);
    expect([...first.plans, ...second.plans].map(({ name }) => name)).toEqual(['ci-deploy', ...names]);
    expect(second.next).toBeNull();
  }));
