import { hourMs } from '../../functions/core/instants.js';
import type { HttpResponse } from '../../functions/shell/http-function.js';
import type { Call, Fault } from '../../local/fake-aws/fake-aws.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { type Simulation, simulate } from '../../local/simulation.js';

/** The one user of the world. */
export const first = {
  name: 'ci-deploy',
  owner: 'team',
  roles: ['data_engineer'],
  description: 'deploys',
  tags: { team: 'a' },
};

export interface World extends Simulation {
  /** What becomes of each call from now on. */
  readonly faults: { draw?: ((call: Call) => Fault | undefined) | undefined };
}

/** An account with one user that has its key, and nobody's lease. */
export async function inWorld(act: (world: World) => Promise<void>): Promise<void> {
  const faults: World['faults'] = {};
  const clock = (): Simulation['clock'] => simulation.clock;
  const simulation: Simulation = await simulate({
    startAt: Date.parse('2026-01-01T00:00:00Z'),
    journal: createRecorder(clock),
    account: { intervene: (call) => faults.draw?.(call) },
  });
  await simulation.clock.run(async () => {
    await simulation.system.request('POST', '/users', first);
    await simulation.system.drain();
    await simulation.clock.sleep(hourMs);
    await act({ ...simulation, faults });
  });
}

export const bodyOf = (answer: HttpResponse | null) => JSON.parse(answer!.body!) as Record<string, unknown>;
