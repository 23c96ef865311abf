import type { Simulation } from '../simulation.js';
import type { Member } from './fleet-plan.js';

/** The roster of a fleet, as whoever keeps it changes it. */
export class FleetRoster {
  private entries: readonly { readonly name: string; readonly store?: string; readonly tags?: object }[];

  constructor(
    private readonly accountId: string,
    members: readonly Member[],
  ) {
    this.entries = members
      .filter(({ kind }) => kind !== 'api')
      .map(({ name, kind }) => ({ name, ...(kind === 'ssm' ? { store: 'ssm' } : {}) }));
  }

  lay({ system }: Simulation): Promise<void> {
    // JSON is YAML.
    return system.putRoster(JSON.stringify({ accountId: this.accountId, systemUsers: this.entries }));
  }

  forget(simulation: Simulation, { name }: Member): Promise<void> {
    this.entries = this.entries.filter((entry) => entry.name !== name);
    return this.lay(simulation);
  }

  retag(simulation: Simulation, { name }: Member, Team: string): Promise<void> {
    this.entries = this.entries.map((entry) => (entry.name === name ? { ...entry, tags: { Team } } : entry));
    return this.lay(simulation);
  }
}
