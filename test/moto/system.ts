import { systemClock } from '../../functions/aws/clock.js';
import type { Clients } from '../../functions/aws/clients.js';
import { deploy, standardSettings } from '../../local/deployment.js';
import { clientsAt, openEndpoint } from '../../local/demo/endpoint.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { LocalSystem } from '../../local/system.js';

const settings = {
  ...standardSettings,
  windows: {
    ...standardSettings.windows,
    ROTATE_AFTER: 'PT3S',
    OVERLAP: 'PT1S',
    QUIET: 'PT0S',
    KEY_QUARANTINE: 'PT1S',
    PENDING_LIMIT: 'PT5S',
    SETTLE: 'PT1S',
    LEASE: 'PT2S',
    OFFBOARD_QUARANTINE: 'PT1S',
  },
  visibilitySeconds: 1,
};

/** The deployed system against an endpoint, in real time. */
export async function systemAt(
  url: string,
): Promise<{ system: LocalSystem; clients: Clients; words: readonly string[] }> {
  const clients = clientsAt(await openEndpoint(url, settings.region), () => undefined);
  const env = await deploy(clients, settings);
  const journal = createRecorder(() => systemClock);
  const start = () => ({ clients, isDead: () => false });
  return {
    system: new LocalSystem({ env, clock: systemClock, journal, start, surroundings: clients }),
    clients,
    words: journal.lines,
  };
}

/** Scans and delivers until it holds; fails after 30 s. */
export async function until(system: LocalSystem, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await holds()); await systemClock.sleep(200)) {
    if (Date.now() > deadline) throw new Error('it did not come to that in 30 s');
    await system.scan();
    await system.drain();
  }
}
